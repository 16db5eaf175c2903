// The one hash of Roster: XXH3-64. Its values are stored, so they never change.
#pragma once

#include <cstdint>
#include <string_view>

namespace roster {

std::uint64_t hashBytes(std::string_view bytes);

// Spreads contacts over 10,000 buckets: XXH3-64 of the name, a zero byte and the key, modulo 10,000.
inline constexpr std::uint32_t kBucketCount = 10'000;
std::uint32_t bucketOf(std::string_view name, std::string_view key);

}  // namespace roster
