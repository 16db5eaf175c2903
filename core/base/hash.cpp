#include "core/base/hash.h"

#include <string>
#include <xxhash.h>

namespace roster {

std::uint64_t hashBytes(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint32_t bucketOf(std::string_view name, std::string_view key) {
  std::string joined;
  joined.reserve(name.size() + 1 + key.size());
  joined.append(name).push_back('\0');
  joined.append(key);
  return static_cast<std::uint32_t>(hashBytes(joined) % kBucketCount);
}

}  // namespace roster
