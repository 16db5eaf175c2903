#include "bench/real_operations.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace roster::bench {

namespace {

using Contacts = std::vector<ContactId>;

constexpr RealOperation kOperations[] = {
    {"and-count", "how many are in a bitmap and in the next", RealAlgebra::intersect, false, true},
    {"and", "those that are in a bitmap and in the next", RealAlgebra::intersect, false, false},
    {"or-count", "how many are in a bitmap or in the next", RealAlgebra::unite, false, true},
    {"or", "those that are in a bitmap or in the next", RealAlgebra::unite, false, false},
    {"andnot-count", "how many are in a bitmap and not in the next", RealAlgebra::subtract, false, true},
    {"andnot", "those that are in a bitmap and not in the next", RealAlgebra::subtract, false, false},
    {"and-all-count", "how many are in all bitmaps", RealAlgebra::intersect, true, true},
    {"and-all", "those that are in all bitmaps", RealAlgebra::intersect, true, false},
    {"or-all-count", "how many are in any bitmap", RealAlgebra::unite, true, true},
    {"or-all", "those that are in any bitmap", RealAlgebra::unite, true, false},
};

std::string widePredicate(RealAlgebra algebra, std::size_t bitmaps) {
  std::vector<std::string> values;
  for (std::size_t i = 1; i <= bitmaps; ++i) values.push_back(fmt::format("'{}'", i));
  return fmt::format("{} has {} ({})", kRealField, algebra == RealAlgebra::unite ? "any" : "all",
                     fmt::join(values, ", "));
}

std::string pairPredicate(RealAlgebra algebra, std::size_t first) {
  switch (algebra) {
    case RealAlgebra::intersect: return fmt::format("{0} has '{1}' and {0} has '{2}'", kRealField, first, first + 1);
    case RealAlgebra::unite: return fmt::format("{0} has '{1}' or {0} has '{2}'", kRealField, first, first + 1);
    case RealAlgebra::subtract: break;
  }
  return fmt::format("{0} has '{1}' and not {0} has '{2}'", kRealField, first, first + 1);
}

Contacts combined(RealAlgebra algebra, const Contacts& a, const Contacts& b) {
  Contacts result;
  switch (algebra) {
    case RealAlgebra::intersect: std::ranges::set_intersection(a, b, std::back_inserter(result)); break;
    case RealAlgebra::unite: std::ranges::set_union(a, b, std::back_inserter(result)); break;
    case RealAlgebra::subtract: std::ranges::set_difference(a, b, std::back_inserter(result)); break;
  }
  return result;
}

}  // namespace

std::span<const RealOperation> realOperations() { return kOperations; }

std::vector<std::string> predicatesOf(const RealOperation& operation, std::size_t bitmaps) {
  if (operation.isWide) return {widePredicate(operation.algebra, bitmaps)};
  std::vector<std::string> predicates;
  for (std::size_t first = 1; first < bitmaps; ++first) {
    predicates.push_back(pairPredicate(operation.algebra, first));
  }
  return predicates;
}

std::vector<std::vector<ContactId>> rightAnswers(const RealOperation& operation, const RealSet& set) {
  std::vector<Contacts> answers;
  if (!operation.isWide) {
    for (std::size_t i = 0; i + 1 < set.bitmaps.size(); ++i) {
      answers.push_back(combined(operation.algebra, set.bitmaps[i], set.bitmaps[i + 1]));
    }
    return answers;
  }
  Contacts answer = set.bitmaps.front();
  for (const Contacts& bitmap : set.bitmaps) answer = combined(operation.algebra, answer, bitmap);
  answers.push_back(std::move(answer));
  return answers;
}

}  // namespace roster::bench
