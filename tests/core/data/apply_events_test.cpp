// What applying a batch of events refuses or leaves out. That it does the right thing with all else is compared with a
// model (apply_test.cpp, event_model_test.cpp).
#include "core/data/apply_events.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/consistency.h"

namespace roster {
namespace {

using ::testing::HasSubstr;

constexpr FieldId kThing = 1;
constexpr FieldId kHow = 2;

// Two contacts of whom the second is erased, a type of events and a catalog that it refers to.
SnapshotPtr twoContacts() {
  ChangeBatch batch;
  batch.events = EventSchema()
                     .withCatalog("things")
                     ->withAttribute("things", "color", {FieldKind::category})
                     ->withType("used")
                     ->withReference("used", "thing", "things")
                     ->withProperty("used", "how", {FieldKind::boolean})
                     .value();
  batch.newKeys.append("a");
  batch.newKeys.append("b");
  batch.erased = {1};
  return apply(Snapshot(), batch, 1).value();
}

ChangeBatch used(const std::function<void(EventChanges&)>& change) {
  ChangeBatch batch;
  EventChanges& changes = batch.recorded.emplace_back(EventChanges{1, {0, 0}, {10, 20}, {}, {}});
  changes.properties = {{kThing, {0, 1}, {0, 0}, {}}, {kHow, {0}, {1}, {}}};
  changes.properties[0].strings.append("cup");
  change(changes);
  return batch;
}

std::string refusalOf(const ChangeBatch& batch) {
  const auto applied = apply(*twoContacts(), batch, 2);
  if (applied) return "";
  EXPECT_EQ(applied.error().code, ErrorCode::invalidArgument);
  return applied.error().message;
}

TEST(ApplyEvents, RefusesWhatDoesNotFit) {
  const std::pair<const char*, std::function<void(EventChanges&)>> damages[] = {
      {"of a type that is not there", [](EventChanges& used) { used.event = 7; }},
      {"a contact that is not there", [](EventChanges& used) { used.contacts[1] = 2; }},
      {"columns of unlike length", [](EventChanges& used) { used.times.pop_back(); }},
      {"columns of unlike length", [](EventChanges& used) { used.identities.resize(1); }},
      {"columns of unlike length", [](EventChanges& used) { used.properties[1].values.clear(); }},
      {"a time outside the years", [](EventChanges& used) { used.times[0] = std::int64_t{1} << 60; }},
      {"a property that is not there", [](EventChanges& used) { used.properties[1].property = 3; }},
      {"an event that is not there", [](EventChanges& used) { used.properties[1].rows[0] = 2; }},
      {"a value that is not there", [](EventChanges& used) { used.properties[1].values[0] = 2; }},
      {"a value that is not there", [](EventChanges& used) { used.properties[0].values[0] = 1; }},
      {"an empty string", [](EventChanges& used) { used.properties[0].strings.append(""); }},
  };
  EXPECT_EQ(refusalOf(used([](EventChanges&) {})), "");
  for (const auto& [message, damage] : damages) EXPECT_THAT(refusalOf(used(damage)), HasSubstr(message));
  ChangeBatch retained;
  retained.retained.push_back({7, 5});
  EXPECT_THAT(refusalOf(retained), HasSubstr("retains events of no type"));
}

// All else would be kept of a database only, and be lost with the next checkpoint.
TEST(ApplyEvents, ACatalogChangesByItsItemsAlone) {
  const auto changed = [](const std::function<void(ChangeBatch&)>& change) {
    ChangeBatch batch;
    CatalogChanges& changes = batch.catalogs.emplace_back(CatalogChanges{1, {}});
    changes.changes.newKeys.append("cup");
    change(changes.changes);
    return refusalOf(batch);
  };
  EXPECT_EQ(changed([](ChangeBatch&) {}), "");
  const std::function<void(ChangeBatch&)> damages[] = {
      [](ChangeBatch& items) { items.schema = Schema(); },
      [](ChangeBatch& items) { items.segments = SegmentCatalog(); },
      [](ChangeBatch& items) { items.events = EventSchema(); },
      [](ChangeBatch& items) {
        items.lists.push_back({1, {{0, {0}}}});
      },
      [](ChangeBatch& items) { items.erased = {0}; },
      [](ChangeBatch& items) { items.import.emplace("x", ImportProgress()); },
  };
  for (const auto& damage : damages)
    EXPECT_THAT(changed(damage), HasSubstr("changes of a catalog more than its items"));
}

TEST(ApplyEvents, AnItemThatABatchNamesTwiceIsOne) {
  const ChangeBatch batch = used([](EventChanges& used) {
    used.properties[0].strings.append("cup");
    used.properties[0].values[1] = 1;
  });
  const SnapshotPtr after = apply(*twoContacts(), batch, 2).value();
  EXPECT_EQ(after->catalogs.at(1)->liveCount(), 1U);
  const auto sound = checkConsistency(*after);
  EXPECT_TRUE(sound) << sound.error().message;
}

TEST(ApplyEvents, OfAnErasedContactNothingIsKept) {
  const ChangeBatch batch = used([](EventChanges& used) {
    used.contacts = {1, 1};
    used.identities = {identityOf("x"), identityOf("y")};
  });
  const SnapshotPtr after = apply(*twoContacts(), batch, 2).value();
  EXPECT_EQ(after->shards[0]->eventsOf(1), nullptr);
  EXPECT_FALSE(after->identities.contains(1));
}

}  // namespace
}  // namespace roster
