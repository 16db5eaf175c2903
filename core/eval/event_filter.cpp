#include "core/eval/event_filter.h"

#include <algorithm>
#include <bit>

#include "core/eval/event_kernels.h"
#include "core/eval/value_compare.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

using Kind = EventFilter::Kind;
using Source = EventField::Source;

constexpr std::uint32_t kGroupRows = PackedNumbers::kGroup;
constexpr RowMask kNoRows = {0, 0};

// Up to so many rows of a group are looked at one by one.
constexpr int kFewRows = 12;

RowMask operator|(const RowMask& a, const RowMask& b) { return {a[0] | b[0], a[1] | b[1]}; }
RowMask operator~(const RowMask& a) { return {~a[0], ~a[1]}; }

// A bit for each of the group's numbers that `accepts` accepts.
template <class Accepts>
RowMask maskOf(const std::array<std::int64_t, kGroupRows>& numbers, const Accepts& accepts) {
  RowMask mask = kNoRows;
  for (std::uint32_t word = 0; word < mask.size(); ++word) {
    std::uint64_t bits = 0;
    for (std::uint32_t i = 0; i < 64; ++i) {
      bits |= static_cast<std::uint64_t>(accepts(numbers[word * 64 + i])) << i;
    }
    mask[word] = bits;
  }
  return mask;
}

template <class Accepts>
bool isAccepted(const Accepts& accepts, std::int64_t number) {
  return accepts(number);
}
bool isAccepted(const Interval& interval, std::int64_t number) { return interval.contains(number); }

// A bit for each of the numbers within an interval.
RowMask maskOf(const std::array<std::int64_t, kGroupRows>& numbers, const Interval& interval) {
  RowMask mask;
  eventKernels().within(numbers, interval.low, interval.high, mask.data());
  return mask;
}

RowMask presentIn(const EventBlock::Column& column, std::uint32_t group, std::uint32_t rows) {
  if (column.present == nullptr) return kAllOfGroup;
  const std::uint32_t word = group * 2;
  return {column.present[word], word * 64 + 64 < rows ? column.present[word + 1] : 0};
}

Certainty certaintyOfNumbers(const EventFilter& filter, const EventBlock::Column& column, std::uint32_t rows) {
  const Intervals held = intersect(filter.intervals, {{column.least, column.greatest}});
  if (held.empty()) return Certainty::none;
  const bool all = held == Intervals{{column.least, column.greatest}};
  return all && column.values == rows ? Certainty::all : Certainty::some;
}

Certainty certaintyOfCodes(const EventFilter& filter, const EventBlock::Column& column, std::uint32_t rows) {
  if (column.distinct.empty()) return Certainty::some;
  const auto held = std::count_if(column.distinct.begin(), column.distinct.end(),
                                  [&](std::int64_t code) { return filter.codes->contains(code); });
  if (held == 0) return Certainty::none;
  const bool all = held == static_cast<std::ptrdiff_t>(column.distinct.size());
  return all && column.values == rows ? Certainty::all : Certainty::some;
}

// Of a filter on one property of the events themselves.
Certainty certaintyOfProperty(const EventFilter& filter, const EventBlock& block) {
  if (filter.value.source != Source::property) return Certainty::some;
  const EventBlock::Column* column = block.column(filter.value.property);
  if (column == nullptr) return Certainty::none;
  switch (filter.kind) {
    case Kind::present: return column->values == block.size() ? Certainty::all : Certainty::some;
    case Kind::codes: return certaintyOfCodes(filter, *column, block.size());
    case Kind::numbers: return certaintyOfNumbers(filter, *column, block.size());
    default: return Certainty::some;
  }
}

Certainty certaintyOfTimes(const Intervals& times, const EventBlock& block) {
  const Interval span{block.times()[0], block.greatestTime()};
  const Intervals held = intersect(times, {span});
  if (held.empty()) return Certainty::none;
  return held == Intervals{span} ? Certainty::all : Certainty::some;
}

// Of operands of which all have to hold; of those of which any has to, with what is wanted turned round.
Certainty certaintyOfOperands(const EventFilter& filter, const EventBlock& block, Certainty decides) {
  bool open = false;
  for (const EventFilter& operand : filter.operands) {
    const Certainty certainty = certaintyOf(operand, block);
    if (certainty == decides) return decides;
    open |= certainty == Certainty::some;
  }
  if (open) return Certainty::some;
  return decides == Certainty::none ? Certainty::all : Certainty::none;
}

}  // namespace

