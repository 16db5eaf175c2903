#include "core/base/hash.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/support/random_source.h"

namespace roster {
namespace {

// The contract, spelt out.
std::uint32_t spelt(std::string_view name, std::string_view key) {
  std::string joined(name);
  joined.push_back('\0');
  joined.append(key);
  return static_cast<std::uint32_t>(hashBytes(joined) % kBucketCount);
}

std::string randomBytes(RandomSource& random, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(random.bits()));
  return bytes;
}

// Keys one after the other in a text, each hashed alone and where it stands.
void expectBuckets(std::string_view name, const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += key;
  text.shrink_to_fit();  // so that a sanitizer sees what is read beyond it
  BucketHash bucketOf(name);
  std::uint32_t begin = 0;
  for (const std::string& key : keys) {
    const auto end = begin + static_cast<std::uint32_t>(key.size());
    const std::uint32_t expected = spelt(name, key);
    ASSERT_EQ(bucketOf(text, begin, end), expected) << "name of " << name.size() << " bytes, key of " << key.size();
    ASSERT_EQ(bucketOf(key), expected) << "name of " << name.size() << " bytes, key of " << key.size();
    begin = end;
  }
}

const std::vector<std::size_t> kNameSizes = {0,  1,  6,  7,  8,  9,  14,  15,  16,  17,  23,  31,  32,
                                             47, 48, 63, 64, 95, 96, 111, 112, 126, 127, 128, 200, 300};

TEST(BucketHash, IsXxh3OfNameZeroAndKey) {
  // Values of xxHash's own program, so that a change of what is stored and promised is seen.
  EXPECT_EQ(bucketOf("spring-test", "c00000001"), 9924U);
  EXPECT_EQ(bucketOf("t", "c00000001"), 3449U);
  EXPECT_EQ(bucketOf("łatka", "ключ-17"), 6303U);
  EXPECT_EQ(bucketOf("", ""), 1883U);
}

TEST(BucketHash, TakesKeysOfEveryLengthWhereTheyStand) {
  RandomSource random(21);
  for (const std::size_t nameSize : kNameSizes) {
    const std::string name = randomBytes(random, nameSize);
    std::vector<std::string> keys;
    for (std::size_t size = 0; size <= 300; ++size) keys.push_back(randomBytes(random, size));
    expectBuckets(name, keys);
    std::reverse(keys.begin(), keys.end());  // the first has no place for the name before it
    expectBuckets(name, keys);
  }
}

TEST(BucketHash, TakesKeysOfMixedLengths) {
  RandomSource random(22);
  for (const std::size_t nameSize : kNameSizes) {
    const std::string name = randomBytes(random, nameSize);
    for (const std::size_t longest : {3U, 20U, 70U, 140U}) {
      std::vector<std::string> keys;
      while (keys.size() < 400) {
        keys.push_back(randomBytes(random, random.chance(10) ? 0 : random.below(longest + 1)));  // 0: erased
      }
      expectBuckets(name, keys);
    }
  }
}

}  // namespace
}  // namespace roster
