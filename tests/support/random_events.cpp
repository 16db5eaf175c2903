#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "core/base/civil_time.h"
#include "tests/support/event_changes.h"
#include "tests/support/event_model.h"
#include "tests/support/sample_fields.h"
#include "tests/support/shop_events.h"

namespace roster {

namespace {

constexpr Day kEventDay = 19'723;  // about which random times lie

// Makes the part of one batch that is about events, step by step.
class EventBatchMaker {
 public:
  EventBatchMaker(ChangeBatch& batch, const EventModel& model, ContactId first, ContactId end, RandomSource& random)
      : batch_(batch), model_(model), schema_(model.facts().schema), first_(first), end_(end), random_(random) {}

  void make() {
    if (schema_.types().empty()) batch_.events = schema_ = shopEvents();
    else if (random_.chance(15)) changeSchema();
    if (random_.chance(25)) changeItems();
    for (std::uint64_t i = random_.below(3); i != 0 && first_ != end_; --i) record(random_.pick(schema_.types()));
    if (random_.chance(8)) {
      const Day from = kEventDay + random_.between(-25, 5);
      batch_.retained.push_back({random_.pick(schema_.types()).id, from * kMillisecondsPerDay});
    }
  }

 private:
  void changeSchema() {
    const std::string name = fmt::format("p{}", random_.bits());
    FieldType type = randomType(random_);
    if (type.kind == FieldKind::set || type.kind == FieldKind::text) type = {FieldKind::category};
    if (schema_.findType("mail") == nullptr) {
      schema_ = *schema_.withType("mail")->withProperty("mail", "campaign", {FieldKind::category});
    } else if (random_.chance(40)) {
      schema_ = *schema_.withoutType("mail");
    } else if (random_.chance(50)) {
      schema_ = *schema_.withAttribute("products", name, type);
    } else if (type.kind != FieldKind::date) {
      schema_ = *schema_.withProperty("purchase", name, type);
    }
    batch_.events = schema_;
  }

  // As an importer of a catalog makes them: items that events have named already are known, others are new.
  void changeItems() {
    const Catalog& catalog = schema_.catalogs().front();
    CatalogChanges changes{catalog.id, {}};
    const bool isThere = model_.facts().schema.findCatalog(catalog.id) != nullptr;
    std::map<std::string, ContactId> items = isThere ? model_.itemsOf(catalog.id) : std::map<std::string, ContactId>();
    ContactId next = isThere ? model_.nextItem(catalog.id) : 0;
    for (std::uint64_t i = random_.below(5); i != 0; --i) {
      const std::string key = anyItem();
      if (!items.try_emplace(key, next).second) continue;
      changes.changes.newKeys.append(key);
      ++next;
    }
    std::vector<ContactId> ids;
    for (const auto& [key, id] : items) ids.push_back(id);
    for (const Field& attribute : catalog.attributes.fields()) {
      ChangesBuilder values(attribute);
      for (std::uint64_t i = random_.below(6); i != 0 && !ids.empty(); --i) {
        const ContactId item = random_.pick(ids);
        const ChangeOp op = random_.chance(25) ? ChangeOp::clear : ChangeOp::set;
        values.add(item, op, randomValue(attribute.type, random_));
      }
      changes.changes.fields.push_back(values.take());
    }
    batch_.catalogs.push_back(std::move(changes));
  }

  std::string anyItem() { return random_.chance(70) ? randomWord(random_) : fmt::format("item {}", random_.below(30)); }

  void record(const EventType& type) {
    const std::uint64_t many = random_.chance(5) ? 2000 : 40;
    std::vector<EventRecord> events(1 + random_.below(many));
    for (EventRecord& event : events) event = anyEvent(type);
    if (random_.chance(50)) {
      std::stable_sort(events.begin(), events.end(),
                       [](const EventRecord& a, const EventRecord& b) { return a.time < b.time; });
    }
    const std::vector<EventIdentity> identities =
        random_.chance(40) ? newIdentities(type.id, events.size()) : std::vector<EventIdentity>();
    if (!identities.empty()) events.resize(identities.size());
    std::vector<std::pair<ContactId, const EventRecord*>> recorded;
    for (const EventRecord& event : events) {
      recorded.emplace_back(first_ + static_cast<ContactId>(random_.below(end_ - first_)), &event);
    }
    EventChanges changes = eventChangesOf(schema_, recorded).front();
    changes.identities = identities;
    batch_.recorded.push_back(std::move(changes));
  }

  EventRecord anyEvent(const EventType& type) {
    EventRecord event{type.id, randomNumber(FieldKind::timestamp, random_), {}};
    for (const Field& property : type.properties.fields()) {
      if (!random_.chance(80)) continue;
      if (type.catalogOf(property.id) != 0) event.values[property.id] = anyItem();
      else event.values[property.id] = randomValue(property.type, random_);
    }
    return event;
  }

  // Of so many ids out of a small pool those that are not known, as an importer takes them.
  std::vector<EventIdentity> newIdentities(EventId event, std::size_t count) {
    std::vector<EventIdentity> identities;
    for (std::size_t i = 0; i < count; ++i) {
      const EventIdentity identity = identityOf(fmt::format("{}", random_.below(400)));
      if (model_.knows(event, identity) || !taken_.insert({event, identity}).second) continue;
      identities.push_back(identity);
    }
    return identities;
  }

  ChangeBatch& batch_;
  const EventModel& model_;
  EventSchema schema_;
  const ContactId first_;
  const ContactId end_;
  RandomSource& random_;
  std::set<std::pair<EventId, EventIdentity>> taken_;  // by this batch
};

}  // namespace

void addRandomEvents(ChangeBatch& batch, const EventModel& model, ContactId first, ContactId end,
                     RandomSource& random) {
  EventBatchMaker(batch, model, first, end, random).make();
}

}  // namespace roster
