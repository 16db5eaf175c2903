// Random predicates about events against SQLite, on histories as they were imported: those of real shops, Online Retail
// and Complete Journey, with products as a catalog, and those of `roster generate`. The table is filled by a plainer
// reader than the importer's.
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "core/base/hash.h"
#include "core/query/binder.h"
#include "core/query/event_fields.h"
#include "core/query/printer.h"
#include "core/query/rewrite/rewrite.h"
#include "index/engine/database.h"
#include "index/io/byte_source.h"
#include "index/io/event_generator.h"
#include "index/io/importer.h"
#include "index/io/time_zone_loader.h"
#include "index/store/memory_store.h"
#include "tests/oracle/event_generator.h"
#include "tests/oracle/event_table.h"
#include "tests/oracle/event_translator.h"
#include "tests/oracle/run_settings.h"
#include "tests/oracle/sql_translator.h"
#include "tests/support/evaluate.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/plain_csv.h"
#include "tests/support/real_data.h"
#include "tests/support/temporary_directory.h"

namespace roster::oracle {
namespace {

constexpr std::size_t kExamples = 200;  // values of each property that predicates may name

// A row by its columns' names.
class Row {
 public:
  Row(const std::vector<std::string>& header, const std::vector<std::string>& cells) : header_(header), cells_(cells) {}
  const std::string& operator[](std::string_view column) const {
    return cells_.at(static_cast<std::size_t>(std::find(header_.begin(), header_.end(), column) - header_.begin()));
  }

