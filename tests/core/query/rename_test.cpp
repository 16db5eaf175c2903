#include "core/query/rename.h"

#include <gtest/gtest.h>

#include "core/query/parser.h"
#include "core/query/printer.h"

namespace roster {
namespace {

constexpr const char* kText =
    "city = 'city' and (not size(tags) = 1 or at least 1 of (anniversary(birthday) today, a > b, segment 'city')) and "
    "key = 'city' and bucket('city') < 5 and segment 'vip'";

TEST(Rename, ListsNames) {
  EXPECT_EQ(fieldsOf(*parse(kText)), (std::set<std::string>{"a", "b", "birthday", "city", "tags"}));
  EXPECT_EQ(segmentsOf(*parse(kText)), (std::set<std::string>{"city", "vip"}));
}

TEST(Rename, RenamesFieldsAlone) {
  EXPECT_EQ(print(withFieldRenamed(*parse(kText), "city", "and")),
            "\"and\" = 'city' and (not size(tags) = 1 or at least 1 of (anniversary(birthday) today, a > b, segment "
            "'city')) and key = 'city' and bucket('city') < 5 and segment 'vip'");
  EXPECT_EQ(print(withFieldRenamed(*parse("a > b"), "b", "today")), "a > \"today\"");
  EXPECT_EQ(print(withFieldRenamed(*parse("size(a) = 1 and anniversary(a) today and a is null"), "a", "x y")),
            "size(\"x y\") = 1 and anniversary(\"x y\") today and \"x y\" is null");
  EXPECT_EQ(withFieldRenamed(*parse(kText), "nothing", "x"), *parse(kText));
}

TEST(Rename, RenamesSegmentsAlone) {
  EXPECT_EQ(print(withSegmentRenamed(*parse("segment 'city' or city = 'city' or not segment 'b'"), "city", "it's")),
            "segment 'it''s' or city = 'city' or not segment 'b'");
}

TEST(Rename, ForgetsKeys) {
  constexpr const char* kKeys =
      "key = 'a' and key != 'b' and not key in ('a', 'c') and key not like 'b' and (city = 'a' or key like 'a%')";
  EXPECT_EQ(keysOf(*parse(kKeys)), (std::set<std::string>{"a", "a%", "b", "c"}));
  EXPECT_EQ(print(withKeysForgotten(*parse(kKeys), {"a", "b"})),
            "key in () and key not in () and not key in ('c') and key not in () and (city = 'a' or key like 'a%')");
  EXPECT_EQ(withKeysForgotten(*parse(kKeys), {"d"}), *parse(kKeys));
}

}  // namespace
}  // namespace roster
