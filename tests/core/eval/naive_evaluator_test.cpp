#include "core/eval/naive_evaluator.h"

#include <gtest/gtest.h>

#include "core/base/civil_time.h"
#include "core/base/hash.h"
#include "tests/support/sample_fields.h"

namespace roster {
namespace {

class NaiveEvaluator : public ::testing::Test {
 protected:
  FieldId id(const char* name) const { return schema_.find(name)->id; }
  bool holds(const Bound& bound) const { return matches(bound, contact_, schema_, zone_); }
  Bound in(const char* field, std::vector<std::string> values) const {
    return {BoundValueIn{id(field), std::move(values)}};
  }
  Bound number(const char* field, std::int64_t low, std::int64_t high) const {
    return {BoundNumberIn{id(field), {{low, high}}}};
  }

  Schema schema_ = sampleSchema();
  TimeZone zone_;
  ContactRecord contact_{0,
                         "k0",
                         {{id("newsletter"), true},
                          {id("city"), std::string("Łódź")},
                          {id("tags"), std::vector<std::string>{"a", "b"}},
                          {id("sizes"), std::vector<std::string>{"-3", "7"}},
                          {id("visits"), std::int64_t{5}},
                          {id("birthday"), dayFromCivil({1996, 2, 29})},
                          {id("email"), std::string("a@b.c")}},
                         {2}};
};

TEST_F(NaiveEvaluator, LeavesAboutAMissingValueAreFalse) {
  EXPECT_FALSE(holds({BoundPresent{id("note")}}));
  EXPECT_FALSE(holds({BoundTextLike{id("note"), {"%", false}}}));
  EXPECT_FALSE(holds({BoundTextIn{id("note"), {""}}}));
  EXPECT_FALSE(holds(number("score", INT64_MIN, INT64_MAX)));
  EXPECT_FALSE(holds({BoundFieldCompare{id("visits"), CompareOp::notEqual, id("score")}}));
  EXPECT_FALSE(holds({BoundDayOfYearIn{id("signup"), std::bitset<12 * 31>().set()}}));
  EXPECT_TRUE(holds({BoundSetSize{id("children"), {{0, 0}}}}));
}

TEST_F(NaiveEvaluator, LeavesLookAtTheirField) {
  EXPECT_TRUE(holds(in("newsletter", {"true"})));
  EXPECT_FALSE(holds(in("newsletter", {"false"})));
  EXPECT_TRUE(holds(in("city", {"x", "Łódź"})));
  EXPECT_TRUE(holds(in("tags", {"b"})));
  EXPECT_FALSE(holds(in("tags", {"c"})));
  EXPECT_TRUE(holds({BoundValueLike{id("city"), {"łÓ__", true}}}));
  EXPECT_FALSE(holds({BoundValueLike{id("city"), {"łÓ__", false}}}));
  EXPECT_TRUE(holds(number("sizes", 6, 8)));
  EXPECT_FALSE(holds(number("sizes", -2, 6)));
  EXPECT_TRUE(holds(number("visits", 5, 5)));
  EXPECT_TRUE(holds({BoundSetSize{id("tags"), {{2, 2}}}}));
  EXPECT_TRUE(holds({BoundTextIn{id("email"), {"a@b.c"}}}));
  EXPECT_TRUE(holds({BoundKeyIn{{"k0"}}}));
  EXPECT_FALSE(holds({BoundKeyLike{{"k_0", false}}}));
  EXPECT_TRUE(holds({BoundList{2}}));
  EXPECT_FALSE(holds({BoundList{1}}));
  const std::int64_t bucket = bucketOf("test", "k0");
  EXPECT_TRUE(holds({BoundBucket{"test", {{bucket, bucket}}}}));
  EXPECT_FALSE(holds({BoundBucket{"test", {{bucket + 1, 10'000}}}}));
}

TEST_F(NaiveEvaluator, DaysOfTheYearAreByMonthAndDay) {
  BoundDayOfYearIn node{id("birthday"), {}};
  node.days.set(1 * 31 + 28);
  EXPECT_TRUE(holds({node}));
  node.days.flip();
  EXPECT_FALSE(holds({node}));
}

TEST_F(NaiveEvaluator, CombinationsCount) {
  const Bound yes{BoundConstant{true}};
  const Bound no{BoundConstant{false}};
  EXPECT_TRUE(holds({BoundAnd{{yes, yes}}}));
  EXPECT_FALSE(holds({BoundAnd{{yes, no}}}));
  EXPECT_TRUE(holds({BoundOr{{no, yes}}}));
  EXPECT_FALSE(holds({BoundOr{{no, no}}}));
  EXPECT_TRUE(holds({BoundNot{{no}}}));
  EXPECT_TRUE(holds({BoundCountOf{2, 2, {yes, no, yes}}}));
  EXPECT_FALSE(holds({BoundCountOf{3, 9, {yes, no, yes}}}));
  EXPECT_FALSE(holds({BoundCountOf{0, 1, {yes, no, yes}}}));
}

}  // namespace
}  // namespace roster
