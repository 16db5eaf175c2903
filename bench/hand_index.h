// Plain CRoaring bitmaps over all contacts, as a careful programmer would keep them beside a table: one of each value,
// one of each field's contacts with a value, and a bit-sliced index of each number. Made from a snapshot's data, and
// used through CRoaring's public API alone.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <roaring/roaring.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/data/snapshot.h"

namespace roster::bench {

struct RoaringDeleter {
  void operator()(roaring_bitmap_t* bitmap) const { roaring_bitmap_free(bitmap); }
};
using RoaringPtr = std::unique_ptr<roaring_bitmap_t, RoaringDeleter>;

// Slice k holds the contacts whose distance from `base` has bit k set.
struct BitSlices {
  std::int64_t base = 0;
  std::uint64_t greatest = 0;  // distance
  const roaring_bitmap_t* present = nullptr;
  std::vector<RoaringPtr> slices;
};

// Loads what it is asked for and keeps it. Not thread-safe. What it gives stays valid while it lives.
class HandIndex {
 public:
  explicit HandIndex(SnapshotPtr snapshot) : snapshot_(std::move(snapshot)) {}

  const roaring_bitmap_t* live();
  const roaring_bitmap_t* present(std::string_view field);
  const roaring_bitmap_t* value(std::string_view field, std::string_view value);
  const BitSlices* numbers(std::string_view field);
  // The values of a category that end in `suffix`.
  std::vector<const roaring_bitmap_t*> valuesEndingIn(std::string_view field, std::string_view suffix);
  // The keys of all live contacts, in order.
  const std::vector<std::string>* keys();

  // What is loaded, in Roaring's portable format.
  std::size_t portableBytes() const;

  // Set once something could not be loaded, a field that is not there among it; bitmaps since then are empty.
  const std::optional<Error>& error() const { return error_; }

 private:
  const Field* fieldOf(std::string_view name);
  const roaring_bitmap_t* ofCode(const Field& field, Code code);
  std::optional<LoadedDictionary> dictionaryOf(const Field& field);
  void addNumbers(const FieldShard& shard, const NumberColumns& columns, ShardIndex index, BitSlices& to);
  // What a slot holds, or null and an error kept.
  template <class T>
  std::shared_ptr<const T> loaded(const SlotPtr<T>& slot);
  template <class SlotOf>
  RoaringPtr gather(const SlotOf& slotOf);

  SnapshotPtr snapshot_;
  std::optional<Error> error_;
  RoaringPtr live_;
  std::map<FieldId, RoaringPtr> present_;
  std::map<std::pair<FieldId, Code>, RoaringPtr> values_;
  std::map<FieldId, BitSlices> numbers_;
  std::vector<std::string> keys_;
};

}  // namespace roster::bench
