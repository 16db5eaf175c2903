// `roster import contacts` as a user meets it: fields, rejects, once only, interrupted, two writers.
#include <chrono>
#include <csignal>
#include <gmock/gmock.h>
#include <thread>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ImportCommandTest : public SmallShop {};

TEST_F(ImportCommandTest, SaysHowItWentOnStandardError) {
  write("contacts.csv", kSmallContacts);
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  const Ran ran = runRoster(importing());
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.output, "");
  EXPECT_THAT(ran.notes, HasSubstr("8 rows read, 8 contacts created, 0 updated, 0 rejected"));
  EXPECT_THAT(ran.notes, HasSubstr("rows a second"));
  EXPECT_THAT(ran.notes, Not(HasSubstr("\r"))) << "no progress bar in a pipe";
  EXPECT_EQ(count("city = 'Łódź'"), "3\n");
  EXPECT_EQ(count("tags has 'gold' and ltv > 100"), "2\n");
}

TEST_F(ImportCommandTest, DoesNothingTwiceUnlessAgain) {
  ASSERT_NO_FATAL_FAILURE(makeShop());
  const Ran twice = runRoster(importing());
  EXPECT_EQ(twice.exit, 0);
  EXPECT_THAT(twice.notes, HasSubstr("imported already"));
  EXPECT_THAT(twice.notes, HasSubstr("--again"));
  auto words = importing();
  words.emplace_back("--again");
  words.emplace_back("--json");
  const Ran again = runRoster(words);
  EXPECT_EQ(again.exit, 0) << again.notes;
  EXPECT_EQ(numberAt(again.output, "/updated"), 8U);
  EXPECT_EQ(count("true"), "8\n");
}

TEST_F(ImportCommandTest, ShowsInferredFieldsAndStopsAtADryRun) {
  write("contacts.csv", kSmallContacts);
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  const Ran dry = runRoster({"import", "contacts", shop(), path("contacts.csv"), "--key", "email", "--dry-run"});
  EXPECT_EQ(dry.exit, 0) << dry.notes;
  EXPECT_THAT(dry.output, HasSubstr("decimal(2)"));
  EXPECT_THAT(dry.output, HasSubstr("new"));
  EXPECT_THAT(dry.output, HasSubstr("anna@example.com"));
  EXPECT_THAT(dry.output, HasSubstr("2026-01-15"));
  EXPECT_THAT(dry.output, HasSubstr("1200.50"));
  EXPECT_EQ(count("true"), "0\n");
  const Ran json =
      runRoster({"import", "contacts", shop(), path("contacts.csv"), "--key", "email", "--dry-run", "--json"});
  EXPECT_EQ(textAt(json.output, "/files/0/fields/0/column"), "city");
  EXPECT_EQ(textAt(json.output, "/files/0/rows/0/key"), "anna@example.com");
  EXPECT_EQ(textAt(json.output, "/files/0/rows/0/fields/city"), "Łódź");
  EXPECT_EQ(numberAt(json.output, "/files/0/sampled"), 8U);
  const Ran real = runRoster({"import", "contacts", shop(), path("contacts.csv"), "--key", "email"});
  EXPECT_EQ(real.exit, 0) << real.notes;
  EXPECT_EQ(real.output, "");
  EXPECT_THAT(real.notes, HasSubstr("decimal(2)"));
}

TEST_F(ImportCommandTest, ShowsOrKeepsRejects) {
  write("contacts.csv", "id,age\n1,20\n,30\n3,old\n");
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  const std::vector<std::string> words = {"import", "contacts", shop(),    path("contacts.csv"),
                                          "--key",  "id",       "--field", "age:integer"};
  const Ran shown = runRoster(words);
  EXPECT_EQ(shown.exit, 0) << shown.notes;
  EXPECT_THAT(shown.notes, HasSubstr("2 rejected"));
  EXPECT_THAT(shown.notes, HasSubstr("line 4, column age"));
  EXPECT_THAT(shown.notes, HasSubstr("--rejects FILE"));
  auto keeping = words;
  keeping.insert(keeping.end(), {"--again", "--rejects", path("rejects.csv")});
  const Ran kept = runRoster(keeping);
  EXPECT_EQ(kept.exit, 0) << kept.notes;
  EXPECT_THAT(kept.notes, HasSubstr(path("rejects.csv")));
  EXPECT_THAT(read("rejects.csv"), HasSubstr("3,old"));
}

