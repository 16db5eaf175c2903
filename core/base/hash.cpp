#include "core/base/hash.h"

#include <algorithm>

// Compiled into this file: most of what is hashed is short, and a call costs as much as hashing it.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace roster {

namespace {

// A word of XXH3's default secret.
std::uint64_t secretAt(std::size_t at) { return XXH_readLE64(XXH3_kSecret + at); }

std::uint32_t bucketFrom(std::uint64_t hash) { return static_cast<std::uint32_t>(hash % kBucketCount); }

}  // namespace

std::uint64_t hashBytes(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::array<std::uint64_t, 2> wideHash(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

// A word that XXH3 multiplies, from the eight bytes at its place: what is the key's among them, and all else.
struct BucketHash::Word {
  std::uint64_t key;
  std::uint64_t rest;

  std::uint64_t of(const char* bytes) const { return (XXH_readLE64(bytes) & key) ^ rest; }
};

struct BucketHash::Pair {
  Word low;
  Word high;

  std::uint64_t of(const char* bytes) const { return XXH3_mul128_fold64(low.of(bytes), high.of(bytes + 8)); }
};

// XXH3 takes 9 to 16 bytes as one pair of words, up to 32 as two pairs, up to 64 as four, and so on, from both ends by
// turns.
inline std::uint64_t BucketHash::hashShort(const Pair& pair, const char* joined, std::size_t size) {
  const std::uint64_t low = pair.low.of(joined);
  const std::uint64_t high = pair.high.of(joined + size - 8);
  return XXH3_avalanche(size + XXH_swap64(low) + high + XXH3_mul128_fold64(low, high));
}

BucketHash::BucketHash(std::string_view name) : lead_(name.size() + 1), joined_(name) {
  joined_.push_back('\0');
  if (lead_ > kMost) return;
  std::copy(joined_.begin(), joined_.end(), leadBytes_.begin());
  std::fill(keyBits_.begin() + static_cast<std::ptrdiff_t>(lead_), keyBits_.end(), static_cast<char>(0xFF));
}

std::uint32_t BucketHash::operator()(std::string_view key) {
  const std::size_t size = lead_ + key.size();
  if (joined_.size() < size) joined_.resize(size);
  key.copy(joined_.data() + lead_, key.size());
  return bucketFrom(hashBytes({joined_.data(), size}));
}

// The word `at` bytes from the start of the lead.
inline BucketHash::Word BucketHash::wordAt(std::size_t at, std::uint64_t constant) const {
  const std::size_t ofLead = std::min(at, lead_);
  return {XXH_readLE64(keyBits_.data() + ofLead), XXH_readLE64(leadBytes_.data() + ofLead) ^ constant};
}

inline BucketHash::Pair BucketHash::pairAt(std::size_t at, std::size_t secret) const {
  return {wordAt(at, secretAt(secret)), wordAt(at + 8, secretAt(secret + 8))};
}

// For up to 16 bytes.
inline BucketHash::Pair BucketHash::onlyPair(std::size_t size) const {
  return {wordAt(0, secretAt(24) ^ secretAt(32)), wordAt(size - 8, secretAt(40) ^ secretAt(48))};
}

// The hash of lead and key; `joined` is as far before the key as the lead is long.
inline std::uint64_t BucketHash::hashInPlace(const char* joined, std::size_t size) const {
  if (size <= 16) return hashShort(onlyPair(size), joined, size);
  std::uint64_t sum = size * XXH_PRIME64_1;
  for (std::size_t at = 0; 2 * at < size; at += 16) {
    sum += pairAt(at, 2 * at).of(joined + at);
    sum += pairAt(size - 16 - at, 2 * at + 16).of(joined + (size - 16 - at));
  }
  return XXH3_avalanche(sum);
}

inline bool BucketHash::hashesInPlace(std::uint32_t begin, std::uint32_t end) const {
  const std::size_t size = lead_ + (end - begin);
  return size >= kFewest && size <= kMost && begin >= lead_;
}

std::uint32_t BucketHash::operator()(std::string_view text, std::uint32_t begin, std::uint32_t end) {
  if (!hashesInPlace(begin, end)) return (*this)(text.substr(begin, end - begin));
  return bucketFrom(hashInPlace(text.data() + (begin - lead_), lead_ + (end - begin)));
}

}  // namespace roster
