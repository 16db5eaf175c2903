#include "index/io/contact_lookup.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unordered_map>

#include "core/base/hash.h"
#include "index/engine/executor.h"
#include "tests/support/random_source.h"

namespace roster {
namespace {

constexpr ContactId kContacts = 70'000;  // two chunks

std::string keyOf(std::uint64_t number) { return fmt::format("key-{}", number); }

// Every tenth contact is erased, and some of those keys are those of contacts that came after.
struct Contacts {
  SnapshotPtr snapshot = std::make_shared<Snapshot>();
  std::unordered_map<std::string, ContactId> live;

  Contacts() {
    ChangeBatch first;
    for (ContactId id = 0; id < kContacts; ++id) first.newKeys.append(keyOf(id));
    ChangeBatch erasing;
    for (ContactId id = 0; id < kContacts; id += 10) erasing.erased.push_back(id);
    ChangeBatch again;
    for (ContactId id = 0; id < kContacts; id += 100) again.newKeys.append(keyOf(id));
    for (const ChangeBatch* batch : {&first, &erasing, &again}) {
      snapshot = apply(*snapshot, *batch, snapshot->sequence + 1).value();
    }
    for (ContactId id = 0; id < kContacts; ++id) {
      if (id % 10 != 0) live[keyOf(id)] = id;
      if (id % 100 == 0) live[keyOf(id)] = kContacts + id / 100;
    }
  }
};

std::vector<ConvertedRows> randomBlocks(std::size_t rows, RandomSource& random) {
  std::vector<ConvertedRows> blocks;
  for (std::size_t row = 0; row < rows; ++row) {
    if (blocks.empty() || random.below(1000) == 0) blocks.emplace_back();
    const std::string key = keyOf(random.below(kContacts + kContacts / 5));
    blocks.back().keys.append(key);
    blocks.back().keyHashes.push_back(hashBytes(key));
  }
  blocks.emplace_back();  // one without a row
  return blocks;
}

TEST(ContactLookup, FindsTheLiveContactOfEveryKey) {
  const Contacts contacts;
  const Executor executor;
  RandomSource random(1);
  for (const std::size_t rows : {0, 1, 3000, 50'000}) {
    const std::vector<ConvertedRows> blocks = randomBlocks(rows, random);
    const auto found = findContacts(blocks, *contacts.snapshot, executor.parallelFor());
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), blocks.size());
    std::size_t unknown = 0;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      ASSERT_EQ((*found)[b].size(), blocks[b].keys.size());
      for (std::size_t row = 0; row < blocks[b].keys.size(); ++row) {
        const auto expected = contacts.live.find(std::string(blocks[b].keys[row]));
        ASSERT_EQ((*found)[b][row], expected == contacts.live.end() ? kNoContact : expected->second);
        unknown += expected == contacts.live.end() ? 1 : 0;
      }
    }
    EXPECT_EQ(countUnknown(*found), unknown);
  }
}

// Two rows may have the same hash though their keys differ.
TEST(ContactLookup, ComparesKeysAndNotHashes) {
  const Contacts contacts;
  std::vector<ConvertedRows> blocks(1);
  blocks[0].keys.append("no such key");
  blocks[0].keyHashes.push_back(hashBytes(keyOf(1)));
  const auto found = findContacts(blocks, *contacts.snapshot, serialFor);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)[0][0], kNoContact);
}

TEST(ContactLookup, FindsNobodyInAnEmptyDatabase) {
  std::vector<ConvertedRows> blocks(1);
  blocks[0].keys.append("a");
  blocks[0].keyHashes.push_back(hashBytes("a"));
  const auto found = findContacts(blocks, Snapshot(), serialFor);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)[0][0], kNoContact);
}

}  // namespace
}  // namespace roster
