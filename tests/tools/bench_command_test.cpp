// roster bench: its table, its JSON and what it refuses.
#include <cstdlib>
#include <gmock/gmock.h>

#include "tests/support/tar_archive.h"
#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t occurrences(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

class BenchCommandTest : public SmallShop {
 protected:
  Ran bench(std::vector<std::string> more) const {
    std::vector<std::string> words = {"bench", "--directory", path("bench"), "--seconds", "0"};
    words.insert(words.end(), more.begin(), more.end());
    return runRoster(words);
  }
};

TEST_F(BenchCommandTest, ReportsEveryQueryAsTableAndJson) {
  const Ran ran = bench({"--contacts", "3k", "--json", path("report.json")});
  ASSERT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_THAT(ran.output, HasSubstr("3,000 contacts"));
  EXPECT_THAT(ran.output, HasSubstr("\ntag-cities-not-tag "));
  EXPECT_THAT(ran.output, HasSubstr("as fast as CRoaring by hand"));
  EXPECT_THAT(ran.notes, HasSubstr("data in " + path("bench")));
  const std::string json = read("report.json");
  EXPECT_EQ(numberAt(json, "/contacts"), 3000U);
  EXPECT_FALSE(textAt(json, "/version").empty());
  EXPECT_EQ(textAt(json, "/queries/0/name"), "two-dense");
  EXPECT_EQ(textAt(json, "/queries/0/class"), "boolean");
  EXPECT_EQ(numberAt(json, "/queries/0/leaves"), 2U);
  EXPECT_EQ(numberAt(json, "/queries/0/prepared/runs"), 3U);
  EXPECT_GE(parsed(json)["queries"].get_array().size(), 24U);
}

TEST_F(BenchCommandTest, ComparesWithAnEarlierReport) {
  const std::vector<std::string> one = {"--contacts", "1k", "--query", "two-dense"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), one.begin(), one.end());
    return bench(more);
  };
  ASSERT_EQ(with({"--json", path("old.json")}).exit, 0);
  const Ran ran = with({"--compare", path("old.json"), "--json", path("new.json")});
  ASSERT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_THAT(ran.output, HasSubstr("timings slower than in " + path("old.json")));
  const std::string json = read("new.json");
  EXPECT_EQ(textAt(json, "/comparison/with"), path("old.json"));
  EXPECT_EQ(textAt(json, "/comparison/timings/0/name"), "two-dense");
  double ratio = 0;
  ASSERT_EQ(parsed(json).at_pointer("/comparison/timings/0/ratio").get(ratio), simdjson::SUCCESS);
  EXPECT_GT(ratio, 0);

  const Ran other = bench({"--contacts", "2k", "--compare", path("old.json")});
  EXPECT_EQ(other.exit, 2);
  EXPECT_THAT(other.notes, HasSubstr("is of 1000 contacts, not 2000"));
  EXPECT_FALSE(std::filesystem::exists(path("bench/contacts-2000.csv"))) << "it is refused before anything is made";
  write("other.json", R"({"suite": "import", "contacts": 1000, "queries": []})");
  EXPECT_EQ(with({"--compare", path("other.json")}).exit, 2);
  EXPECT_EQ(with({"--compare", path("none.json")}).exit, 1);
}

// What is opened is closed: a page that is well-formed but for void elements, whole on its own.
TEST_F(BenchCommandTest, WritesAPageThatNeedsNothingElse) {
  const std::vector<std::string> words = {"--contacts", "2k", "--query", "two-dense", "--query", "grid"};
  auto first = words;
  first.insert(first.end(), {"--json", path("old.json")});
  ASSERT_EQ(bench(first).exit, 0);
  auto second = words;
  second.insert(second.end(), {"--html", path("page.html"), "--compare", path("old.json")});
  const Ran ran = bench(second);
  ASSERT_EQ(ran.exit, 0) << ran.notes;
  const std::string html = read("page.html");
  EXPECT_THAT(html, HasSubstr("Roster: audience suite, 2,000 contacts"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">two-dense</th>"));
  EXPECT_THAT(html, HasSubstr("tags has &#39;newsletter&#39; and"));
  EXPECT_THAT(html, HasSubstr("Compared with an earlier run"));
  EXPECT_THAT(html, HasSubstr("prefers-color-scheme: dark"));
  for (const char* refused : {"<script", "http:", "https:", "@import", "url(", "nan", "inf"}) {
    EXPECT_THAT(html, Not(HasSubstr(refused)));
  }
  for (const char* element :
       {"svg", "title", "desc", "table", "tr", "th", "td", "text", "g", "section", "details", "p"}) {
    const std::string close = std::string("</") + element + ">";
    EXPECT_EQ(occurrences(html, std::string("<") + element + " ") + occurrences(html, std::string("<") + element + ">"),
              occurrences(html, close))
        << element;
  }
  EXPECT_EQ(occurrences(html, "role=\"img\""), 3U) << "a plot for each class, and one of ratios";
  EXPECT_EQ(occurrences(html, "<desc id="), 3U);
  EXPECT_EQ(bench({"--contacts", "100", "--html", path("no/where.html")}).exit, 1);
}