 private:
  const std::vector<std::string>& header_;
  const std::vector<std::string>& cells_;
};

std::string readAll(const std::string& path) {
  ByteSource source = ByteSource::open(path).value();
  std::string text;
  std::string piece(1 << 20, '\0');
  while (const std::size_t size = source.read(piece.data(), piece.size()).value()) text.append(piece, 0, size);
  return text;
}

std::string quoted(const std::string& cell) {
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

using Value = std::function<std::optional<FieldValue>(const Row&)>;

Value textIn(std::string column) {
  return
      [column](const Row& row) { return row[column].empty() ? std::nullopt : std::optional<FieldValue>(row[column]); };
}
Value numberIn(std::string column, int digits) {
  return [column, digits](const Row& row) -> std::optional<FieldValue> {
    if (row[column].empty()) return std::nullopt;
    return FieldValue(scaledNumber(row[column], digits));
  };
}

Value boolIn(std::string column) {
  return [column](const Row& row) -> std::optional<FieldValue> {
    if (row[column].empty()) return std::nullopt;
    return FieldValue(row[column] == "true");
  };
}

// How a file is imported, and how it is read plainly.
struct EventFile {
  std::string path;
  std::string event;
  std::string contact;
  std::string time;
  std::string where;  // empty takes every row
  std::function<bool(const Row&)> takes;
  std::vector<std::pair<std::string, Value>> properties;  // as --property has them, by their names in the database
};

std::string nameOf(const std::string& spec) { return parseColumnSpec(spec)->name; }

class ImportedHistories {
 public:
  // Of contacts by the hash of their keys, about one in `share`.
  explicit ImportedHistories(std::uint64_t share) : share_(share) {
    auto store = makeMemoryStore();
    StoreBatch first;
    EXPECT_TRUE(Database::writeEmpty(zone_, first));
    EXPECT_TRUE(store->write(first, Durability::synced));
    database_ = Database::openStore(std::move(store), Access::write, host_).value();
  }

  void addCatalog(const std::string& path, const std::string& name, const std::string& key) {
    ImportOptions options;
    options.target = {ImportTarget::Kind::catalog, name, {}, {}, false};
    options.keyColumn = key;
    options.files = {path};
    (void)import(options);
    catalogs_.push_back({readAll(path), name, key});
  }

  void add(const EventFile& file) {
    const auto records = parseCsv(readAll(file.path));
    const std::string sampled = (directory_.path() / fmt::format("{}.csv", file.event)).string();
    std::ofstream csv(sampled, std::ios::binary);
    const auto write = [&](const std::vector<std::string>& cells) {
      for (std::size_t i = 0; i < cells.size(); ++i) csv << (i == 0 ? "" : ",") << quoted(cells[i]);
      csv << '\n';
    };
    write(records.front());
    std::vector<std::vector<std::string>> kept;
    for (std::size_t i = 1; i < records.size(); ++i) {
      const std::string& contact = Row(records.front(), records[i])[file.contact];
      if (contact.empty() || hashBytes(contact) % share_ != 0) continue;
      write(records[i]);
      kept.push_back(records[i]);
    }
    csv.close();
    const ImportSummary summary = importEvents(file, sampled);
    rejected_ += summary.rejected;
    facts_.schema = *database_->snapshot()->events;
    std::uint64_t taken = 0;
    for (const auto& cells : kept) taken += take(file, Row(records.front(), cells)) ? 1 : 0;
    EXPECT_EQ(summary.recorded, taken) << file.event;
    EXPECT_EQ(summary.rows - summary.leftOut.value_or(0) - summary.rejected, taken) << file.event;
  }

  void compare(int predicates) {
    readItems();
    fillTable();
    const EventWords words = wordsOf();
    const std::uint64_t seed = anySeed();
    RandomSource random(seed);
    EventGenerator generator(words, random);
    int telling = 0;
    for (int i = 0; i < predicates; ++i) {
      const ast::Predicate predicate = generator.predicate(2);
      const std::int64_t now = random.pick(instants_) + random.oneOf<std::int64_t>({0, 1, 86'400'000, 31'536'000'000});
      const std::size_t found = compareOne(predicate, now);
      ASSERT_FALSE(::testing::Test::HasFailure()) << "ROSTER_SEED=" << seed;
      telling += found != 0 && found < contacts_.size() ? 1 : 0;
    }
    // Of a few predicates, all may happen to select everybody or nobody.
    if (predicates < 20) return;
    EXPECT_GT(telling, predicates / 10) << "predicates that select some contacts and not others";
  }

  std::uint64_t rejected() const { return rejected_; }

 private:
  ImportSummary import(const ImportOptions& options) {
    auto plan = planImport(options, *database_->snapshot(), 0);
    EXPECT_TRUE(plan) << plan.error().message;
    return runImport(*database_, options, *std::move(plan)).value();
  }

  ImportSummary importEvents(const EventFile& file, const std::string& path) {
    ImportOptions options;
    options.target = {ImportTarget::Kind::events, file.event, file.time, {}, true};
    options.keyColumn = file.contact;
    options.where = file.where;
    options.files = {path};
    options.batchRows = 10'000;  // several batches, whose runs are merged
    for (const auto& [spec, value] : file.properties) options.fields.push_back(parseColumnSpec(spec).value());
    return import(options);
  }

  bool take(const EventFile& file, const Row& row) {
    if (file.takes && !file.takes(row)) return false;
    const EventType& type = *facts_.schema.findType(file.event);
    const std::string& time = row[file.time];
    EventRecord event{type.id, isDay(time) ? clock_.startOfDay(parseDay(time)) : clock_.parseInstant(time), {}};
    for (const auto& [spec, valueOf] : file.properties) {
      const Field& property = *type.properties.find(nameOf(spec));
      const auto value = valueOf(row);
      if (!value) continue;
      event.values[property.id] = *value;
      auto& examples = examples_[{type.id, property.id}];
      if (examples.size() < kExamples && hashBytes(row[file.time]) % 7 == 0) examples.insert(*value);
    }
    if (instants_.size() < kExamples && hashBytes(row[file.time]) % 11 == 0) instants_.push_back(event.time);
    histories_[row[file.contact]].push_back(std::move(event));
    return true;
  }

  void readItems() {
    for (const auto& [text, name, key] : catalogs_) {
      const Catalog& catalog = *facts_.schema.findCatalog(name);
      auto& items = facts_.items[catalog.id];
      const auto records = parseCsv(text);
      for (std::size_t i = 1; i < records.size(); ++i) {
        const Row row(records.front(), records[i]);
        auto& item = items[row[key]];
        for (const Field& attribute : catalog.attributes.fields()) {
          const std::string& cell = row[attribute.name];
          if (cell.empty()) continue;
          if (attribute.type.kind == FieldKind::category) item[attribute.id] = cell;
          else if (attribute.type.kind == FieldKind::date) item[attribute.id] = parseDay(cell);
          else item[attribute.id] = scaledNumber(cell, attribute.type.digits);
        }
      }
    }
  }

  void fillTable() {
    const SnapshotPtr snapshot = database_->snapshot();
    table_.emplace(facts_, clock_);
    for (auto& [key, events] : histories_) {
      const ContactId id = findContact(*snapshot, key).value();
      ASSERT_NE(id, kNoContact) << key;
      contacts_.push_back({id, key, {}, {}, std::move(events)});
    }
    for (const ContactRecord& contact : contacts_) table_->add(contact);
  }

  EventWords wordsOf() const {
    EventWords words{facts_.schema, {}, instants_};
    for (const EventType& type : facts_.schema.types()) {
      testing::AstVocabulary vocabulary;
      vocabulary.schema = filterSchemaOf(type, facts_.schema);
      vocabulary.ofProperties = true;
      for (const Field& field : vocabulary.schema.fields()) {
        vocabulary.numbers[field.name] = {0, 1, 3, 12, 18, 100, 250, 500};
        vocabulary.strings[field.name] = {"unheard of"};
        const EventField source = eventFieldOf(field.id);
        if (source.source == EventField::Source::attribute) addAttributes(type, source, vocabulary, field.name);
        const auto examples = examples_.find({type.id, source.property});
        if (source.source != EventField::Source::property || examples == examples_.end()) continue;
        for (const FieldValue& value : examples->second) {
          if (const auto* text = std::get_if<std::string>(&value)) vocabulary.strings[field.name].push_back(*text);
          if (const auto* number = std::get_if<std::int64_t>(&value)) vocabulary.numbers[field.name].push_back(*number);
        }
      }
      vocabulary.strings["weekday"] = {"mon", "sat", "sun"};
      words.filters[type.id] = std::move(vocabulary);
    }
    return words;
  }

  void addAttributes(const EventType& type, const EventField& source, testing::AstVocabulary& vocabulary,
                     const std::string& name) const {
    std::size_t added = 0;
    for (const auto& [key, item] : facts_.items.at(type.catalogOf(source.property))) {
      const auto value = item.find(source.attribute);
      if (value == item.end() || hashBytes(key) % 17 != 0 || added++ == kExamples) continue;
      if (const auto* text = std::get_if<std::string>(&value->second)) vocabulary.strings[name].push_back(*text);
      else vocabulary.numbers[name].push_back(std::get<std::int64_t>(value->second));
    }
  }

  std::size_t compareOne(const ast::Predicate& predicate, std::int64_t now) {
    const SnapshotPtr snapshot = database_->snapshot();
    const std::string text = print(predicate);
    const auto bound = bindText(text, {*snapshot->schema, {}, zone_, now, snapshot->events.get()});
    EXPECT_TRUE(bound) << text << "\n" << bound.error().message;
    if (!bound) return 0;
    const auto evaluated = evaluate(rewrite(*bound, *snapshot->schema), *snapshot);
    EXPECT_TRUE(evaluated) << text << "\n" << evaluated.error().message;
    if (!evaluated) return 0;
    const std::string sql = EventTranslator(facts_.schema, clock_, now).condition(predicate);
    EXPECT_EQ(evaluated->contacts, table_->matching(sql)) << text << "\nnow " << now << "\n" << sql;
    return evaluated->contacts.size();
  }

  const std::uint64_t share_;
  std::uint64_t rejected_ = 0;
  TemporaryDirectory directory_;
  WallClock clock_{kZone};
  const TimeZone zone_ = loadTimeZone(kZone).value();
  FixedClock importClock_{1'790'000'000'000};
  Host host_{importClock_};
  std::unique_ptr<Database> database_;
  EventFacts facts_;
  struct CatalogText {
    std::string text;
    std::string name;
    std::string key;
  };
  std::vector<CatalogText> catalogs_;
  std::map<std::string, std::vector<EventRecord>> histories_;
  std::map<std::pair<EventId, FieldId>, std::set<FieldValue>> examples_;
  std::vector<std::int64_t> instants_;
  std::vector<ContactRecord> contacts_;
  std::optional<EventTable> table_;
};

bool isCancelled(const Row& row) { return row["InvoiceNo"].starts_with("C"); }

EventFile retailFile(const std::string& path, bool cancelled) {
  EventFile file;
  file.path = path;
  file.event = cancelled ? "cancellation" : "purchase";
  file.contact = "CustomerID";
  file.time = "InvoiceDate";
  file.where = cancelled ? "InvoiceNo like 'C%'" : "InvoiceNo not like 'C%'";
  file.takes = [cancelled](const Row& row) { return isCancelled(row) == cancelled; };
  file.properties = {
      {"StockCode:category:product", textIn("StockCode")},
      {"Quantity:integer:quantity", numberIn("Quantity", 0)},
      {"Country:category:country", textIn("Country")},
      {"amount:decimal(3)=Quantity*UnitPrice",
       [](const Row& row) { return FieldValue(scaledNumber(row["Quantity"], 0) * scaledNumber(row["UnitPrice"], 3)); }},
  };
  return file;
}

void compareRetail(std::uint64_t share, int predicates) {
  const auto path = realData("online-retail/online_retail.csv.zst");
  if (!path) GTEST_SKIP() << "no real data";
  ImportedHistories histories(share);
  histories.add(retailFile(*path, false));
  histories.add(retailFile(*path, true));
  EXPECT_EQ(histories.rejected(), 0U);
  histories.compare(predicates);
}

void compareJourney(std::uint64_t share, int predicates) {
  const auto transactions = realData("complete-journey/transactions_sample.csv.zst");
  const auto products = realData("complete-journey/products.csv.zst");
  const auto redemptions = realData("complete-journey/coupon_redemptions.csv.zst");
  if (!transactions || !products || !redemptions) GTEST_SKIP() << "no real data";
  ImportedHistories histories(share);
  histories.addCatalog(*products, "products", "product_id");
  histories.add({*transactions,
                 "purchase",
                 "household_id",
                 "transaction_timestamp",
                 "",
                 // One amount is 4.440892e-16, which is no amount of cents.
                 [](const Row& row) { return row["sales_value"].find('e') == std::string::npos; },
                 {{"product_id:ref(products):product", textIn("product_id")},
                  {"quantity:integer", numberIn("quantity", 0)},
                  {"sales_value:decimal(2):amount", numberIn("sales_value", 2)},
                  {"store_id:category:store", textIn("store_id")}}});
  histories.add({*redemptions,
                 "redemption",
                 "household_id",
                 "redemption_date",
                 "",
                 {},
                 {{"campaign_id:category:campaign", textIn("campaign_id")}}});
  EXPECT_LE(histories.rejected(), 1U);
  histories.compare(predicates);
}

EventFile generatedFile(const std::string& path, const std::string& event,
                        std::vector<std::pair<std::string, Value>> properties) {
  return {path,
          event,
          "key",
          "time",
          fmt::format("event = '{}'", event),
          [event](const Row& row) { return row["event"] == event; },
          std::move(properties)};
}

// One event in a hundred is late, only some tell milliseconds, and products are named that the catalog does not have.
void compareGenerated(std::uint64_t contacts, int predicates) {
  const TemporaryDirectory directory;
  const std::string events = (directory.path() / "events.csv").string();
  const std::string products = (directory.path() / "products.csv").string();
  std::ofstream eventFile(events, std::ios::binary);
  std::ofstream productFile(products, std::ios::binary);
  const auto into = [](std::ofstream& file) {
    return [&file](std::string_view text) -> Result<void> {
      file << text;
      return {};
    };
  };
  ASSERT_TRUE(generateEvents({20 * contacts, contacts, 1}, into(eventFile)));
  ASSERT_TRUE(generateProducts(1, into(productFile)));
  eventFile.close();
  productFile.close();

  ImportedHistories histories(1);
  histories.addCatalog(products, "products", "product_id");
  const std::pair<std::string, Value> product = {"product:ref(products)", textIn("product")};
  const std::pair<std::string, Value> channel = {"channel:category", textIn("channel")};
  histories.add(generatedFile(events, "visit", {product, channel}));
  histories.add(generatedFile(events, "open", {channel, {"campaign:category", textIn("campaign")}}));
  histories.add(generatedFile(events, "purchase",
                              {product,
                               channel,
                               {"price:decimal(2)", numberIn("price", 2)},
                               {"quantity:integer", numberIn("quantity", 0)},
                               {"amount:decimal(2)", numberIn("amount", 2)},
                               {"promo:bool", boolIn("promo")}}));
  EXPECT_EQ(histories.rejected(), 0U);
  histories.compare(predicates);
}

TEST(EventOracle, Generated) { compareGenerated(isLong() ? 2'000 : 500, (isLong() ? 2'500 : 300) / kSlower); }
TEST(EventOracle, OnlineRetail) { compareRetail(isLong() ? 7 : 20, (isLong() ? 2'500 : 500) / kSlower); }
TEST(EventOracle, CompleteJourney) { compareJourney(isLong() ? 4 : 10, (isLong() ? 2'500 : 500) / kSlower); }
// Of the whole data, but for builds that are slow.
constexpr std::uint64_t kAll = kSlower == 1 ? 1 : 20;
TEST(EventOracle, AllOfOnlineRetail) { compareRetail(kAll, 50 / kSlower); }
TEST(EventOracle, AllOfCompleteJourney) { compareJourney(kAll, 50 / kSlower); }

}  // namespace
}  // namespace roster::oracle
