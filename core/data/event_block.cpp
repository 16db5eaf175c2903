#include "core/data/event_block.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

namespace roster {

namespace {

constexpr std::size_t kHeaderBytes = 24;
constexpr std::size_t kColumnBytes = 32;

std::size_t padded(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

// A column of the rows of one block, as it is to be written.
struct DraftColumn {
  FieldId property = 0;
  std::uint32_t values = 0;
  std::int64_t least = 0;
  std::int64_t greatest = 0;
  std::vector<std::int64_t> distinct;
  std::vector<std::uint64_t> present;
  std::vector<std::int64_t> numbers;
};

// Those of up to kMaxDistinct values, ascending; none where there are more.
std::vector<std::int64_t> distinctOf(const DraftColumn& draft, std::size_t rows) {
  std::vector<std::int64_t> distinct;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!draft.present.empty() && ((draft.present[row / 64] >> (row % 64)) & 1) == 0) continue;
    const auto at = std::lower_bound(distinct.begin(), distinct.end(), draft.numbers[row]);
    if (at != distinct.end() && *at == draft.numbers[row]) continue;
    if (distinct.size() == EventBlock::kMaxDistinct) return {};
    distinct.insert(at, draft.numbers[row]);
  }
  return distinct;
}

// Rows without a value take the least one, which costs no bits.
DraftColumn draftOf(const EventColumn& column, std::size_t begin, std::size_t end) {
  DraftColumn draft;
  draft.property = column.property;
  const auto has = [&](std::size_t row) { return column.present[row] != 0; };
  for (std::size_t row = begin; row < end; ++row) {
    if (!has(row)) continue;
    const std::int64_t value = column.values[row];
    draft.least = draft.values == 0 ? value : std::min(draft.least, value);
    draft.greatest = draft.values == 0 ? value : std::max(draft.greatest, value);
    ++draft.values;
  }
  const std::size_t rows = end - begin;
  if (draft.values != rows) draft.present.resize((rows + 63) / 64, 0);
  draft.numbers.reserve(rows);
  for (std::size_t row = begin; row < end; ++row) {
    draft.numbers.push_back(has(row) ? column.values[row] : draft.least);
    if (!draft.present.empty() && has(row)) {
      draft.present[(row - begin) / 64] |= std::uint64_t{1} << ((row - begin) % 64);
    }
  }
  draft.distinct = distinctOf(draft, rows);
  return draft;
}

void writeColumn(const DraftColumn& draft, ByteWriter& to) {
  for (const std::int64_t value : draft.distinct) to.fixed(value);
  for (const std::uint64_t word : draft.present) to.fixed(word);
  PackedNumbers::encode(draft.numbers, to);
}

// The places that have a row.
ChunkWords contactsOf(std::span<const std::uint16_t> places) {
  ChunkWords contacts;
  contacts.clear();
  for (const std::uint16_t place : places) contacts.set(place);
  return contacts;
}

void writeContacts(const ChunkWords& contacts, std::uint32_t count, ByteWriter& to) {
  if (count > kMaxStoredArray) return to.raw(contacts.data(), sizeof contacts);
  forEachBit(contacts.data(), [&](std::uint16_t place) { to.fixed(place); });
}

}  // namespace

EventBlock EventBlock::encode(const EventRows& rows, std::size_t begin, std::size_t end) {
  const std::size_t count = end - begin;
  std::vector<DraftColumn> drafts;
  for (const EventColumn& column : rows.columns) {
    DraftColumn draft = draftOf(column, begin, end);
    if (draft.values != 0) drafts.push_back(std::move(draft));
  }
  const auto places = std::span(rows.places).subspan(begin, count);
  ByteWriter body;
  std::uint32_t contacts = 0;
  if (count >= kMinIndexedRows) {
    const ChunkWords words = contactsOf(places);
    contacts = countBits(words);
    writeContacts(words, contacts, body);
  }
  body.align(8);
  body.raw(places.data(), places.size_bytes());
  body.align(8);
  PackedNumbers::encode(std::span(rows.times).subspan(begin, count), body);
  ByteWriter to;
  to.fixed(static_cast<std::uint32_t>(count));
  to.fixed(static_cast<std::uint32_t>(drafts.size()));
  to.fixed(contacts);
  to.fixed(std::uint32_t{0});
  to.fixed(rows.times[end - 1]);
  for (const DraftColumn& draft : drafts) {
    const std::size_t before = body.size();
    writeColumn(draft, body);
    to.fixed(draft.property);
    to.fixed(draft.values);
    to.fixed(static_cast<std::uint32_t>(draft.distinct.size()));
    to.fixed(static_cast<std::uint32_t>(body.size() - before));
    to.fixed(draft.least);
    to.fixed(draft.greatest);
  }
  to.raw(body.bytes().data(), body.size());
  EventBlock block;
  block.bytes_ = Buffer::copyOf(to.bytes());
  block.readFrame();
  return block;
}

