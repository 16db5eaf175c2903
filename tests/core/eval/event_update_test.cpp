// Answers that are brought up to date from the rows that come and go: sums about what 32 bits hold, values that cancel
// each other out, counts about what a byte holds, and bounds that are met or not. Held against answers anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/data/apply.h"
#include "core/eval/event_results.h"
#include "core/query/binder.h"
#include "core/query/rewrite/rewrite.h"
#include "tests/support/evaluate.h"
#include "tests/support/event_changes.h"
#include "tests/support/random_source.h"
#include "tests/support/recorded_events.h"
#include "tests/support/shop_events.h"

namespace roster {
namespace {

constexpr Instant kStart = 20'000 * kMillisecondsPerDay;
constexpr std::int64_t kWindow = 10 * kMillisecondsPerDay;
constexpr std::size_t kContacts = 60;  // more than the few whose events are looked for at once

class KeptAnswers {
 public:
  KeptAnswers() {
    for (ContactId id = 0; id < kContacts; ++id) {
      ContactRecord& contact = contacts_.emplace_back();
      contact.id = id;
      contact.key = fmt::format("c{}", id);
      const std::uint64_t events = id % 10 == 0 ? 300 : random_.below(8);
      for (std::uint64_t i = 0; i < events; ++i) {
        contact.events.push_back(eventOf(id, kStart - random_.between(0, 2 * kWindow)));
      }
    }
    snapshot_ = recordedSnapshot(facts_, contacts_, TimeZone(), random_);
    snapshot_ = keeping(snapshot_, std::make_shared<EventResults>(std::size_t{1} << 24));
  }

  // Some events arrive, of which some are late.
  void record() {
    std::vector<std::pair<ContactId, EventRecord>> events;
    for (std::uint64_t i = random_.below(4); i > 0; --i) {
      const ContactId id = static_cast<ContactId>(random_.below(kContacts));
      // Of what is late, most is about to leave a window again.
      const std::int64_t late =
          kWindow - random_.between(0, random_.chance(70) ? 10 * kMillisecondsPerMinute : kWindow);
      const Instant time = random_.chance(60) ? now : now - late;
      events.emplace_back(id, eventOf(id, time));
    }
    std::vector<std::pair<ContactId, const EventRecord*>> recorded;
    for (const auto& [id, event] : events) recorded.emplace_back(id, &event);
    ChangeBatch batch;
    batch.recorded = eventChangesOf(facts_.schema, recorded);
    snapshot_ = apply(*snapshot_, batch, snapshot_->sequence + 1).value();
  }

  // How many a predicate selects, where that is so whether answers are kept or not.
  std::size_t check(const char* text) const {
    const auto bound = bindText(text, {*snapshot_->schema, {}, *snapshot_->zone, now, snapshot_->events.get()}).value();
    const auto kept = evaluate(rewrite(bound, *snapshot_->schema), *snapshot_);
    const auto anew = evaluate(rewrite(bound, *snapshot_->schema), *keeping(snapshot_, nullptr));
    EXPECT_TRUE(kept && anew) << text;
    if (!kept || !anew) return 0;
    EXPECT_EQ(kept->contacts, anew->contacts) << text;
    return kept->contacts.size();
  }

  EventResults::Work work() const { return snapshot_->eventResults->work(); }

  Instant now = kStart;

 private:
  EventRecord eventOf(ContactId contact, Instant time) {
    if (random_.chance(20)) return {2, time, {{FieldId{1}, std::string("x")}}};
    EventRecord event{1, time, {}};
    // Some have sums about what 32 bits hold, and some values that add up to nothing.
    const std::int64_t unit = contact % 3 == 0 ? 700'000'000 : contact % 3 == 1 ? 100 : 1;
    if (random_.chance(90)) event.values[1] = unit * random_.between(-2, contact % 2 == 0 ? 2 : 4);
    if (random_.chance(90)) event.values[4] = fmt::format("s{}", random_.below(5));
    return event;
  }

  RandomSource random_{11};
  EventFacts facts_{shopEvents(), {}};
  std::vector<ContactRecord> contacts_;
  SnapshotPtr snapshot_;
};

constexpr const char* kTallied[] = {
    "count(purchase in last 10 days) >= 3",
    "count(purchase in last 10 days) >= 120",
    "count(purchase in last 15 days) between 100 and 120",
    "sum(amount of purchase in last 10 days) > 2",
    "sum(amount of purchase in last 10 days) <= 0",
    "sum(amount of purchase in last 10 days) between 7000000 and 25000000",
    "sum(amount of purchase in last 10 days where store = 's1') > 1",
    "avg(amount of purchase in last 10 days) >= 0",
    "avg(amount of purchase in last 10 days) < 0",
    "avg(amount of purchase in last 10 days) > 0.5",
    "avg(amount of purchase in last 10 days) between -1 and 1",
    "days(purchase in last 10 days) >= 3",
    "days(purchase in last 10 days) between 2 and 4",
    "distinct(store of purchase in last 10 days) >= 3",
    "distinct(store of purchase in last 10 days) < 2",
    "did purchase in last 10 days then mail within 2 days",
    "did mail in last 5 days then not purchase within 12 hours",
    "did purchase in last 20 days then mail within 1 month",
};

TEST(EventUpdate, AnswersAreThoseAnewHoweverTimePasses) {
  KeptAnswers answers;
  std::size_t selected[std::size(kTallied)] = {};
  constexpr int kSteps = 300;
  for (int step = 0; step < kSteps; ++step) {
    for (std::size_t i = 0; i < std::size(kTallied); ++i) selected[i] += answers.check(kTallied[i]);
    if (HasFailure()) FAIL() << "at step " << step;
    answers.record();
    const std::int64_t minutes[] = {1, 1, 1, 3, 3, 10, 50, 50, 300, -120};
    answers.now += minutes[step % std::size(minutes)] * kMillisecondsPerMinute;
  }
  // Neither nobody nor everybody, so that answers change on the way.
  for (std::size_t i = 0; i < std::size(kTallied); ++i) {
    EXPECT_GT(selected[i], 0U) << kTallied[i];
    EXPECT_LT(selected[i], kSteps * kContacts) << kTallied[i];
  }
  const EventResults::Work work = answers.work();
  // Anew only at first, and where so many events were merged that it is cheaper.
  EXPECT_LE(work.evaluated, 3 * std::size(kTallied));
  EXPECT_GT(work.updated, kSteps * std::size(kTallied));
}

}  // namespace
}  // namespace roster
