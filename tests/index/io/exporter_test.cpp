#include "index/io/exporter.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>

#include "core/base/hash.h"
#include "core/data/apply.h"
#include "core/data/set_element.h"
#include "index/io/byte_source.h"
#include "index/io/export_cursor.h"
#include "tests/support/random_snapshot.h"
#include "tests/support/temporary_directory.h"

namespace roster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::RandomSnapshot;
using testing::sharedSnapshot;

Audience audienceOf(const SnapshotPtr& snapshot, std::string_view predicate) {
  static const Executor executor(2);
  const auto query = Query::compile(predicate, snapshot, testing::snapshotNow());
  EXPECT_TRUE(query) << query.error().message;
  return *evaluate(*query, executor);
}

struct Exported {
  ExportSummary summary;
  std::string text;
};

Result<Exported> exported(const Audience& audience, const ExportOptions& options, unsigned threads = 2) {
  const Executor executor(threads);
  Exported result;
  auto summary = exportAudience(audience, options, executor, [&](std::string_view bytes) -> Result<void> {
    result.text += bytes;
    return {};
  });
  if (!summary) return propagate(summary);
  result.summary = *std::move(summary);
  const ExportSummary& s = result.summary;
  std::uint64_t sum = s.heldOut + s.duplicates + s.notSampled + s.beforeCursor + s.beyondLimit + s.written;
  for (const SuppressionCount& suppressed : s.suppressed) sum += suppressed.count;
  EXPECT_EQ(sum, s.audience);
  return result;
}

std::string refusal(std::string_view predicate, const ExportOptions& options) {
  auto result = exported(audienceOf(sharedSnapshot().snapshot, predicate), options);
  return result ? "" : result.error().message;
}

ExportOptions keysOnly() {
  ExportOptions options;
  options.fields = {"key"};
  return options;
}

// The keys of a list of keys alone, in its order.
std::vector<std::string> keysIn(const std::string& text) {
  std::vector<std::string> keys;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "key");
  while (std::getline(lines, line)) {
    if (line.starts_with('"')) {
      line = line.substr(1, line.size() - 2);
      for (std::size_t at = 0; (at = line.find("\"\"", at)) != std::string::npos; ++at) line.erase(at, 1);
    }
    keys.push_back(line);
  }
  return keys;
}

std::vector<std::string> keysOf(const std::vector<const ContactRecord*>& contacts) {
  std::vector<std::string> keys;
  for (const ContactRecord* contact : contacts) keys.push_back(contact->key);
  return keys;
}

std::string naiveQuoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

// A record's value with the elements of numeric sets in order of their numbers.
FieldValue sortedValue(FieldValue value, const FieldType& type) {
  auto* elements = std::get_if<std::vector<std::string>>(&value);
  if (elements != nullptr && type.element != FieldKind::category) {
    std::sort(elements->begin(), elements->end(),
              [](const std::string& a, const std::string& b) { return *readElement(a) < *readElement(b); });
  }
  return value;
}

std::string naiveCsv(const RandomSnapshot& data, std::string_view predicate) {
  std::string text = "key";
  for (const Field& field : data.snapshot->schema->fields()) text += ',' + field.name;
  for (const ContactRecord* contact : data.matching(predicate)) {
    text += '\n' + naiveQuoted(contact->key);
    for (const Field& field : data.snapshot->schema->fields()) {
      const auto value = contact->values.find(field.id);
      text += ',';
      if (value != contact->values.end())
        text += naiveQuoted(plainText(sortedValue(value->second, field.type), field.type));
    }
  }
  return text + '\n';
}

std::string naiveNdjson(const RandomSnapshot& data, std::string_view predicate) {
  std::string text;
  for (const ContactRecord* contact : data.matching(predicate)) {
    text += "{\"key\":";
    appendJsonString(text, contact->key);
    for (const Field& field : data.snapshot->schema->fields()) {
      const auto value = contact->values.find(field.id);
      const char* absent = field.type.kind == FieldKind::set ? "[]" : "null";
      text += fmt::format(
          ",\"{}\":{}", field.name,
          value == contact->values.end() ? absent : jsonText(sortedValue(value->second, field.type), field.type));
    }
    text += "}\n";
  }
  return text;
}

