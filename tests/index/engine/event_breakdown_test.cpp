// Breakdowns of events against a naive evaluation, contact by contact and event by event.
#include "index/engine/event_breakdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "index/engine/event_dimension.h"
#include "index/engine/met_contacts.h"
#include "tests/index/engine/naive_groups.h"
#include "tests/support/event_sample.h"
#include "tests/support/random_source.h"

namespace roster {
namespace {

using ::testing::ElementsAre;
using testing::EventSample;
using testing::eventSample;
using testing::eventSampleNow;
using ::testing::HasSubstr;

struct NaiveTally {
  std::uint64_t events = 0;
  std::set<ContactId> contacts;
  WideInteger sum = 0;

  void add(ContactId contact, const FieldValue* amount) {
    ++events;
    contacts.insert(contact);
    if (amount != nullptr) sum += std::get<std::int64_t>(*amount);
  }
  EventTally tally() const { return {events, contacts.size(), sum}; }
};

using Tallies = std::map<std::vector<std::string>, EventTally>;

std::set<std::string> naiveGroupsOfEvent(const EventSample& sample, const Dimension& dimension,
                                         const ContactRecord& contact, const EventRecord& event) {
  const std::string& name = dimension.field.name;
  const bool isOfContact = name.starts_with("contact.");
  const FieldValue* value = isOfContact ? sample.valueOf(contact, name.substr(8)) : sample.valueOf(event, name);
  return testing::naiveGroups(dimension, value, *sample.snapshot->zone);
}

// The lines, and under no group at all the total.
Tallies naiveTallies(const EventSample& sample, std::string_view predicate, std::string_view set,
                     const std::vector<Dimension>& dimensions, std::string_view summed) {
  std::map<std::vector<std::string>, NaiveTally> tallies;
  tallies[{}];
  for (const ContactRecord* contact : sample.matching(predicate)) {
    for (const EventRecord* event : sample.eventsOf(*contact, set)) {
      const FieldValue* found = summed.empty() ? nullptr : sample.valueOf(*event, summed);
      const auto amount = found == nullptr ? std::nullopt : std::optional(*found);
      const auto add = [&](const std::vector<std::string>& groups) {
        tallies[groups].add(contact->id, amount ? &*amount : nullptr);
      };
      add({});
      for (const std::string& first : naiveGroupsOfEvent(sample, dimensions[0], *contact, *event)) {
        if (dimensions.size() == 1) {
          add({first});
          continue;
        }
        for (const std::string& second : naiveGroupsOfEvent(sample, dimensions[1], *contact, *event)) {
          add({first, second});
        }
      }
    }
  }
  Tallies all;
  for (const auto& [groups, tally] : tallies) all.emplace(groups, tally.tally());
  return all;
}

Tallies talliesOf(const EventBreakdown& breakdown) {
  Tallies all{{{}, breakdown.total}};
  for (const EventBreakdownLine& line : breakdown.lines) {
    std::vector<std::string> groups;
    for (std::size_t i = 0; i < line.groups.size(); ++i) {
      groups.push_back(groupText(line.groups[i], breakdown.dimensions[i]));
    }
    EXPECT_TRUE(all.emplace(groups, line.tally).second) << "a group has two lines";
  }
  return all;
}

// What a breakdown is asked for, on a snapshot that may differ from the sample's.
Result<EventBreakdown> breakDown(const SnapshotPtr& snapshot, std::string_view predicate, std::string_view set,
                                 std::string_view by, std::string_view summed, const Executor& executor) {
  const auto query = Query::compile(predicate, snapshot, eventSampleNow());
  EXPECT_TRUE(query) << query.error().message;
  const auto events = EventQuery::compile(set, snapshot, eventSampleNow());
  EXPECT_TRUE(events) << events.error().message;
  auto dimensions = parseEventDimensions(by, *events);
  if (!dimensions) return propagate(dimensions);
  std::optional<Field> field;
  if (!summed.empty()) {
    auto named = eventFieldNamed(summed, *events);
    if (!named) return propagate(named);
    field = *named;
  }
  auto audience = evaluate(*query, executor);
  EXPECT_TRUE(audience);
  return breakdown(*audience, *events, *dimensions, field, executor);
}

void expectAsNaive(const EventSample& sample, std::string_view predicate, std::string_view set, std::string_view by,
                   std::string_view summed, const Executor& executor) {
  SCOPED_TRACE(::testing::Message() << set << " of " << predicate << " by " << by << " summing " << summed);
  const auto found = breakDown(sample.snapshot, predicate, set, by, summed, executor);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->audience, sample.matching(predicate).size());
  const Tallies naive = naiveTallies(sample, predicate, set, found->dimensions, summed);
  EXPECT_EQ(talliesOf(*found), naive);
  for (std::size_t i = 1; i < found->lines.size(); ++i) {
    ASSERT_GE(found->sizeOf(found->lines[i - 1].tally), found->sizeOf(found->lines[i].tally));
  }
}

constexpr const char* kContacts = "key not like '% %'";  // those that the sample has records of
constexpr const char* kSomeContacts = "city = 'Łódź' and did purchase where promo";

class EventBreakdownBy : public ::testing::TestWithParam<const char*> {
 protected:
  Executor executor_{2};
};

TEST_P(EventBreakdownBy, CountsAndAddsUpAsNaiveEvaluationDoes) {
  static const std::vector<EventSample> samples = {eventSample({11}), eventSample({12}),
                                                   eventSample({13, 60, 300, true})};
  for (const EventSample& sample : samples) {
    expectAsNaive(sample, kContacts, "purchase", GetParam(), "amount", executor_);
    expectAsNaive(sample, kContacts, "purchase where promo or channel = 'web' since '2025-10-20'", GetParam(), "",
                  executor_);
    expectAsNaive(sample, kSomeContacts, "purchase where product.price > 1", GetParam(), "product.price", executor_);
    expectAsNaive(sample, "false", "purchase", GetParam(), "quantity", executor_);
  }
}

INSTANTIATE_TEST_SUITE_P(Dimensions, EventBreakdownBy,
                         ::testing::Values("time", "time:week", "time:month", "time:quarter", "time:year", "hour",
                                           "weekday", "day_of_month", "month", "amount", "amount:7.50", "quantity:1000",
                                           "promo", "paid:month", "channel", "product", "product.department",
                                           "product.price:1", "product.since:month", "product.organic", "contact.city",
                                           "contact.age:10", "contact.tags", "contact.signup:year",
                                           "contact.city,weekday", "time:month,product", "contact.tags,contact.city",
                                           "amount,quantity", "weekday,contact.tags", "promo,product.organic",
                                           "hour:6,time"));

TEST(EventBreakdown, TakesEventsWithoutProperties) {
  const EventSample sample = eventSample({14});
  const Executor executor(2);
  expectAsNaive(sample, kContacts, "visit in last 1 year", "time:month", "", executor);
  expectAsNaive(sample, kContacts, "visit where hour < 4 or weekday = 'sun'", "contact.city,hour", "", executor);
}

TEST(EventBreakdown, ReadsManyBlocksOfAChunk) {
  const EventSample sample = eventSample({15, 6, 40'000, true});
  std::size_t blocks = 0;
  for (const EventChunk& chunk : sample.snapshot->shards[0]->eventsOf(1)->chunks) {
    chunk.forEachPart([&](const EventPart&) { ++blocks; });
  }
  ASSERT_GT(blocks, 4U);
  const Executor executor(2);
  expectAsNaive(sample, kContacts, "purchase where promo", "time:month,product", "amount", executor);
}

TEST(EventBreakdown, SpansShards) {
  EventSample sample = eventSample({15, 40});
  // The same histories, and one of a contact of the next shard.
  ChangeBatch batch;
  for (auto id = sample.snapshot->nextContact(); id < kShardSize + 1; ++id) {
    batch.newKeys.append(id == kShardSize ? "far" : "none " + std::to_string(id));
  }
  const EventType& purchase = *sample.facts.schema.findType("purchase");
  const FieldId amount = purchase.properties.find("amount")->id;
  sample.contacts.push_back({kShardSize, "far", {}, {}, {{purchase.id, eventSampleNow(), {{amount, 700}}}}});
  EventChanges changes{purchase.id, {kShardSize}, {eventSampleNow()}, {}, {{amount, {0}, {700}, {}}}};
  batch.recorded.push_back(std::move(changes));
  sample.snapshot = *apply(*sample.snapshot, batch, sample.snapshot->sequence + 1);
  const Executor executor(2);
  for (const char* by : {"time:month", "product", "contact.city,channel"}) {
    expectAsNaive(sample, kContacts, "purchase", by, "amount", executor);
  }
}

TEST(EventBreakdown, NamesWeekdaysInTheirOrder) {
  const EventSample sample = eventSample({16});
  const Executor executor(1);
  auto found =
      breakDown(sample.snapshot, kContacts, "purchase where weekday in ('sun', 'mon', 'fri')", "weekday", "", executor);
  ASSERT_TRUE(found) << found.error().message;
  sortByGroup(*found);
  std::vector<std::string> days;
  for (const EventBreakdownLine& line : found->lines) days.push_back(groupText(line.groups[0], found->dimensions[0]));
  EXPECT_THAT(days, ElementsAre("mon", "fri", "sun"));
}

TEST(EventBreakdown, AddsUpInMoreThan64Bits) {
  EventSample sample = eventSample({17, 30, 3});
  const EventType& purchase = *sample.facts.schema.findType("purchase");
  const FieldId quantity = purchase.properties.find("quantity")->id;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  ChangeBatch batch;
  batch.recorded.push_back({purchase.id, {0, 0, 1}, {1, 2, 3}, {}, {{quantity, {0, 1, 2}, {most, most, most}, {}}}});
  const SnapshotPtr snapshot = *apply(*sample.snapshot, batch, sample.snapshot->sequence + 1);
  const Executor executor(1);
  const auto found = breakDown(snapshot, "true", "purchase before '2000-01-01'", "time:year", "quantity", executor);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->lines.size(), 1U);
  EXPECT_EQ(formatWide(found->lines[0].tally.sum, 0), "27670116110564327421");
  EXPECT_EQ(found->lines[0].tally.contacts, 2U);
}

TEST(EventBreakdown, RefusesWhatHasNoGroupsOrNoSum) {
  const EventSample sample = eventSample({18, 5});
  const Executor executor(1);
  const auto refusal = [&](std::string_view by, std::string_view summed) {
    const auto found = breakDown(sample.snapshot, "true", "purchase", by, summed, executor);
    return found ? std::string() : found.error().message;
  };
  EXPECT_EQ(refusal("prduct", ""), "unknown field 'prduct'; did you mean 'product'?");
  EXPECT_EQ(refusal("contact.ctiy", ""), "unknown field 'ctiy'; did you mean 'city'?");
  EXPECT_THAT(refusal("time:mnth", ""), HasSubstr("did you mean 'month'?"));
  EXPECT_THAT(refusal("weekday:2", ""), HasSubstr("goes by value"));
  EXPECT_THAT(refusal("hour,month,time", ""), HasSubstr("two fields at most"));
  EXPECT_EQ(refusal("hour", "promo"), "'promo' is a bool; sums are of integers and decimals");
  EXPECT_EQ(refusal("hour", "time"), "'time' is a timestamp; sums are of integers and decimals");
  EXPECT_EQ(refusal("hour", "amonut"), "unknown field 'amonut'; did you mean 'amount'?");
  EXPECT_EQ(refusal("hour", "contact.age").substr(0, 28), "unknown field 'contact.age'");
}

TEST(EventBreakdown, ANameOfEventsComesBeforeTheirTimeAndTheirContacts) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->schema = std::make_shared<const Schema>(
      Schema().withField("city", {FieldKind::category})->withField("a,b:c", {FieldKind::integer}).value());
  snapshot->events = std::make_shared<const EventSchema>(EventSchema()
                                                             .withCatalog("people")
                                                             ->withAttribute("people", "city", {FieldKind::integer})
                                                             ->withType("call")
                                                             ->withProperty("call", "time", {FieldKind::integer})
                                                             ->withReference("call", "contact", "people")
                                                             .value());
  const auto events = EventQuery::compile("call", snapshot, 0);
  ASSERT_TRUE(events);
  const auto kindsOf = [&](std::string_view by) {
    const auto parsed = parseEventDimensions(by, *events);
    EXPECT_TRUE(parsed) << parsed.error().message;
    std::vector<std::string> kinds;
    for (const Dimension& dimension : *parsed) kinds.push_back(format(dimension.field.type));
    return kinds;
  };
  EXPECT_THAT(kindsOf("time:5,.time:month"), ElementsAre("integer", "timestamp"));
  EXPECT_THAT(kindsOf("contact.city:5"), ElementsAre("integer"));
  EXPECT_THAT(kindsOf("contact"), ElementsAre("category"));
  EXPECT_THAT(kindsOf("contact.a,b:c"), ElementsAre("integer"));
  EXPECT_THAT(kindsOf("contact.\"a,b:c\":5,time"), ElementsAre("integer", "integer"));
}

TEST(EventBreakdown, RefusesValuesThatWereNeverGiven) {
  const EventSample sample = eventSample({19, 60});
  const Executor executor(1);
  const EventType& purchase = *sample.facts.schema.findType("purchase");
  const auto expectLoss = [&](const Snapshot& damaged, std::string_view by) {
    const auto found = breakDown(std::make_shared<const Snapshot>(damaged), "true", "purchase", by, "", executor);
    ASSERT_FALSE(found) << by;
    EXPECT_EQ(found.error().code, ErrorCode::dataLoss);
  };
  Snapshot damaged = *sample.snapshot;
  damaged.dictionaries.erase(dictionaryOf(purchase.id, purchase.properties.find("channel")->id));
  expectLoss(damaged, "channel");
  damaged = *sample.snapshot;
  for (auto& [id, items] : damaged.catalogs) {
    auto none = std::make_shared<Snapshot>(*items);
    none->shards.clear();
    items = none;
  }
  expectLoss(damaged, "product");
}

// The first lines keep bits, the others a table: both must forget at the end of a chunk.
TEST(MetContacts, KnowsEachContactOfALineOnceAChunk) {
  RandomSource random(20);
  MetContacts met;
  for (int chunk = 0; chunk < 5; ++chunk) {
    std::set<std::pair<std::uint32_t, std::uint16_t>> naive;
    for (int i = 0; i < 20'000; ++i) {
      const auto line = static_cast<std::uint32_t>(random.chance(50) ? random.below(300) : random.below(1U << 30));
      const auto place = static_cast<std::uint16_t>(random.below(random.oneOf({4U, 65'536U})));
      ASSERT_EQ(met.ofLine(line).add(place), naive.emplace(line, place).second);
    }
    met.beginChunk();
  }
}

}  // namespace
}  // namespace roster
