#include "index/io/importer.h"

#include <fstream>
#include <gtest/gtest.h>

#include "core/data/consistency.h"
#include "core/eval/contact_record.h"
#include "core/eval/query.h"
#include "index/engine/audience.h"
#include "index/engine/contact_changes.h"
#include "index/engine/schema_changes.h"
#include "index/engine/statistics.h"
#include "index/io/contact_generator.h"
#include "index/io/output_compressor.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/real_data.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

class ImporterTest : public ::testing::Test {
 protected:
  ImporterTest() { database_ = *Database::create(directory_.path() / "db", TimeZone(), host_); }

  std::string file(const std::string& name, std::string_view content) {
    const auto path = directory_.path() / name;
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }

  static ImportOptions options(std::vector<std::string> files, std::vector<std::string> fields = {}) {
    ImportOptions options;
    options.files = std::move(files);
    options.keyColumn = "id";
    for (const std::string& field : fields) options.fields.push_back(parseColumnSpec(field).value());
    return options;
  }

  // Rows enough to lie behind those that an import is planned from, as zstd.
  static std::string compressedRows(int rows) {
    std::string csv = "id,points\n";
    for (int i = 0; i < rows; ++i) csv += std::to_string(i) + "," + std::to_string(i % 1013) + "\n";
    std::string compressed;
    const auto sink = [&](std::string_view bytes) -> Result<void> {
      compressed.append(bytes);
      return {};
    };
    const auto compressor = compressorFor("rows.zst");
    EXPECT_TRUE(compressor && (*compressor)->write(csv, sink) && (*compressor)->finish(sink));
    return compressed;
  }

  Result<ImportSummary> run(const ImportOptions& options, const ImportHooks& hooks = {}) {
    auto plan = planImport(options, *database_->snapshot(), clock_.now());
    if (!plan) return propagate(plan);
    auto summary = runImport(*database_, options, *std::move(plan), hooks);
    const auto consistent = checkConsistency(*database_->snapshot());
    EXPECT_TRUE(consistent) << consistent.error().message;
    return summary;
  }

  ImportSummary mustRun(const ImportOptions& options) {
    auto summary = run(options);
    EXPECT_TRUE(summary) << summary.error().message;
    return summary.value_or(ImportSummary{});
  }

  std::uint64_t countOf(std::string_view predicate) {
    const auto query = Query::compile(predicate, database_->snapshot(), 0);
    EXPECT_TRUE(query) << predicate << ": " << query.error().message;
    return query ? count(*query, host_.executor()).value() : 0;
  }

  // The tags of a contact, joined.
  std::string tagsOf(std::string_view key) {
    const SnapshotPtr snapshot = database_->snapshot();
    const auto contact = readContact(*snapshot, findContact(*snapshot, key).value());
    EXPECT_TRUE(contact);
    std::string joined;
    const auto found = contact->values.find(snapshot->schema->find("tags")->id);
    if (found == contact->values.end()) return joined;
    for (const std::string& tag : std::get<std::vector<std::string>>(found->second)) joined += tag + " ";
    return joined;
  }

  TemporaryDirectory directory_;
  FixedClock clock_{1'790'000'000'000};
  Host host_{clock_};
  std::unique_ptr<Database> database_;
};

TEST_F(ImporterTest, RowsOfOneKeyAccumulateInFileOrder) {
  const auto path = file("a.csv", "id,city,tags\n1,Łódź,a|b\n2,Kraków,c\n1,Gdańsk,d\n1,,\n");
  const ImportSummary summary = mustRun(options({path}, {"city:category", "tags:set"}));
  EXPECT_EQ(summary.rows, 4U);
  EXPECT_EQ(summary.created, 2U);
  EXPECT_EQ(summary.updated, 0U);
  EXPECT_EQ(countOf("city = 'Gdańsk' and tags has all ('a','b','d')"), 1U);
  EXPECT_EQ(countOf("city = 'Łódź'"), 0U);
}

