#include "core/base/hash.h"

// Compiled into this file: most of what is hashed is short, and a call costs as much as hashing it.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace roster {

std::uint64_t hashBytes(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

BucketHash::BucketHash(std::string_view name) : lead_(name.size() + 1), joined_(name) { joined_.push_back('\0'); }

std::uint32_t BucketHash::operator()(std::string_view key) {
  const std::size_t size = lead_ + key.size();
  if (joined_.size() < size) joined_.resize(size);
  key.copy(joined_.data() + lead_, key.size());
  return static_cast<std::uint32_t>(hashBytes({joined_.data(), size}) % kBucketCount);
}

}  // namespace roster
