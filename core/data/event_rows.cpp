#include "core/data/event_rows.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/base/hash.h"

namespace roster {

namespace {

template <class T>
std::vector<T> pick(const std::vector<T>& from, std::span<const std::uint32_t> which) {
  std::vector<T> picked(which.size());
  std::transform(which.begin(), which.end(), picked.begin(), [&](std::uint32_t at) { return from[at]; });
  return picked;
}

}  // namespace

EventIdentity identityOf(std::string_view id) {
  const std::array<std::uint64_t, 2> hash = wideHash(id);
  return {hash[0], static_cast<std::uint32_t>(hash[1])};
}

EventColumn& EventRows::columnOf(FieldId property) {
  const auto at = std::lower_bound(columns.begin(), columns.end(), property,
                                   [](const EventColumn& column, FieldId wanted) { return column.property < wanted; });
  if (at != columns.end() && at->property == property) return *at;
  return *columns.insert(at, {property, std::vector<std::int64_t>(size()), std::vector<std::uint8_t>(size())});
}

void EventRows::complete() {
  for (EventColumn& column : columns) {
    column.values.resize(size());
    column.present.resize(size());
  }
}

std::optional<EventIdentity> EventRows::identity(std::size_t row) const {
  if (columns.size() < 2 || columns.back().property != kIdentityMore || columns.back().present[row] == 0) {
    return std::nullopt;
  }
  const EventColumn& hash = columns[columns.size() - 2];
  return EventIdentity{static_cast<std::uint64_t>(hash.values[row]),
                       static_cast<std::uint32_t>(columns.back().values[row])};
}

EventRows EventRows::picked(std::span<const std::uint32_t> which) const {
  EventRows rows{pick(places, which), pick(times, which), {}};
  rows.columns.reserve(columns.size());
  for (const EventColumn& column : columns) {
    rows.columns.push_back({column.property, pick(column.values, which), pick(column.present, which)});
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
