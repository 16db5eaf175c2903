// What every Store promises, asked of each of them.
#include <atomic>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "index/store/store.h"
#include "tests/index/store/store_under_test.h"

namespace roster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using Entries = std::vector<std::pair<std::string, std::string>>;

Entries entriesOf(const Store& store, Family family, const KeyRange& range = KeyRange::all(),
                  ScanOrder order = ScanOrder::ascending) {
  Entries entries;
  const auto scanned = store.scan(family, range, order, [&](std::string_view key, std::string_view value) {
    entries.emplace_back(key, value);
    return true;
  });
  EXPECT_TRUE(scanned) << scanned.error().message;
  return entries;
}

template <class Kind>
class StoreContract : public ::testing::Test {
 protected:
  void put(Family family, std::string_view key, std::string_view value) {
    StoreBatch batch;
    batch.put(family, key, value);
    ASSERT_TRUE(store().write(batch, Durability::buffered));
  }
  std::string get(Family family, std::string_view key) {
    const auto value = store().get(family, key);
    return !value ? "error: " + value.error().message : value->value_or("nothing");
  }
  Store& store() { return kind_.store(); }

  Kind kind_;
};

using Kinds = ::testing::Types<MemoryStoreUnderTest, RocksStoreUnderTest>;
TYPED_TEST_SUITE(StoreContract, Kinds);

TYPED_TEST(StoreContract, HoldsWhatWasPutByFamily) {
  this->put(Family::keys, "a", "in keys");
  this->put(Family::log, "a", "in log");
  EXPECT_EQ(this->get(Family::keys, "a"), "in keys");
  EXPECT_EQ(this->get(Family::log, "a"), "in log");
  EXPECT_EQ(this->get(Family::meta, "a"), "nothing");
  EXPECT_EQ(this->get(Family::keys, "b"), "nothing");
}

TYPED_TEST(StoreContract, TakesAnyBytes) {
  const std::string key("\0\xff\0k", 4);
  const std::string large(300'000, '\xfe');
  this->put(Family::forward, key, large);
  this->put(Family::forward, "empty", "");
  this->put(Family::forward, "", "of the empty key");
  EXPECT_EQ(this->get(Family::forward, key), large);
  EXPECT_EQ(this->get(Family::forward, "empty"), "");
  EXPECT_EQ(this->get(Family::forward, ""), "of the empty key");
}

TYPED_TEST(StoreContract, LargePiecesComeAlignedToACacheLine) {
  const std::string value(16 * kCacheLine + 1, 'v');
  this->put(Family::bitmaps, "b", value);
  this->put(Family::bitmaps, "empty", "");
  const auto got = this->store().getAligned(Family::bitmaps, "b");
  ASSERT_TRUE(got && *got);
  EXPECT_EQ((*got)->view(), value);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>((*got)->data()) % kCacheLine, 0U);
  EXPECT_EQ(this->store().getAligned(Family::bitmaps, "empty").value()->view(), "");
  EXPECT_FALSE(this->store().getAligned(Family::bitmaps, "absent").value());
}

TYPED_TEST(StoreContract, LaterChangesOfABatchWin) {
  this->put(Family::meta, "k", "before");
  StoreBatch batch;
  batch.remove(Family::meta, "k");
  batch.put(Family::meta, "k", "first");
  batch.put(Family::meta, "k", "second");
  batch.put(Family::meta, "gone", "x");
  batch.removeRange(Family::meta, {"g", "h"});
  ASSERT_TRUE(this->store().write(batch, Durability::synced));
  EXPECT_THAT(entriesOf(this->store(), Family::meta), ElementsAre(Pair("k", "second")));
}

TYPED_TEST(StoreContract, ScansInByteOrderBothWays) {
  for (const std::string key : {"b", "a", "\xff", "a\x01", "\x7f"}) this->put(Family::events, key, key);
  EXPECT_THAT(
      entriesOf(this->store(), Family::events),
      ElementsAre(Pair("a", "a"), Pair("a\x01", "a\x01"), Pair("b", "b"), Pair("\x7f", "\x7f"), Pair("\xff", "\xff")));
  EXPECT_THAT(entriesOf(this->store(), Family::events, {"a\x01", "\xff"}, ScanOrder::descending),
              ElementsAre(Pair("\x7f", "\x7f"), Pair("b", "b"), Pair("a\x01", "a\x01")));
  EXPECT_THAT(entriesOf(this->store(), Family::events, {"b", "b"}), IsEmpty());
  EXPECT_THAT(entriesOf(this->store(), Family::events, {"c", "a"}), IsEmpty());
}

