#include "core/data/key_index.h"

#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <rapidcheck/gtest.h>

#include "tests/support/damage.h"
#include "tests/support/random_source.h"

namespace roster {
namespace {

using KeyModel = std::multimap<std::uint64_t, ContactId>;

std::vector<ContactId> expected(const KeyModel& model, std::uint64_t hash) {
  std::vector<ContactId> contacts;
  for (auto [at, end] = model.equal_range(hash); at != end; ++at) contacts.push_back(at->second);
  std::sort(contacts.begin(), contacts.end());
  return contacts;
}

void expectFinds(const KeyIndex& index, const LoadedKeyIndex& loaded, const KeyModel& model, std::uint64_t hash) {
  auto cold = index.find(hash).value();
  std::sort(cold.begin(), cold.end());
  ASSERT_EQ(cold, expected(model, hash)) << hash;
  std::vector<ContactId> warm;
  loaded.find(hash, warm);
  std::sort(warm.begin(), warm.end());
  ASSERT_EQ(warm, cold);
}

// Hashes that are uniform, as those of keys are, that meet, and that lie at the ends or close together, where a guess
// by interpolation is far off.
std::uint64_t randomHash(RandomSource& random) {
  switch (random.below(5)) {
    case 0: return random.below(4);
    case 1: return std::numeric_limits<std::uint64_t>::max() - random.below(4);
    case 2: return (std::uint64_t{1} << 63) + random.below(5000);
    default: return random.bits();
  }
}

RC_GTEST_PROP(KeyIndex, IsAMultimap, (std::uint32_t seed)) {
  RandomSource random(seed);
  KeyIndex index;
  KeyModel model;
  std::vector<std::uint64_t> known;
  ContactId next = 0;
  for (int round = 0; round < 15; ++round) {
    std::vector<KeyEntry> entries;
    for (std::uint64_t i = random.below(random.chance(10) ? 800 : 20); i != 0; --i) {
      const std::uint64_t hash = !known.empty() && random.chance(10) ? random.pick(known) : randomHash(random);
      known.push_back(hash);
      entries.push_back({hash, next});
      model.emplace(hash, next++);
    }
    index = index.withAppended(std::move(entries)).value();
  }
  const LoadedKeyIndex loaded = LoadedKeyIndex::load(index).value();
  for (std::size_t i = 0; i < known.size(); i += 3) expectFinds(index, loaded, model, known[i]);
  for (int i = 0; i < 200; ++i) expectFinds(index, loaded, model, randomHash(random));
}

TEST(KeyIndex, EntriesOfOneHashStayTogetherAcrossPieces) {
  // More than a piece's worth of entries, with a run of equal hashes over the place where it would be cut.
  constexpr std::uint32_t kEntries = 140'000;
  std::vector<KeyEntry> entries;
  KeyModel model;
  for (std::uint32_t i = 0; i < kEntries; ++i) {
    const std::uint64_t hash =
        i > 65'500 && i < 65'600 ? 65'501 * std::uint64_t{1'000'003} : i * std::uint64_t{1'000'003};
    entries.push_back({hash, i});
    model.emplace(hash, i);
  }
  const KeyIndex index = KeyIndex().withAppended(entries).value();
  ASSERT_GT(index.runs().front().size(), 1U);
  const LoadedKeyIndex loaded = LoadedKeyIndex::load(index).value();
  for (std::uint32_t i = 0; i<kEntries; i += i> 65'000 && i < 66'000 ? 1 : 97) {
    expectFinds(index, loaded, model, i * std::uint64_t{1'000'003});
    expectFinds(index, loaded, model, i * std::uint64_t{1'000'003} + 1);
  }
}

TEST(KeyIndex, EmptyFindsNothing) {
  EXPECT_TRUE(KeyIndex().find(0).value().empty());
  std::vector<ContactId> found;
  KeyIndexRun().find(0, found);
  EXPECT_TRUE(found.empty());
}

TEST(KeyIndex, RunsStayFew) {
  KeyIndex index;
  for (ContactId i = 0; i < 3000; ++i) index = index.withAppended({{i * std::uint64_t{0x9E3779B97F4A7C15}, i}}).value();
  EXPECT_LE(index.runs().size(), 8U);
}

TEST(KeyIndexRun, DamageIsRefusedOrHarmless) {
  const std::vector<KeyEntry> entries{{1, 4}, {1, 5}, {900, 1}, {std::uint64_t{1} << 60, 2}};
  forEachDamage(KeyIndexRun::build(entries).encoded(), [](const std::string& damaged) {
    const auto run = KeyIndexRun::decode(Buffer::copyOf(damaged));
    if (!run) return;
    std::vector<ContactId> found;
    for (const std::uint64_t hash : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{900}, ~std::uint64_t{0}}) {
      run->find(hash, found);
    }
    for (std::uint32_t i = 0; i < run->size(); ++i) run->find((*run)[i].hash, found);
    ASSERT_GE(found.size(), run->size());
  });
}

}  // namespace
}  // namespace roster
