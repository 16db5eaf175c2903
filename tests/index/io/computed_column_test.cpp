#include "index/io/computed_column.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/planned_rows.h"

namespace roster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::optionsOf;
using testing::planOf;
using testing::refusalOf;
using testing::rejectsOf;
using testing::rowsOf;
using testing::valuesOf;

const std::optional<std::int64_t> kNone;

TEST(ComputedColumnTest, ComputesEachRow) {
  const auto options = optionsOf({{"field", "amount:decimal(3)=Quantity*UnitPrice"}});
  const auto plan = planOf("Quantity,UnitPrice\n6,2.55\n-2,1.125\n0,3\n1000000,12.5\n", options);
  ASSERT_TRUE(plan) << plan.error().message;
  const ConvertedRows rows = rowsOf(*plan, options);
  EXPECT_THAT(valuesOf(rows, 0), ElementsAre(15'300, -2'250, 0, 12'500'000'000));
  EXPECT_THAT(rejectsOf(rows), IsEmpty());
  const PlannedColumn& column = plan->files.front().columns.front();
  EXPECT_EQ(column.columnName, "Quantity*UnitPrice");
  EXPECT_EQ(column.example, "15.300");
  EXPECT_EQ(column.filled, 4U);
  EXPECT_TRUE(column.isNew);
  EXPECT_EQ(plan->schema.find("amount")->type, (FieldType{FieldKind::decimal, 3}));
  EXPECT_EQ(plan->schema.fields().size(), 1U) << "columns that are computed from are not taken for that";
}

TEST(ComputedColumnTest, ReadsCellsAsOtherNumbersAreRead) {
  const auto options = optionsOf({{"field", "sum:decimal(2)=a+b"}, {"null", "-"}});
  const auto plan = planOf("a;b\n1 234,50;1\n 2,5 ;-\n;7\n1\u00A0000;-0,25\n1e2;0,5\n", options);
  ASSERT_TRUE(plan) << plan.error().message;
  const ConvertedRows rows = rowsOf(*plan, options);
  EXPECT_THAT(rejectsOf(rows), IsEmpty());
  EXPECT_THAT(valuesOf(rows, 0), ElementsAre(123'550, kNone, kNone, 99'975, 10'050))
      << "no value where a column has none";
}

TEST(ComputedColumnTest, ReadsAColumnAsItIsTaken) {
  const std::string csv = "a;b\n1.234;1\n2.345;2\n";
  const auto alone = optionsOf({{"field", "sum:decimal(3)=a+b"}});
  EXPECT_THAT(valuesOf(rowsOf(*planOf(csv, alone), alone), 0), ElementsAre(2'234, 4'345));
  // As whole numbers they have points that set thousands apart; the order of the fields does not matter.
  const auto taken = optionsOf({{"field", "sum:decimal(3)=a+b"}, {"field", "a:integer"}});
  const ConvertedRows rows = rowsOf(*planOf(csv, taken), taken);
  EXPECT_THAT(valuesOf(rows, 0), ElementsAre(1'234, 2'345));
  EXPECT_THAT(valuesOf(rows, 1), ElementsAre(1'235'000, 2'347'000));
}

TEST(ComputedColumnTest, RejectsARowThatItCannotCompute) {
  const auto options = optionsOf({{"field", "total:decimal(2)=price*count"}});
  const auto plan = planOf(
      "price,count\n1.005,1\n1.005,2\nfree,\n1,9223372036854775807\n99999999999999999999,9999999999999999999999\n",
      options);
  ASSERT_TRUE(plan) << plan.error().message;
  const ConvertedRows rows = rowsOf(*plan, options);
  EXPECT_THAT(valuesOf(rows, 0), ElementsAre(201)) << "zeros at the end do not count";
  EXPECT_THAT(rejectsOf(rows), ElementsAre("2 total: price*count: '1.005' has more than 2 fraction digits",
                                           "4 price: 'free' is not a number",
                                           "5 total: price*count: '9223372036854775807' is out of range",
                                           "6 total: price*count needs more than 128 bits"));
}

TEST(ComputedColumnTest, GoesToWholeNumbersToo) {
  const auto options = optionsOf({{"field", "points:integer=spent * 2 - 1"}});
  const ConvertedRows rows = rowsOf(*planOf("spent\n1.5\n0.25\n", options), options);
  EXPECT_THAT(valuesOf(rows, 0), ElementsAre(2));
  EXPECT_THAT(rejectsOf(rows), ElementsAre("3 points: spent * 2 - 1: '-0.50' is not a whole number"));
}

TEST(ComputedColumnTest, RefusesNestedJsonAndReadsWhatOnlyTheExpressionNames) {
  const auto options = optionsOf({{"field", "x:integer=a+b"}});
  const auto plan = planOf("{\"a\":1,\"b\":2}\n{\"a\":[1],\"b\":2}\n{\"a\":\"3\"}\n", options);
  ASSERT_TRUE(plan) << plan.error().message;
  const ConvertedRows rows = rowsOf(*plan, options);
  EXPECT_THAT(valuesOf(rows, 0), ElementsAre(3, kNone));
  EXPECT_THAT(rejectsOf(rows), ElementsAre(HasSubstr("2 a: an array")));
}

TEST(ComputedColumnTest, NamesAnUnknownColumnWithTheNearestAndItsPlace) {
  const auto options = optionsOf({{"field", "amount:decimal(3)=Quantity*UnitPrise"}});
  EXPECT_EQ(refusalOf("Quantity,UnitPrice\n6,2.55\n", options),
            "memory: amount: 1:10: there is no column 'UnitPrise'; did you mean 'UnitPrice'?\n"
            "  Quantity*UnitPrise\n"
            "           ^~~~~~~~~");
  const auto plan = planOf("Quantity,UnitPrice\n6,2.55\n", options);
  EXPECT_EQ(plan.error().code, ErrorCode::notFound);
  EXPECT_EQ(plan.error().position, (SourcePosition{1, 10, 9}));
}

TEST(ComputedColumnTest, SharesNoFieldAndKeepsTheKindThatAFieldHas) {
  EXPECT_THAT(refusalOf("a,b\n1,2\n", optionsOf({{"field", "a:integer"}, {"field", "a:integer=b*2"}})),
              HasSubstr("'a' and 'b*2' both go to the field 'a'"));
  const auto options = optionsOf({{"field", "x:integer=a"}});
  Snapshot snapshot;
  snapshot.schema = std::make_shared<const Schema>(*Schema().withField("x", FieldType{FieldKind::decimal, 2}));
  const auto plan = planImport(options, ByteSource::fromMemory("a\n1\n", "memory"), snapshot, 0);
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message, HasSubstr("the field 'x' is decimal(2) in the database, not integer"));
}

}  // namespace
}  // namespace roster
