// Any sequence of changes leaves a store as it leaves a map.
#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

#include "index/store/store.h"
#include "tests/index/store/store_under_test.h"

namespace roster {
namespace {

using Model = std::array<std::map<std::string, std::string>, kFamilies.size()>;
using Entries = std::vector<std::pair<std::string, std::string>>;

// Few short keys, so that changes meet; bytes at the ends of the order among them.
std::string anyKey() {
  return *rc::gen::resize(4, rc::gen::container<std::string>(rc::gen::element('\0', 'a', 'b', '\x7f', '\xff')));
}
std::string anyValue() {
  const std::string value = *rc::gen::arbitrary<std::string>();
  return *rc::gen::inRange(0, 20) == 0 ? std::string(50'000, 'v') + value : value;
}
Family anyFamily() { return *rc::gen::element(Family::meta, Family::keys, Family::bitmaps, Family::log); }
KeyRange anyRange() {
  return *rc::gen::inRange(0, 3) == 0 ? KeyRange::ofPrefix(anyKey()) : KeyRange{anyKey(), anyKey()};
}

void erase(std::map<std::string, std::string>& entries, const KeyRange& range) {
  std::erase_if(entries, [&](const auto& entry) { return range.contains(entry.first); });
}

void changeRandomly(Store& store, Model& model) {
  StoreBatch batch;
  for (int changes = *rc::gen::inRange(0, 12); changes > 0; --changes) {
    const Family family = anyFamily();
    auto& entries = model[indexOf(family)];
    const int kind = *rc::gen::inRange(0, 10);
    const std::string key = anyKey();
    if (kind < 6) {
      const std::string value = anyValue();
      batch.put(family, key, value);
      entries[key] = value;
    } else if (kind < 9) {
      batch.remove(family, key);
      entries.erase(key);
    } else {
      const KeyRange range = anyRange();
      batch.removeRange(family, range);
      erase(entries, range);
    }
  }
  RC_ASSERT(store.write(batch, *rc::gen::element(Durability::buffered, Durability::synced)).has_value());
}

void loadRandomly(Store& store, Model& model) {
  auto load = store.beginBulk().value();
  const bool committed = *rc::gen::inRange(0, 4) > 0;
  for (int writers = *rc::gen::inRange(0, 4); writers > 0; --writers) {
    const Family family = anyFamily();
    const bool finished = *rc::gen::inRange(0, 5) > 0;
    const auto entries = *rc::gen::arbitrary<std::map<std::string, std::string>>();
    auto writer = load->beginFamily(family).value();
    for (const auto& [key, value] : entries) {
      RC_ASSERT(writer->put(key, value).has_value());
      if (committed && finished) model[indexOf(family)][key] = value;
    }
    if (finished) RC_ASSERT(writer->finish().has_value());
  }
  if (committed) RC_ASSERT(load->commit().has_value());
}

void compareScan(const Store& store, const Model& model, Family family, const KeyRange& range, ScanOrder order) {
  Entries expected;
  for (const auto& entry : model[indexOf(family)]) {
    if (range.contains(entry.first)) expected.push_back(entry);
  }
  if (order == ScanOrder::descending) std::reverse(expected.begin(), expected.end());
  Entries seen;
  const auto scanned = store.scan(family, range, order, [&](std::string_view key, std::string_view value) {
    seen.emplace_back(key, value);
    return true;
  });
  RC_ASSERT(scanned.has_value());
  RC_ASSERT(seen == expected);
}

void compareAll(const Store& store, const Model& model) {
  for (const Family family : kFamilies) {
    compareScan(store, model, family, KeyRange::all(), ScanOrder::ascending);
    for (const auto& [key, value] : model[indexOf(family)]) {
      RC_ASSERT(store.get(family, key).value() == value);
      RC_ASSERT(store.getAligned(family, key).value()->view() == value);
    }
  }
}

void clear(Store& store) {
  StoreBatch batch;
  for (const Family family : kFamilies) batch.removeRange(family, KeyRange::all());
  RC_ASSERT(store.write(batch, Durability::buffered).has_value());
}

template <class Kind>
void checkAgainstModel(Kind& kind) {
  Model model;
  clear(kind.store());
  for (int steps = *rc::gen::inRange(0, 20); steps > 0; --steps) {
    const int step = *rc::gen::inRange(0, 60);
    if (step == 0) {
      kind.reopen();
    } else if (step == 1) {
      RC_ASSERT(kind.store().compact().has_value());
    } else if (step < 5) {
      RC_ASSERT(kind.store().flush().has_value());
    } else if (step < 10) {
      loadRandomly(kind.store(), model);
    } else if (step < 20) {
      compareScan(kind.store(), model, anyFamily(), anyRange(),
                  *rc::gen::element(ScanOrder::ascending, ScanOrder::descending));
    } else {
      changeRandomly(kind.store(), model);
    }
  }
  compareAll(kind.store(), model);
  compareAll(*kind.openReader(), model);
}

// One store serves all the runs, each of which begins by clearing it: one on disk takes its time to make.
template <class Kind>
class StoreModel : public ::testing::Test {};

using Kinds = ::testing::Types<MemoryStoreUnderTest, RocksStoreUnderTest>;
TYPED_TEST_SUITE(StoreModel, Kinds);

TYPED_TEST(StoreModel, IsAsAMapUnderAnyChanges) {
  TypeParam kind;
  EXPECT_TRUE(rc::check([&] { checkAgainstModel(kind); }));
}

}  // namespace
}  // namespace roster