TYPED_TEST(StoreContract, PrefixesIncludeTheHighestKeys) {
  for (const std::string key : {"p", "p\xff", "p\xff\xff", "q", "\xff", "\xff\xff"}) this->put(Family::keys, key, "");
  EXPECT_EQ(entriesOf(this->store(), Family::keys, KeyRange::ofPrefix("p")).size(), 3U);
  EXPECT_EQ(entriesOf(this->store(), Family::keys, KeyRange::ofPrefix("p\xff")).size(), 2U);
  EXPECT_EQ(entriesOf(this->store(), Family::keys, KeyRange::ofPrefix("\xff")).size(), 2U);
  EXPECT_EQ(entriesOf(this->store(), Family::keys, KeyRange::ofPrefix("")).size(), 6U);
}

TYPED_TEST(StoreContract, AScanSeesWhatWasThereWhenItBegan) {
  this->put(Family::log, "1", "one");
  this->put(Family::log, "3", "three");
  Entries seen;
  ASSERT_TRUE(this->store().scan(Family::log, KeyRange::all(), [&](std::string_view key, std::string_view value) {
    seen.emplace_back(key, value);
    StoreBatch batch;
    batch.put(Family::log, "2", "two");
    batch.remove(Family::log, "3");
    EXPECT_TRUE(this->store().write(batch, Durability::buffered));
    return true;
  }));
  EXPECT_THAT(seen, ElementsAre(Pair("1", "one"), Pair("3", "three")));
  EXPECT_THAT(entriesOf(this->store(), Family::log), ElementsAre(Pair("1", "one"), Pair("2", "two")));
}

TYPED_TEST(StoreContract, AVisitorEndsItsScan) {
  for (const std::string key : {"a", "b", "c"}) this->put(Family::meta, key, "");
  int calls = 0;
  const auto failed =
      this->store().scan(Family::meta, KeyRange::all(), [&](std::string_view, std::string_view) -> Result<bool> {
        if (++calls == 2) return fail(ErrorCode::dataLoss, "b is bad");
        return true;
      });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "b is bad");
  EXPECT_EQ(calls, 2);
  const auto last = firstOf(this->store(), Family::meta, KeyRange::all(), ScanOrder::descending);
  EXPECT_EQ(last.value()->key, "c");
  EXPECT_FALSE(firstOf(this->store(), Family::audit, KeyRange::all(), ScanOrder::descending).value());
}

TYPED_TEST(StoreContract, RemovesRanges) {
  for (const std::string key : {"a", "b", "c", "d"}) this->put(Family::dedup, key, "");
  const std::string highest(kMaxStoreKeyBytes, '\xff');
  this->put(Family::dedup, highest, "");
  StoreBatch batch;
  batch.removeRange(Family::dedup, {"c", "a"});
  batch.removeRange(Family::dedup, {"b", "d"});
  ASSERT_TRUE(this->store().write(batch, Durability::buffered));
  EXPECT_THAT(entriesOf(this->store(), Family::dedup), ElementsAre(Pair("a", ""), Pair("d", ""), Pair(highest, "")));
  batch.clear();
  batch.removeRange(Family::dedup, {"b", ""});
  ASSERT_TRUE(this->store().write(batch, Durability::buffered));
  EXPECT_THAT(entriesOf(this->store(), Family::dedup), ElementsAre(Pair("a", "")));
}

TYPED_TEST(StoreContract, RefusesAKeyThatIsTooLongAndTheWholeBatchWithIt) {
  StoreBatch batch;
  batch.put(Family::keys, "fine", "");
  batch.put(Family::keys, std::string(kMaxStoreKeyBytes + 1, 'k'), "");
  const auto written = this->store().write(batch, Durability::synced);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::invalidArgument);
  EXPECT_EQ(this->get(Family::keys, "fine"), "nothing");
  this->put(Family::keys, "next", "goes in");
  EXPECT_EQ(this->get(Family::keys, "next"), "goes in");
}

