// Random predicates about events against SQLite, one contact's history at a time: with events of one instant, recorded
// out of order, on the edges of windows, on days whose clock jumps, and at a `now` within the histories.
#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/query/binder.h"
#include "core/query/event_fields.h"
#include "core/query/parser.h"
#include "core/query/printer.h"
#include "core/query/rewrite/rewrite.h"
#include "index/io/time_zone_loader.h"
#include "tests/oracle/event_generator.h"
#include "tests/oracle/event_table.h"
#include "tests/oracle/event_translator.h"
#include "tests/oracle/run_settings.h"
#include "tests/oracle/small_database.h"
#include "tests/support/evaluate.h"
#include "tests/support/recorded_events.h"
#include "tests/support/shop_events.h"

namespace roster::oracle {
namespace {

constexpr int kContacts = 120;
constexpr int kPredicatesOfHistories = 100;

EventFacts factsOf(RandomSource& random) {
  EventFacts facts;
  facts.schema = productCatalog()
                     .withType("purchase")
                     ->withProperty("purchase", "amount", {FieldKind::decimal, 2})
                     ->withProperty("purchase", "quantity", {FieldKind::integer})
                     ->withProperty("purchase", "promo", {FieldKind::boolean})
                     ->withProperty("purchase", "paid", {FieldKind::timestamp})
                     ->withReference("purchase", "product", "products")
                     ->withType("open mail")
                     ->withProperty("open mail", "campaign", {FieldKind::category})
                     .value();
  auto& items = facts.items[facts.schema.findCatalog("products")->id];
  for (const char* product : {"milk", "bread", "ball"}) {
    items[product] = {{FieldId{1}, std::string(random.chance(50) ? "GROCERY" : "TOYS")},
                      {FieldId{2}, random.between(0, 600)},
                      {FieldId{3}, random.between(19'000, 20'000)}};
    if (random.chance(30)) items[product].erase(FieldId{2});
  }
  return facts;
}

class Histories {
 public:
  Histories(const EdgeTimes& times, const EventFacts& facts, RandomSource& random)
      : times_(times), facts_(facts), random_(random) {}

  ContactRecord contact(ContactId id) {
    ContactRecord contact{id, fmt::format("c{}", id), {}, {}, {}};
    // Few instants a contact, so that many of its events are tied.
    std::vector<std::int64_t> instants;
    for (int i = 0; i < 4; ++i) instants.push_back(random_.pick(times_.instants) + random_.between(-1, 1));
    for (std::uint64_t i = random_.below(9); i > 0; --i) contact.events.push_back(event(random_.pick(instants)));
    return contact;
  }

 private:
  EventRecord event(std::int64_t time) {
    const EventType& type = random_.pick(facts_.schema.types());
    EventRecord event{type.id, time, {}};
    for (const Field& property : type.properties.fields()) {
      if (!random_.chance(75)) continue;
      if (auto value = valueOf(property)) event.values[property.id] = *value;
    }
    return event;
  }
  std::optional<FieldValue> valueOf(const Field& property) {
    switch (property.type.kind) {
      case FieldKind::boolean: return random_.chance(50);
      case FieldKind::timestamp: return random_.pick(times_.instants);
      case FieldKind::category: return random_.oneOf<std::string>({"milk", "bread", "ball", "unheard of"});
      default: return random_.between(-100, 500);
    }
  }

  const EdgeTimes& times_;
  const EventFacts& facts_;
  RandomSource& random_;
};

EventWords wordsOf(const EventFacts& facts, const EdgeTimes& times) {
  EventWords words{facts.schema, {}, times.instants};
  for (const EventType& type : facts.schema.types()) {
    testing::AstVocabulary vocabulary;
    vocabulary.schema = filterSchemaOf(type, facts.schema);
    vocabulary.ofProperties = true;
    for (const Field& field : vocabulary.schema.fields()) {
      if (field.type.kind == FieldKind::timestamp) vocabulary.numbers[field.name] = times.instants;
      else if (field.type.kind == FieldKind::date) vocabulary.numbers[field.name] = times.days;
      else vocabulary.numbers[field.name] = {0, 1, 3, 12, 18, 100, 250, 500};
      vocabulary.strings[field.name] = {"milk", "bread", "ball", "unheard of", "GROCERY", "TOYS"};
    }
    vocabulary.strings["weekday"] = {"mon", "sat", "sun"};
    words.filters[type.id] = std::move(vocabulary);
  }
  return words;
}

// Of the contacts found, those that the histories are of: the others between them have none.
std::vector<ContactId> withEvents(const std::vector<ContactId>& found, const std::vector<ContactRecord>& contacts) {
  std::vector<ContactId> own;
  for (const ContactRecord& contact : contacts) {
    if (std::binary_search(found.begin(), found.end(), contact.id)) own.push_back(contact.id);
  }
  return own;
}

TEST(EventOracle, RandomHistories) {
  const WallClock clock(kZone);
  const TimeZone zone = loadTimeZone(kZone).value();
  const std::uint64_t base = anySeed();
  const int histories = (isLong() ? 50 : 10) / kSlower + 1;
  int telling = 0;
  int compared = 0;
  for (int i = 0; i < histories; ++i) {
    RandomSource random(base + static_cast<std::uint64_t>(i));
    SCOPED_TRACE("histories " + std::to_string(i) + ", ROSTER_SEED=" + std::to_string(base));
    const EventFacts facts = factsOf(random);
    const EdgeTimes times = edgeTimes(clock, random);
    EventTable table(facts, clock);
    std::vector<ContactRecord> contacts;
    Histories maker(times, facts, random);
    for (ContactId id = 0; id < kContacts; ++id) {
      contacts.push_back(maker.contact(id < kContacts / 2 ? id : kChunkSize - kContacts + id));
      table.add(contacts.back());
    }
    const SnapshotPtr snapshot = recordedSnapshot(facts, contacts, zone, random);
    const EventWords words = wordsOf(facts, times);
    EventGenerator generator(words, random);
    const Schema fields;
    for (int j = 0; j < kPredicatesOfHistories; ++j, ++compared) {
      const ast::Predicate predicate = generator.predicate(2);
      const std::string text = print(predicate);
      const std::int64_t now = random.pick(times.nows);
      const auto bound = bindText(text, {fields, {}, zone, now, &facts.schema});
      ASSERT_TRUE(bound) << text << "\n" << bound.error().message;
      const Bound rewritten = rewrite(*bound, fields);
      std::vector<ContactId> ours;
      for (const ContactRecord& contact : contacts) {
        const bool holds = matches(*bound, contact, fields, zone, facts);
        if (holds) ours.push_back(contact.id);
        ASSERT_EQ(matches(rewritten, contact, fields, zone, facts), holds) << text << " rewritten, " << contact.key;
      }
      for (const Bound* each : {&*bound, &rewritten}) {
        const auto evaluated = evaluate(*each, *snapshot);
        ASSERT_TRUE(evaluated) << text << "\n" << evaluated.error().message;
        ASSERT_EQ(withEvents(evaluated->contacts, contacts), ours) << text << "\nnow " << formatInstant(now);
      }
      const std::string sql = EventTranslator(facts.schema, clock, now).condition(predicate);
      ASSERT_EQ(ours, table.matching(sql)) << text << "\nnow " << formatInstant(now) << "\n" << sql;
      if (!ours.empty() && ours.size() < kContacts) ++telling;
    }
  }
  EXPECT_GT(telling, compared / 3) << "predicates that select some contacts and not others";
}

}  // namespace
}  // namespace roster::oracle