TEST_F(ImportCommandTest, TakesASchemaFileAndTheCommandLineOverIt) {
  write("contacts.csv", "id;Miasto;dnia\n1;Łódź;31.12.2025\n2;-;01.01.2026\n");
  write("schema.toml",
        "key = \"id\"\nmode = \"insert\"\nnull = [\"-\"]\ndate-format = \"%d.%m.%Y\"\n"
        "[[field]]\ncolumn = \"Miasto\"\nkind = \"category\"\nname = \"town\"\n"
        "[[field]]\ncolumn = \"dnia\"\nkind = \"date\"\nname = \"day\"\n");
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  const Ran ran = runRoster({"import", "contacts", shop(), path("contacts.csv"), "--schema", path("schema.toml"),
                             "--field", "Miasto:category:city"});
  EXPECT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_EQ(count("city = 'Łódź' and day = '2025-12-31'"), "1\n");
  EXPECT_EQ(count("city is null"), "1\n");
  write("schema.toml", "key = \"id\"\nmod = \"insert\"\n");
  const Ran mistyped = runRoster({"import", "contacts", shop(), path("contacts.csv"), "--schema", path("schema.toml")});
  EXPECT_EQ(mistyped.exit, 2);
  EXPECT_THAT(mistyped.notes, HasSubstr("schema.toml:2: "));
  write("schema.toml", "key = \"id\"\n[fields]\ncity = \"category\"\n");
  const Ran table = runRoster({"import", "contacts", shop(), path("contacts.csv"), "--schema", path("schema.toml")});
  EXPECT_NE(table.exit, 0);
  EXPECT_THAT(table.notes, HasSubstr("[[field]]"));
  EXPECT_THAT(mistyped.notes, HasSubstr("did you mean mode?"));
}

TEST_F(ImportCommandTest, ADryRunShowsWhatComesAfterAnOpenQuote) {
  write("contacts.csv", "id,city\n1,a\n2,b\n3,\"open\n4,d\n5,e\n");
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  std::vector<std::string> words = {"import", "contacts", shop(), path("contacts.csv"), "--key", "id", "--dry-run"};
  const Ran shown = runRoster(words);
  EXPECT_EQ(shown.exit, 0) << shown.notes;
  EXPECT_THAT(shown.output, HasSubstr("1    a\n2    b\n4    d\n5    e\n"));
  EXPECT_THAT(shown.output, HasSubstr("of the first 5 rows, 1 would be rejected:\n  " + path("contacts.csv") +
                                      " line 4: a quote is opened and never closed\n"));
  words.emplace_back("--json");
  const Ran json = runRoster(words);
  EXPECT_EQ(numberAt(json.output, "/files/0/sampled"), 5U);
  EXPECT_EQ(numberAt(json.output, "/files/0/rejected/0/line"), 4U);
  EXPECT_EQ(textAt(json.output, "/files/0/rows/2/key"), "4");
}