Certainty certaintyOf(const EventFilter& filter, const EventBlock& block) {
  switch (filter.kind) {
    case Kind::constant: return filter.isTrue ? Certainty::all : Certainty::none;
    case Kind::all: return certaintyOfOperands(filter, block, Certainty::none);
    case Kind::any: return certaintyOfOperands(filter, block, Certainty::all);
    case Kind::negation:
      switch (certaintyOf(filter.operands.front(), block)) {
        case Certainty::none: return Certainty::all;
        case Certainty::all: return Certainty::none;
        default: return Certainty::some;
      }
    case Kind::times: return certaintyOfTimes(filter.intervals, block);
    case Kind::countOf: return Certainty::some;
    default: return certaintyOfProperty(filter, block);
  }
}

void EventReader::read(const EventValue& value, std::uint32_t group, GroupValues& to) {
  to.present = kAllOfGroup;
  switch (value.source) {
    case Source::time: return block_.times().expand(group, to.numbers.data());
    case Source::property:
    case Source::attribute: break;
    default:
      block_.times().expand(group, to.numbers.data());
      const std::uint32_t rows = std::min(kGroupRows, block_.size() - group * kGroupRows);
      for (std::uint32_t i = 0; i < rows; ++i) {
        to.numbers[i] = partOfTime(value.source, clock_.toLocal(to.numbers[i]));
      }
      return;
  }
  const EventBlock::Column* column = block_.column(value.property);
  if (column == nullptr) {
    to.present = kNoRows;
    return;
  }
  column->numbers.expand(group, to.numbers.data());
  to.present = presentIn(*column, group, block_.size());
  if (value.source == Source::property) return;
  const ItemValues& items = *value.items;
  RowMask known = kNoRows;
  for (std::uint32_t i = 0; i < kGroupRows; ++i) {
    const auto item = static_cast<std::uint64_t>(to.numbers[i]);
    if (item >= items.values.size() || !items.present[item]) continue;
    known[i / 64] |= std::uint64_t{1} << (i % 64);
    to.numbers[i] = items.values[item];
  }
  to.present = to.present & known;
}

template <class Accepts>
RowMask EventReader::matchesValue(const EventValue& value, std::uint32_t group, const RowMask& asked,
                                  const Accepts& accepts) {
  const bool isProperty = value.source == Source::property;
  const EventBlock::Column* const column = isProperty ? block_.column(value.property) : nullptr;
  if (isProperty && column == nullptr) return kNoRows;
  if (const auto bits = isProperty ? column->numbers.bitsOf(group) : std::nullopt) {
    // Two numbers, as a bool mostly has them: those that are accepted have their rows as they lie there.
    const std::int64_t least = column->numbers.leastOf(group);
    const bool takesLeast = isAccepted(accepts, least);
    const bool takesNext = least != kMostOf<std::int64_t> && isAccepted(accepts, least + 1);
    return ((takesLeast ? ~*bits : kNoRows) | (takesNext ? *bits : kNoRows)) & presentIn(*column, group, block_.size());
  }
  if (isProperty && std::popcount(asked[0]) + std::popcount(asked[1]) <= kFewRows) {
    RowMask mask = kNoRows;
    forEachBit(asked & presentIn(*column, group, block_.size()), [&](std::uint16_t place) {
      mask[place / 64] |= std::uint64_t{isAccepted(accepts, column->numbers[group * kGroupRows + place])}
                          << (place % 64);
    });
    return mask;
  }
  GroupValues values;
  read(value, group, values);
  if (values.present == kNoRows) return kNoRows;
  return maskOf(values.numbers, accepts) & values.present;
}

