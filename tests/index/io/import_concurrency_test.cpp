// Imports beside each other, beside changes and beside questions, all on the threads of one host.
#include <atomic>
#include <fstream>
#include <gtest/gtest.h>
#include <thread>

#include "core/data/consistency.h"
#include "index/engine/audience.h"
#include "index/io/importer.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

constexpr int kRows = 120'000;  // several blocks, and a commit for each of them

HostLimits fewThreads() {
  HostLimits limits;
  limits.threads = 2;
  return limits;
}

class ImportConcurrencyTest : public ::testing::Test {
 protected:
  ImportConcurrencyTest() {
    database_ = Database::create(directory_.path() / "db", TimeZone(), host_).value();
    ChangeBatch batch;
    const Schema points = Schema().withField("points", {FieldKind::integer}).value();
    batch.schema = points.withField("visits", {FieldKind::integer}).value();
    batch.newKeys.append("somebody");
    EXPECT_TRUE(database_->commit(CommitMode::logged, batch));
  }

  // Wide rows of contacts that nobody else has.
  std::string file(const std::string& name) const {
    const std::string path = (directory_.path() / name).string();
    const std::string padding(60, 'x');
    std::ofstream out(path, std::ios::binary);
    out << "id,points,padding\n";
    for (int i = 0; i < kRows; ++i) out << name << '-' << i << ',' << i % 7 << ',' << padding << '\n';
    return path;
  }

  void import(const std::string& path) {
    ImportOptions options;
    options.files = {path};
    options.keyColumn = "id";
    options.fields.push_back(parseColumnSpec("points:integer").value());
    options.batchRows = 1;
    auto plan = planImport(options, *database_->snapshot(), clock_.now());
    ASSERT_TRUE(plan) << plan.error().message;
    const auto summary = runImport(*database_, options, *std::move(plan));
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->created, std::uint64_t{kRows});
  }

  std::uint64_t countOf(std::string_view predicate) const {
    return count(Query::compile(predicate, database_->snapshot(), 0).value(), host_.executor()).value();
  }

  // One change after the other. Two fields are two tasks: each change asks for the threads that imports are on.
  void changeUntil(const std::atomic<bool>& done) {
    for (std::int64_t value = 0; !done; ++value) {
      ChangeBatch batch;
      batch.fields.push_back({1, {0}, {}, {value}, {}});
      batch.fields.push_back({2, {0}, {}, {value}, {}});
      ASSERT_TRUE(database_->commit(CommitMode::logged, batch));
    }
  }

  // No question sees a part of a batch: contacts and their points come together.
  void askUntil(const std::atomic<bool>& done) const {
    while (!done) ASSERT_EQ(countOf("points is null"), 0U);
  }

  TemporaryDirectory directory_;
  FixedClock clock_{1'790'000'000'000};
  Host host_{clock_, fewThreads()};
  std::unique_ptr<Database> database_;
};

TEST_F(ImportConcurrencyTest, ImportsChangesAndQuestionsGoOnTogether) {
  ChangeBatch first;
  first.fields.push_back({1, {0}, {}, {0}, {}});
  ASSERT_TRUE(database_->commit(CommitMode::logged, first));
  const std::string paths[] = {file("a"), file("b")};
  std::atomic<bool> done = false;
  std::thread changing([&] { changeUntil(done); });
  std::thread asking([&] { askUntil(done); });
  std::thread other([&] { import(paths[0]); });
  import(paths[1]);
  other.join();
  done = true;
  changing.join();
  asking.join();
  EXPECT_EQ(countOf("true"), 2 * std::uint64_t{kRows} + 1);
  const auto sound = checkConsistency(*database_->snapshot());
  EXPECT_TRUE(sound) << sound.error().message;
}

}  // namespace
}  // namespace roster
