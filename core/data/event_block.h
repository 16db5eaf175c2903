// Events of one type and of one chunk's contacts, in order of time: the piece that events are stored in.
//
// Within a block, rows ascend by time, and those of one instant lie in the order in which they were recorded. So a
// window is a stretch of rows, found by a search; what is asked of each contact is gathered in arrays over the chunk's
// places, which stay in the processor's caches (docs/decisions/005).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/buffer.h"
#include "core/data/container.h"
#include "core/data/event_rows.h"
#include "core/data/packed_numbers.h"

namespace roster {

// Immutable, used in place, safe to read from any thread.
//
// Layout, all of it aligned to 8 bytes: rows (u32), columns (u32), contacts (u32), zero (u32), greatest time (i64); for
// each column: property (u32), values (u32), distinct values (u32, 0 where there are more than kMaxDistinct), length
// (u32), least and greatest (i64); the contacts with any row, as 1,024 words where they are more than kMaxStoredArray
// and not at all in a block of fewer rows than kMinIndexedRows; places (u16); times (PackedNumbers); for each column:
// its distinct values (i64), which rows have one (u64 each 64 rows; not at all where all have), the numbers.
class EventBlock {
 public:
  static constexpr std::uint32_t kMaxRows = 1U << 14;
  static constexpr std::uint32_t kMinIndexedRows = 1U << 10;
  static constexpr std::uint32_t kMaxDistinct = 64;

  // A property as the block has it.
  struct Column {
    FieldId property = 0;
    std::uint32_t values = 0;  // rows that have one; never 0
    std::int64_t least = 0;
    std::int64_t greatest = 0;
    std::span<const std::int64_t> distinct;  // ascending; empty where they are too many to be told
    const std::uint64_t* present = nullptr;  // null where every row has a value
    PackedNumbers numbers;

    bool has(std::uint32_t row) const { return present == nullptr || ((present[row / 64] >> (row % 64)) & 1) != 0; }
  };

  EventBlock() = default;

  // Of the rows begin … end-1, at most kMaxRows, which ascend by time.
  static EventBlock encode(const EventRows& rows, std::size_t begin, std::size_t end);
  static Result<EventBlock> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size() + columns_.size() * sizeof(Column); }

  std::uint32_t size() const { return static_cast<std::uint32_t>(places_.size()); }
  std::span<const std::uint16_t> places() const { return places_; }
  const PackedNumbers& times() const { return times_; }
  Instant greatestTime() const { return greatestTime_; }

  // Ascending by property; those of which no row has a value are not among them.
  std::span<const Column> columns() const { return columns_; }
  // Null where no row has a value.
  const Column* column(FieldId property) const;

  // The places that have any row; nothing in a block of few rows, whose places tell it as soon.
  std::optional<ContainerView> contacts() const { return contacts_; }

  // Appends all rows to others, whose columns become those of both.
  void appendTo(EventRows& rows) const;

 private:
  bool readFrame();
  bool readContacts(std::size_t& at, std::uint32_t count);
  bool readColumns(std::size_t at);

  Buffer bytes_;
  std::span<const std::uint16_t> places_;
  PackedNumbers times_;
  Instant greatestTime_ = 0;
  std::optional<ContainerView> contacts_;
  std::vector<Column> columns_;
};

}  // namespace roster