RowMask EventReader::matches(const EventFilter& filter, std::uint32_t group, const RowMask& asked) {
  switch (filter.kind) {
    case Kind::constant: return filter.isTrue ? kAllOfGroup : kNoRows;
    case Kind::all: return matchesAll(filter, group, asked);
    case Kind::any: return matchesAny(filter, group, asked);
    case Kind::negation: return ~matches(filter.operands.front(), group, asked);
    case Kind::countOf: return matchesCountOf(filter, group);
    case Kind::present: return matchesValue(filter.value, group, asked, [](std::int64_t) { return true; });
    case Kind::codes:
      return matchesValue(filter.value, group, asked, [&](std::int64_t code) { return filter.codes->contains(code); });
    case Kind::numbers: {
      if (filter.intervals.size() != 1) {
        return matchesValue(filter.value, group, asked,
                            [&](std::int64_t number) { return containsNumber(filter.intervals, number); });
      }
      return matchesValue(filter.value, group, asked, filter.intervals.front());
    }
    case Kind::dayOfYear: {
      const bool isDay = filter.value.type.kind == FieldKind::date;
      // Numbers of rows without a value are no times.
      GroupValues values;
      read(filter.value, group, values);
      RowMask mask = kNoRows;
      for (std::uint32_t i = 0; i < kGroupRows; ++i) {
        if (!isIn(values.present, i) || group * kGroupRows + i >= block_.size()) continue;
        const Day day = isDay ? values.numbers[i] : clock_.dayOf(values.numbers[i]);
        mask[i / 64] |= std::uint64_t{filter.days->contains(day)} << (i % 64);
      }
      return mask;
    }
    case Kind::compare: return matchesComparison(filter, group);
    case Kind::times: return matchesTimes(filter.intervals, group);
  }
  return kNoRows;
}

RowMask EventReader::matchesAll(const EventFilter& filter, std::uint32_t group, RowMask asked) {
  for (const EventFilter& operand : filter.operands) {
    asked = asked & matches(operand, group, asked);
    if (asked == kNoRows) break;
  }
  return asked;
}

RowMask EventReader::matchesAny(const EventFilter& filter, std::uint32_t group, const RowMask& asked) {
  RowMask mask = kNoRows;
  for (const EventFilter& operand : filter.operands) mask = mask | matches(operand, group, asked & ~mask);
  return mask;
}

RowMask EventReader::matchesCountOf(const EventFilter& filter, std::uint32_t group) {
  std::array<std::uint32_t, kGroupRows> counts{};
  for (const EventFilter& operand : filter.operands) {
    const RowMask mask = matches(operand, group);
    for (std::uint32_t i = 0; i < kGroupRows; ++i) counts[i] += isIn(mask, i) ? 1 : 0;
  }
  RowMask mask = kNoRows;
  for (std::uint32_t i = 0; i < kGroupRows; ++i) {
    const bool holds = filter.minimum <= counts[i] && counts[i] <= filter.maximum;
    mask[i / 64] |= std::uint64_t{holds} << (i % 64);
  }
  return mask;
}

RowMask EventReader::matchesTimes(const Intervals& times, std::uint32_t group) {
  const std::uint32_t last = std::min(block_.size(), (group + 1) * kGroupRows) - 1;
  const Interval span{block_.times().leastOf(group), block_.times()[last]};
  const auto first = std::lower_bound(times.begin(), times.end(), span.low,
                                      [](const Interval& interval, Instant at) { return interval.high < at; });
  if (first == times.end() || first->low > span.high) return kNoRows;
  if (first->contains(span.low) && first->contains(span.high)) return kAllOfGroup;
  const EventValue time{Source::time, 0, nullptr, {}};
  return matchesValue(time, group, kAllOfGroup, [&](std::int64_t at) { return containsNumber(times, at); });
}

RowMask EventReader::matchesComparison(const EventFilter& filter, std::uint32_t group) {
  GroupValues left;
  read(filter.value, group, left);
  GroupValues right;
  read(filter.other, group, right);
  const RowMask both = left.present & right.present;
  RowMask mask = kNoRows;
  const std::uint32_t rows = std::min(kGroupRows, block_.size() - group * kGroupRows);
  for (std::uint32_t i = 0; i < rows; ++i) {
    if (!isIn(both, i)) continue;
    const bool holds =
        compareValues(left.numbers[i], filter.value.type, filter.op, right.numbers[i], filter.other.type, zone_);
    mask[i / 64] |= std::uint64_t{holds} << (i % 64);
  }
  return mask;
}

}  // namespace roster
