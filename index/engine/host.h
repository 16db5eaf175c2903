// What all the databases of a process share: caches, write buffers, threads, and the clock.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "index/engine/clock.h"
#include "index/engine/executor.h"
#include "index/engine/piece_cache.h"
#include "index/store/rocks_store.h"

namespace roster {

struct HostLimits {
  std::size_t pieceCacheBytes = std::size_t{4} << 30;  // decoded pieces kept in memory, over all databases
  // Answers about events that each database keeps for when they are asked again; 0: none.
  std::size_t eventResultBytes = std::size_t{1} << 30;
  unsigned threads = 0;  // 0: one a core
  StoreLimits store;
};

// Made once in main, outlives every database opened with it. Thread-safe.
class Host {
 public:
  explicit Host(const Clock& clock, const HostLimits& limits = {})
      : clock_(clock),
        eventResultBytes_(limits.eventResultBytes),
        cache_(limits.pieceCacheBytes),
        executor_(limits.threads),
        own_(std::in_place, limits.store) {}
  // Over resources of the caller's, which outlive it.
  Host(const Clock& clock, const HostLimits& limits, const StoreResources& resources)
      : clock_(clock),
        eventResultBytes_(limits.eventResultBytes),
        cache_(limits.pieceCacheBytes),
        executor_(limits.threads),
        resources_(&resources) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const Clock& clock() const { return clock_; }
  std::size_t eventResultBytes() const { return eventResultBytes_; }
  PieceCache& cache() { return cache_; }
  const Executor& executor() const { return executor_; }
  const StoreResources& resources() const { return resources_ != nullptr ? *resources_ : *own_; }

 private:
  const Clock& clock_;
  const std::size_t eventResultBytes_;
  PieceCache cache_;
  Executor executor_;
  std::optional<StoreResources> own_;
  const StoreResources* resources_ = nullptr;
};

}  // namespace roster
