// Which group of a dimension each contact of a chunk is in, as small numbers that counters are indexed by.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/data/snapshot.h"
#include "index/engine/dimension.h"
#include "index/engine/number_reader.h"

namespace roster {

// A map from 64-bit keys to numbers above 0, fast where keys lie close together.
class NumberTable {
 public:
  // 0 where the key is not there.
  std::uint32_t find(std::int64_t key) const {
    const std::uint64_t distance = static_cast<std::uint64_t>(key) - origin_;
    if (distance < near_.size()) return near_[distance];
    const auto found = far_.find(key);
    return found == far_.end() ? 0 : found->second;
  }
  void insert(std::int64_t key, std::uint32_t number);

 private:
  std::uint64_t origin_ = 0;         // where the first key is the middle of `near_`
  std::vector<std::uint32_t> near_;  // by distance from the origin
  std::unordered_map<std::int64_t, std::uint32_t> far_;
};

// Numbers keys from 1 in order of their first appearance.
class KeyNumbers {
 public:
  std::uint32_t numberOf(std::int64_t key) {
    if (const std::uint32_t known = numbers_.find(key); known != 0) return known;
    keys_.push_back(key);
    numbers_.insert(key, static_cast<std::uint32_t>(keys_.size()));
    return static_cast<std::uint32_t>(keys_.size());
  }
  std::int64_t keyOf(std::uint32_t number) const { return keys_[number - 1]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size()); }

 private:
  NumberTable numbers_;
  std::vector<std::int64_t> keys_;
};

// From a stored value to the key of its group, and from that to the group.
class GroupKeys {
 public:
  // `snapshot` outlives it. dataLoss where the dictionary cannot be loaded.
  static Result<GroupKeys> load(const Dimension& dimension, const Snapshot& snapshot);

  // Of a code of a coded field, or of a number.
  std::int64_t ofCode(Code code) const;
  std::int64_t ofNumber(std::int64_t number) const;
  Group group(std::int64_t key) const;

  const Dimension& dimension() const { return *dimension_; }
  const TimeZone& zone() const { return *zone_; }
  // The last code that was given; a larger one in a column is damage.
  Code lastCode() const;
  // Whether every code is a group of its own.
  bool isByCode() const;
  // Whether besides every contact has one code, kNoCode where it has no value: the dimension is no set.
  bool isByOneCode() const { return isByCode() && dimension_->field.type.kind != FieldKind::set; }

 private:
  GroupKeys(const Dimension& dimension, const TimeZone& zone, LoadedDictionary dictionary)
      : dimension_(&dimension), zone_(&zone), dictionary_(std::move(dictionary)) {}

  const Dimension* dimension_;
  const TimeZone* zone_;
  LoadedDictionary dictionary_;
};

// Reads chunk after chunk and numbers the groups it meets; number 0 is "no value". Not thread-safe; `keys` outlives it.
class GroupReader {
 public:
  explicit GroupReader(const GroupKeys& keys) : keys_(keys) {}

  // Reads the groups of some contacts of a chunk, ascending. `field` is null where nobody in the shard has a value.
  Result<void> read(const FieldShard* field, ChunkIndex chunk, std::span<const std::uint16_t> places);

  // The distinct groups of the i-th of them; never empty.
  std::span<const std::uint32_t> groupsOf(std::size_t i) const {
    if (!several_) return {&numbers_[i], 1};
    const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return {&numbers_[begin], ends_[i] - begin};
  }
  // The same of contacts that are in one group each: one number a contact; empty for sets.
  std::span<const std::uint32_t> single() const { return several_ ? std::span<const std::uint32_t>() : numbers_; }

  // 0 of a code that was never given, too; check() tells.
  std::uint32_t numberOfCode(Code code) {
    const std::uint32_t known = code < ofCode_.size() ? ofCode_[code] : 0;
    return known != 0 || code == kNoCode ? known : numberNewCode(code);
  }
  // Of a number as the field stores it.
  std::uint32_t numberOfNumber(std::int64_t number);
  // dataLoss once it met a code that was never given.
  Result<void> check() const;
  // Numbers given so far: 1 … groupCount().
  std::uint32_t groupCount() const { return groups_.size(); }
  std::int64_t keyOf(std::uint32_t number) const { return groups_.keyOf(number); }

  // The number that this reader gave a group, translated into that of all readers together.
  std::uint32_t translate(std::uint32_t number, KeyNumbers& all) const {
    return number == 0 ? 0 : all.numberOf(keyOf(number));
  }

 private:
  std::uint32_t numberNewCode(Code code);
  Result<void> readCodes(const CodedColumns& columns, ChunkIndex chunk, std::span<const std::uint16_t> places);
  Result<void> readSets(const SetColumns& columns, ChunkIndex chunk, std::span<const std::uint16_t> places);
  Result<void> readNumbers(const FieldShard& field, const NumberColumns& columns, ChunkIndex chunk,
                           std::span<const std::uint16_t> places);

  const GroupKeys& keys_;
  KeyNumbers groups_;
  std::vector<std::uint32_t> ofCode_;  // the group's number by code
  NumberTable ofDay_;                  // the same by day, so that each is grouped once
  NumberReader reader_;
  bool several_ = false;
  bool damaged_ = false;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace roster
