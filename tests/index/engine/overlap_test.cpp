#include "index/engine/overlap.h"

#include <gtest/gtest.h>
#include <map>
#include <set>

#include "tests/support/random_snapshot.h"

namespace roster {
namespace {

using testing::RandomSnapshot;
using testing::sharedSnapshot;

std::vector<Query> compileAll(const RandomSnapshot& data, const std::vector<const char*>& predicates) {
  std::vector<Query> queries;
  for (const char* predicate : predicates) {
    auto query = Query::compile(predicate, data.snapshot, testing::snapshotNow());
    EXPECT_TRUE(query) << query.error().message;
    queries.push_back(*std::move(query));
  }
  return queries;
}

void expectNaive(const RandomSnapshot& data, const std::vector<const char*>& predicates, const Executor& executor) {
  std::map<ContactId, std::uint32_t> membership;
  std::vector<std::set<ContactId>> sets(predicates.size());
  for (std::size_t i = 0; i < predicates.size(); ++i) {
    for (const ContactRecord* contact : data.matching(predicates[i])) {
      membership[contact->id] |= std::uint32_t{1} << i;
      sets[i].insert(contact->id);
    }
  }
  std::map<std::uint32_t, std::uint64_t> regions;
  for (const auto& [contact, region] : membership) ++regions[region];

  const auto found = overlap(compileAll(data, predicates), executor);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->any, membership.size());
  std::map<std::uint32_t, std::uint64_t> foundRegions;
  for (const OverlapRegion& region : found->regions)
    EXPECT_TRUE(foundRegions.emplace(region.queries, region.count).second);
  EXPECT_EQ(foundRegions, regions);
  for (std::size_t i = 1; i < found->regions.size(); ++i)
    EXPECT_GE(found->regions[i - 1].count, found->regions[i].count);
  for (std::size_t i = 0; i < predicates.size(); ++i) EXPECT_EQ(found->counts[i], sets[i].size());
  ASSERT_EQ(found->pairs.size(), predicates.size() * (predicates.size() - 1) / 2);
  for (const OverlapPair& pair : found->pairs) {
    std::uint64_t both = 0;
    for (const ContactId contact : sets[pair.first]) both += sets[pair.second].count(contact);
    EXPECT_EQ(pair.both, both);
    EXPECT_EQ(pair.either, sets[pair.first].size() + sets[pair.second].size() - both);
  }
}

TEST(Overlap, OfUpToEightPredicatesIsThatOfNaiveEvaluation) {
  const Executor executor(2);
  const std::vector<const char*> predicates{"city = 'Łódź'",       "age > 40",         "tags has 'tag-1'", "news",
                                            "seen < '2025-06-01'", "plan = 'plan-40'", "note like '%3%'",  "not news"};
  for (std::size_t count = 1; count <= predicates.size(); ++count) {
    expectNaive(sharedSnapshot(), {predicates.begin(), predicates.begin() + static_cast<std::ptrdiff_t>(count)},
                executor);
  }
}

TEST(Overlap, OfEqualEmptyAndFullSets) {
  const Executor executor(1);
  expectNaive(sharedSnapshot(), {"true", "false", "true", "age > 50", "age > 50"}, executor);
  const auto found = overlap(compileAll(sharedSnapshot(), {"false", "false", "age > 50"}), executor);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->pairs[0].similarity().has_value());
  EXPECT_EQ(found->pairs[1].similarity(), 0.0);
}

TEST(Overlap, SpansShards) {
  const RandomSnapshot data = testing::randomSnapshot({kShardSize + 70'000, 7, 401});
  expectNaive(data, {"city is not null", "age > 40", "birth is not null and news"}, Executor(2));
}

TEST(Overlap, RefusesNoneAndNine) {
  const Executor executor(1);
  EXPECT_EQ(overlap({}, executor).error().code, ErrorCode::invalidArgument);
  const auto nine = compileAll(sharedSnapshot(), std::vector<const char*>(9, "true"));
  EXPECT_EQ(overlap(nine, executor).error().message, "an overlap is of one to 8 predicates, not of 9");
}

}  // namespace
}  // namespace roster