TEST_F(ImporterTest, BadRowsAreRejectedWithTheirPlaceAndTheRestGoesIn) {
  const auto path =
      file("a.csv",
           "id,age,born,ltv\n1,30,2000-01-31,12.50\n,31,2000-01-31,1\n3,3O,2000-01-31,1\n4,30,2000-02-30,1\n"
           "5,30,2000-01-31,1.234\n6,30\n7,31,,\n");
  ImportOptions given = options({path}, {"age:integer", "born:date", "ltv:decimal(2)"});
  given.rejectsPath = (directory_.path() / "rejects.csv").string();
  const ImportSummary summary = mustRun(given);
  EXPECT_EQ(summary.created, 2U);
  EXPECT_EQ(summary.rejected, 5U);
  std::ifstream rejects(given.rejectsPath);
  const std::string text((std::istreambuf_iterator<char>(rejects)), {});
  EXPECT_NE(text.find(",3,id,the key is missing"), std::string::npos) << text;
  EXPECT_NE(text.find(",4,age,"), std::string::npos) << text;
  EXPECT_NE(text.find(",5,born,"), std::string::npos) << text;
  EXPECT_NE(text.find(",6,ltv,"), std::string::npos) << text;
  EXPECT_NE(text.find(",7,,"), std::string::npos) << text;
}

// There is no file to know it by, so that it is imported anew, whatever was there before.
TEST_F(ImporterTest, TakesASourceInsteadOfFiles) {
  const ImportOptions given = options({}, {"city:category"});
  const auto import = [&](const std::string& text) {
    const SnapshotPtr snapshot = database_->snapshot();
    auto plan = planImport(given, ByteSource::fromMemory(text, "some contacts"), *snapshot, clock_.now());
    EXPECT_TRUE(plan) << plan.error().message;
    return runImport(*database_, given, *std::move(plan));
  };
  const auto first = import("id,city\n1,Kraków\n2,Łódź\n");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->created, 2U);
  EXPECT_EQ(first->files, std::vector<std::string>{"some contacts"});
  const auto second = import("id,city\n2,Kraków\n3,Łódź\n");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_FALSE(second->alreadyComplete);
  EXPECT_EQ(second->created, 1U);
  EXPECT_EQ(countOf("city = 'Kraków'"), 2U);
  const auto refused =
      planImport(given, ByteSource::fromMemory("id,town\n1,2\n", "towns"), *database_->snapshot(), clock_.now());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("towns"), std::string::npos) << refused.error().message;
}

// The numbers of JSON have a point whatever the user says, so that one option cannot mean both notations.
TEST_F(ImporterTest, ADecimalCommaIsForCsv) {
  ImportOptions given = options({file("a.ndjson", "{\"id\":\"1\",\"ltv\":1.234}\n")}, {"ltv:decimal(3)"});
  given.decimalComma = true;
  const auto refused = run(given);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("--decimal-comma is for CSV"), std::string::npos) << refused.error().message;
  given = options({file("b.csv", "id;ltv\n1;1.234\n2;12.345,5\n3;1.5\n")}, {"ltv:decimal(3)"});
  given.decimalComma = true;
  EXPECT_EQ(mustRun(given).rejected, 1U);
  EXPECT_EQ(countOf("ltv = 1234"), 1U);
  EXPECT_EQ(countOf("ltv = 12345.5"), 1U);
}

TEST_F(ImporterTest, RunAgainItAddsNothing) {
  const auto path = file("a.csv", "id,tags\n1,a\n2,b\nbad\n");
  const ImportOptions given = options({path}, {"tags:set"});
  mustRun(given);
  const Sequence before = database_->snapshot()->sequence;
  const ImportSummary summary = mustRun(given);
  EXPECT_TRUE(summary.alreadyComplete);
  EXPECT_EQ(summary.created, 2U);
  EXPECT_EQ(summary.rejected, 1U);
  EXPECT_EQ(database_->snapshot()->sequence, before);
  ImportOptions again = given;
  again.again = true;
  EXPECT_EQ(mustRun(again).updated, 2U);
}

