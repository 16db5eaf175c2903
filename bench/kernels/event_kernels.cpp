#include "bench/kernels/event_kernels.h"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "bench/kernels/shape_kernels.h"
#include "core/data/apply.h"
#include "core/eval/event_results.h"
#include "core/eval/query.h"

namespace roster::bench {

namespace {

constexpr Instant kNow = 20'000 * kMillisecondsPerDay + 9 * kMillisecondsPerHour;
constexpr std::int64_t kLater = 10 * kMillisecondsPerMinute;
constexpr std::int64_t kYear = 365 * kMillisecondsPerDay;
constexpr std::uint32_t kEvents = 100'000;  // of either type
constexpr std::array<const char*, 4> kChannels = {"web", "app", "store", "mail"};

struct Deed {
  Instant time = 0;
  std::int64_t amount = 0;
  std::int64_t channel = 0;
};
using History = std::vector<Deed>;  // of one contact, in order of time

Day dayOf(const Deed& deed) { return static_cast<Day>(deed.time / kMillisecondsPerDay); }

// What everybody of a chunk did within a year, and a condition on it for each leaf.
class Histories {
 public:
  Histories() {
    Schema schema = Schema().withField("few", {FieldKind::integer, 0}).value();
    EventSchema events;
    for (const char* type : {"basket", "purchase"}) {
      events = events.withType(type)
                   ->withProperty(type, "amount", {FieldKind::integer, 0})
                   ->withProperty(type, "channel", {FieldKind::category})
                   .value();
    }
    ChangeBatch contacts;
    for (std::uint32_t place = 0; place < kChunkSize; ++place) contacts.newKeys.append(std::to_string(place));
    contacts.schema = schema;
    contacts.events = events;
    FieldChanges few{schema.find("few")->id, {}, {}, {}, {}};
    for (std::uint32_t place = 0; place < kChunkSize; place += kEachOfFew) {
      few.contacts.push_back(place);
      few.values.push_back(1);
    }
    contacts.fields.push_back(std::move(few));
    snapshot_ = apply(Snapshot(), contacts, 1).value();
    record(kEvents, kNow - kYear, kNow);
  }

  // So many more of either type.
  void record(std::uint32_t count, Instant from, Instant to) {
    ChangeBatch batch;
    for (const EventType& type : snapshot_->events->types()) batch.recorded.push_back(changesOf(type, count, from, to));
    snapshot_ = apply(*snapshot_, batch, snapshot_->sequence + 1).value();
  }

  const SnapshotPtr& snapshot() const { return snapshot_; }
  static bool isOfFew(std::uint32_t place) { return place % kEachOfFew == 0; }

  // Of a contact: those of the last days.
  History purchases(std::uint32_t place, int days = 366) const { return lastOf(purchases_[place], days); }
  History baskets(std::uint32_t place, int days = 366) const { return lastOf(baskets_[place], days); }

 private:
  static constexpr std::uint32_t kEachOfFew = kChunkSize / 16;

  static History lastOf(const History& history, int days) {
    History last;
    for (const Deed& deed : history) {
      if (deed.time > kNow - days * kMillisecondsPerDay && deed.time <= kNow) last.push_back(deed);
    }
    return last;
  }

  EventChanges changesOf(const EventType& type, std::uint32_t count, Instant from, Instant to) {
    std::vector<History>& histories = type.name == "basket" ? baskets_ : purchases_;
    histories.resize(kChunkSize);
    EventChanges changes{type.id, {}, {}, {}, {}};
    PropertyValues amounts{type.properties.find("amount")->id, {}, {}, {}};
    PropertyValues channels{type.properties.find("channel")->id, {}, {}, {}};
    for (const char* channel : kChannels) channels.strings.append(channel);
    for (std::uint32_t row = 0; row < count; ++row) {
      // Every other one of a tenth of the contacts.
      const std::uint32_t place = dice_.below(2) == 0 ? dice_.below(kChunkSize) : dice_.below(kChunkSize / 10) * 10;
      const Deed deed{from + (to - from) / count * row, dice_.below(300), dice_.below(kChannels.size())};
      histories[place].push_back(deed);
      changes.contacts.push_back(place);
      changes.times.push_back(deed.time);
      amounts.rows.push_back(row);
      amounts.values.push_back(deed.amount);
      channels.rows.push_back(row);
      channels.values.push_back(deed.channel);
    }
    changes.properties = {std::move(amounts), std::move(channels)};
    return changes;
  }

