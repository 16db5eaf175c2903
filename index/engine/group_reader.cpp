#include "index/engine/group_reader.h"

#include <algorithm>
#include <limits>

#include "core/data/set_element.h"
#include "core/data/set_patch.h"

namespace roster {

namespace {

constexpr std::uint64_t kNearKeys = 1U << 16;

// bool fields have no dictionary: false is code 1, true is code 2.
constexpr Code kTrueCode = 2;

std::int64_t floorQuotient(std::int64_t value, std::int64_t divisor) {
  const std::int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

Day startOf(Grouping grouping, Day day) {
  switch (grouping) {
    case Grouping::week: return startOfWeek(day);
    case Grouping::month: return startOfMonth(day);
    case Grouping::quarter: return startOfQuarter(day);
    case Grouping::year: return startOfYear(day);
    case Grouping::value:
    case Grouping::step:
    case Grouping::weekday:
    case Grouping::day: break;
  }
  return day;
}

}  // namespace

void NumberTable::insert(std::int64_t key, std::uint32_t number) {
  if (near_.empty()) {
    origin_ = static_cast<std::uint64_t>(key) - kNearKeys / 2;
    near_.assign(kNearKeys, 0);
  }
  const std::uint64_t distance = static_cast<std::uint64_t>(key) - origin_;
  if (distance < near_.size()) near_[distance] = number;
  else far_.emplace(key, number);
}

Result<GroupKeys> GroupKeys::load(const Dimension& dimension, const Snapshot& snapshot) {
  LoadedDictionary dictionary({});
  if (const auto found = snapshot.dictionaries.find(dimension.field.id); found != snapshot.dictionaries.end()) {
    auto loaded = found->second->load();
    if (!loaded) return propagate(loaded);
    dictionary = *std::move(loaded);
  }
  return GroupKeys(dimension, *snapshot.zone, std::move(dictionary));
}

Code GroupKeys::lastCode() const {
  return dimension_->field.type.kind == FieldKind::boolean ? kTrueCode : dictionary_.lastCode();
}

bool GroupKeys::isByCode() const {
  const FieldType& type = dimension_->field.type;
  return isCoded(type.kind) && (type.kind != FieldKind::set || type.element == FieldKind::category);
}

std::int64_t GroupKeys::ofCode(Code code) const {
  if (isByCode()) return code;
  return ofNumber(readElement(dictionary_[code]).value_or(0));
}

// Groups of a step have their quotient for a key, because the multiple itself may not fit in 64 bits.
std::int64_t GroupKeys::ofNumber(std::int64_t number) const {
  const Grouping grouping = dimension_->grouping;
  if (grouping == Grouping::value) return number;
  if (grouping == Grouping::step) return floorQuotient(number, dimension_->step);
  return startOf(grouping, number);
}

Group GroupKeys::group(std::int64_t key) const {
  if (dimension_->field.type.kind == FieldKind::boolean) return key == kTrueCode;
  if (isByCode()) return std::string(dictionary_[static_cast<Code>(key)]);
  std::int64_t start = key;
  if (dimension_->grouping == Grouping::step && __builtin_mul_overflow(key, dimension_->step, &start)) {
    start = std::numeric_limits<std::int64_t>::min();
  }
  return start;
}

std::uint32_t GroupReader::numberNewCode(Code code) {
  if (code > keys_.lastCode()) {
    damaged_ = true;
    return 0;
  }
  if (code >= ofCode_.size()) ofCode_.resize(std::max<std::size_t>(code + std::size_t{1}, 2 * ofCode_.size()), 0);
  return ofCode_[code] = groups_.numberOf(keys_.ofCode(code));
}

Result<void> GroupReader::check() const { return damaged_ ? failUnknownCode() : Result<void>(); }

std::uint32_t GroupReader::numberOfNumber(std::int64_t number) {
  const Dimension& dimension = keys_.dimension();
  const Grouping grouping = dimension.grouping;
  // An instant or a number is seldom seen twice, a day often; and dividing costs less than looking up does.
  if (grouping == Grouping::value || grouping == Grouping::step) return groups_.numberOf(keys_.ofNumber(number));
  if (dimension.field.type.kind == FieldKind::timestamp) number = keys_.zone().dayOf(number);
  if (const std::uint32_t known = ofDay_.find(number); known != 0) return known;
  const std::uint32_t group = groups_.numberOf(keys_.ofNumber(number));
  ofDay_.insert(number, group);
  return group;
}

Result<void> GroupReader::read(const FieldShard* field, ChunkIndex chunk, std::span<const std::uint16_t> places) {
  several_ = false;
  numbers_.assign(places.size(), 0);
  if (field == nullptr) return {};
  if (const auto* coded = std::get_if<CodedColumns>(&field->columns)) return readCodes(*coded, chunk, places);
  if (const auto* sets = std::get_if<SetColumns>(&field->columns)) return readSets(*sets, chunk, places);
  if (const auto* numbers = std::get_if<NumberColumns>(&field->columns)) {
    return readNumbers(*field, *numbers, chunk, places);
  }
  return fail(ErrorCode::internal, "a breakdown by a text field was not refused");
}

Result<void> GroupReader::readCodes(const CodedColumns& columns, ChunkIndex chunk,
                                    std::span<const std::uint16_t> places) {
  auto codes = load(columns.codes[chunk]);
  if (!codes) return propagate(codes);
  std::uint32_t* to = numbers_.data();
  (*codes)->forEachAt(places, [&](std::uint16_t, Code code) { *to++ = numberOfCode(code); });
  return check();
}

Result<void> GroupReader::readSets(const SetColumns& columns, ChunkIndex chunk, std::span<const std::uint16_t> places) {
  auto sets = PatchedSets::load(columns, chunk);
  if (!sets) return propagate(sets);
  several_ = true;
  numbers_.clear();
  ends_.clear();
  for (const std::uint16_t place : places) {
    const auto begin = static_cast<std::ptrdiff_t>(numbers_.size());
    for (const Code code : (*sets)[place]) numbers_.push_back(numberOfCode(code));
    if (!keys_.isByCode()) {  // two dates of one month, say, are in one group
      std::sort(numbers_.begin() + begin, numbers_.end());
      numbers_.erase(std::unique(numbers_.begin() + begin, numbers_.end()), numbers_.end());
    }
    if (numbers_.size() == static_cast<std::size_t>(begin)) numbers_.push_back(0);
    ends_.push_back(static_cast<std::uint32_t>(numbers_.size()));
  }
  return check();
}

Result<void> GroupReader::readNumbers(const FieldShard& field, const NumberColumns& columns, ChunkIndex chunk,
                                      std::span<const std::uint16_t> places) {
  auto present = load(field.present);
  if (!present) return propagate(present);
  auto read = reader_.read(columns.numbers[chunk], static_cast<std::uint32_t>(places.size()));
  if (!read) return propagate(read);
  ChunkWords held;
  expand((*present)->chunk(chunk), held);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (held.test(places[i])) numbers_[i] = numberOfNumber(reader_[places[i]]);
  }
  return {};
}

}  // namespace roster