TEST_F(ImporterTest, InsertRejectsKeysOfBeforeTheImport) {
  mustRun(options({file("a.csv", "id,tags\n1,a\n")}, {"tags:set"}));
  ImportOptions insert = options({file("b.csv", "id,tags\n1,b\n2,c\n2,d\n")}, {"tags:set"});
  insert.mode = ImportMode::insert;
  const ImportSummary summary = mustRun(insert);
  EXPECT_EQ(summary.rejected, 1U);
  EXPECT_EQ(summary.created, 1U);
  ASSERT_EQ(summary.firstRejects.size(), 1U);
  EXPECT_EQ(summary.firstRejects[0].line, 2U);
  EXPECT_EQ(tagsOf("1"), "a ");
  EXPECT_EQ(tagsOf("2"), "c d ");
}

TEST_F(ImporterTest, ReplaceClearsTheOtherFieldsOnce) {
  mustRun(options({file("a.csv", "id,tags,city,note\n1,a,Łódź,hello\n2,b,Kraków,there\n")},
                  {"tags:set", "city:category", "note:text"}));
  ImportOptions replace = options({file("b.csv", "id,tags\n1,x\n1,y\n3,z\n")}, {"tags:set"});
  replace.mode = ImportMode::replace;
  const ImportSummary summary = mustRun(replace);
  EXPECT_EQ(summary.updated, 1U);
  EXPECT_EQ(summary.created, 1U);
  EXPECT_EQ(tagsOf("1"), "x y ");
  EXPECT_EQ(countOf("key = '1' and city is null and note is null"), 1U);
  EXPECT_EQ(countOf("key = '2' and city = 'Kraków' and note = 'there' and tags has 'b'"), 1U);
}

TEST_F(ImporterTest, SetModes) {
  mustRun(options({file("a.csv", "id,tags\n1,a|b\n2,a|b\n")}, {"tags:set"}));
  ImportOptions replace = options({file("b.csv", "id,tags\n1,c\n1,d\n2,\n")}, {"tags:set"});
  replace.setMode = SetMode::replace;
  mustRun(replace);
  EXPECT_EQ(tagsOf("1"), "c d ");
  EXPECT_EQ(tagsOf("2"), "a b ");
  ImportOptions remove = options({file("c.csv", "id,tags\n1,d|zz\n2,a\n")}, {"tags:set"});
  remove.setMode = SetMode::remove;
  mustRun(remove);
  EXPECT_EQ(tagsOf("1"), "c ");
  EXPECT_EQ(tagsOf("2"), "b ");
}

TEST_F(ImporterTest, GeneratedKeysTakeTheNextFreeNumbers) {
  mustRun(options({file("a.csv", "id,city\n2,x\nshop,y\n")}, {"city:category"}));
  ImportOptions generate = options({file("b.csv", "city\nA\nB\n")}, {"city:category"});
  generate.keyColumn.clear();
  generate.generateKeys = true;
  EXPECT_EQ(mustRun(generate).created, 2U);
  EXPECT_EQ(countOf("key in ('3', '4') and city in ('A', 'B')"), 2U);
}

TEST_F(ImporterTest, NdjsonArraysAreSets) {
  const auto path =
      file("a.ndjson",
           "{\"id\":\"1\",\"tags\":[\"a|x\",\"b\"],\"n\":12.50}\n{\"id\":\"2\",\"tags\":null}\n{\"id\":3}\n{oops\n");
  const ImportSummary summary = mustRun(options({path}, {"tags:set", "n:decimal(2)"}));
  EXPECT_EQ(summary.created, 3U);
  EXPECT_EQ(summary.rejected, 1U);
  EXPECT_EQ(countOf("tags has 'a|x' and n = 12.5"), 1U);
}

