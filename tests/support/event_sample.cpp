#include "tests/support/event_sample.h"

#include <array>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/data/apply.h"
#include "core/query/binder.h"
#include "core/query/event_fields.h"
#include "index/io/time_zone_loader.h"
#include "tests/support/event_changes.h"
#include "tests/support/recorded_events.h"
#include "tests/support/shop_events.h"

namespace roster::testing {

namespace {

EventFacts sampleFacts(RandomSource& random) {
  EventFacts facts;
  facts.schema = productCatalog()
                     .withAttribute("products", "organic", {FieldKind::boolean})
                     ->withType("purchase")
                     ->withProperty("purchase", "amount", {FieldKind::decimal, 2})
                     ->withProperty("purchase", "quantity", {FieldKind::integer})
                     ->withProperty("purchase", "promo", {FieldKind::boolean})
                     ->withProperty("purchase", "paid", {FieldKind::timestamp})
                     ->withProperty("purchase", "channel", {FieldKind::category})
                     ->withReference("purchase", "product", "products")
                     ->withType("visit")
                     .value();
  auto& items = facts.items[facts.schema.findCatalog("products")->id];
  for (const char* product : {"milk", "bread", "ball", "kite"}) {
    items[product] = {{FieldId{1}, random.oneOf<std::string>({"GROCERY", "TOYS"})},
                      {FieldId{2}, random.between(-50, 600)},
                      {FieldId{3}, random.between(20'000, 20'400)},
                      {FieldId{4}, random.chance(50)}};
    if (random.chance(30)) items[product].erase(static_cast<FieldId>(random.between(1, 4)));
  }
  return facts;
}

// Around the days on which the clock changes, at the end of a year, and at midnight in Warsaw.
Instant anyTime(RandomSource& random) {
  static const std::array<const char*, 5> days = {"2025-03-30", "2025-10-26", "2025-12-31", "2026-02-28", "2026-03-01"};
  const Instant start = *parseDay(days[random.below(days.size())]) * kMillisecondsPerDay;
  const std::int64_t quarterHour = 15 * kMillisecondsPerMinute;
  return start + quarterHour * random.between(-8, 104) + random.oneOf<std::int64_t>({0, 0, -1, 1});
}

std::optional<FieldValue> anyValue(const Field& property, RandomSource& random) {
  if (!random.chance(80)) return std::nullopt;
  switch (property.type.kind) {
    case FieldKind::boolean: return random.chance(50);
    case FieldKind::timestamp: return anyTime(random);
    case FieldKind::category:
      if (property.name == "channel") return random.oneOf<std::string>({"web", "shop", "app"});
      return random.oneOf<std::string>({"milk", "bread", "ball", "kite", "unheard of"});
    default: return random.between(-1'000, 5'000);
  }
}

ContactRecord anyContact(ContactId id, const EventSampleOptions& options, const EventFacts& facts,
                         RandomSource& random) {
  ContactRecord contact{id, fmt::format("c{}", id), {}, {}, {}};
  if (random.chance(80)) contact.values[1] = random.oneOf<std::string>({"Łódź", "Kraków", "Gdańsk"});
  if (random.chance(80)) contact.values[2] = random.between(-3, 90);
  if (random.chance(60)) {
    std::vector<std::string> tags = {"new", "vip"};
    if (random.chance(50)) tags.erase(tags.begin() + static_cast<std::ptrdiff_t>(random.below(2)));
    contact.values[3] = tags;
  }
  if (random.chance(80)) contact.values[4] = random.between(19'000, 20'400);
  for (std::uint64_t i = random.below(options.mostEvents + 1); i > 0; --i) {
    const EventType& type = random.chance(80) ? *facts.schema.findType("purchase") : *facts.schema.findType("visit");
    EventRecord event{type.id, anyTime(random), {}};
    for (const Field& property : type.properties.fields()) {
      if (auto value = anyValue(property, random)) event.values[property.id] = *std::move(value);
    }
    contact.events.push_back(std::move(event));
  }
  return contact;
}

Schema contactSchema() {
  return Schema()
      .withField("city", {FieldKind::category})
      ->withField("age", {FieldKind::integer})
      ->withField("tags", {FieldKind::set, 0, FieldKind::category})
      ->withField("signup", {FieldKind::date})
      .value();
}

ChangeBatch fieldsBatch(const std::vector<ContactRecord>& contacts) {
  ChangeBatch batch;
  batch.schema = contactSchema();
  for (const Field& field : batch.schema->fields()) {
    FieldChanges changes;
    changes.field = field.id;
    std::map<std::string, std::int64_t> codes;
    const auto codeOf = [&](const std::string& text) {
      const auto [found, isNew] = codes.try_emplace(text, static_cast<std::int64_t>(codes.size()));
      if (isNew) changes.strings.append(text);
      return found->second;
    };
    for (const ContactRecord& contact : contacts) {
      const auto found = contact.values.find(field.id);
      if (found == contact.values.end()) continue;
      const auto add = [&](std::int64_t value) {
        changes.contacts.push_back(contact.id);
        changes.values.push_back(value);
      };
      if (const auto* number = std::get_if<std::int64_t>(&found->second)) add(*number);
      else if (const auto* text = std::get_if<std::string>(&found->second)) add(codeOf(*text));
      else
        for (const std::string& tag : std::get<std::vector<std::string>>(found->second)) add(codeOf(tag));
    }
    batch.fields.push_back(std::move(changes));
  }
  return batch;
}

void applyToSample(SnapshotPtr& snapshot, const ChangeBatch& batch) {
  auto after = apply(*snapshot, batch, snapshot->sequence + 1);
  ASSERT_TRUE(after) << after.error().message;
  snapshot = *std::move(after);
}

ChangeBatch eventsBatch(const EventFacts& facts, const std::vector<ContactRecord>& contacts) {
  std::vector<std::pair<ContactId, const EventRecord*>> recorded;
  for (const ContactRecord& contact : contacts) {
    for (const EventRecord& event : contact.events) recorded.emplace_back(contact.id, &event);
  }
  ChangeBatch batch;
  batch.recorded = eventChangesOf(facts.schema, recorded);
  return batch;
}

}  // namespace

Instant eventSampleNow() { return *parseDay("2026-03-01") * kMillisecondsPerDay + 12 * kMillisecondsPerHour; }

EventSample eventSample(const EventSampleOptions& options) {
  RandomSource random(options.seed);
  EventSample sample;
  sample.facts = sampleFacts(random);
  for (ContactId i = 0; i < options.contacts; ++i) {
    const ContactId chunk = 3 * i / static_cast<ContactId>(options.contacts);
    sample.contacts.push_back(anyContact(chunk * kChunkSize + i, options, sample.facts, random));
  }
  const TimeZone zone = loadTimeZone("Europe/Warsaw").value();
  if (options.inOneBatch) {
    std::vector<ContactRecord> silent = sample.contacts;
    for (ContactRecord& contact : silent) contact.events.clear();
    sample.snapshot = recordedSnapshot(sample.facts, silent, zone, random);
    applyToSample(sample.snapshot, eventsBatch(sample.facts, sample.contacts));
  } else {
    sample.snapshot = recordedSnapshot(sample.facts, sample.contacts, zone, random);
  }
  applyToSample(sample.snapshot, fieldsBatch(sample.contacts));
  return sample;
}

std::vector<const ContactRecord*> EventSample::matching(std::string_view predicate) const {
  const auto bound = bindText(
      predicate, {*snapshot->schema, *snapshot->segments, *snapshot->zone, eventSampleNow(), snapshot->events.get()});
  EXPECT_TRUE(bound) << bound.error().message;
  std::vector<const ContactRecord*> found;
  for (const ContactRecord& contact : contacts) {
    if (matches(*bound, contact, *snapshot->schema, *snapshot->zone, facts)) found.push_back(&contact);
  }
  return found;
}

std::vector<const EventRecord*> EventSample::eventsOf(const ContactRecord& contact, std::string_view set) const {
  const auto bound = bindText(fmt::format("did {}", set), {*snapshot->schema, *snapshot->segments, *snapshot->zone,
                                                           eventSampleNow(), snapshot->events.get()});
  EXPECT_TRUE(bound) << bound.error().message;
  std::vector<const EventRecord*> found;
  for (const EventRecord& event : contact.events) {
    const ContactRecord only{contact.id, contact.key, {}, {}, {event}};
    if (matches(*bound, only, *snapshot->schema, *snapshot->zone, facts)) found.push_back(&event);
  }
  return found;
}

const FieldValue* EventSample::valueOf(const EventRecord& event, std::string_view field) const {
  const TimeZone& zone = *snapshot->zone;
  const LocalTime local = zone.toLocal(event.time);
  const auto part = [&](std::int64_t value) { return &(part_ = value); };
  if (field == "time") return part(event.time);
  if (field == "hour") return part(timeWithinDay(local) / kMillisecondsPerHour);
  if (field == "weekday") return part(weekdayOf(dayOfLocal(local)));
  if (field == "day_of_month") return part(civilFromDay(dayOfLocal(local)).day);
  if (field == "month") return part(civilFromDay(dayOfLocal(local)).month);
  const std::size_t dot = field.find('.');
  const EventType& type = *facts.schema.findType(EventId{event.event});
  const FieldId property = type.properties.find(field.substr(0, dot))->id;
  const auto value = event.values.find(property);
  if (value == event.values.end()) return nullptr;
  if (dot == std::string_view::npos) return &value->second;
  const Catalog& catalog = *facts.schema.findCatalog(type.catalogOf(property));
  const auto& items = facts.items.at(catalog.id);
  const auto item = items.find(std::get<std::string>(value->second));
  if (item == items.end()) return nullptr;
  const auto attribute = item->second.find(catalog.attributes.find(field.substr(dot + 1))->id);
  return attribute == item->second.end() ? nullptr : &attribute->second;
}

const FieldValue* EventSample::valueOf(const ContactRecord& contact, std::string_view field) const {
  const auto found = contact.values.find(snapshot->schema->find(field)->id);
  return found == contact.values.end() ? nullptr : &found->second;
}

}  // namespace roster::testing
