// Runs independent pieces of work on all cores.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

#include "core/data/apply.h"

namespace roster {

// A bounded set of threads, shared by everything in a process. Thread-safe; may be used from within its own work.
class Executor {
 public:
  // 0 is one thread a core. The caller's thread is one of them.
  explicit Executor(unsigned threads = 0);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  unsigned threads() const;

  // The same threads, for somebody who may give up: once `stop` is set, forEach() begins no further steps, and whoever
  // called it finds isStopped() and throws away what it has. `stop` outlives it.
  Executor stoppable(const std::atomic<bool>& stop) const;
  bool isStopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }

  // Runs body(0) … body(count - 1), in runs of about `grain` consecutive ones, and returns when all are done.
  void forEach(std::size_t count, std::size_t grain, const std::function<void(std::size_t)>& body) const;

  // forEach() with single steps, in the form that core takes it.
  ParallelFor parallelFor() const;

  // Work that start() began; let go of, it is waited for.
  class Started {
   public:
    Started(Started&&) noexcept;
    Started& operator=(Started&&) = delete;
    ~Started();

    // Returns when the work is done. The caller's thread has its share in what the executor has to do meanwhile.
    void wait();

   private:
    friend class Executor;
    struct Work;
    explicit Started(std::unique_ptr<Work> work);
    std::unique_ptr<Work> work_;
  };

  // Begins body() on any of the threads; with a single one, once it is waited for. What body() waits for should be the
  // processor alone: a thread that stands still here is one that everybody else lacks.
  Started start(std::function<void()> body) const;

 private:
  struct Arena;
  Executor(std::shared_ptr<Arena> arena, const std::atomic<bool>* stop);

  std::shared_ptr<Arena> arena_;
  const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace roster
