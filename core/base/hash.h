// The one hash of Roster: XXH3-64. Its values are stored, so they never change.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace roster {

std::uint64_t hashBytes(std::string_view bytes);

// XXH3-128, the low half first: for what is known by its hash alone.
std::array<std::uint64_t, 2> wideHash(std::string_view bytes);

// Spreads contacts over 10,000 buckets: XXH3-64 of the name, a zero byte and the key, modulo 10,000.
inline constexpr std::uint32_t kBucketCount = 10'000;

// The buckets of one name. Not thread-safe: it keeps room for what it hashes.
//
// XXH3 takes 9 to 128 bytes in words of eight, by their distance from either end. Where a key stands in a text behind
// other bytes, each word is read from there, even one that reaches back into the name: a mask leaves what is the key's,
// and one exclusive or puts in the name's bytes and XXH3's constant, so that nothing is copied.
class BucketHash {
 public:
  explicit BucketHash(std::string_view name);

  std::uint32_t operator()(std::string_view key);
  // Of the key [begin, end) of a text. Less than half the work, unless the key with name and zero byte is shorter than
  // 9 bytes or longer than 128, or stands so near the front that the two would not fit before it.
  std::uint32_t operator()(std::string_view text, std::uint32_t begin, std::uint32_t end);

 private:
  static constexpr std::size_t kFewest = 9;  // bytes that are hashed where they stand
  static constexpr std::size_t kMost = 128;
  struct Word;
  struct Pair;

  Word wordAt(std::size_t at, std::uint64_t constant) const;
  Pair pairAt(std::size_t at, std::size_t secret) const;
  Pair onlyPair(std::size_t size) const;
  static std::uint64_t hashShort(const Pair& pair, const char* joined, std::size_t size);
  std::uint64_t hashInPlace(const char* joined, std::size_t size) const;
  bool hashesInPlace(std::uint32_t begin, std::uint32_t end) const;

  std::size_t lead_;    // bytes of the name and the zero byte
  std::string joined_;  // the lead, and room for a key
  // Where the lead is no longer than what is hashed in place, with what a pair of words reaches beyond it:
  std::array<char, kMost + 16> leadBytes_{};  // the lead and zeros
  std::array<char, kMost + 16> keyBits_{};    // zeros for the lead, and ones
};

inline std::uint32_t bucketOf(std::string_view name, std::string_view key) { return BucketHash(name)(key); }

}  // namespace roster