TEST_F(ImportCommandTest, MistakesSayTheWayOut) {
  write("contacts.csv", kSmallContacts);
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  const Ran noKey = runRoster({"import", "contacts", shop(), path("contacts.csv")});
  EXPECT_EQ(noKey.exit, 2);
  EXPECT_THAT(noKey.notes, HasSubstr("--generate-keys"));
  const Ran column = runRoster({"import", "contacts", shop(), path("contacts.csv"), "--key", "emial"});
  EXPECT_EQ(column.exit, 2);
  EXPECT_THAT(column.notes, HasSubstr("did you mean 'email'?"));
  const Ran file = runRoster({"import", "contacts", shop(), path("none.csv"), "--key", "email"});
  EXPECT_EQ(file.exit, 1);
  EXPECT_THAT(file.notes, HasSubstr("none.csv"));
  const Ran kind =
      runRoster({"import", "contacts", shop(), path("contacts.csv"), "--key", "email", "--field", "age:number"});
  EXPECT_EQ(kind.exit, 2);
  EXPECT_THAT(kind.notes, HasSubstr("integer"));
  const Ran twice = runRoster({"import", "contacts", shop(), path("contacts.csv"), "--key", "email", "--field",
                               "tags:set", "--field", "tags:category:tag"});
  EXPECT_EQ(twice.exit, 2);
  EXPECT_THAT(twice.notes, HasSubstr("--field names the column 'tags' twice"));
  const Ran same = runRoster({"import", "contacts", shop(), path("contacts.csv"), "--key", "email", "--field",
                              "age:integer:years", "--field", "tags:integer:years"});
  EXPECT_EQ(same.exit, 1);
  EXPECT_THAT(same.notes, HasSubstr("'age' and 'tags' both go to the field 'years', which holds one value"));
  const Ran mode = runRoster({"import", "contacts", shop(), path("contacts.csv"), "--key", "email", "--mode", "merge"});
  EXPECT_EQ(mode.exit, 2);
  EXPECT_THAT(mode.notes, HasSubstr("upsert, insert, replace"));
  write("keyed.csv", "id,key,city\n1,A,Łódź\n2,B,Kraków\n");
  const std::vector<std::string> keyed = {"import", "contacts", shop(), path("keyed.csv"), "--key", "id"};
  const Ran reserved = runRoster(keyed);
  EXPECT_EQ(reserved.exit, 1);
  EXPECT_THAT(reserved.notes, HasSubstr("--field 'key:category:NAME'"));
  auto renamed = keyed;
  renamed.insert(renamed.end(), {"--field", "key:category:other", "--field", "city"});
  EXPECT_EQ(runRoster(renamed).exit, 0) << "what the message says is the way out";
  const Ran input = runRoster({"import", "contacts", shop(), "-", "-", "--key", "id"}, path("keyed.csv"));
  EXPECT_EQ(input.exit, 2);
  EXPECT_THAT(input.notes, HasSubstr("standard input can be read once"));
}

TEST_F(ImportCommandTest, ComputesFieldsAndLeavesRowsOut) {
  write("lines.csv", "invoice,quantity,price\n1,6,2.55\nC2,-1,27.50\n3,3,1.125\n4,two,1\n5,,4\n");
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  const std::vector<std::string> words = {"import",
                                          "contacts",
                                          shop(),
                                          path("lines.csv"),
                                          "--generate-keys",
                                          "--field",
                                          "amount:decimal(2)=quantity*price",
                                          "--where",
                                          "invoice not like 'C%'"};
  auto dry = words;
  dry.emplace_back("--dry-run");
  const Ran shown = runRoster(dry);
  EXPECT_EQ(shown.exit, 0) << shown.notes;
  EXPECT_THAT(shown.output, HasSubstr("quantity*price  amount  decimal(2)  new    15.30\n"));
  EXPECT_THAT(shown.output, HasSubstr("invoice                 category    where\n"));
  EXPECT_THAT(shown.output, HasSubstr("of the first 5 rows, 1 would be left out, 2 would be rejected:\n"));
  dry.emplace_back("--json");
  const std::string json = runRoster(dry).output;
  EXPECT_EQ(textAt(json, "/files/0/fields/0/expression"), "quantity*price");
  EXPECT_EQ(textAt(json, "/files/0/rows/0/fields/amount"), "15.30");
  EXPECT_EQ(numberAt(json, "/files/0/leftOut"), 1U);

  const Ran ran = runRoster(words);
  EXPECT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_THAT(ran.notes, HasSubstr("5 rows read, 2 contacts created, 0 updated, 2 rejected, 1 left out, "));
  EXPECT_THAT(ran.notes, HasSubstr("line 4, column amount: quantity*price: '3.375' has more than 2 fraction digits"));
  EXPECT_THAT(ran.notes, HasSubstr("line 5, column quantity: 'two' is not a number"));
  EXPECT_EQ(count("amount = 15.3"), "1\n");
  EXPECT_EQ(count("amount is null"), "1\n");
  auto again = words;
  again.insert(again.end(), {"--again", "--json"});
  EXPECT_EQ(numberAt(runRoster(again).output, "/leftOut"), 1U);
  const Ran whole = runRoster({"import", "contacts", shop(), path("lines.csv"), "--generate-keys", "--json"});
  EXPECT_THAT(whole.output, Not(HasSubstr("leftOut"))) << "there is no filter";
}

