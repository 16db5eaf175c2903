// Random predicates against SQLite, on real and on generated contacts as they were imported.
#include <fstream>
#include <gtest/gtest.h>
#include <stdexcept>

#include "index/engine/database.h"
#include "index/io/byte_source.h"
#include "index/io/contact_generator.h"
#include "index/io/importer.h"
#include "index/io/time_zone_loader.h"
#include "index/store/memory_store.h"
#include "tests/oracle/csv_contacts.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/run_settings.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/real_data.h"
#include "tests/support/temporary_directory.h"

namespace roster::oracle {
namespace {

// Decompressed, up to the end of the line with this number.
std::string textOf(const std::string& path, std::size_t lines) {
  ByteSource source = ByteSource::open(path).value();
  std::string text;
  std::string piece(1 << 20, '\0');
  std::size_t counted = 0;
  while (const std::size_t size = source.read(piece.data(), piece.size()).value()) {
    for (std::size_t i = 0; i < size; ++i) {
      if (piece[i] == '\n' && ++counted == lines) return text.append(piece, 0, i + 1);
    }
    text.append(piece, 0, size);
  }
  return text;
}

// A database in memory that a text of CSV was imported into, and the same text read plainly.
class ImportedContacts {
 public:
  ImportedContacts(const std::string& csv, ImportOptions options) {
    const std::string path = (directory_.path() / "contacts.csv").string();
    std::ofstream(path, std::ios::binary) << csv;
    options.files = {path};
    import(options);
    table_.emplace(*database_->snapshot()->schema, clock_);
    readCsvContacts(csv, *database_->snapshot()->schema, options.keyColumn, clock_,
                    [&](const ContactRecord& contact) { table_->add(contact); });
  }

  void compare(int predicates, int depth) {
    RandomRun run;
    run.words = table_->vocabulary(200);
    run.predicates = predicates;
    run.telling = predicates / 5 + 1;  // a few predicates may happen to select everybody or nobody
    run.depth = depth;
    run.seed = anySeed();
    run.nows = {clock_.parseInstant("2011-12-09T12:00Z"), clock_.parseInstant("2025-03-30T01:00Z"),
                clock_.parseInstant("2025-10-26T00:30Z"), clock_.parseInstant("2024-02-28T23:00Z")};
    Oracle oracle(database_->snapshot(), *table_, clock_);
    const RunResult result = oracle.run(run);
    EXPECT_TRUE(result.failures.empty()) << "ROSTER_SEED=" << run.seed << "\n" << result.failures;
    EXPECT_GE(result.telling, run.telling) << "ROSTER_SEED=" << run.seed;
  }

  const ImportSummary& summary() const { return summary_; }

 private:
  void import(const ImportOptions& options) {
    auto store = makeMemoryStore();
    StoreBatch first;
    const TimeZone zone = loadTimeZone(kZone).value();
    if (!Database::writeEmpty(zone, first)) throw std::runtime_error("no empty database");
    if (!store->write(first, Durability::synced)) throw std::runtime_error("the memory store takes no write");
    database_ = Database::openStore(std::move(store), Access::write, host_).value();
    ImportPlan plan = planImport(options, *database_->snapshot(), 0).value();
    summary_ = runImport(*database_, options, std::move(plan)).value();
  }

  TemporaryDirectory directory_;
  WallClock clock_{kZone};
  FixedClock importClock_{1'790'000'000'000};
  Host host_{importClock_};
  std::unique_ptr<Database> database_;
  std::optional<ContactTable> table_;
  ImportSummary summary_;
};

ColumnSpec column(const char* text) { return parseColumnSpec(text).value(); }

TEST(Oracle, Hillstrom) {
  const auto path = realData("hillstrom/hillstrom.csv.zst");
  if (!path) GTEST_SKIP() << "no real data";
  ImportOptions options;
  options.generateKeys = true;
  ImportedContacts contacts(textOf(*path, isLong() ? SIZE_MAX : 5'001), options);
  EXPECT_EQ(contacts.summary().rejected, 0U);
  contacts.compare((isLong() ? 500 : 100) / kSlower, 4);
}

TEST(Oracle, OnlineRetail) {
  const auto path = realData("online-retail/online_retail.csv.zst");
  if (!path) GTEST_SKIP() << "no real data";
  ImportOptions options;
  options.keyColumn = "CustomerID";
  options.fields = {column("Country:category"), column("StockCode:set"), column("InvoiceDate:timestamp"),
                    column("Quantity:integer")};
  ImportedContacts contacts(textOf(*path, isLong() ? SIZE_MAX : 10'001), options);
  contacts.compare((isLong() ? 500 : 100) / kSlower, 4);
}

TEST(Oracle, GeneratedContacts) {
  GeneratorOptions generator;
  generator.contacts = isLong() ? 1'000'000 : 20'000 / kSlower;
  std::string csv;
  ASSERT_TRUE(generateContacts(generator, [&](std::string_view piece) -> Result<void> {
    csv.append(piece);
    return {};
  }));
  ImportOptions options;
  options.keyColumn = "key";
  ImportedContacts contacts(csv, options);
  EXPECT_EQ(contacts.summary().created, generator.contacts);
  EXPECT_EQ(contacts.summary().rejected, 0U);
  contacts.compare((isLong() ? 200 : 100) / kSlower, 3);
}

}  // namespace
}  // namespace roster::oracle
