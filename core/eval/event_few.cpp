#include "core/eval/event_few.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/eval/local_clock.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

// A contact's number for each of its events.
using PlaceValue = std::pair<std::uint16_t, std::int64_t>;

std::int64_t distinctOf(std::span<const PlaceValue> ascending) {
  std::int64_t distinct = ascending.empty() ? 0 : 1;
  for (std::size_t i = 1; i < ascending.size(); ++i) distinct += ascending[i].second != ascending[i - 1].second ? 1 : 0;
  return distinct;
}

WideInteger sumOf(std::span<const PlaceValue> values) {
  WideInteger sum = 0;
  for (const PlaceValue& value : values) sum += value.second;
  return sum;
}

// Of a contact's values, ascending, whether their number is as the leaf asks.
bool holds(const EventNumber& number, std::span<const PlaceValue> values) {
  const auto isWanted = [&](std::int64_t found) { return containsNumber(number.numbers, found); };
  switch (number.aggregate) {
    case Aggregate::count: return isWanted(static_cast<std::int64_t>(values.size()));
    case Aggregate::days:
    case Aggregate::distinct: return isWanted(distinctOf(values));
    case Aggregate::sum: return containsNumber(number.amounts, sumOf(values));
    default: break;
  }
  if (values.empty()) return false;
  if (number.aggregate == Aggregate::min) return isWanted(values.front().second);
  if (number.aggregate == Aggregate::max) return isWanted(values.back().second);
  return containsNumber(sumsOfAverages(number.amounts, static_cast<std::uint32_t>(values.size())), sumOf(values));
}

}  // namespace

Result<void> gatherValues(const EventNumber& number, const EventChunk& chunk, const TimeZone& zone,
                          EventArrays& arrays) {
  const EventValue time{EventField::Source::time, 0, nullptr, {FieldKind::timestamp}};
  const bool isOfTimes = number.aggregate == Aggregate::days || number.aggregate == Aggregate::count;
  const EventValue& value = isOfTimes ? time : number.value;
  LocalClock clock(zone);
  arrays.values.clear();
  return forEachSelection(number.events, chunk, zone, arrays.selection, [&](const RowSelection& rows) {
    const auto places = rows.block().places();
    rows.forEachValue(value, zone, [&](std::uint32_t row, std::int64_t found) {
      arrays.values.emplace_back(places[row], number.aggregate == Aggregate::days ? clock.dayOf(found) : found);
    });
  });
}

Result<void> findFewNumbers(const EventNumber& number, const EventChunk& chunk, const TimeZone& zone,
                            EventArrays& arrays, ChunkWords& found) {
  if (auto gathered = gatherValues(number, chunk, zone, arrays); !gathered) return gathered;
  auto& values = arrays.values;
  std::sort(values.begin(), values.end());
  found.clear();
  for (const std::uint16_t place : arrays.selection.restriction()->places()) {
    const auto begin = std::lower_bound(values.begin(), values.end(), PlaceValue{place, kLeastOf<std::int64_t>});
    const auto end = std::find_if(begin, values.end(), [&](const PlaceValue& value) { return value.first != place; });
    if (holds(number, {begin, end})) found.set(place);
  }
  return {};
}

}  // namespace roster
