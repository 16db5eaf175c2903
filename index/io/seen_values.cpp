#include "index/io/seen_values.h"

#include <utility>
#include <xxhash.h>

namespace roster {

bool SeenValues::insert(std::int64_t number) {
  // The high half keeps the key of a zero apart from a free slot.
  return insert(Key{1, static_cast<std::uint64_t>(number)});
}

bool SeenValues::insert(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return insert(Key{hash.high64 | 1, hash.low64});
}

bool SeenValues::insert(const Key& key) {
  if (4 * (used_ + 1) > 3 * slots_.size()) grow();
  Key& slot = slotOf(key);
  if (!slot.empty()) return false;
  slot = key;
  ++used_;
  return true;
}

SeenValues::Key& SeenValues::slotOf(const Key& key) {
  const std::size_t mask = slots_.size() - 1;
  // Numbers that follow each other must not crowd neighbouring slots.
  std::size_t at = static_cast<std::size_t>((key.low ^ (key.low >> 32)) * 0x9E3779B97F4A7C15 >> 20) & mask;
  while (!slots_[at].empty() && slots_[at] != key) at = (at + 1) & mask;
  return slots_[at];
}

void SeenValues::grow() {
  constexpr std::size_t kFirstSize = 1024;
  std::vector<Key> before = std::exchange(slots_, std::vector<Key>(slots_.empty() ? kFirstSize : 2 * slots_.size()));
  for (const Key& key : before) {
    if (!key.empty()) slotOf(key) = key;
  }
}

}  // namespace roster