// NDJSON has no header that says which columns there are.
TEST_F(ImporterTest, AMemberThatNoRowHasIsAMistypedOne) {
  const auto path = file("a.ndjson", "{\"id\":\"1\",\"name\":\"Ola\"}\n{\"id\":\"2\",\"vip\":null}\n");
  const auto refusal = [&](const ImportOptions& given) {
    const auto summary = run(given);
    EXPECT_FALSE(summary);
    EXPECT_TRUE(summary || summary.error().code == ErrorCode::notFound) << summary.error().message;
    return summary ? std::string() : summary.error().message;
  };
  EXPECT_NE(refusal(options({path}, {"nmae:category"})).find("there is no column 'nmae'; did you mean 'name'?"),
            std::string::npos);
  ImportOptions ident = options({path});
  ident.keyColumn = "ident";
  EXPECT_NE(refusal(ident).find("there is no column 'ident'; there are id, name, vip"), std::string::npos);
  EXPECT_EQ(database_->snapshot()->schema->fields().size(), 0U);

  EXPECT_EQ(mustRun(options({path}, {"name:category", "vip:bool"})).created, 2U) << "a null is a value that is missing";
  const auto delta = file("b.ndjson", "{\"id\":\"1\",\"name\":\"Ala\"}\n");
  EXPECT_EQ(mustRun(options({delta}, {"name:category", "vip:bool"})).updated, 1U) << "a field the database has";
  EXPECT_NE(refusal(options({delta}, {"nmae:category:name"})).find("did you mean 'name'?"), std::string::npos);
  ident.keyColumn = "vip";
  ident.files = {delta};
  EXPECT_NE(refusal(ident).find("there is no column 'vip'"), std::string::npos) << "keys are in no field";
}

TEST_F(ImporterTest, WhatIsRefusedWritesNothing) {
  const auto good = file("a.csv", "id,city\n1,x\n");
  const Sequence before = database_->snapshot()->sequence;
  const auto missing = run(options({good}, {"ctiy:category"}));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("did you mean 'city'?"), std::string::npos) << missing.error().message;
  EXPECT_FALSE(run(options({file("b.csv", std::string_view("PK\x03\x04\0\0\0\0 a workbook", 20))})));
  EXPECT_FALSE(run(options({(directory_.path() / "nowhere.csv").string()})));
  const auto ambiguous = run(options({file("c.csv", "id,day\n1,01/02/2025\n2,03/04/2025\n")}));
  ASSERT_FALSE(ambiguous);
  EXPECT_NE(ambiguous.error().message.find("day"), std::string::npos);
  ImportOptions nowhere = options({good});
  nowhere.rejectsPath = (directory_.path() / "none" / "rejects.csv").string();
  const auto noFolder = run(nowhere);
  ASSERT_FALSE(noFolder);
  EXPECT_EQ(noFolder.error().code, ErrorCode::notFound);
  const std::string whole = compressedRows(200'000);
  const auto cut = run(options({file("d.csv.zst", std::string_view(whole).substr(0, whole.size() - 100))}));
  ASSERT_FALSE(cut) << "it is read to its end before its first batch is full";
  EXPECT_NE(cut.error().message.find("truncated"), std::string::npos) << cut.error().message;
  EXPECT_EQ(database_->snapshot()->sequence, before);
  EXPECT_EQ(database_->snapshot()->schema->fields().size(), 0U);
}

