#include "bench/new_events.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>

#include "index/io/event_generator.h"

namespace roster::bench {

namespace {

// Of a hundred events, as docs/generated-data.md has it.
constexpr std::pair<std::string_view, int> kShares[] = {{"visit", 35},  {"open", 30},     {"click", 10},
                                                        {"basket", 13}, {"purchase", 10}, {"consent", 2}};

class BatchMaker {
 public:
  BatchMaker(const Snapshot& snapshot, std::uint64_t seed) : snapshot_(snapshot), random_(seed) {}

  void add(const NewEvent& event) {
    const EventType& type = *snapshot_.events->findType(event.type);
    EventChanges& changes = changes_.try_emplace(type.id, EventChanges{type.id, {}, {}, {}, {}}).first->second;
    const auto row = static_cast<std::uint32_t>(changes.contacts.size());
    changes.contacts.push_back(static_cast<ContactId>(below(snapshot_.nextContact())));
    changes.times.push_back(event.time);
    for (const Field& property : type.properties.fields()) {
      PropertyValues& values = valuesOf(changes, property.id);
      values.rows.push_back(row);
      values.values.push_back(valueOf(type, property, values));
    }
  }

  ChangeBatch take() {
    ChangeBatch batch;
    for (auto& [type, changes] : changes_) batch.recorded.push_back(std::move(changes));
    return batch;
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  static PropertyValues& valuesOf(EventChanges& changes, FieldId property) {
    const auto found = std::ranges::find(changes.properties, property, &PropertyValues::property);
    if (found != changes.properties.end()) return *found;
    return changes.properties.emplace_back(PropertyValues{property, {}, {}, {}});
  }

  std::int64_t valueOf(const EventType& type, const Field& property, PropertyValues& values) {
    if (property.type.kind == FieldKind::boolean) return static_cast<std::int64_t>(below(2));
    if (property.type.kind != FieldKind::category) return static_cast<std::int64_t>(1 + below(50'000));
    const bool isProduct = type.catalogOf(property.id) != 0;
    const std::string text = isProduct ? fmt::format("p{:05}", 1 + below(kGeneratedProducts)) : "web";
    const auto [known, isNew] =
        strings_.try_emplace({type.id, property.id, text}, static_cast<std::int64_t>(values.strings.size()));
    if (isNew) values.strings.append(text);
    return known->second;
  }

  const Snapshot& snapshot_;
  std::mt19937_64 random_;
  std::map<EventId, EventChanges> changes_;
  std::map<std::tuple<EventId, FieldId, std::string>, std::int64_t> strings_;
};

}  // namespace

ChangeBatch batchOf(std::span<const NewEvent> events, const Snapshot& snapshot, std::uint64_t seed) {
  BatchMaker maker(snapshot, seed);
  for (const NewEvent& event : events) maker.add(event);
  return maker.take();
}

std::vector<NewEvent> arriving(std::size_t count, Instant from, Instant to, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<NewEvent> events(count);
  for (NewEvent& event : events) {
    auto share = static_cast<int>(random() % 100);
    const auto* own = std::begin(kShares);
    for (; share >= own->second; ++own) share -= own->second;
    event = {own->first, from + static_cast<Instant>(random() % static_cast<std::uint64_t>(to - from))};
  }
  std::ranges::sort(events, {}, &NewEvent::time);
  return events;
}

}  // namespace roster::bench