TEST_F(ImportCommandTest, MistakesInExpressionsAndFiltersShowTheirPlace) {
  write("lines.csv", "invoice,quantity,price\n1,6,2.55\n");
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  const auto notes = [&](std::vector<std::string> options) {
    std::vector<std::string> words = {"import", "contacts", shop(), path("lines.csv"), "--generate-keys"};
    words.insert(words.end(), options.begin(), options.end());
    const Ran ran = runRoster(words);
    EXPECT_EQ(ran.exit, 2) << ran.notes;
    return ran.notes;
  };
  EXPECT_THAT(notes({"--field", "amount:decimal(2)=quantity price"}),
              HasSubstr("roster: --field: amount: 1:10: found 'price', expected '+', '-', '*' or the end\n"
                        "  quantity price\n"
                        "           ^~~~~\n"));
  EXPECT_THAT(notes({"--field", "amount:decimal(2)=quantity*prize"}),
              HasSubstr("lines.csv: amount: 1:10: there is no column 'prize'; did you mean 'price'?\n"));
  EXPECT_THAT(notes({"--field", "amount:date=quantity"}), HasSubstr("its kind is integer or decimal(n), not date"));
  EXPECT_THAT(notes({"--field", "a:integer=quantity", "--field", "a:integer=2*quantity"}),
              HasSubstr("--field computes the field 'a' twice"));
  EXPECT_THAT(notes({"--where", "quantity > "}), HasSubstr("roster: --where: 1:12: found the end"));
  EXPECT_THAT(notes({"--where", "segment 'vip'"}), HasSubstr("--where: 1:1: rows are chosen by their columns"));
  EXPECT_THAT(notes({"--where", "price > 1 and quantiti > 1"}),
              HasSubstr("lines.csv: where: 1:15: unknown column 'quantiti'; did you mean 'quantity'?\n"));
  EXPECT_THAT(notes({"--where", "quantity = 'many'"}), HasSubstr("lines.csv: where: 1:12: cannot compare"));
}

TEST_F(ImportCommandTest, ATruncatedFileIsNamedOnce) {
  ASSERT_EQ(runRoster({"generate", path("whole.csv.gz"), "--contacts", "100k"}).exit, 0);
  const std::string whole = read("whole.csv.gz");
  write("cut.csv.gz", std::string_view(whole).substr(0, whole.size() - 100));
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  const Ran cut = runRoster({"import", "contacts", shop(), path("cut.csv.gz"), "--key", "key"});
  EXPECT_EQ(cut.exit, 1);
  EXPECT_THAT(cut.notes, HasSubstr("roster: '" + path("cut.csv.gz") + "' is truncated: "));
  EXPECT_EQ(runRoster({"schema", "show", shop()}).output.find("email"), std::string::npos) << "it leaves no fields";
}

TEST_F(ImportCommandTest, ReadsStandardInputAndGeneratesKeys) {
  write("names.csv", "name\nanna\nbartek\n");
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  const Ran ran =
      runRoster({"import", "contacts", shop(), "-", "--generate-keys", "--field", "name:category"}, path("names.csv"));
  EXPECT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_EQ(count("key in ('1', '2')"), "2\n");
}