TEST_F(BenchCommandTest, EverySuiteWritesTableJsonAndPage) {
  const std::pair<const char*, const char*> lines[] = {{"import", "import-csv"},
                                                       {"export", "three-tenths.ndjson.zst"},
                                                       {"mixed", "all counts"},
                                                       {"text", "two-ranges"},
                                                       {"scaling", "grid"}};
  for (const auto& [suite, line] : lines) {
    const Ran ran =
        bench({"--suite", suite, "--contacts", "2k", "--json", path("suite.json"), "--html", path("suite.html")});
    ASSERT_EQ(ran.exit, 0) << suite << ": " << ran.notes;
    EXPECT_THAT(ran.output, HasSubstr(std::string(suite) + ": 2,000 contacts"));
    EXPECT_THAT(ran.output, HasSubstr(std::string("\n") + line + " "));
    const std::string json = read("suite.json");
    EXPECT_EQ(textAt(json, "/suite"), suite);
    EXPECT_THAT(json, HasSubstr(std::string("\"name\": \"") + line + "\""));
    const std::string html = read("suite.html");
    EXPECT_THAT(html, HasSubstr(std::string("<th scope=\"row\">") + line + "</th>"));
    EXPECT_EQ(occurrences(html, "<svg class=\"plot"), occurrences(html, "<desc id=")) << suite;
  }
  EXPECT_THAT(read("suite.html"), HasSubstr(">slope "));
  EXPECT_EQ(bench({"--suite", "mixed", "--db", shop()}).exit, 2);
  EXPECT_EQ(bench({"--suite", "import", "--query", "grid"}).exit, 2);
}

TEST_F(BenchCommandTest, TakesADatabaseAndTheQueriesItCanAnswer) {
  ASSERT_NO_FATAL_FAILURE(makeShop());
  const Ran ran = bench({"--db", shop(), "--query", "bucket"});
  EXPECT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_THAT(ran.output, HasSubstr("8 contacts"));
  const Ran missing = bench({"--db", shop(), "--query", "breakdown-64"});
  EXPECT_EQ(missing.exit, 2) << "the shop has no stores";
  EXPECT_THAT(missing.notes, HasSubstr("breakdown-64"));
}

// The folder that holds the data of tests, as this process and those that it runs are told; as it was when this goes.
class DataFolder {
 public:
  explicit DataFolder(const std::string& path) : before_(valueOf()) { set(path); }
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;
  ~DataFolder() { set(before_); }

 private:
  static std::string valueOf() {
    const char* value = std::getenv("ROSTER_DATA");
    return value == nullptr ? "" : value;
  }
  static void set(const std::string& path) {
    if (path.empty()) ::unsetenv("ROSTER_DATA");
    else ::setenv("ROSTER_DATA", path.c_str(), 1);
  }

  std::string before_;
};

TEST_F(BenchCommandTest, RunsOnRealSetsOfAFolder) {
  std::filesystem::create_directory(path("roaring"));
  for (const char* name : {"census-income", "census-income_srt", "census1881", "census1881_srt", "wikileaks-noquotes",
                           "wikileaks-noquotes_srt"}) {
    write(std::string("roaring/") + name + ".tar.zst", tarEntry("a", "1,2,5\n") + tarEntry("b", "2,9\n") + tarEnd());
  }
  const std::vector<std::string> real = {"bench", "--suite", "real", "--seconds", "0"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), real.begin(), real.end());
    return runRoster(more);
  };
  const DataFolder none("");
  const Ran ran = with({"--data", path("roaring"), "--json", path("real.json"), "--html", path("real.html")});
  ASSERT_EQ(ran.exit, 0) << ran.notes;
  EXPECT_THAT(ran.output, HasSubstr("real: 60 contacts"));
  EXPECT_THAT(ran.output, HasSubstr("\ncensus1881/and-count "));
  EXPECT_THAT(ran.output, HasSubstr("as fast as CRoaring, geometric means"));
  EXPECT_EQ(textAt(read("real.json"), "/queries/0/name"), "census-income/and-count");
  EXPECT_EQ(numberAt(read("real.json"), "/queries/0/questions"), 1U);
  EXPECT_THAT(read("real.html"), HasSubstr("<th scope=\"row\">census1881/or-all</th>"));
  EXPECT_EQ(with({"--data", path("roaring"), "--query", "or", "--compare", path("real.json")}).exit, 0);

  const Ran nowhere = with({});
  EXPECT_EQ(nowhere.exit, 2);
  EXPECT_THAT(nowhere.notes, HasSubstr("ROSTER_DATA"));
  EXPECT_EQ(with({"--data", path("none")}).exit, 1);
  EXPECT_EQ(with({"--data", path("none"), "--query", "or"}).exit, 1);
  EXPECT_EQ(with({"--data", path("roaring"), "--query", "nor"}).exit, 2);
  EXPECT_EQ(with({"--data", path("roaring"), "--contacts", "1k"}).exit, 2);
  EXPECT_EQ(bench({"--data", path("roaring")}).exit, 2) << "the audience suite has no use for it";
  const DataFolder above(std::filesystem::path(path("roaring")).parent_path());
  EXPECT_EQ(with({"--query", "or"}).exit, 0);
}

TEST_F(BenchCommandTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(bench({"--suite", "speed"}).exit, 2);
  EXPECT_EQ(bench({"--contacts", "many"}).exit, 2);
  EXPECT_EQ(bench({"--contacts", "0"}).exit, 2);
  const Ran unknown = bench({"--contacts", "100", "--query", "two-dens"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.notes, HasSubstr("did you mean two-dense?"));
}

}  // namespace
}  // namespace roster::testing
