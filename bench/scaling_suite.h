// The scaling suite: the audience suite's queries over ever more contacts, and how steeply times and memory grow.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/suite.h"

namespace roster::bench {

// Sizes up to which every answer is held against the naive evaluator's; beyond, see consistency.h.
inline constexpr std::uint64_t kNaiveContacts = 3'000'000;

// 1, 3, 10, 30, 100 … up to the most, from a million on, or from a hundredth of the most where that is under three
// million.
std::vector<std::uint64_t> scalingSizes(std::uint64_t most);

// Generates each size straight into a database, which is kept for the next time. Curves: each query prepared on one
// thread, with warm caches and (but for lists that go to a file) with cold ones, and from text on all; opening; memory.
// Lines are those of the largest size. invalidArgument where there are fewer than two sizes.
Result<Report> runScalingSuite(const SuiteOptions& options, Host& host);

}  // namespace roster::bench
