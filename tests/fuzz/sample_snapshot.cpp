#include "tests/fuzz/sample_snapshot.h"

#include <cstdlib>
#include <fmt/format.h>
#include <iostream>

#include "core/data/apply.h"
#include "core/eval/event_history.h"
#include "core/query/rewrite/rewrite.h"
#include "tests/support/evaluate.h"
#include "tests/support/event_changes.h"
#include "tests/support/sample_fields.h"
#include "tests/support/shop_events.h"

namespace roster {

namespace {

constexpr ContactId kFuzzContacts = 130;
constexpr ContactId kErasedContact = 77;
constexpr ListId kFuzzList = 1;
constexpr Day kFuzzDay = 19'723;  // 1 January 2024, about which the sample values lie

TimeZone fuzzZone() {
  constexpr std::int64_t kHour = kMillisecondsPerHour;
  return TimeZone("Fuzz", {{0, kHour}, {kFuzzDay * kMillisecondsPerDay - kHour, 2 * kHour}});
}

FieldChanges valuesOf(const Field& field, RandomSource& random) {
  ChangesBuilder changes(field);
  const bool isSet = field.type.kind == FieldKind::set;
  for (ContactId contact = 0; contact < kFuzzContacts; ++contact) {
    for (std::uint64_t count = random.below(isSet ? 4 : 2); count != 0; --count) {
      changes.add(contact, isSet ? ChangeOp::add : ChangeOp::set, randomValue(field.type, random));
    }
    // One value that most contacts hold has a bitmap of its own.
    if (field.name == "city" && contact % 3 != 0) changes.add(contact, ChangeOp::set, std::string("Łódź"));
    if (field.name == "tags" && contact % 4 != 0) changes.add(contact, ChangeOp::add, std::string("x"));
  }
  return changes.take();
}

// Items with attributes; events name some of them, and others that have none.
CatalogChanges fuzzItems(const Catalog& catalog, RandomSource& random) {
  constexpr ContactId kItems = 6;
  CatalogChanges changes{catalog.id, {}};
  for (ContactId item = 0; item < kItems; ++item) changes.changes.newKeys.append(fmt::format("item {}", item));
  for (const Field& attribute : catalog.attributes.fields()) {
    ChangesBuilder values(attribute);
    for (ContactId item = 0; item < kItems; item += 1 + static_cast<ContactId>(random.below(2))) {
      values.add(item, ChangeOp::set, randomValue(attribute.type, random));
    }
    changes.changes.fields.push_back(values.take());
  }
  return changes;
}

// Of one type, in no order; every second contact has some, those of mails have ids.
EventChanges fuzzEventsOf(const EventType& type, const EventSchema& events, RandomSource& random) {
  constexpr std::size_t kEvents = 60;
  std::vector<EventRecord> records;
  for (std::size_t i = 0; i < kEvents; ++i) {
    EventRecord& record = records.emplace_back(EventRecord{type.id, randomNumber(FieldKind::timestamp, random), {}});
    for (const Field& property : type.properties.fields()) {
      if (!random.chance(80)) continue;
      if (type.catalogOf(property.id) == 0) record.values[property.id] = randomValue(property.type, random);
      else record.values[property.id] = fmt::format("item {}", random.below(9));
    }
  }
  std::vector<std::pair<ContactId, const EventRecord*>> recorded;
  for (const EventRecord& record : records) {
    recorded.emplace_back(static_cast<ContactId>(random.below(kFuzzContacts)) / 2 * 2, &record);
  }
  EventChanges changes = eventChangesOf(events, recorded).front();
  for (std::size_t i = 0; type.name == "mail" && i < kEvents; ++i) {
    changes.identities.push_back(identityOf(fmt::format("mail {}", i)));
  }
  return changes;
}

}  // namespace

BindContext fuzzContext(const Snapshot& snapshot) {
  return {*snapshot.schema, *snapshot.segments, *snapshot.zone, fuzzNow(), &*snapshot.events};
}

SnapshotPtr makeFuzzSnapshot() {
  RandomSource random(1);
  Snapshot empty;
  empty.zone = std::make_shared<const TimeZone>(fuzzZone());
  ChangeBatch batch;
  batch.schema = sampleSchema();
  batch.segments = SegmentCatalog{{"from Łódź", {"city = 'Łódź' and not newsletter", 0, 0, ""}},
                                  {"frozen", {"", kFuzzList, 0, "visits > 3"}},
                                  {"nested", {"segment 'from Łódź' or segment 'frozen'", 0, 0, ""}}};
  for (ContactId contact = 0; contact < kFuzzContacts; ++contact) batch.newKeys.append(fmt::format("k{}", contact));
  for (const Field& field : batch.schema->fields()) batch.fields.push_back(valuesOf(field, random));
  ListCreation list{kFuzzList, {{0, {}}}};
  for (LocalId contact = 0; contact < kFuzzContacts; contact += 5) list.members[0].second.push_back(contact);
  batch.lists.push_back(std::move(list));
  batch.events = shopEvents();
  batch.catalogs.push_back(fuzzItems(batch.events->catalogs().front(), random));
  for (const EventType& type : batch.events->types()) {
    batch.recorded.push_back(fuzzEventsOf(type, *batch.events, random));
  }
  batch.erased.push_back(kErasedContact);
  return apply(empty, batch, 1).value();
}

Instant fuzzNow() { return kFuzzDay * kMillisecondsPerDay + 12 * kMillisecondsPerHour; }

const std::vector<std::string_view>& fuzzPredicates() {
  static const std::vector<std::string_view> predicates = {
      "newsletter and not city = 'Łódź'",
      "city like '%r%' or tags has any ('x', 'rare-7') or size(tags) = 1",
      "sizes between 2 and 8 or children >= '2023-06-01' or anniversary(birthday) in next 60 days",
      "visits in (1, 2, 3) or score < -2 or spent >= 1.50 or rate between 0 and 0.5 or birthday < signup",
      "last_visit in last 10 days or last_visit > last_order or anniversary(children) in next 30 days",
      "note = 'x' or note ilike 'RARE%' or email = 'x' or email is null",
      "segment 'nested' and not key in ('k1', 'k2') and bucket('a') < 9000",
      "at least 2 of (visits > 3, score > 3, newsletter, segment 'frozen')",
      "(did purchase in last 10 days where amount > 5 and promo or store in ('x', 'Łódź')) and not did mail",
      "did purchase where product.department = 'x' or product.price < 10 or product.since < paid or product = 'item 7'",
      "did purchase where hour < 12 and weekday in ('sat', 'sun') or anniversary(paid) in next 9 days",
      "count(purchase where promo) >= 2 or days(mail) between 2 and 3 or distinct(product.department of purchase) > 1",
      "sum(amount of purchase) > 10 or avg(amount of purchase) < 0 or max(amount of purchase) = 7",
      "last(purchase) in last 5 days or first(mail).campaign = 'x' or last(purchase).product.price > 1",
      "did purchase then mail within 3 days or did mail then not purchase within 1 month",
  };
  return predicates;
}

void require(bool holds, std::string_view why) {
  if (holds) return;
  std::cerr << "finding: " << why << '\n';
  std::abort();
}

Result<void> evaluateText(std::string_view predicate, const Snapshot& snapshot) {
  auto bound = bindText(predicate, fuzzContext(snapshot));
  if (!bound) return propagate(bound);
  auto evaluation = evaluate(rewrite(*std::move(bound), *snapshot.schema), snapshot);
  if (!evaluation) return propagate(evaluation);
  return {};
}

std::vector<ContactRecord> contactsOf(const Snapshot& snapshot) {
  std::vector<ContactRecord> contacts;
  for (ContactId id = 0; id < snapshot.nextContact(); ++id) {
    auto contact = readContact(snapshot, id);
    if (!contact) {
      require(contact.error().code == ErrorCode::notFound, contact.error().message);
      continue;
    }
    auto history = readHistory(snapshot, id);
    require(history.has_value(), history ? "" : history.error().message);
    contact->events = std::move(history->events);
    contacts.push_back(*std::move(contact));
  }
  return contacts;
}

EventFacts factsOf(const Snapshot& snapshot) {
  auto facts = readFacts(snapshot);
  require(facts.has_value(), facts ? "" : facts.error().message);
  return *std::move(facts);
}

void requireSameAsNaive(const Bound& predicate, const Snapshot& snapshot, const std::vector<ContactRecord>& contacts,
                        const EventFacts& facts) {
  const auto evaluation = evaluate(rewrite(predicate, *snapshot.schema), snapshot);
  require(evaluation.has_value(), evaluation ? "" : evaluation.error().message);
  std::vector<ContactId> expected;
  for (const ContactRecord& contact : contacts) {
    if (matches(predicate, contact, *snapshot.schema, *snapshot.zone, facts)) expected.push_back(contact.id);
  }
  require(evaluation->contacts == expected, "the evaluators select different contacts");
}

}  // namespace roster