TEST(Exporter, WritesEveryFieldOfEveryContactInOrderOfIds) {
  const RandomSnapshot& data = sharedSnapshot();
  for (const char* predicate : {"true", "plan = 'plan-7'", "key = 'contact-12'", "false"}) {
    for (const unsigned threads : {1U, 2U}) {
      const Audience audience = audienceOf(data.snapshot, predicate);
      ExportOptions options;
      EXPECT_EQ(exported(audience, options, threads)->text, naiveCsv(data, predicate)) << predicate;
      options.format = ExportFormat::ndjson;
      EXPECT_EQ(exported(audience, options, threads)->text, naiveNdjson(data, predicate)) << predicate;
    }
  }
}

TEST(Exporter, WritesTheFieldsAskedForInTheirOrder) {
  ExportOptions options;
  options.fields = {"age", "key"};
  const RandomSnapshot& data = sharedSnapshot();
  const auto matching = data.matching("age = 30");
  const auto result = exported(audienceOf(data.snapshot, "age = 30"), options);
  EXPECT_TRUE(result->text.starts_with(fmt::format("age,key\n30,{}\n", naiveQuoted(matching.front()->key))));
  EXPECT_EQ(result->summary.written, matching.size());
  options.fields = {"ages"};
  EXPECT_EQ(refusal("true", options), "unknown field 'ages'; did you mean 'age'?");
  options.fields = {"age", "age"};
  EXPECT_THAT(refusal("true", options), HasSubstr("asked for twice"));
}

TEST(Exporter, WritesARowWithoutAValueAsAnEmptyQuotedField) {
  ExportOptions options;
  options.fields = {"empty"};
  options.limit = 2;
  EXPECT_EQ(exported(audienceOf(sharedSnapshot().snapshot, "true"), options)->text, "empty\n\"\"\n\"\"\n");
}

TEST(Exporter, RefusesASetWhoseElementHoldsTheSeparatorUnlessAnotherIsChosen) {
  ChangeBatch batch;
  batch.schema = *Schema().withField("tags", {FieldKind::set});
  for (const char* key : {"a", "b"}) batch.newKeys.append(key);
  FieldChanges changes;
  changes.field = 1;
  changes.contacts = {0, 0, 1};
  changes.values = {0, 1, 1};
  changes.strings.append("x|y");
  changes.strings.append("z");
  batch.fields.push_back(changes);
  const SnapshotPtr snapshot = *apply(Snapshot(), batch, 1);
  const auto refused = exported(audienceOf(snapshot, "true"), {});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("'x|y' of the set 'tags' holds '|'"));
  EXPECT_EQ(exported(audienceOf(snapshot, "key = 'b'"), {})->text, "key,tags\nb,z\n");
  ExportOptions options;
  options.setSeparator = ',';
  EXPECT_EQ(exported(audienceOf(snapshot, "true"), options)->text, "key,tags\na,\"x|y,z\"\nb,z\n");
  options.format = ExportFormat::ndjson;
  options.setSeparator = '|';
  EXPECT_EQ(exported(audienceOf(snapshot, "true"), options)->text,
            "{\"key\":\"a\",\"tags\":[\"x|y\",\"z\"]}\n{\"key\":\"b\",\"tags\":[\"z\"]}\n");
}

TEST(Exporter, SuppressesInOrderAndCountsWhatEachTook) {
  const RandomSnapshot& data = sharedSnapshot();
  ExportOptions options = keysOnly();
  options.suppressions.push_back({"news", audienceOf(data.snapshot, "news")});
  options.suppressions.push_back({"young", audienceOf(data.snapshot, "age < 40")});
  options.suppressions.push_back({"none", audienceOf(data.snapshot, "news or age < 40")});
  const auto result = exported(audienceOf(data.snapshot, "city = 'London'"), options);
  EXPECT_THAT(result->summary.suppressed,
              ElementsAre(SuppressionCount{"news", data.matching("city = 'London' and news").size()},
                          SuppressionCount{"young", data.matching("city = 'London' and not news and age < 40").size()},
                          SuppressionCount{"none", 0}));
  EXPECT_EQ(keysIn(result->text), keysOf(data.matching("city = 'London' and not (news or age < 40)")));
}

