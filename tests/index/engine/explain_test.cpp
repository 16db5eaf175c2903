#include "index/engine/explain.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "core/eval/naive_evaluator.h"
#include "core/query/bound_text.h"
#include "core/query/rewrite/operands.h"
#include "core/query/rewrite/rewrite.h"
#include "index/engine/audience.h"
#include "tests/support/random_bound.h"
#include "tests/support/random_snapshot.h"
#include "tests/support/shaped_snapshot.h"

namespace roster {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::sharedSnapshot;

Explanation explained(std::string_view predicate, bool analyze = false) {
  const Executor executor(2);
  auto explanation = explain(predicate, sharedSnapshot().snapshot, testing::snapshotNow(), analyze, executor);
  EXPECT_TRUE(explanation) << explanation.error().message;
  return *std::move(explanation);
}

void expectCertainCounts(const ExplainNode& node, std::uint64_t live) {
  EXPECT_GE(node.estimate, 0);
  EXPECT_LE(node.estimate, static_cast<double>(live));
  ASSERT_TRUE(node.count.has_value());
  if (node.certain) {
    EXPECT_EQ(static_cast<double>(*node.count), node.estimate) << node.text;
  }
  for (const ExplainNode& operand : node.operands) expectCertainCounts(operand, live);
}

TEST(Explain, CountsEveryNodeAndSaysWhichEstimatesAreCertain) {
  for (const char* predicate :
       {"true", "city = 'Łódź'", "news", "age between 20 and 30", "age >= -5", "tags has any ('tag-0', 'tag-1')",
        "code = 'code-17'", "city in ('Łódź', 'London') and not (plan = 'plan-3' or news)",
        "key in ('contact-1', 'nobody')", "at least 2 of (news, age > 50, city = 'London', birth is null)",
        "note = 'x' or email like 'person1%'", "bucket('t') < 1000", "size(tags) = 0", "birth < seen",
        "anniversary(birth) today", "not (city = 'Łódź')"}) {
    const Explanation explanation = explained(predicate, true);
    EXPECT_EQ(explanation.live, sharedSnapshot().contacts.size());
    EXPECT_EQ(explanation.root.count, sharedSnapshot().matching(predicate).size()) << predicate;
    expectCertainCounts(explanation.root, explanation.live);
    EXPECT_FALSE(explainText(explanation).empty());
  }
}

// Calls f(node, bound) with every node and the part of the rewritten predicate that it stands for.
template <class F>
void forEachNode(const ExplainNode& node, Bound& bound, const F& f) {
  f(node, bound);
  std::vector<Bound>* operands = operandsOf(bound);
  ASSERT_EQ(node.operands.size(), operands == nullptr ? 0 : operands->size()) << node.text;
  for (std::size_t i = 0; i < node.operands.size(); ++i) forEachNode(node.operands[i], (*operands)[i], f);
}

// Parts that occur twice, that are constant, and whose count is known without evaluating among them.
TEST(Explain, CountsOfNodesAreThoseOfNaiveEvaluation) {
  const auto& data = sharedSnapshot();
  for (const char* predicate :
       {"true", "false", "news", "not news", "key = 'nobody'", "city is null",
        "city in ('Łódź', 'London') or empty = 1", "(age > 50 and news) or (age > 50 and not news and city = 'Łódź')",
        "at least 2 of (news, age > 50, not (age > 50 and city = 'London'), note like '%3%')",
        "exactly 1 of (news, news, city = 'Łódź')", "note like '%3%' and (age > 30 or note like '%3%')",
        "not at least 2 of (city = 'Atlantis', news, age > 50)"}) {
    const Explanation explanation = explained(predicate, true);
    const auto query = Query::compile(predicate, data.snapshot, testing::snapshotNow());
    ASSERT_TRUE(query) << predicate;
    Bound rewritten = query->bound();
    forEachNode(explanation.root, rewritten, [&](const ExplainNode& node, const Bound& bound) {
      const auto isMatch = [&](const ContactRecord& contact) {
        return matches(bound, contact, *data.snapshot->schema, *data.snapshot->zone);
      };
      EXPECT_EQ(node.count, std::count_if(data.contacts.begin(), data.contacts.end(), isMatch))
          << node.text << " of " << predicate;
    });
  }
}

TEST(Explain, CountsOfNodesAreThoseOfEachAlone) {
  const Executor executor(2);
  RandomSource random(8);
  const SnapshotPtr snapshot = shapedSnapshot(random);
  for (int i = 0; i < 60; ++i) {
    const Bound part = randomBound(*snapshot, random, 2);
    const Bound predicate{BoundOr{{part, {BoundAnd{{part, randomBound(*snapshot, random, 3)}}}}}};
    const Bound chosen = i % 2 == 0 ? predicate : randomBound(*snapshot, random, 4);
    const auto explanation = explain(chosen, snapshot, true, executor);
    ASSERT_TRUE(explanation) << explanation.error().message;
    Bound rewritten = rewrite(chosen, *snapshot->schema);
    forEachNode(explanation->root, rewritten, [&](const ExplainNode& node, const Bound& bound) {
      EXPECT_EQ(node.count, count(Query::compile(bound, snapshot).value(), executor).value())
          << boundText(bound, *snapshot->schema) << ", seed 8, predicate " << i;
    });
  }
}

std::chrono::nanoseconds sumOfTimes(const ExplainNode& node) {
  std::chrono::nanoseconds sum = node.time;
  for (const ExplainNode& operand : node.operands) sum += sumOfTimes(operand);
  return sum;
}

TEST(Explain, TimesAreOwnWorkInOnePassAndThatOfTheWholeQuery) {
  const auto begin = std::chrono::steady_clock::now();
  const Explanation explanation = explained("(age > 50 and news) or (age > 50 and city = 'Łódź') or price > 10", true);
  const auto passed = std::chrono::steady_clock::now() - begin;
  constexpr int kThreads = 2;
  EXPECT_GT(explanation.queryTime.count(), 0);
  EXPECT_LT(explanation.queryTime, passed);
  EXPECT_LT(sumOfTimes(explanation.root), 2 * kThreads * passed);  // equal parts have theirs in every place
  std::map<std::string, std::set<std::chrono::nanoseconds>> times;
  Bound rewritten = Query::compile(explanation.predicate, sharedSnapshot().snapshot, testing::snapshotNow())->bound();
  forEachNode(explanation.root, rewritten, [&](const ExplainNode& node, const Bound&) {
    EXPECT_GT(node.time.count(), 0) << node.text;
    if (node.operands.empty()) times[node.text].insert(node.time);
  });
  for (const auto& [leaf, different] : times) EXPECT_EQ(different.size(), 1U) << leaf;
  const Explanation plain = explained("age > 50 and news");
  EXPECT_EQ(plain.queryTime.count(), 0);
  EXPECT_EQ(sumOfTimes(plain.root).count(), 0);
}

TEST(Explain, EstimatesOfFrequentValuesAndRangesAreNear) {
  for (const char* predicate : {"city = 'Łódź'", "news", "city = 'Łódź' and news", "age > 50", "age > 50 or news",
                                "bucket('t') < 2500", "at least 1 of (news, city = 'Łódź')"}) {
    const Explanation explanation = explained(predicate, true);
    const auto count = static_cast<double>(*explanation.root.count);
    EXPECT_NEAR(explanation.root.estimate, count, 0.15 * count + 100) << predicate;
  }
}

TEST(Explain, NotesWhatWasNeverHeldAndWhatIsScanned) {
  EXPECT_THAT(explained("city in ('Atlantis', 'Łódź')").root.notes,
              ElementsAre("value 'Atlantis' was never held by city"));
  EXPECT_THAT(explained("news").root.notes, IsEmpty());
  EXPECT_THAT(explained("key = 'nobody'").root.notes, ElementsAre("no contact has the key 'nobody'"));
  EXPECT_THAT(explained("note = 'x'").root.notes, ElementsAre("scan: no index on note"));
  EXPECT_THAT(explained("email = 'x'").root.notes, ElementsAre("through the index of email"));
  EXPECT_THAT(explained("plan like 'gold%'").root.notes, ElementsAre("no value of plan is such"));
  EXPECT_THAT(explained("city in ('1', '2', '3', '4', '5', '6', '7')").root.notes, Contains("so for 2 more"));
}

TEST(Explain, ShowsForEachFieldUsedHowManyHaveNoValue) {
  const Explanation explanation = explained("age > 10 and (city = 'Łódź' or birth < seen)");
  const auto& data = sharedSnapshot();
  std::vector<std::string> names;
  for (const FieldGap& gap : explanation.fields) {
    names.push_back(gap.field);
    std::uint64_t missing = 0;
    for (const ContactRecord& contact : data.contacts) missing += contact.values.count(data.field(gap.field).id) == 0;
    EXPECT_EQ(gap.missing, missing) << gap.field;
  }
  EXPECT_THAT(names, ElementsAre("city", "age", "birth", "seen"));
}

TEST(Explain, WaterfallSaysWhatEachClauseAloneRemoves) {
  const auto& data = sharedSnapshot();
  const Explanation explanation = explained("age > 30 and news and city != 'Łódź' and age > 40", true);
  ASSERT_EQ(explanation.waterfall.size(), 4U);
  const auto expectLine = [&](std::size_t i, const char* clause, const char* others) {
    const WaterfallLine& line = explanation.waterfall[i];
    EXPECT_EQ(line.clause, clause);
    EXPECT_EQ(line.count, data.matching(clause).size());
    EXPECT_EQ(line.without, data.matching(others).size());
    EXPECT_EQ(line.removes, line.without - *explanation.root.count);
  };
  expectLine(0, "age > 30", "news and city != 'Łódź' and age > 40");
  expectLine(1, "news", "age > 30 and city != 'Łódź' and age > 40");
  expectLine(2, "city != 'Łódź'", "news and age > 40");
  expectLine(3, "age > 40", "news and city != 'Łódź' and age > 30");
  EXPECT_EQ(explanation.waterfall[0].removes, 0U);
  EXPECT_THAT(explained("news or age > 3", true).waterfall, IsEmpty());
  EXPECT_THAT(explained("news and age > 3", false).waterfall, IsEmpty());
}

TEST(Explain, OfATypedPredicateHasItsTypedClauses) {
  const Executor executor(1);
  const auto& data = sharedSnapshot();
  const Bound bound{BoundNot{{Bound{BoundPresent{data.field("city").id}}}}};
  const Bound both{BoundAnd{{bound, Bound{BoundValueIn{data.field("news").id, {"true"}}}}}};
  const auto explanation = explain(both, data.snapshot, true, executor);
  ASSERT_TRUE(explanation);
  EXPECT_EQ(explanation->root.count, data.matching("city is null and news").size());
  EXPECT_EQ(explanation->waterfall.size(), 2U);
}

TEST(Explain, TextIsATreeWithoutTimesUnlessAnalyzed) {
  const std::string plain = explainText(explained("age > 30 and city in ('Atlantis', 'Łódź') and not news"));
  EXPECT_THAT(plain, HasSubstr("and "));
  EXPECT_THAT(plain, HasSubstr("├─ "));
  EXPECT_THAT(plain, HasSubstr("└─ "));
  EXPECT_THAT(plain, HasSubstr("· value 'Atlantis' was never held by city\n"));
  EXPECT_THAT(plain, HasSubstr("contacts without a value"));
  EXPECT_THAT(plain, Not(HasSubstr(" ms")));
  const std::string analyzed = explainText(explained("age > 30 and news", true));
  EXPECT_THAT(analyzed, HasSubstr(" ms\n"));
  EXPECT_THAT(analyzed, HasSubstr("own work: "));
  EXPECT_THAT(analyzed, HasSubstr("the whole query, as count answers it: "));
  EXPECT_THAT(analyzed, HasSubstr("what each clause alone removes"));
}

TEST(Explain, RefusesWhatDoesNotBind) {
  const Executor executor(1);
  const auto refused = explain("ctiy = 'x'", sharedSnapshot().snapshot, 0, true, executor);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("did you mean 'city'?"));
  EXPECT_TRUE(refused.error().position.has_value());
}

