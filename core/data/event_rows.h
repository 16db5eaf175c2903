// Events of one type and one chunk while they are put together: columns of equal length.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/civil_time.h"
#include "core/base/ids.h"

namespace roster {

// One property. A bool's values are 0 and 1, a category's are codes; 0 where there is none.
struct EventColumn {
  FieldId property = 0;
  std::vector<std::int64_t> values;
  std::vector<std::uint8_t> present;  // 0 or 1; a byte each, since rows are picked one by one

  friend bool operator==(const EventColumn&, const EventColumn&) = default;
};

// What an id that a source gives an event is known by: 96 bits of its hash, of which no two of a billion ids have the
// same but once in two hundred billion times.
struct EventIdentity {
  std::uint64_t hash = 0;
  std::uint32_t more = 0;

  friend auto operator<=>(const EventIdentity&, const EventIdentity&) = default;
};
EventIdentity identityOf(std::string_view id);

// The columns in which events keep their identities, behind all properties.
inline constexpr FieldId kIdentityHash = 1U << 15;
inline constexpr FieldId kIdentityMore = kIdentityHash + 1;

struct EventRows {
  std::vector<std::uint16_t> places;  // of the contacts in their chunk
  std::vector<Instant> times;
  std::vector<EventColumn> columns;  // ascending by property

  std::size_t size() const { return places.size(); }

  // The column of a property; added, without any value, where it is not there.
  EventColumn& columnOf(FieldId property);

  // Gives every column as many rows as there are places; those added have no value.
  void complete();

  // The identity of a row; nothing where it was recorded without an id.
  std::optional<EventIdentity> identity(std::size_t row) const;

  // Some rows of these, in the order of `which`.
  EventRows picked(std::span<const std::uint32_t> which) const;

  friend bool operator==(const EventRows&, const EventRows&) = default;
};

// The rows in order of time; those of one instant stay in the order they have. Costs nothing where all do.
EventRows inOrderOfTime(EventRows rows);

}  // namespace roster