TEST_F(ImporterTest, NewFieldsComeWithTheFirstBatch) {
  ImportOptions given = options({file("a.csv.zst", compressedRows(200'000))});
  given.batchRows = 1;
  const Sequence before = database_->snapshot()->sequence;
  std::atomic<bool> stop = true;
  const auto stopped = run(given, ImportHooks{{}, &stop});
  ASSERT_TRUE(stopped) << stopped.error().message;
  EXPECT_TRUE(stopped->interrupted);
  EXPECT_EQ(database_->snapshot()->sequence, before) << "stopped before its first batch it leaves nothing";
  EXPECT_EQ(mustRun(given).created, 200'000U);
  EXPECT_EQ(countOf("points = 5"), 198U);
}

TEST_F(ImporterTest, FieldsAddedSinceThePlanAreNotLost) {
  const ImportOptions given = options({file("a.csv", "id,city\n1,x\n")});
  auto plan = planImport(given, *database_->snapshot(), clock_.now());
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(addField(*database_, "note", FieldType{FieldKind::text}));
  const auto summary = runImport(*database_, given, *std::move(plan));
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, ErrorCode::conflict);
  EXPECT_NE(database_->snapshot()->schema->find("note"), nullptr);
}

TEST_F(ImporterTest, StoppedItGoesOnWhereItWas) {
  // Wide rows make many blocks, the last of which are read ahead when the stop comes.
  const std::string padding(60, 'x');
  std::string csv = "id,tags,padding\n";
  for (int i = 0; i < 1'500'000; ++i) {
    csv += std::to_string(i % 1'400'000) + ",t" + std::to_string(i % 50) + "," + padding + "\n";
  }
  ImportOptions given = options({file("big.csv", csv)}, {"tags:set"});
  std::atomic<bool> stop = false;
  const ImportHooks hooks{[&](const ImportProgressReport& report) { stop = report.rows > 1'200'000; }, &stop};
  const auto first = run(given, hooks);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->interrupted);
  EXPECT_GT(first->rows, 0U);
  EXPECT_LT(first->rows, 1'500'000U);
  const ImportSummary second = mustRun(given);
  EXPECT_EQ(second.resumedAt, first->rows);
  EXPECT_EQ(second.rows, 1'500'000U);
  EXPECT_EQ(second.created, 1'400'000U);
  EXPECT_EQ(countOf("true"), 1'400'000U);
  EXPECT_EQ(countOf("size(tags) = 2"), 0U);  // i and i + 1,400,000 have the same tag
  EXPECT_TRUE(mustRun(given).alreadyComplete);
}

// A predicate says of rows what it says of the contacts that they become.
TEST_F(ImporterTest, AFilterTakesTheRowsThatItsPredicateSelectsAsContacts) {
  std::string csv;
  const auto sink = [&](std::string_view text) -> Result<void> {
    csv += text;
    return {};
  };
  ASSERT_TRUE(generateContacts({.contacts = 3000, .seed = 7}, sink));
  ImportOptions given = options({file("contacts.csv", csv)});
  given.keyColumn = "key";
  mustRun(given);
  for (const char* predicate :
       {"country = 'PL' and newsletter", "city is null or tags has any ('vip', 'sms')",
        "not (ltv > 50.5 and orders < 3)", "email ilike '%JAN%' or size(interests) > 3",
        "birthday between '1960-01-01' and '1979-12-31'", "last_visit > last_order and signup in last 5 years",
        "at least 2 of (gender = 'female', plan != 'free', score > 50)", "anniversary(birthday) in next 60 days",
        "interests has like 'f%' and first_name not in ('Jan', 'Anna')"}) {
    const auto query = Query::compile(predicate, database_->snapshot(), clock_.now());
    ASSERT_TRUE(query) << predicate << ": " << query.error().message;
    const std::uint64_t expected = count(*query, host_.executor()).value();
    ImportOptions filtered = given;
    filtered.where = predicate;
    const ImportSummary summary = mustRun(filtered);
    EXPECT_EQ(summary.updated, expected) << predicate;
    EXPECT_EQ(summary.leftOut, 3000 - expected) << predicate;
    EXPECT_GT(expected, 0U) << predicate;
  }
}

TEST_F(ImporterTest, RowsLeftOutAreCountedOverAllRuns) {
  // Wide rows make many blocks, each of them a batch.
  constexpr std::uint64_t kRows = 200'000;
  const std::string padding(150, 'x');
  std::string csv = "id,points,padding\n";
  for (std::uint64_t i = 0; i < kRows; ++i) {
    csv += std::to_string(i) + "," + std::to_string(i % 1000) + "," + padding + "\n";
  }
  ImportOptions given = options({file("wide.csv", csv)}, {"double:integer=points*2"});
  given.where = "points < 300";
  given.batchRows = 1;
  std::atomic<bool> stop = false;
  const ImportHooks hooks{[&](const ImportProgressReport& report) { stop = report.rows > 20'000; }, &stop};
  const auto first = run(given, hooks);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->interrupted);
  EXPECT_GT(first->leftOut.value_or(0), 0U);
  const ImportSummary second = mustRun(given);
  EXPECT_EQ(second.resumedAt, first->rows);
  EXPECT_EQ(second.rows, kRows);
  EXPECT_EQ(second.created, kRows / 10 * 3);
  EXPECT_EQ(second.rejected, 0U);
  EXPECT_EQ(second.leftOut, kRows / 10 * 7);
  EXPECT_EQ(countOf("double < 600"), kRows / 10 * 3);
  const ImportSummary third = mustRun(given);
  EXPECT_TRUE(third.alreadyComplete);
  EXPECT_EQ(third.leftOut, kRows / 10 * 7);
}

// The sum is what a script over the file makes of it.
TEST_F(ImporterTest, OnlineRetailAmountsWithoutCancellations) {
  const auto path = realData("online-retail/online_retail.csv.zst");
  if (!path) GTEST_SKIP() << "real data is not here";
  ImportOptions given = options({*path}, {"amount:decimal(3)=Quantity*UnitPrice"});
  given.keyColumn.clear();
  given.generateKeys = true;
  given.where = "InvoiceNo not like 'C%'";
  const ImportSummary summary = mustRun(given);
  EXPECT_EQ(summary.rows, 541'909U);
  EXPECT_EQ(summary.rejected, 0U);
  EXPECT_EQ(summary.leftOut, 9'288U);
  EXPECT_EQ(summary.created, 541'909U - 9'288U);
  const auto query = Query::compile("true", database_->snapshot(), 0);
  const auto audience = evaluate(*query, host_.executor());
  const auto amounts = statistics(*audience, "amount", host_.executor());
  ASSERT_TRUE(amounts) << amounts.error().message;
  EXPECT_EQ(formatWide(*amounts->sum, 3), "10644560.424");
}

TEST_F(ImporterTest, OnlineRetail) {
  const auto path = realData("online-retail/online_retail.csv.zst");
  if (!path) GTEST_SKIP() << "real data is not here";
  ImportOptions given;
  given.files.push_back(*path);
  given.keyColumn = "CustomerID";
  given.fields = {parseColumnSpec("Country:category").value()};
  const ImportSummary summary = mustRun(given);
  EXPECT_EQ(summary.rows, 541'909U);
  EXPECT_EQ(summary.created, 4'372U);
  EXPECT_EQ(summary.rejected, 135'080U);
}

TEST_F(ImporterTest, HillstromFortyTimesOverIsFortyTimesItsCounts) {
  const auto path = realData("hillstrom/hillstrom.csv.zst");
  if (!path) GTEST_SKIP() << "real data is not here";
  ImportOptions given;
  given.files.assign(40, *path);
  given.generateKeys = true;
  const ImportSummary summary = mustRun(given);
  EXPECT_EQ(summary.created, 2'560'000U);
  EXPECT_EQ(summary.rejected, 0U);
  const auto expectFortyTimes = [&] {
    EXPECT_EQ(countOf("true"), 64'000U * 40);
    EXPECT_EQ(countOf("visit"), 9'394U * 40);
    EXPECT_EQ(countOf("conversion"), 578U * 40);
  };
  expectFortyTimes();
  EXPECT_EQ(database_->snapshot()->shards.size(), 3U);
  database_.reset();
  database_ = *Database::open(directory_.path() / "db", Access::read, host_);
  expectFortyTimes();
}

}  // namespace
}  // namespace roster
