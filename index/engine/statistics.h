// Count, sum, extremes, mean and percentiles of a numeric field over an audience, all exact.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/wide_integer.h"
#include "core/data/field_type.h"
#include "index/engine/audience.h"

namespace roster {

inline constexpr std::array<std::uint32_t, 7> kPercentiles{1, 5, 25, 50, 75, 95, 99};

// Of what contacts have, or events. Numbers are in the field's unit: scaled by its digits, days or milliseconds since
// 1970; sums of what a contact's events have take more than 64 bits.
struct Statistics {
  Field field;
  std::uint64_t audience = 0;
  std::uint64_t count = 0;         // those that have a value
  std::uint64_t missing = 0;       // those that have none
  std::optional<WideInteger> sum;  // of integers and decimals; nothing where it has no meaning, as for dates
  // Nothing where none has a value.
  std::optional<WideInteger> minimum;
  std::optional<WideInteger> maximum;
  // Nearest rank: the least value that at least p per cent of the values do not exceed; as kPercentiles has them.
  std::optional<std::array<WideInteger, kPercentiles.size()>> percentiles;
};

// The statistics of an integer, decimal, date or timestamp field. notFound for an unknown field, invalidArgument for
// one of another kind, dataLoss where a piece cannot be loaded.
Result<Statistics> statistics(const Audience& audience, std::string_view field, const Executor& executor);

// The ranks of the percentiles among `count` numbers in ascending order, the first of which has rank 1.
std::vector<std::uint64_t> ranksOfPercentiles(std::uint64_t count);

// The mean of numbers with `digits` fraction digits, rounded (half away from zero) to four more. `count` is not 0.
std::string formatMean(WideInteger sum, std::uint64_t count, int digits);

}  // namespace roster
