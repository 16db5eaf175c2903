// The suite over real sets on small archives of its own, and the sets that it is made for, where they are there.
#include "bench/real_suite.h"

#include <fstream>

#include "bench/real_operations.h"
#include "bench/real_sets.h"
#include "tests/bench/suite_test.h"
#include "tests/support/random_source.h"
#include "tests/support/real_data.h"
#include "tests/support/tar_archive.h"

namespace roster::bench {
namespace {

using ::testing::HasSubstr;

class RealSuiteTest : public SuiteTest {
 protected:
  SuiteOptions options() const {
    SuiteOptions options = optionsFor(1);
    options.realSets = directory_.path();
    return options;
  }

  void write(std::string_view name, const std::string& bytes) const {
    std::ofstream(directory_.path() / fmt::format("{}.tar.zst", name), std::ios::binary) << bytes;
  }

  // Six sets of a few bitmaps over two shards: values scattered and in runs, one that is everything, one alone.
  void writeSets() const {
    RandomSource random(1);
    for (const std::string_view name : realSetNames()) {
      std::string archive = tarEntry(name, "", '5');
      for (int file = 0; file < 6; ++file)
        archive += tarEntry(fmt::format("{}/{}.txt", name, file), bitmap(random, file));
      write(name, archive + tarEnd());
    }
  }

  static std::string bitmap(RandomSource& random, int file) {
    if (file == 3) return "1048580\n";
    std::vector<ContactId> integers;
    ContactId next = static_cast<ContactId>(random.below(100));
    const ContactId first = file % 2 == 0 ? 0 : kShardSize - 70'000;
    while (next < 140'000) {
      const std::uint64_t run = file % 3 == 0 ? 1 + random.below(500) : 1;
      for (std::uint64_t i = 0; i < run; ++i) integers.push_back(first + next++);
      next += static_cast<ContactId>(random.below(file == 5 ? 3 : 40 * (file + 1)));
    }
    return fmt::format("{}\n", fmt::join(integers, ","));
  }
};

TEST_F(RealSuiteTest, ChecksAndTimesEveryOperationOnEverySet) {
  writeSets();
  const auto report = runRealSuite(options(), host_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->lines.size(), realSetNames().size() * realOperations().size());
  EXPECT_GT(report->contacts, 6U * kShardSize);
  const ReportLine* line = report->find("census1881/or-count");
  ASSERT_NE(line, nullptr);
  EXPECT_EQ(line->predicates.size(), 5U);
  EXPECT_EQ(line->answer, report->find("census1881/or")->answer);
  for (const ReportLine& each : report->lines) {
    for (const char* key : {"prepared", "croaring"}) {
      ASSERT_NE(each.find(key), nullptr) << each.name;
      EXPECT_GT(each.find(key)->p50, 0) << each.name;
    }
  }
  EXPECT_EQ(report->groups.front().key, "means");
  EXPECT_EQ(report->groups.front().figures.size(), 1 + realSetNames().size() + realOperations().size());
}

TEST_F(RealSuiteTest, RunsSomeOperationsAlone) {
  writeSets();
  SuiteOptions some = options();
  some.names = {"or-all", "and-count"};
  const auto report = runRealSuite(some, host_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->lines.size(), 2 * realSetNames().size());
  some.names = {"and-coun"};
  const auto unknown = runRealSuite(some, host_);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::notFound);
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean and-count?"));
}

TEST_F(RealSuiteTest, MissingSetsAreAnErrorThatSaysWhatToDo) {
  SuiteOptions nowhere = options();
  nowhere.realSets = directory_.path() / "none";
  EXPECT_THAT(runRealSuite(nowhere, host_).error().message, HasSubstr("none'; the real sets are the folders of"));
  writeSets();
  std::filesystem::remove(directory_.path() / "wikileaks-noquotes.tar.zst");
  const auto report = runRealSuite(options(), host_);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::dataLoss);
  EXPECT_THAT(report.error().message, HasSubstr("wikileaks-noquotes.tar.zst"));
  EXPECT_THAT(report.error().message, HasSubstr("tar --zstd -cf NAME.tar.zst NAME"));
}