TYPED_TEST(StoreContract, ABulkLoadIsSeenAtItsCommitInAllFamilies) {
  this->put(Family::keys, "k1", "old");
  this->put(Family::keys, "k3", "kept");
  auto load = this->store().beginBulk().value();
  auto keys = load->beginFamily(Family::keys).value();
  auto bitmaps = load->beginFamily(Family::bitmaps).value();
  ASSERT_TRUE(keys->put("k1", "new"));
  ASSERT_TRUE(bitmaps->put("b", "bits"));
  ASSERT_TRUE(keys->put("k2", "new"));
  ASSERT_TRUE(keys->finish());
  ASSERT_TRUE(bitmaps->finish());
  EXPECT_EQ(this->get(Family::keys, "k1"), "old");
  EXPECT_EQ(this->get(Family::bitmaps, "b"), "nothing");
  ASSERT_TRUE(load->commit());
  load.reset();
  EXPECT_THAT(entriesOf(this->store(), Family::keys),
              ElementsAre(Pair("k1", "new"), Pair("k2", "new"), Pair("k3", "kept")));
  EXPECT_EQ(this->get(Family::bitmaps, "b"), "bits");
  this->put(Family::keys, "k1", "newer");
  EXPECT_EQ(this->get(Family::keys, "k1"), "newer");
}

TYPED_TEST(StoreContract, OfTwoSortedWritersTheOneBegunLastWins) {
  auto load = this->store().beginBulk().value();
  auto first = load->beginFamily(Family::forward).value();
  auto second = load->beginFamily(Family::forward).value();
  auto unfinished = load->beginFamily(Family::forward).value();
  auto empty = load->beginFamily(Family::forward).value();
  ASSERT_TRUE(second->put("k", "second"));
  ASSERT_TRUE(unfinished->put("k", "unfinished"));
  ASSERT_TRUE(second->finish());
  ASSERT_TRUE(first->put("j", "first"));
  ASSERT_TRUE(first->put("k", "first"));
  ASSERT_TRUE(first->finish());
  ASSERT_TRUE(empty->finish());
  ASSERT_TRUE(load->commit());
  EXPECT_THAT(entriesOf(this->store(), Family::forward), ElementsAre(Pair("j", "first"), Pair("k", "second")));
}

TYPED_TEST(StoreContract, ABulkLoadWithoutCommitLeavesNothing) {
  {
    auto load = this->store().beginBulk().value();
    auto writer = load->beginFamily(Family::keys).value();
    ASSERT_TRUE(writer->put("k", "v"));
    ASSERT_TRUE(writer->finish());
  }
  EXPECT_EQ(this->get(Family::keys, "k"), "nothing");
  ASSERT_TRUE(this->store().beginBulk().value()->commit());  // an empty one is nothing special
}

TYPED_TEST(StoreContract, SortedWritersRefuseKeysThatDoNotAscend) {
  auto load = this->store().beginBulk().value();
  auto writer = load->beginFamily(Family::keys).value();
  ASSERT_TRUE(writer->put("", "the empty key is the lowest"));
  ASSERT_TRUE(writer->put("b", ""));
  for (const std::string key : {"b", "a", ""}) {
    const auto put = writer->put(key, "");
    ASSERT_FALSE(put) << key;
    EXPECT_EQ(put.error().code, ErrorCode::invalidArgument);
  }
  ASSERT_TRUE(writer->put("c", ""));
  ASSERT_TRUE(writer->finish());
  EXPECT_FALSE(writer->put("d", ""));
  ASSERT_TRUE(load->commit());
  EXPECT_EQ(entriesOf(this->store(), Family::keys).size(), 3U);
}

TYPED_TEST(StoreContract, KeepsAllWhenReopened) {
  this->put(Family::meta, "buffered", "1");
  StoreBatch batch;
  batch.put(Family::meta, "synced", "2");
  ASSERT_TRUE(this->store().write(batch, Durability::synced));
  this->kind_.reopen();
  this->put(Family::meta, "after", "3");
  this->kind_.reopen();
  EXPECT_EQ(entriesOf(this->store(), Family::meta).size(), 3U);
}

