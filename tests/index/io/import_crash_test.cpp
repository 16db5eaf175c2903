// An import that is killed, in the middle of a batch or between two, and run again by the same command: the database,
// the rejects and the summary are those of an import that nothing broke.
//
// The runs are cut in parts, tests of their own, which ctest runs at the same time.
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <thread>

#include "core/eval/query.h"
#include "index/engine/check.h"
#include "index/io/exporter.h"
#include "index/io/importer.h"
#include "tests/support/child_process.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/random_source.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

// Runs are many in release builds; the others, sanitizers among them, are several times slower.
#ifdef NDEBUG
constexpr int kKilledRuns = 10;
#else
constexpr int kKilledRuns = 3;
#endif
constexpr int kKilledParts = 2;

constexpr int kRowsOfKilled = 160'000;
constexpr int kKeysOfKilled = 130'000;  // some rows come again, batches later

// Rows of the first half are wide, so that a block has few of them and its batch is logged; those of the second are
// narrow, and their batches are stored in bulk.
std::string rowsOfKilled() {
  std::string csv = "id,tags,points,padding\n";
  for (int i = 0; i < kRowsOfKilled; ++i) {
    const std::string points = i % 997 == 0 ? "many" : std::to_string(i % 1013);
    csv += fmt::format("{},t{}|u{},{},", i % kKeysOfKilled, i % 50, i % 7, points);
    csv.append(i < kRowsOfKilled / 2 ? 200 : 40, 'x');
    csv += '\n';
  }
  return csv;
}

// Contacts of before, whom the import finds there: their tags are replaced, their cities cleared.
constexpr std::string_view kContactsOfBefore = "id,tags,city\n5,old|older,Łódź\n77777,old,Kraków\nelse,old,Gdańsk\n";

ImportOptions killedImport(const std::string& file, const std::string& rejects) {
  ImportOptions options;
  options.files = {file};
  options.keyColumn = "id";
  options.fields = {parseColumnSpec("tags:set").value(), parseColumnSpec("points:integer").value()};
  options.mode = ImportMode::replace;
  options.setMode = SetMode::replace;
  options.rejectsPath = rejects;
  options.batchRows = 1;  // every block is a batch
  return options;
}

Result<ImportSummary> importInto(Database& database, const ImportOptions& options, const ImportHooks& hooks = {}) {
  auto plan = planImport(options, *database.snapshot(), 0);
  if (!plan) return propagate(plan);
  return runImport(database, options, *std::move(plan), hooks);
}

// What an import leaves behind: every contact with all its values, the rejects, and the counts.
struct Left {
  std::string contacts;
  std::string rejects;
  std::string counts;
};

// Runs in a process of its own until it is killed; says when it begins, and a line for every block.
TEST(KilledImport, DISABLED_Importer) {
  FixedClock clock(0);
  Host host(clock);
  auto database = Database::open(std::getenv("ROSTER_TEST_DB"), Access::write, host);
  ASSERT_TRUE(database);
  ChildProcess::say("open");
  const ImportHooks hooks{[](const ImportProgressReport& report) { ChildProcess::say(std::to_string(report.rows)); },
                          nullptr};
  const auto summary =
      importInto(**database, killedImport(std::getenv("ROSTER_TEST_FILE"), std::getenv("ROSTER_TEST_REJECTS")), hooks);
  ASSERT_TRUE(summary) << summary.error().message;
}

class KilledImportTest : public ::testing::TestWithParam<int> {
 protected:
  KilledImportTest() {
    write(rows(), rowsOfKilled());
    write(directory_.path() / "before.csv", kContactsOfBefore);
    auto database = Database::create(before(), TimeZone(), host_);
    EXPECT_TRUE(database);
    ImportOptions options;
    options.files = {(directory_.path() / "before.csv").string()};
    options.keyColumn = "id";
    EXPECT_TRUE(importInto(**database, options));
  }

  std::filesystem::path rows() const { return directory_.path() / "rows.csv"; }
  std::filesystem::path before() const { return directory_.path() / "before"; }

