#include "core/data/event_rows.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/base/hash.h"

namespace roster {

EventIdentity identityOf(std::string_view id) {
  const std::array<std::uint64_t, 2> hash = wideHash(id);
  return {hash[0], static_cast<std::uint32_t>(hash[1])};
}

EventColumn& EventRows::columnOf(FieldId property) {
  const auto at = std::lower_bound(columns.begin(), columns.end(), property,
                                   [](const EventColumn& column, FieldId wanted) { return column.property < wanted; });
  if (at != columns.end() && at->property == property) return *at;
  return *columns.insert(at, {property, std::vector<std::int64_t>(size()), std::vector<bool>(size())});
}

void EventRows::complete() {
  for (EventColumn& column : columns) {
    column.values.resize(size());
    column.present.resize(size());
  }
}

std::optional<EventIdentity> EventRows::identity(std::size_t row) const {
  if (columns.size() < 2 || columns.back().property != kIdentityMore || !columns.back().present[row]) {
    return std::nullopt;
  }
  const EventColumn& hash = columns[columns.size() - 2];
  return EventIdentity{static_cast<std::uint64_t>(hash.values[row]),
                       static_cast<std::uint32_t>(columns.back().values[row])};
}

EventRows EventRows::picked(std::span<const std::uint32_t> which) const {
  EventRows rows;
  rows.places.reserve(which.size());
  rows.times.reserve(which.size());
  for (const std::uint32_t row : which) {
    rows.places.push_back(places[row]);
    rows.times.push_back(times[row]);
  }
  rows.columns.reserve(columns.size());
  for (const EventColumn& column : columns) {
    EventColumn& to = rows.columns.emplace_back(EventColumn{column.property, {}, {}});
    to.values.reserve(which.size());
    to.present.reserve(which.size());
    for (const std::uint32_t row : which) {
      to.values.push_back(column.values[row]);
      to.present.push_back(column.present[row]);
    }
  }
  return rows;
}

EventRows inOrderOfTime(EventRows rows) {
  if (std::is_sorted(rows.times.begin(), rows.times.end())) return rows;
  std::vector<std::uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return rows.times[a] < rows.times[b]; });
  return rows.picked(order);
}

}  // namespace roster
