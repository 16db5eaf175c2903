// The one hash of Roster: XXH3-64. Its values are stored, so they never change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roster {

std::uint64_t hashBytes(std::string_view bytes);

// Spreads contacts over 10,000 buckets: XXH3-64 of the name, a zero byte and the key, modulo 10,000.
inline constexpr std::uint32_t kBucketCount = 10'000;

// The buckets of one name. Not thread-safe: it keeps room for what it hashes.
class BucketHash {
 public:
  explicit BucketHash(std::string_view name);
  std::uint32_t operator()(std::string_view key);

 private:
  std::size_t lead_;    // bytes of the name and the zero byte
  std::string joined_;  // the lead, and room for a key
};

inline std::uint32_t bucketOf(std::string_view name, std::string_view key) { return BucketHash(name)(key); }

}  // namespace roster
