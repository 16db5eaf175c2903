// What a breakdown of events goes by: their time, what it says (hour, weekday and so on), properties, attributes of the
// items that they refer to, and fields of the contacts who have them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/eval/event_query.h"
#include "core/eval/local_clock.h"
#include "index/engine/audience_events.h"
#include "index/engine/dimension.h"
#include "index/engine/group_reader.h"

namespace roster {

// Parses one dimension of events, or two, as parseDimensions() does: `time:month`, `weekday`, `amount:100`,
// `product.department`, `contact.city`. `time` is the events' own unless a property is called so, and then `.time` is;
// an attribute `city` of a property `contact` comes before the contact's field. What the fields of the result have for
// an id is EventGroupKeys' to read.
Result<std::vector<Dimension>> parseEventDimensions(std::string_view text, const EventQuery& events);

// What events have by its name, as a dimension has it, without contacts' fields; its id is of event_fields.h. notFound
// with the nearest name.
Result<Field> eventFieldNamed(std::string_view name, const EventQuery& events);

// From what is stored to the key of a group of events, and from that to the group.
class EventGroupKeys {
 public:
  // Both outlive it. dataLoss where a piece cannot be loaded.
  static Result<EventGroupKeys> load(const Dimension& dimension, const EventQuery& events);

  // The group of a key. dataLoss where events refer to an item that is not there.
  Result<Group> group(std::int64_t key) const;

  // Of codes and numbers as EventGroupReader hands them on: days for instants, ids for items.
  const GroupKeys& keys() const { return *keys_; }
  // What is read of each event; nothing for a field of its contact. For what its time says, it is the time.
  const std::optional<EventValue>& value() const { return value_; }
  // What an instant is grouped by: `time`, or a part of it.
  EventField::Source part() const { return part_; }
  // The field of contacts, where that is nothing.
  FieldId contactField() const { return read_->field.id; }

 private:
  EventGroupKeys() = default;

  std::unique_ptr<Dimension> read_;  // the dimension of what is read
  std::optional<GroupKeys> keys_;
  std::optional<EventValue> value_;
  EventField::Source part_ = EventField::Source::time;
  const Snapshot* items_ = nullptr;  // of a reference: the catalog
};

// Reads the groups of events and numbers those it meets; number 0 is "no value". Not thread-safe; `keys` outlives it.
class EventGroupReader {
 public:
  explicit EventGroupReader(const EventGroupKeys& keys)
      : keys_(keys), groups_(keys.keys()), clock_(keys.keys().zone()), isByCode_(keys.keys().isByCode()) {}

  // Before the blocks of a chunk: for a field of contacts, reads it for all whose events may be asked for.
  Result<void> beginChunk(const Shard& shard, ChunkIndex chunk, const ContainerView& contacts);

  // Reads the groups of some rows of a block.
  void readRows(const MemberRows& rows);

  // The distinct groups of the i-th of them; never empty.
  std::span<const std::uint32_t> groupsOf(std::size_t i) const {
    if (keys_.value()) return {&numbers_[i], 1};
    return groups_.groupsOf(numbers_[i]);
  }

  // The same of rows that are in one group each: one number a row; empty for a field of contacts.
  std::span<const std::uint32_t> single() const {
    return keys_.value() ? std::span<const std::uint32_t>(numbers_) : std::span<const std::uint32_t>();
  }

  // Numbers, keys, and whether a code was met that was never given.
  const GroupReader& groups() const { return groups_; }

 private:
  std::uint32_t numberOf(std::int64_t value);
  void numberSpan(Instant instant);

  const EventGroupKeys& keys_;
  GroupReader groups_;
  LocalClock clock_;
  const bool isByCode_;
  // A stretch of time that is in one group, as events in order of time mostly are in that of the one before.
  Instant spanBegin_ = 0;
  Instant spanEnd_ = 0;
  std::uint32_t spanGroup_ = 0;
  std::vector<std::uint16_t> room_;
  std::vector<std::uint32_t> order_;    // of a contact's place: which of the chunk's contacts it is
  std::vector<std::uint32_t> numbers_;  // of each row: its group, or which of the contacts has it
};

}  // namespace roster
