// What kernels of analytic queries read: a database of one chunk, and the same values in plain columns.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/kernels/kernel_data.h"
#include "index/engine/audience.h"
#include "index/engine/executor.h"

namespace roster::bench {

inline constexpr std::int64_t kNoNumber = std::numeric_limits<std::int64_t>::min();

// Every value of a category or set is named by its code, 'v1', 'v2', … without a gap.
struct AnalyticData {
  SnapshotPtr snapshot;

  // By contact: kNoCode and kNoNumber of those without a value.
  std::vector<Code> countries;  // four
  std::vector<Code> cities;     // two hundred
  std::vector<Code> stores;     // thousands, of few contacts each
  std::vector<std::int64_t> ages;
  std::vector<std::int64_t> spent;    // in hundredths
  std::vector<std::int64_t> signups;  // days from 2015 to 2024
  std::vector<Code> tags;             // forty, contact after contact
  std::vector<std::uint32_t> tagEnds;

  std::span<const Code> tagsOf(std::uint32_t place) const {
    const std::uint32_t begin = place == 0 ? 0 : tagEnds[place - 1];
    return std::span(tags).subspan(begin, tagEnds[place] - begin);
  }
};
using AnalyticDataPtr = std::shared_ptr<const AnalyticData>;

// An audience of the chunk.
struct Members {
  std::string name;
  HeldPtr held;
  std::shared_ptr<const Audience> audience;
};

// What analytic queries are asked with. One thread, so that a kernel's instructions are the same every time.
struct Analytics {
  AnalyticDataPtr data;
  std::vector<Members> members;  // everybody, bits of a fifth, and an array
  std::shared_ptr<const Executor> executor;
};

Analytics makeAnalytics(Dice& dice);

}  // namespace roster::bench