TEST_F(ImportCommandTest, OneDateFormatSettlesDaysAndTimes) {
  write("orders.csv", "id;day;at\n1;01.02.2026;01.02.2026 12:00\n2;03.04.2026;05.06.2026 13:30\n");
  ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  std::vector<std::string> words = {"import", "contacts", shop(), path("orders.csv"), "--key", "id"};
  const Ran asked = runRoster(words);
  EXPECT_EQ(asked.exit, 1);
  EXPECT_THAT(asked.notes, HasSubstr("--date-format '%d.%m.%Y'"));
  words.insert(words.end(), {"--date-format", "%d.%m.%Y"});
  const Ran told = runRoster(words);
  EXPECT_EQ(told.exit, 0) << told.notes;
  EXPECT_EQ(count("day = '2026-02-01' and at = '2026-02-01T12:00'"), "1\n");
}

// An import that takes a while, met when it has opened the database and begun.
class LongImportTest : public SmallShop {
 protected:
  void generate(const std::string& contacts) const {
    ASSERT_EQ(runRoster({"generate", path("many.csv"), "--contacts", contacts}).exit, 0);
    ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  }
  // Rows as narrow as can be: several batches of them are imported in seconds.
  void writeNarrow(int rows) const {
    std::string csv = "key,even\n";
    for (int i = 0; i < rows; ++i) csv += std::to_string(i) + (i % 2 == 0 ? ",1\n" : ",0\n");
    write("many.csv", csv);
    ASSERT_EQ(runRoster({"init", shop()}).exit, 0);
  }
  std::vector<std::string> importing() const {
    return {"import", "contacts", shop(), path("many.csv"), "--key", "key"};
  }

  // Until the process catches SIGINT, which it does once it imports.
  static void awaitImporting(pid_t process) {
    while (!catchesInterrupt(process)) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }

 private:
  static bool catchesInterrupt(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    const std::string label = "SigCgt:";
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with(label)) continue;
      return ((std::stoull(line.substr(label.size()), nullptr, 16) >> (SIGINT - 1)) & 1U) != 0;
    }
    return true;  // it has ended
  }
};

TEST_F(LongImportTest, InterruptedItGoesOnWhereItWas) {
  // A batch is a million rows: the import is interrupted when one is in, and others are still to come.
  constexpr int kRows = 3'000'000;
  ASSERT_NO_FATAL_FAILURE(writeNarrow(kRows));
  RosterProcess first(importing());
  awaitImporting(first.id());
  while (count("true") == "0\n") std::this_thread::sleep_for(std::chrono::milliseconds(5));
  first.signal(SIGINT);
  const Ran stopped = first.wait();
  EXPECT_EQ(stopped.exit, 1);
  EXPECT_THAT(stopped.notes, HasSubstr("interrupted: what is counted is in"));
  EXPECT_EQ(runRoster({"check", shop()}).exit, 0);
  const std::string done = count("true");
  EXPECT_GE(std::stoi(done), 1 << 20);
  EXPECT_LT(std::stoi(done), kRows);
  auto words = importing();
  words.emplace_back("--json");
  const Ran second = runRoster(words);
  EXPECT_EQ(second.exit, 0) << second.notes;
  EXPECT_THAT(second.notes, HasSubstr("that an earlier run had done"));
  EXPECT_EQ(numberAt(second.output, "/resumedAt"), std::stoull(done));
  EXPECT_EQ(count("true"), std::to_string(kRows) + "\n");
  EXPECT_EQ(count("even"), std::to_string(kRows / 2) + "\n");
}

TEST_F(LongImportTest, ASecondWriterIsToldWhoTheFirstIs) {
  ASSERT_NO_FATAL_FAILURE(generate("300k"));
  RosterProcess first(importing());
  const std::string holder = std::to_string(first.id());
  awaitImporting(first.id());
  const Ran second = runRoster({"schema", "add", shop(), "extra", "set"});
  const Ran reader = runRoster({"count", shop(), "true"});
  EXPECT_EQ(second.exit, 1);
  EXPECT_THAT(second.notes, HasSubstr(holder));
  EXPECT_EQ(reader.exit, 0) << reader.notes;
  const Ran done = first.wait();
  EXPECT_EQ(done.exit, 0) << done.notes;
}

}  // namespace
}  // namespace roster::testing