  Dice dice_{20261130};
  SnapshotPtr snapshot_;
  std::vector<History> purchases_;  // by place
  std::vector<History> baskets_;
};

std::int64_t sumOf(const History& history) {
  std::int64_t sum = 0;
  for (const Deed& deed : history) sum += deed.amount;
  return sum;
}

template <class Of>
std::size_t distinctOf(const History& history, const Of& of) {
  std::set<std::int64_t> distinct;
  for (const Deed& deed : history) distinct.insert(of(deed));
  return distinct.size();
}

// Whether one of the first is followed within three days.
bool isFollowed(const History& first, const History& next) {
  return std::any_of(first.begin(), first.end(), [&](const Deed& from) {
    return std::any_of(next.begin(), next.end(), [&](const Deed& to) {
      return from.time < to.time && to.time <= from.time + 3 * kMillisecondsPerDay;
    });
  });
}

// A predicate, and what it says of one contact.
struct EventLeafText {
  std::string name;
  std::string text;
  std::function<bool(const Histories& histories, std::uint32_t place)> holds;
  bool isKept = true;  // whether its answers are
};

std::vector<EventLeafText> leaves() {
  const auto isOnTheWeb = [](const Deed& deed) { return deed.channel == 0; };
  return {
      {"event-did-window", "did purchase in last 30 days",
       [](const auto& all, std::uint32_t place) { return !all.purchases(place, 30).empty(); }, false},
      {"event-did-filtered", "did purchase in last 90 days where channel = 'web' and amount > 100",
       [=](const auto& all, std::uint32_t place) {
         const History own = all.purchases(place, 90);
         return std::any_of(own.begin(), own.end(),
                            [&](const Deed& deed) { return isOnTheWeb(deed) && deed.amount > 100; });
       }},
      {"event-count", "count(purchase in last 90 days) >= 2",
       [](const auto& all, std::uint32_t place) { return all.purchases(place, 90).size() >= 2; }},
      {"event-sum", "sum(amount of purchase in last 90 days) > 200",
       [](const auto& all, std::uint32_t place) { return sumOf(all.purchases(place, 90)) > 200; }},
      {"event-average", "avg(amount of purchase) > 150",
       [](const auto& all, std::uint32_t place) {
         const History own = all.purchases(place);
         return !own.empty() && sumOf(own) > 150 * static_cast<std::int64_t>(own.size());
       }},
      {"event-days", "days(purchase in last 90 days) >= 3",
       [](const auto& all, std::uint32_t place) { return distinctOf(all.purchases(place, 90), dayOf) >= 3; }},
      {"event-distinct", "distinct(channel of purchase) >= 3",
       [](const auto& all, std::uint32_t place) {
         return distinctOf(all.purchases(place), [](const Deed& deed) { return deed.channel; }) >= 3;
       }},
      {"event-max", "max(amount of purchase) > 280",
       [](const auto& all, std::uint32_t place) {
         const History own = all.purchases(place);
         return std::any_of(own.begin(), own.end(), [](const Deed& deed) { return deed.amount > 280; });
       }},
      {"event-last", "last(purchase).channel = 'web'",
       [=](const auto& all, std::uint32_t place) {
         const History own = all.purchases(place);
         return !own.empty() && isOnTheWeb(own.back());
       }},
      {"event-followed", "did basket in last 90 days then purchase within 3 days",
       [](const auto& all, std::uint32_t place) { return isFollowed(all.baskets(place, 90), all.purchases(place)); }},
      {"event-not-followed", "did basket in last 90 days then not purchase within 3 days",
       [](const auto& all, std::uint32_t place) {
         const History own = all.baskets(place, 90);
         return std::any_of(own.begin(), own.end(), [&](const Deed& basket) {
           return basket.time + 3 * kMillisecondsPerDay <= kNow && !isFollowed({basket}, all.purchases(place));
         });
       }},
  };
}

using HistoriesPtr = std::shared_ptr<const Histories>;

Query compiled(const std::string& text, const SnapshotPtr& snapshot, Instant now) {
  return Query::compile(text, snapshot, now).value();
}

// All contacts', and those of a few.
std::vector<NamedShape> shapesOf(const EventLeafText& leaf, const HistoriesPtr& all) {
  const auto holds = [leaf, all](std::uint32_t place) { return leaf.holds(*all, place); };
  const auto holdsOfFew = [holds](std::uint32_t place) { return Histories::isOfFew(place) && holds(place); };
  const auto planOf = [&](const std::string& text) { return compiled(text, all->snapshot(), kNow).plan(); };
  return {{leaf.name, {planOf(leaf.text), holds}},
          {leaf.name + "-of-few", {planOf("few = 1 and " + leaf.text), holdsOfFew}}};
}

std::shared_ptr<PreparedProgram> prepared(const std::string& text, const SnapshotPtr& snapshot, Instant now) {
  auto program = ShardProgram::prepare(compiled(text, snapshot, now).plan(), *snapshot, 0);
  return std::make_shared<PreparedProgram>(snapshot, std::move(program).value());
}

// The answers now and ten minutes later, when some events have come, each brought up to date from the other one;
// plainly, each is evaluated anew.
Kernel updateOf(const EventLeafText& leaf, const SnapshotPtr& now, const SnapshotPtr& later) {
  const auto results = std::make_shared<EventResults>(std::size_t{1} << 24);
  const auto sumOfBoth = [&](const std::shared_ptr<EventResults>& kept) -> std::function<std::uint32_t()> {
    const auto first = prepared(leaf.text, keeping(now, kept), kNow);
    const auto second = prepared(leaf.text, keeping(later, kept), kNow + kLater);
    return [first, second] { return first->evaluator.count(0) + second->evaluator.count(0); };
  };
  return {"updated/" + leaf.name, sumOfBoth(results), sumOfBoth(nullptr)};
}

}  // namespace

void addEvents(std::vector<Kernel>& kernels) {
  const auto all = std::make_shared<Histories>();
  auto later = std::make_shared<Histories>(*all);
  later->record(10, kNow, kNow + kLater);
  for (const EventLeafText& leaf : leaves()) {
    addShapes(kernels, shapesOf(leaf, all), all->snapshot());
    if (leaf.isKept) kernels.push_back(updateOf(leaf, all->snapshot(), later->snapshot()));
  }
}

}  // namespace roster::bench
