// The families of a database, and a batch of changes to them that is applied as a whole or not at all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roster {

// A family is a key space of its own. The numbers are part of the storage format only by their names below.
enum class Family : std::uint8_t { meta, keys, dictionary, log, forward, bitmaps, events, dedup, changelog, audit };

inline constexpr std::array<Family, 10> kFamilies = {
    Family::meta,    Family::keys,   Family::dictionary, Family::log,       Family::forward,
    Family::bitmaps, Family::events, Family::dedup,      Family::changelog, Family::audit};

constexpr std::size_t indexOf(Family family) { return static_cast<std::size_t>(family); }

// The name a family has on disk and in messages.
std::string_view nameOf(Family family);

// Keys are any bytes, in the order of unsigned bytes, up to this length.
inline constexpr std::size_t kMaxStoreKeyBytes = 4096;

// All keys k with from <= k < to; an empty `to` means no upper end. A range whose `to` does not lie above `from` is
// empty.
struct KeyRange {
  std::string from;
  std::string to;

  static KeyRange all() { return {}; }
  // All keys that start with `prefix`.
  static KeyRange ofPrefix(std::string_view prefix);

  bool contains(std::string_view key) const { return key >= from && (to.empty() || key < to); }
  bool empty() const { return !to.empty() && to <= from; }
};

// Changes in the order they were added; a later one of a key wins. A value: copied and moved freely, not thread-safe.
class StoreBatch {
 public:
  enum class Change : std::uint8_t { put, remove, removeRange };

  // What a store applies. Of a removeRange, `key` is the range's `from` and `value` its `to`. The views live as long
  // as the batch is not changed.
  struct Operation {
    Change change;
    Family family;
    std::string_view key;
    std::string_view value;
  };

  void put(Family family, std::string_view key, std::string_view value) { add(Change::put, family, key, value); }
  void remove(Family family, std::string_view key) { add(Change::remove, family, key, {}); }
  // Costs the same however many keys there are, but slows later reads of the neighbourhood until it is compacted: for
  // dropping a whole field or shard, not for a few keys.
  void removeRange(Family family, const KeyRange& range);

  void clear();
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  // Bytes of all keys and values.
  std::size_t byteSize() const { return bytes_.size(); }

  Operation operator[](std::size_t index) const;

 private:
  struct Entry {
    Change change;
    Family family;
    std::size_t keySize;
    std::size_t valueSize;
    std::size_t offset;  // of the key in bytes_; the value follows
  };

  void add(Change change, Family family, std::string_view key, std::string_view value);

  std::string bytes_;
  std::vector<Entry> entries_;
};

}  // namespace roster