Result<EventBlock> EventBlock::decode(Buffer&& bytes) {
  EventBlock block;
  block.bytes_ = std::move(bytes);
  if (!block.readFrame()) return fail(ErrorCode::dataLoss, "a block of events is damaged");
  return block;
}

bool EventBlock::readFrame() {
  if (bytes_.size() < kHeaderBytes) return false;
  const auto* const counts = bytes_.at<std::uint32_t>(0);
  const std::uint32_t rows = counts[0];
  const std::size_t columns = counts[1];
  if (rows == 0 || rows > kMaxRows || columns > bytes_.size() / kColumnBytes) return false;
  greatestTime_ = *bytes_.at<Instant>(16);
  std::size_t at = kHeaderBytes + columns * kColumnBytes;
  if (at > bytes_.size() || !readContacts(at, counts[2])) return false;
  if (bytes_.size() - at < padded(rows * sizeof(std::uint16_t))) return false;
  places_ = {bytes_.at<std::uint16_t>(at), rows};
  at += padded(rows * sizeof(std::uint16_t));
  const auto times = PackedNumbers::view(bytes_.view().substr(at), rows);
  if (!times) return false;
  times_ = *times;
  return readColumns(at + times_.byteSize());
}

bool EventBlock::readContacts(std::size_t& at, std::uint32_t count) {
  const std::uint32_t rows = *bytes_.at<std::uint32_t>(0);
  if (rows < kMinIndexedRows) return count == 0;
  const bool isArray = count <= kMaxStoredArray;
  const std::size_t length = isArray ? padded(count * sizeof(std::uint16_t)) : sizeof(ChunkWords);
  if (count == 0 || count > rows || bytes_.size() - at < length) return false;
  contacts_ = {bytes_.data() + at, count, 0, isArray ? ContainerKind::array : ContainerKind::bitset};
  const auto array = isArray ? contacts_->array() : std::span<const std::uint16_t>();
  if (std::adjacent_find(array.begin(), array.end(), std::greater_equal<>()) != array.end()) return false;
  std::uint32_t bits = 0;
  for (std::uint32_t word = 0; !isArray && word < kChunkWords; ++word) bits += std::popcount(contacts_->words()[word]);
  if (!isArray && bits != count) return false;
  at += length;
  return true;
}

bool EventBlock::readColumns(std::size_t at) {
  const std::size_t count = bytes_.at<std::uint32_t>(0)[1];
  const std::uint32_t rows = size();
  columns_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t entry = kHeaderBytes + i * kColumnBytes;
    const auto* const counts = bytes_.at<std::uint32_t>(entry);
    Column& column = columns_.emplace_back();
    column.property = counts[0];
    column.values = counts[1];
    column.least = *bytes_.at<std::int64_t>(entry + 16);
    column.greatest = *bytes_.at<std::int64_t>(entry + 24);
    const std::size_t length = counts[3];
    const bool follows = i == 0 || columns_[i - 1].property < column.property;
    const std::size_t distinct = counts[2] * sizeof(std::int64_t);
    const std::size_t present = column.values == rows ? 0 : (rows + 63) / 64 * sizeof(std::uint64_t);
    const bool sound = follows && length % 8 == 0 && length <= bytes_.size() - at && counts[2] <= kMaxDistinct &&
                       distinct + present <= length && column.values != 0 && column.values <= rows;
    if (!sound) return false;
    column.distinct = {bytes_.at<std::int64_t>(at), counts[2]};
    if (present != 0) column.present = bytes_.at<std::uint64_t>(at + distinct);
    const std::size_t before = distinct + present;
    const auto numbers = PackedNumbers::view(bytes_.view().substr(at + before, length - before), rows);
    if (!numbers) return false;
    column.numbers = *numbers;
    at += length;
  }
  return at == bytes_.size();
}

const EventBlock::Column* EventBlock::column(FieldId property) const {
  const auto found =
      std::find_if(columns_.begin(), columns_.end(), [&](const Column& column) { return column.property == property; });
  return found == columns_.end() ? nullptr : &*found;
}

void EventBlock::appendTo(EventRows& rows) const {
  const std::size_t before = rows.size();
  rows.places.insert(rows.places.end(), places_.begin(), places_.end());
  std::array<std::int64_t, PackedNumbers::kGroup> group;
  const auto append = [&](const PackedNumbers& numbers, std::vector<std::int64_t>& to) {
    for (std::uint32_t first = 0; first < size(); first += PackedNumbers::kGroup) {
      numbers.expand(first / PackedNumbers::kGroup, group.data());
      to.insert(to.end(), group.begin(), group.begin() + std::min(PackedNumbers::kGroup, size() - first));
    }
  };
  append(times_, rows.times);
  for (const Column& column : columns_) {
    EventColumn& to = rows.columnOf(column.property);
    to.values.resize(before);
    to.present.resize(before);
    append(column.numbers, to.values);
    for (std::uint32_t row = 0; row < size(); ++row) {
      to.present.push_back(column.has(row));
      if (!column.has(row)) to.values[before + row] = 0;
    }
  }
  rows.complete();
}

}  // namespace roster
