// What the suite over real sets asks of each: the operations of CRoaring's own benchmark.
//
// A successive operation has a question for every bitmap and the one after it, a wide one a single question over all.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/real_sets.h"

namespace roster::bench {

enum class RealAlgebra : std::uint8_t { intersect, unite, subtract };

struct RealOperation {
  std::string_view name;
  std::string_view description;
  RealAlgebra algebra = RealAlgebra::intersect;
  bool isWide = false;
  bool isCount = false;  // otherwise the contacts themselves are made
};

// Names are distinct. None subtracts from all.
std::span<const RealOperation> realOperations();

// The questions as Roster is asked them, on a set of so many bitmaps.
std::vector<std::string> predicatesOf(const RealOperation& operation, std::size_t bitmaps);

// The right answer to each question, found by merging lists of integers.
std::vector<std::vector<ContactId>> rightAnswers(const RealOperation& operation, const RealSet& set);

}  // namespace roster::bench