TYPED_TEST(StoreContract, FlushAndCompactChangeNothingThatIsSeen) {
  for (int i = 0; i < 100; ++i) this->put(Family::changelog, "k" + std::to_string(i), std::string(1000, 'x'));
  StoreBatch batch;
  batch.removeRange(Family::changelog, KeyRange::ofPrefix("k1"));
  ASSERT_TRUE(this->store().write(batch, Durability::buffered));
  const Entries before = entriesOf(this->store(), Family::changelog);
  EXPECT_EQ(before.size(), 89U);
  ASSERT_TRUE(this->store().flush());
  EXPECT_EQ(entriesOf(this->store(), Family::changelog), before);
  const auto compacted = this->store().compact();
  ASSERT_TRUE(compacted) << compacted.error().message;
  EXPECT_EQ(entriesOf(this->store(), Family::changelog), before);
  ASSERT_TRUE(this->store().sync());
  ASSERT_TRUE(this->store().verifyChecksums());
}

TYPED_TEST(StoreContract, UsageCountsByFamily) {
  std::string incompressible;
  for (std::uint32_t i = 0, x = 1; i < 200'000; ++i)
    incompressible.push_back(static_cast<char>((x = x * 1664525 + 1013904223) >> 24));
  this->put(Family::events, "e", incompressible);
  for (int round = 0; round < 2; ++round) {  // in memory, then flushed
    const FamilyBytes bytes = this->store().usage().value();
    EXPECT_GT(bytes[indexOf(Family::events)], 190'000U);
    EXPECT_LT(bytes[indexOf(Family::events)], 400'000U);
    EXPECT_EQ(bytes[indexOf(Family::audit)], 0U);
    ASSERT_TRUE(this->store().flush());
  }
}

TYPED_TEST(StoreContract, CopiesAllFamilies) {
  for (const Family family : kFamilies) this->put(family, "k", nameOf(family));
  TypeParam other;
  ASSERT_TRUE(copyAll(this->store(), other.store()));
  for (const Family family : kFamilies) {
    EXPECT_THAT(entriesOf(other.store(), family), ElementsAre(Pair("k", std::string(nameOf(family)))));
  }
}

TYPED_TEST(StoreContract, AReaderStandsStillAndTakesNoChanges) {
  this->put(Family::meta, "k", "before");
  const std::unique_ptr<Store> reader = this->kind_.openReader();
  this->put(Family::meta, "k", "after");
  ASSERT_TRUE(this->store().compact());
  EXPECT_EQ(reader->get(Family::meta, "k").value(), "before");
  StoreBatch batch;
  batch.put(Family::meta, "k", "mine");
  for (const Result<void>& refused : {reader->write(batch, Durability::buffered), reader->write({}, Durability::synced),
                                      reader->sync(), reader->flush(), reader->compact()}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalidArgument);
    EXPECT_THAT(refused.error().message, HasSubstr("open for reading only"));
  }
  EXPECT_FALSE(reader->beginBulk());
  EXPECT_TRUE(reader->verifyChecksums());
  EXPECT_EQ(this->get(Family::meta, "k"), "after");
}

TYPED_TEST(StoreContract, ThreadsSeeWholeBatches) {
  std::atomic<bool> done = false;
  std::thread reading([&] {
    while (!done) {
      const auto first = this->store().get(Family::meta, "n");
      // Read later, so it is at least as new.
      const auto second = this->store().get(Family::log, "n");
      EXPECT_LE(std::stoi(first->value_or("0")), std::stoi(second->value_or("0")));
      const Entries both = entriesOf(this->store(), Family::audit);
      if (!both.empty()) {
        EXPECT_EQ(both[0].second, both[1].second);
      }
    }
  });
  std::vector<std::thread> writing;
  std::atomic<int> next = 1;
  std::mutex order;
  for (int thread = 0; thread < 3; ++thread) {
    writing.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        const std::lock_guard lock(order);
        const std::string number = std::to_string(next++);
        StoreBatch batch;
        for (const Family family : {Family::meta, Family::log}) batch.put(family, "n", number);
        for (const std::string key : {"x", "y"}) batch.put(Family::audit, key, number);
        EXPECT_TRUE(this->store().write(batch, Durability::buffered));
      }
    });
  }
  for (std::thread& thread : writing) thread.join();
  done = true;
  reading.join();
  EXPECT_EQ(this->get(Family::meta, "n"), "300");
}

}  // namespace
}  // namespace roster