  static void write(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // Begins the import in a child and kills it at a random moment after the given number of blocks were taken in.
  void killAfter(std::uint64_t blocks, RandomSource& random, const std::filesystem::path& database,
                 const std::filesystem::path& rejects) const {
    ChildProcess child("KilledImport.DISABLED_Importer", {{"ROSTER_TEST_DB", database.string()},
                                                          {"ROSTER_TEST_FILE", rows().string()},
                                                          {"ROSTER_TEST_REJECTS", rejects.string()}});
    ASSERT_EQ(child.readLine(), "open");
    for (std::uint64_t block = 0; block < blocks; ++block) {
      if (child.readLine().empty()) break;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(20'000)));
    child.kill();
  }

  // Runs the import to its end, and reads everything back.
  void finish(const std::filesystem::path& path, const std::filesystem::path& rejects, Left& left,
              std::uint64_t& resumedAt) {
    auto database = Database::open(path, Access::write, host_);
    ASSERT_TRUE(database) << database.error().message;
    const auto summary = importInto(**database, killedImport(rows().string(), rejects.string()));
    ASSERT_TRUE(summary) << summary.error().message;
    resumedAt = summary->resumedAt;
    left.counts = fmt::format("{} rows, {} rejected, {} updated, {} created", summary->rows, summary->rejected,
                              summary->updated, summary->created);
    const auto query = Query::compile("true", (*database)->snapshot(), 0);
    ASSERT_TRUE(query);
    const auto audience = evaluate(*query, host_.executor());
    ASSERT_TRUE(audience);
    ExportOptions all;
    all.format = ExportFormat::ndjson;
    const auto exported = exportAudience(*audience, all, host_.executor(), [&](std::string_view text) -> Result<void> {
      left.contacts.append(text);
      return {};
    });
    ASSERT_TRUE(exported) << exported.error().message;
    left.rejects = read(rejects);
    const auto report = checkDatabase(**database);
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->damage.empty()) << report->damage.front();
  }

  TemporaryDirectory directory_;
  FixedClock clock_{1'790'000'000'000};
  Host host_{clock_};
};

TEST_P(KilledImportTest, RunAgainItIsAsIfNothingHadBrokenIt) {
  const auto whole = directory_.path() / "whole";
  std::filesystem::copy(before(), whole, std::filesystem::copy_options::recursive);
  Left expected;
  std::uint64_t resumedAt = 0;
  ASSERT_NO_FATAL_FAILURE(finish(whole, directory_.path() / "whole-rejects.csv", expected, resumedAt));
  ASSERT_TRUE(expected.counts.starts_with(
      fmt::format("{} rows, {} rejected, 2 updated, ", kRowsOfKilled, kRowsOfKilled / 997 + 1)))
      << expected.counts;
  ASSERT_NE(expected.rejects.find("many"), std::string::npos);

  RandomSource random(20261123 + static_cast<std::uint64_t>(GetParam()));
  constexpr std::uint64_t kBlocks = 12;  // about as many as there are
  int wentOn = 0;
  for (int run = 0; run < kKilledRuns; ++run) {
    SCOPED_TRACE(fmt::format("run {}", run));
    const auto broken = directory_.path() / "broken";
    const auto rejects = directory_.path() / "rejects.csv";
    std::filesystem::copy(before(), broken, std::filesystem::copy_options::recursive);
    // Every third is killed a second time, when it has gone on.
    for (int kills = 0; kills < (run % 3 == 0 ? 2 : 1); ++kills) {
      ASSERT_NO_FATAL_FAILURE(killAfter(random.below(kBlocks), random, broken, rejects));
    }
    Left left;
    ASSERT_NO_FATAL_FAILURE(finish(broken, rejects, left, resumedAt));
    EXPECT_EQ(left.counts, expected.counts);
    EXPECT_TRUE(left.contacts == expected.contacts) << "the contacts differ";
    EXPECT_TRUE(left.rejects == expected.rejects) << "the rejects differ";
    if (HasFailure()) return;
    wentOn += resumedAt > 0 && resumedAt < kRowsOfKilled ? 1 : 0;
    std::filesystem::remove_all(broken);
    std::filesystem::remove(rejects);
  }
  EXPECT_GE(wentOn, kKilledRuns / 3) << "too few were killed half-way: the test shows nothing";
}

INSTANTIATE_TEST_SUITE_P(Parts, KilledImportTest, ::testing::Range(0, kKilledParts));

}  // namespace
}  // namespace roster
