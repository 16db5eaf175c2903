// `roster export` and `roster segment export`: what is on the list, and what is said of the rest.
#include <csignal>
#include <gmock/gmock.h>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class ExportCommandTest : public SmallShop {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(makeShop()); }

  Ran exported(const std::string& predicate, std::vector<std::string> options) const {
    options.insert(options.begin(), {"export", shop(), predicate, "--as-of", "2026-03-01"});
    return runRoster(options);
  }
};

TEST_F(ExportCommandTest, WritesTheListToStandardOutputAndTheRestBesideIt) {
  const Ran ran = exported("city = 'Łódź'", {"--fields", "key, city,ltv"});
  EXPECT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_EQ(ran.output,
            "key,city,ltv\n"
            "anna@example.com,Łódź,1200.50\n"
            "celina@example.com,Łódź,87.30\n"
            "filip@example.com,Łódź,\n");
  EXPECT_THAT(ran.notes, HasSubstr("3  contacts match\n"));
  EXPECT_THAT(ran.notes, Not(HasSubstr("\r")));
}

TEST_F(ExportCommandTest, SaysWhatEachStepTook) {
  const Ran ran = exported("true", {"--fields", "key", "--suppress", "tags has 'vip'", "--suppress", "newsletter",
                                    "--dedupe-by", "city", "--output", path("list.csv")});
  EXPECT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_EQ(ran.output, "");
  EXPECT_EQ(read("list.csv"), "key\nbartek@example.com\nfilip@example.com\n");
  EXPECT_THAT(ran.notes, HasSubstr("-2  suppressed by tags has 'vip'"));
  EXPECT_THAT(ran.notes, HasSubstr("-4  suppressed by newsletter"));
  EXPECT_THAT(ran.notes, HasSubstr("-0  duplicates by city"));
  EXPECT_THAT(ran.notes, HasSubstr("2  written to "));
  const Ran held = exported("true", {"--holdout", "spring:100%"});
  EXPECT_THAT(held.notes, HasSubstr("-8  held out by spring"));
}

TEST_F(ExportCommandTest, PagesNeverRepeatAContact) {
  std::string all;
  std::vector<std::string> options = {"--fields", "key", "--limit", "3"};
  for (int page = 0; page < 3; ++page) {
    const Ran ran = exported("true", options);
    ASSERT_EQ(ran.exit, 0) << ran.notes;
    all += ran.output.substr(ran.output.find('\n') + 1);
    const std::string lead = "--after ";
    const std::size_t at = ran.notes.find(lead);
    if (at == std::string::npos) break;
    options = {"--fields", "key", "--limit", "3", "--after", ran.notes.substr(at + lead.size())};
    options.back().resize(options.back().find('\n'));
  }
  const Ran whole = exported("true", {"--fields", "key"});
  EXPECT_EQ("key\n" + all, whole.output);
}

TEST_F(ExportCommandTest, OrdersAndWritesNdjson) {
  const Ran ran = exported(
      "age > 0", {"--order-by", "age", "desc", "--limit", "2", "--fields", "key,age,tags", "--format", "ndjson"});
  EXPECT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_EQ(ran.output,
            "{\"key\":\"henryk@example.com\",\"age\":66,\"tags\":[]}\n"
            "{\"key\":\"celina@example.com\",\"age\":52,\"tags\":[\"gold\"]}\n");
  EXPECT_EQ(exported("age > 0", {"--order-by", "age desc", "--limit", "1", "--fields", "key"}).output,
            "key\nhenryk@example.com\n");
  // Options may come first.
  for (const std::vector<std::string>& order : {std::vector<std::string>{"age", "desc"}, {"age desc"}}) {
    std::vector<std::string> words = {"export", shop(), "--limit", "1", "--fields", "key", "--order-by"};
    words.insert(words.end(), order.begin(), order.end());
    words.emplace_back("age > 0");
    EXPECT_EQ(runRoster(words).output, "key\nhenryk@example.com\n");
  }
  EXPECT_EQ(runRoster({"export", shop(), "--limit", "1", "--fields", "key", "--order-by", "age", "age > 30"}).exit, 0);
}

TEST_F(ExportCommandTest, TheSummaryIsJsonOnRequest) {
  const Ran ran = exported("true", {"--limit", "3", "--suppress", "age > 50", "--fields", "key", "--json"});
  EXPECT_EQ(ran.exit, 0);
  const std::uint64_t suppressed = numberAt(ran.notes, "/suppressed/0/contacts");
  EXPECT_EQ(textAt(ran.notes, "/suppressed/0/predicate"), "age > 50");
  EXPECT_GT(suppressed, 0U);
  EXPECT_EQ(numberAt(ran.notes, "/audience"), 8U);
  EXPECT_EQ(numberAt(ran.notes, "/written"), 3U);
  EXPECT_EQ(numberAt(ran.notes, "/beyondLimit"), 8 - suppressed - 3);
  const Ran next = exported(
      "true", {"--suppress", "age > 50", "--fields", "key", "--json", "--after", textAt(ran.notes, "/cursor")});
  EXPECT_EQ(numberAt(next.notes, "/written"), 8 - suppressed - 3);
}

TEST_F(ExportCommandTest, ASegmentIsExportedLikeItsPredicate) {
  ASSERT_EQ(runRoster({"segment", "save", shop(), "lodz", "city = 'Łódź'"}).exit, 0);
  const Ran ran = runRoster({"segment", "export", shop(), "lodz", "--fields", "key"});
  EXPECT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_EQ(ran.output, exported("city = 'Łódź'", {"--fields", "key"}).output);
}

TEST_F(ExportCommandTest, CompressesByTheName) {
  ASSERT_EQ(exported("true", {"--output", path("list.csv.gz")}).exit, 0);
  const Ran unpacked = runInShell("gzip -dc list.csv.gz | wc -l", path(""));
  EXPECT_THAT(unpacked.output, ContainsRegex("^ *9\n$"));
}

TEST_F(ExportCommandTest, MistakesLeaveTheFileAsItWas) {
  write("list.csv", "precious");
  const Ran field = exported("true", {"--fields", "key,ctiy", "--output", path("list.csv")});
  EXPECT_EQ(field.exit, 2);
  EXPECT_THAT(field.notes, HasSubstr("'city'"));
  EXPECT_EQ(exported("true", {"--format", "xlsx", "--output", path("list.csv")}).exit, 2);
  EXPECT_EQ(exported("true", {"--holdout", "5%", "--output", path("list.csv")}).exit, 2);
  EXPECT_EQ(exported("true", {"--limit", "few", "--output", path("list.csv")}).exit, 2);
  EXPECT_EQ(exported("true", {"--order-by", "age", "up", "--output", path("list.csv")}).exit, 2);
  EXPECT_EQ(exported("true", {"--after", "nonsense", "--output", path("list.csv")}).exit, 2);
  EXPECT_EQ(exported("true", {"--output", path("list.csv.xz")}).exit, 2);
  EXPECT_EQ(exported("true", {"--fields", "", "--output", path("list.csv")}).exit, 2);
  for (const char* wrong : {"aeg", "tags"}) {
    const Ran order = exported("true", {"--order-by", wrong});
    EXPECT_EQ(order.exit, 2);
    EXPECT_EQ(order.output, "") << "a list of nobody was begun";
  }
  const Ran suppression = exported("true", {"--suppress", "ctiy = 'x'", "--output", path("list.csv")});
  EXPECT_EQ(suppression.exit, 2);
  EXPECT_THAT(suppression.notes, HasSubstr("^~~~"));
  EXPECT_EQ(read("list.csv"), "precious");
}

}  // namespace
}  // namespace roster::testing