// A store in which nothing can be read any more.
class EmptiedSource : public PieceSource {
 public:
  Result<KeptPtr> fetch(const PieceKey&, Decode) override { return fail(ErrorCode::dataLoss, "a piece is lost"); }
  KeptPtr find(const PieceKey&) override { return nullptr; }
  KeptPtr keep(const PieceKey&, Decoded) override { return nullptr; }
  void release(const PieceKey&) noexcept override {}
};

// One is met when operands are found, the other by a scan in the middle of a pass.
TEST(Explain, APieceThatCannotBeLoadedIsAnError) {
  EmptiedSource source;
  const auto data = testing::randomSnapshot({1000, 3, 1});
  const Executor executor(2);
  const Shard& shard = *data.snapshot->shards[0];
  shard.keys[0]->markStored({PieceKind::keys}, source);
  shard.field(data.field("age").id)->present->markStored({PieceKind::present}, source);
  for (const char* predicate : {"news and key like 'contact-1%'", "news or age > 30"}) {
    EXPECT_TRUE(explain(predicate, data.snapshot, testing::snapshotNow(), false, executor)) << predicate;
    const auto lost = explain(predicate, data.snapshot, testing::snapshotNow(), true, executor);
    ASSERT_FALSE(lost) << predicate;
    EXPECT_EQ(lost.error().code, ErrorCode::dataLoss);
    const std::vector<Query> queries = {Query::compile(predicate, data.snapshot, testing::snapshotNow()).value()};
    EXPECT_EQ(countAllTimed(queries, executor).error().code, ErrorCode::dataLoss);
  }
}

TEST(Explain, OfAnEmptyDatabase) {
  const Executor executor(1);
  const auto explanation = explain("true and not false", std::make_shared<const Snapshot>(), 0, true, executor);
  ASSERT_TRUE(explanation);
  EXPECT_EQ(explanation->root.count, 0U);
  EXPECT_EQ(explanation->root.estimate, 0);
}

}  // namespace
}  // namespace roster
