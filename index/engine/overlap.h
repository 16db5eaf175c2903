// How several audiences of one snapshot overlap: every region of their Venn diagram, and how alike each two are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/eval/query.h"
#include "index/engine/executor.h"

namespace roster {

inline constexpr std::size_t kMaxOverlapQueries = 8;

// The contacts that match exactly some of the queries.
struct OverlapRegion {
  std::uint32_t queries = 0;  // bit i: query i
  std::uint64_t count = 0;    // never 0

  friend bool operator==(const OverlapRegion&, const OverlapRegion&) = default;
};

struct OverlapPair {
  std::size_t first = 0;
  std::size_t second = 0;
  std::uint64_t both = 0;
  std::uint64_t either = 0;

  // Jaccard's index: both / either, from 0 to 1; nothing where neither has a contact.
  std::optional<double> similarity() const {
    if (either == 0) return std::nullopt;
    return static_cast<double>(both) / static_cast<double>(either);
  }
};

struct Overlap {
  std::vector<std::uint64_t> counts;   // each query's
  std::uint64_t any = 0;               // contacts that match at least one
  std::vector<OverlapRegion> regions;  // the non-empty ones, the largest first, then by `queries`
  std::vector<OverlapPair> pairs;      // (0, 1), (0, 2), … (1, 2), …
};

// Exact, in one pass over the chunks: each chunk is evaluated for every query and then split. All queries are of one
// snapshot. invalidArgument for none or for more than kMaxOverlapQueries, dataLoss where a piece cannot be loaded.
Result<Overlap> overlap(std::span<const Query> queries, const Executor& executor);

}  // namespace roster