TEST(Exporter, HoldsOutTheBucketsOfTheLanguage) {
  const RandomSnapshot& data = sharedSnapshot();
  ExportOptions options = keysOnly();
  options.holdout = *parseHoldout("spring:2026:12.5%");
  EXPECT_EQ(options.holdout->name, "spring:2026");
  EXPECT_EQ(options.holdout->buckets, 1250U);
  const auto result = exported(audienceOf(data.snapshot, "news"), options);
  EXPECT_EQ(keysIn(result->text), keysOf(data.matching("news and not (bucket('spring:2026') < 1250)")));
  EXPECT_EQ(result->summary.heldOut, data.matching("news and bucket('spring:2026') < 1250").size());
  for (const char* wrong : {"x", "x:5", ":5%", "x:%", "x:101%", "x:-1%", "x:0.001%", "5%"})
    EXPECT_FALSE(parseHoldout(wrong)) << wrong;
}

TEST(Exporter, KeepsTheFirstOfEqualValuesAndAllWithoutOne) {
  const RandomSnapshot& data = sharedSnapshot();
  for (const char* field : {"city", "code", "news", "age", "big", "birth", "email", "note", "empty"}) {
    std::vector<std::string> expected;
    std::set<std::string> seen;
    for (const ContactRecord* contact : data.matching("not (age = 3)")) {
      const auto value = contact->values.find(data.field(field).id);
      const bool first =
          value == contact->values.end() || seen.insert(jsonText(value->second, data.field(field).type)).second;
      if (first) expected.push_back(contact->key);
    }
    ExportOptions options = keysOnly();
    options.dedupeBy = field;
    const auto result = exported(audienceOf(data.snapshot, "not (age = 3)"), options);
    EXPECT_EQ(keysIn(result->text), expected) << field;
    EXPECT_EQ(result->summary.duplicates, data.matching("not (age = 3)").size() - expected.size()) << field;
  }
  ExportOptions options = keysOnly();
  options.dedupeBy = "tags";
  EXPECT_THAT(refusal("true", options), HasSubstr("'tags' is a set"));
  options.dedupeBy = "emial";
  EXPECT_EQ(refusal("true", options), "unknown field 'emial'; did you mean 'email'?");
}