TEST_F(RealSuiteTest, SetsThatHoldSomethingElseAreRefused) {
  const auto messageOf = [&](const std::string& archive) {
    write("census1881", archive);
    const auto set = readRealSet(directory_.path(), "census1881");
    EXPECT_FALSE(set);
    return set ? std::string() : set.error().message;
  };
  const std::string one = tarEntry("census1881/0.txt", "1,2\n");
  EXPECT_THAT(messageOf("1,2,3\n"), HasSubstr("no tar archive"));
  EXPECT_THAT(messageOf(one), HasSubstr("cut off"));
  EXPECT_THAT(messageOf(one + tarEnd()), HasSubstr("fewer than two bitmaps"));
  EXPECT_THAT(messageOf(one + tarEntry("census1881/1.txt", "3,x\n") + tarEnd()), HasSubstr("'census1881/1.txt' in"));
  EXPECT_THAT(messageOf("\x28\xb5\x2f\xfd and no more"), HasSubstr("zstd"));
}

TEST_F(RealSuiteTest, BitmapsAreInOrderOfTheirNames) {
  write("census1881", tarEntry("s/b", "7,9") + tarEntry("s/a", "1,2,3\n") + tarEnd());
  const auto set = readRealSet(directory_.path(), "census1881");
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_EQ(set->bitmaps, (std::vector<std::vector<ContactId>>{{1, 2, 3}, {7, 9}}));
  EXPECT_EQ(set->contacts, 10U);
  const auto snapshot = snapshotOf(*set);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ((*snapshot)->liveCount(), 10U);
}

TEST(RealSets, IntegersAscendAndAreContacts) {
  EXPECT_EQ(parseIntegers("0,5,99999999\r\n").value(), (std::vector<ContactId>{0, 5, 99'999'999}));
  const std::pair<const char*, const char*> wrong[] = {
      {"", "no integer at byte 0"},      {"1,", "no integer at byte 2"},     {"1,,2", "no integer at byte 2"},
      {"1, 2", "no integer at byte 2"},  {"-1", "no integer at byte 0"},     {"1;2", "no comma at byte 1"},
      {"1\n2\n", "no comma at byte 1"},  {"5,5", "do not ascend at byte 2"}, {"5,4", "do not ascend at byte 2"},
      {"100000000", "not below 100000"}, {"99999999999", "not below 100000"}};
  for (const auto& [text, message] : wrong) {
    const auto integers = parseIntegers(text);
    ASSERT_FALSE(integers) << text;
    EXPECT_EQ(integers.error().code, ErrorCode::dataLoss);
    EXPECT_THAT(integers.error().message, HasSubstr(message)) << text;
  }
}

// The check must be able to fail: another operation's answers are others.
TEST(RealOperations, AnswersFollowTheOperation) {
  const RealSet set{"some", 10, {{1, 2, 3}, {2, 3, 9}, {3, 4}}};
  std::map<std::string_view, std::vector<std::vector<ContactId>>> answers;
  for (const RealOperation& operation : realOperations()) answers[operation.name] = rightAnswers(operation, set);
  EXPECT_EQ(answers["and"], (std::vector<std::vector<ContactId>>{{2, 3}, {3}}));
  EXPECT_EQ(answers["or"], (std::vector<std::vector<ContactId>>{{1, 2, 3, 9}, {2, 3, 4, 9}}));
  EXPECT_EQ(answers["andnot"], (std::vector<std::vector<ContactId>>{{1}, {2, 9}}));
  EXPECT_EQ(answers["and-all"], (std::vector<std::vector<ContactId>>{{3}}));
  EXPECT_EQ(answers["or-all"], (std::vector<std::vector<ContactId>>{{1, 2, 3, 4, 9}}));
  EXPECT_EQ(answers.size(), 10U);
}

// Two operations of the standard sets: as many bitmaps as they have, and all answers right.
TEST_F(RealSuiteTest, TheStandardSetsAnswerAsCRoaringDoes) {
  const auto folder = realData("roaring");
  if (!folder) GTEST_SKIP() << "no real data";
  SuiteOptions some = options();
  some.realSets = *folder;
  some.names = {"and", "or-all-count"};
  const auto report = runRealSuite(some, host_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->lines.size(), 2 * realSetNames().size());
  for (const ReportLine& line : report->lines) {
    EXPECT_EQ(line.predicates.size(), line.name.ends_with("/and") ? 199U : 1U) << line.name;
  }
  EXPECT_EQ(report->find("census1881/and")->answer, Answer{"23"});
  EXPECT_EQ(report->find("census1881/or-all-count")->answer, Answer{"988653"});
}

}  // namespace
}  // namespace roster::bench
