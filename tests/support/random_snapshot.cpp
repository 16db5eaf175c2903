#include "tests/support/random_snapshot.h"

#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <random>
#include <stdexcept>

#include "core/data/apply.h"
#include "core/data/set_element.h"
#include "core/eval/naive_evaluator.h"
#include "core/query/binder.h"
#include "tests/support/sample_database.h"

namespace roster::testing {

namespace {

using Random = std::mt19937_64;

std::uint64_t below(Random& random, std::uint64_t bound) { return random() % bound; }

// 0 … bound-1, small ones far more often.
std::uint64_t zipf(Random& random, std::uint64_t bound) {
  const double unit = static_cast<double>(random() >> 11) * 0x1p-53;
  return std::min(bound - 1, static_cast<std::uint64_t>(std::pow(static_cast<double>(bound), unit)) - 1);
}

// Collects the changes of one field.
class Column {
 public:
  explicit Column(FieldId field) { changes_.field = field; }

  void number(ContactId contact, std::int64_t value) {
    changes_.contacts.push_back(contact);
    changes_.values.push_back(value);
  }
  void text(ContactId contact, const std::string& value) {
    const auto [entry, isNew] = known_.emplace(value, static_cast<std::int64_t>(known_.size()));
    if (isNew) changes_.strings.append(value);
    number(contact, entry->second);
  }

  FieldChanges take() { return std::move(changes_); }

 private:
  FieldChanges changes_;
  std::map<std::string, std::int64_t> known_;
};

const std::vector<std::string>& cities() {
  static const std::vector<std::string> names{"Łódź",       "Warszawa",   "Москва", "London", "a,b",
                                              "say \"hi\"", "two\nlines", "Kraków", "Gdańsk", "x|y"};
  return names;
}

Schema kindsSchema() {
  Schema schema;
  for (const auto& [name, kind] :
       {std::pair("city", "category"), std::pair("plan", "category"), std::pair("code", "category"),
        std::pair("tags", "set"), std::pair("kids", "set(date)"), std::pair("scores", "set(integer)"),
        std::pair("news", "bool"), std::pair("age", "integer"), std::pair("big", "integer"),
        std::pair("price", "decimal(2)"), std::pair("birth", "date"), std::pair("seen", "timestamp"),
        std::pair("note", "text"), std::pair("email", "text(indexed)"), std::pair("empty", "integer")}) {
    auto changed = schema.withField(name, *parseFieldType(kind));
    if (!changed) throw std::logic_error(changed.error().message);
    schema = *std::move(changed);
  }
  return schema;
}

class SnapshotMaker {
 public:
  explicit SnapshotMaker(const RandomSnapshotOptions& options) : options_(options), random_(options.seed) {}

  ChangeBatch batch() {
    ChangeBatch batch;
    batch.schema = schema_;
    for (ContactId id = 0; id < options_.contacts; ++id) {
      batch.newKeys.append(id % 97 == 5 ? fmt::format("key, \"{}\"", id) : fmt::format("contact-{}", id));
      if (id % options_.valueEvery == 0) makeValues(id);
      if (id % options_.valueEvery == 0 && below(random_, 50) == 0) batch.erased.push_back(id);
    }
    for (auto& [name, column] : columns_) batch.fields.push_back(column.take());
    return batch;
  }

 private:
  Column& column(const std::string& name) { return columns_.try_emplace(name, schema_.find(name)->id).first->second; }
  bool chance(std::uint64_t percent) { return below(random_, 100) < percent; }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(random_, static_cast<std::uint64_t>(high - low + 1)));
  }

  void makeValues(ContactId id) {
    if (chance(90)) column("city").text(id, cities()[zipf(random_, cities().size())]);
    if (chance(60)) column("plan").text(id, fmt::format("plan-{}", zipf(random_, 300)));
    if (chance(70)) column("code").text(id, fmt::format("code-{}", below(random_, 40'000)));
    for (std::uint64_t n = below(random_, 5); n > 1; --n)
      column("tags").text(id, fmt::format("tag-{}", zipf(random_, 400)));
    for (std::uint64_t n = below(random_, 4); n > 1; --n)
      column("kids").text(id, writeElement(between(16'000, 16'400)));
    for (std::uint64_t n = below(random_, 4); n > 1; --n) column("scores").text(id, writeElement(between(-30, 30)));
    if (chance(80)) column("news").number(id, chance(30));
    if (chance(85)) column("age").number(id, between(-5, 99));
    if (chance(50)) column("big").number(id, static_cast<std::int64_t>(random_()));
    if (chance(75)) column("price").number(id, static_cast<std::int64_t>(zipf(random_, 9'000'000)) - 5'000);
    if (chance(70)) column("birth").number(id, id < 40'000 ? between(-12'000, 15'000) : between(18'000, 18'030));
    if (chance(90)) column("seen").number(id, between(utc("2024-12-30T00:00"), utc("2026-03-30T00:00")));
    if (chance(20)) column("note").text(id, fmt::format("note {}\t\\ \x01 {}", below(random_, 5'000), id % 7));
    if (chance(60)) column("email").text(id, fmt::format("person{}@example.com", below(random_, 30'000)));
  }

  const RandomSnapshotOptions& options_;
  Random random_;
  Schema schema_ = kindsSchema();
  std::map<std::string, Column> columns_;
};

}  // namespace

Instant snapshotNow() { return utc("2026-03-30T12:00"); }

RandomSnapshot randomSnapshot(const RandomSnapshotOptions& options) {
  auto before = std::make_shared<Snapshot>();
  before->zone = std::make_shared<const TimeZone>(warsaw());
  auto after = apply(*before, SnapshotMaker(options).batch(), 1);
  if (!after) throw std::runtime_error(after.error().message);
  RandomSnapshot made{*std::move(after), {}};
  for (ContactId id = 0; id < options.contacts; id += options.valueEvery) {
    auto contact = readContact(*made.snapshot, id);
    if (contact) made.contacts.push_back(*std::move(contact));
    else if (contact.error().code != ErrorCode::notFound) throw std::runtime_error(contact.error().message);
  }
  return made;
}

std::vector<const ContactRecord*> RandomSnapshot::matching(std::string_view predicate) const {
  const auto bound = bindText(predicate, {*snapshot->schema, *snapshot->segments, *snapshot->zone, snapshotNow()});
  if (!bound) throw std::runtime_error(bound.error().message);
  std::vector<const ContactRecord*> matched;
  for (const ContactRecord& contact : contacts) {
    if (matches(*bound, contact, *snapshot->schema, *snapshot->zone)) matched.push_back(&contact);
  }
  return matched;
}

const RandomSnapshot& sharedSnapshot() {
  static const RandomSnapshot shared = randomSnapshot({});
  return shared;
}

}  // namespace roster::testing