TEST(Exporter, SamplesExactlyManyAlwaysTheSameAndEvenly) {
  const RandomSnapshot& data = sharedSnapshot();
  const Audience audience = audienceOf(data.snapshot, "true");
  ExportOptions options = keysOnly();
  const auto sampled = [&](std::uint64_t size, std::uint64_t seed) {
    options.sample = size;
    options.seed = seed;
    return keysIn(exported(audience, options)->text);
  };
  for (const std::uint64_t size : {0UL, 1UL, 2UL, 1'000UL, 60'000UL, 1'000'000UL}) {
    EXPECT_EQ(sampled(size, 5).size(), std::min<std::uint64_t>(size, audience.count()));
  }
  const auto first = sampled(20'000, 1);
  EXPECT_EQ(first, sampled(20'000, 1));
  const auto second = sampled(20'000, 2);
  const std::set<std::string> members(first.begin(), first.end());
  const auto both = static_cast<double>(
      std::count_if(second.begin(), second.end(), [&](const std::string& key) { return members.count(key) != 0; }));
  const double share = 20'000 / static_cast<double>(audience.count());
  EXPECT_NEAR(both, 20'000 * share, 400);  // six standard deviations
  // Every tenth of the ids gives its share.
  std::vector<int> tenths(10, 0);
  std::map<std::string, std::size_t> positions;
  for (std::size_t i = 0; i < data.contacts.size(); ++i) positions[data.contacts[i].key] = i;
  for (const std::string& key : first) ++tenths[positions.at(key) * 10 / data.contacts.size()];
  for (const int tenth : tenths) EXPECT_NEAR(tenth, 2'000, 250);
}

TEST(Exporter, PagesByCursorAreTheWholeListWithoutRepeats) {
  const RandomSnapshot& data = sharedSnapshot();
  const Audience audience = audienceOf(data.snapshot, "news");
  ExportOptions whole = keysOnly();
  whole.dedupeBy = "code";
  whole.sample = 9'000;
  const auto all = exported(audience, whole);
  ExportOptions page = keysOnly();
  page.dedupeBy = "code";
  page.sample = 9'000;
  page.limit = 2'500;
  std::vector<std::string> keys;
  std::uint64_t before = 0;
  for (int pages = 0; pages < 10; ++pages) {
    const auto result = exported(audience, page);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->summary.beforeCursor, before);
    const auto some = keysIn(result->text);
    keys.insert(keys.end(), some.begin(), some.end());
    before += some.size();
    ASSERT_TRUE(result->summary.cursor.has_value());
    if (some.empty()) {
      EXPECT_EQ(*result->summary.cursor, page.after);
    }
    page.after = *result->summary.cursor;
  }
  EXPECT_EQ(keys, keysIn(all->text));
}

TEST(Exporter, RefusesCursorsOfAnotherEpochAndDamagedOnes) {
  ExportOptions options = keysOnly();
  options.after = formatCursor({99, 5});
  EXPECT_THAT(refusal("true", options), HasSubstr("the cursor is of epoch 99"));
  std::string cursor = formatCursor({1, 5});
  EXPECT_EQ(*parseCursor(cursor), (ExportCursor{1, 5}));
  for (std::size_t at = 0; at < cursor.size(); ++at) {
    std::string damaged = cursor;
    damaged[at] = damaged[at] == '0' ? '1' : '0';
    EXPECT_FALSE(parseCursor(damaged)) << damaged;
    EXPECT_FALSE(parseCursor(cursor.substr(0, at)));
  }
  options.after = cursor;
  options.order = ExportOrder{"age", false};
  EXPECT_THAT(refusal("true", options), HasSubstr("cannot be combined with an order"));
}

// The contacts by a field's value, naively: with their values copied, sorted by (missing, value), stable.
std::vector<std::string> naiveOrder(const RandomSnapshot& data, const std::vector<const ContactRecord*>& contacts,
                                    std::string_view field, bool descending) {
  std::vector<std::pair<std::optional<FieldValue>, std::string>> valued;
  for (const ContactRecord* contact : contacts) {
    std::optional<FieldValue> value;
    if (field == "key") {
      value = contact->key;
    } else if (const auto found = contact->values.find(data.field(field).id); found != contact->values.end()) {
      value = found->second;
    }
    valued.emplace_back(std::move(value), contact->key);
  }
  std::stable_sort(valued.begin(), valued.end(), [&](const auto& a, const auto& b) {
    if (!a.first || !b.first) return a.first.has_value() && !b.first.has_value();
    return descending ? *b.first < *a.first : *a.first < *b.first;
  });
  std::vector<std::string> keys;
  for (auto& [value, key] : valued) keys.push_back(std::move(key));
  return keys;
}

TEST(Exporter, OrdersByAFieldWithMissingValuesLastAndTiesById) {
  const RandomSnapshot& data = sharedSnapshot();
  const char* predicate = "age between 10 and 20 or age is null";
  const auto contacts = data.matching(predicate);
  const Audience audience = audienceOf(data.snapshot, predicate);
  for (const char* field :
       {"key", "city", "code", "news", "age", "big", "price", "birth", "seen", "note", "email", "empty"}) {
    for (const bool descending : {false, true}) {
      auto expected = naiveOrder(data, contacts, field, descending);
      ExportOptions options = keysOnly();
      options.order = ExportOrder{field, descending};
      const auto whole = exported(audience, options);
      ASSERT_TRUE(whole) << whole.error().message;
      EXPECT_EQ(keysIn(whole->text), expected) << field << descending;
      EXPECT_FALSE(whole->summary.cursor.has_value());
      options.limit = 700;
      expected.resize(700);
      EXPECT_EQ(keysIn(exported(audience, options)->text), expected) << field << descending;
    }
  }
  ExportOptions options = keysOnly();
  options.order = ExportOrder{"tags", false};
  EXPECT_THAT(refusal("true", options), HasSubstr("'tags' is a set, which has no order"));
}

TEST(Exporter, SpansShards) {
  const RandomSnapshot data = testing::randomSnapshot({kShardSize + 70'000, 7, 401});
  const Audience audience = audienceOf(data.snapshot, "age is not null");
  EXPECT_EQ(exported(audience, {})->text, naiveCsv(data, "age is not null"));
  ExportOptions options = keysOnly();
  options.sample = 1'000;
  options.order = ExportOrder{"age", true};
  options.holdout = *parseHoldout("x:10%");
  EXPECT_EQ(keysIn(exported(audience, options)->text).size(), 1'000U);
}

TEST(Exporter, TellsHowFarItIsAndStopsWhenCancelled) {
  const Audience audience = audienceOf(sharedSnapshot().snapshot, "true");
  ExportOptions options = keysOnly();
  std::vector<std::uint64_t> steps;
  std::atomic<bool> cancelled = false;
  options.cancelled = &cancelled;
  options.progress = [&](const ExportProgress& progress) {
    EXPECT_EQ(progress.total, audience.count());
    steps.push_back(progress.written);
  };
  ASSERT_TRUE(exported(audience, options));
  EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end()));
  EXPECT_EQ(steps.back(), audience.count());

  const TemporaryDirectory directory;
  const std::string path = directory.path() / "list.csv";
  options.progress = [&](const ExportProgress&) { cancelled = true; };
  const auto result = exportToFile(audience, options, Executor(1), path);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::cancelled);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

std::string bytesOf(const std::string& path) {
  auto source = ByteSource::open(path);
  EXPECT_TRUE(source);
  std::string text;
  std::vector<char> room(1 << 16);
  for (;;) {
    const auto read = source->read(room.data(), room.size());
    EXPECT_TRUE(read) << read.error().message;
    if (!read || *read == 0) return text;
    text.append(room.data(), *read);
  }
}

TEST(ExportToFile, CompressesByTheNameAndLeavesNothingAside) {
  const RandomSnapshot& data = sharedSnapshot();
  const Audience audience = audienceOf(data.snapshot, "true");
  const TemporaryDirectory directory;
  const std::string expected = naiveCsv(data, "true");
  for (const char* name : {"list.csv", "list.csv.gz", "list.csv.zst"}) {
    const std::string path = directory.path() / name;
    const auto summary = exportToFile(audience, {}, Executor(2), path);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary->written, audience.count());
    EXPECT_EQ(bytesOf(path), expected);
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
    EXPECT_EQ(std::filesystem::file_size(path) < expected.size(), name != std::string_view("list.csv"));
  }
}

TEST(ExportToFile, KeepsWhatWasThereWhenItFails) {
  const Audience audience = audienceOf(sharedSnapshot().snapshot, "true");
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "list.csv";
  std::ofstream(path) << "before";
  ExportOptions options;
  options.order = ExportOrder{"tags", false};  // refused after the file was opened
  EXPECT_FALSE(exportToFile(audience, options, Executor(1), path));
  EXPECT_EQ(bytesOf(path), "before");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  ASSERT_TRUE(exportToFile(audience, keysOnly(), Executor(1), path));
  EXPECT_TRUE(bytesOf(path).starts_with("key\n"));
}

TEST(ExportToFile, SaysWhyItCannotWrite) {
  const Audience audience = audienceOf(sharedSnapshot().snapshot, "true");
  const TemporaryDirectory directory;
  const auto error = [&](const std::string& path) { return exportToFile(audience, {}, Executor(1), path).error(); };
  EXPECT_EQ(error(directory.path() / "none" / "list.csv").code, ErrorCode::notFound);
  EXPECT_EQ(error(directory.path()).code, ErrorCode::invalidArgument);
  if (std::filesystem::exists("/dev/full")) {
    const Error full = error("/dev/full");
    EXPECT_EQ(full.code, ErrorCode::resourceExhausted);
    EXPECT_THAT(full.message, HasSubstr("'/dev/full' cannot be written"));
  }
}

}  // namespace
}  // namespace roster
