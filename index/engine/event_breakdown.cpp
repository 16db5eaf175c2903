#include "index/engine/event_breakdown.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "index/engine/audience_events.h"
#include "index/engine/event_dimension.h"
#include "index/engine/met_contacts.h"

namespace roster {

namespace {

// Numbers the lines of a breakdown by the numbers of their groups; of one dimension the second group is 0.
class LineTallies {
 public:
  explicit LineTallies(bool isGrid) : isGrid_(isGrid) {}

  std::uint32_t numberOf(std::uint32_t first, std::uint32_t second) {
    const std::uint32_t line = isGrid_ ? cells_.numberOf(keyOf(first, second)) : first;
    if (line >= tallies_.size()) tallies_.resize(line + std::size_t{1});
    return line;
  }
  EventTally& operator[](std::uint32_t line) { return tallies_[line]; }
  std::size_t size() const { return tallies_.size(); }  // about as many as there are lines

  // Calls f(first, second, tally) for every line that has an event.
  template <class F>
  void forEach(F&& f) const {
    for (std::uint32_t line = 0; line < tallies_.size(); ++line) {
      if (tallies_[line].events == 0) continue;
      const auto [first, second] = isGrid_ ? groupsOf(cells_.keyOf(line)) : std::pair(line, std::uint32_t{0});
      f(first, second, tallies_[line]);
    }
  }

 private:
  static constexpr int kNearBits = 8;
  static constexpr std::int64_t kFar = std::int64_t{1} << 62;

  // Small numbers make keys that lie close together, which KeyNumbers finds without hashing.
  static std::int64_t keyOf(std::uint32_t first, std::uint32_t second) {
    if (second >> kNearBits == 0) return std::int64_t{first} << kNearBits | second;
    return kFar | std::int64_t{first} << 31 | second;
  }
  static std::pair<std::uint32_t, std::uint32_t> groupsOf(std::int64_t key) {
    const int bits = key < kFar ? kNearBits : 31;
    const std::int64_t pair = key & (kFar - 1);
    return {static_cast<std::uint32_t>(pair >> bits),
            static_cast<std::uint32_t>(pair & ((std::int64_t{1} << bits) - 1))};
  }

  bool isGrid_;
  KeyNumbers cells_;
  std::vector<EventTally> tallies_;
};

// Counts the events of one run.
class EventRun {
 public:
  EventRun(const Audience& audience, const EventQuery& query, const std::vector<EventGroupKeys>& keys,
           const std::optional<EventValue>& summed, const ChunkRun& run)
      : query_(query), summed_(summed), run_(run), events_(audience, query), lines_(keys.size() == 2) {
    sides_.reserve(keys.size());
    for (const EventGroupKeys& side : keys) sides_.emplace_back(side);
  }

  Result<void> count() {
    for (ChunkIndex chunk = run_.begin; chunk < run_.end; ++chunk) {
      if (!events_.mayHave(run_.shard, chunk)) continue;
      if (auto counted = countChunk(chunk); !counted) return counted;
      if (auto fits = checkBreakdownSize(lines_.size()); !fits) return fits;
    }
    return {};
  }

  const EventTally& total() const { return total_; }
  const LineTallies& lines() const { return lines_; }
  const GroupReader& groups(std::size_t side) const { return sides_[side].groups(); }

 private:
  Result<void> countChunk(ChunkIndex chunk) {
    met_.beginChunk();
    all_.clear();
    const Shard& shard = *query_.snapshot()->shards[run_.shard];
    for (EventGroupReader& side : sides_) {
      if (auto begun = side.beginChunk(shard, chunk, events_.membersOf(run_.shard, chunk)); !begun) return begun;
    }
    auto counted = events_.forEachBlock(
        run_.shard, chunk,
        [&](const EventBlock& block, std::span<const std::uint32_t> rows) { countRows(block, rows); });
    if (!counted) return counted;
    total_.contacts += countBits(all_);
    for (const EventGroupReader& side : sides_) {
      if (auto sound = side.groups().check(); !sound) return sound;
    }
    return {};
  }

  void countRows(const EventBlock& block, std::span<const std::uint32_t> rows) {
    for (EventGroupReader& side : sides_) side.readRows(block, rows);
    amounts_.assign(rows.size(), 0);
    if (summed_) {
      forEachNumber(block, rows, *summed_, *query_.snapshot()->zone,
                    [&](std::size_t i, std::int64_t number) { amounts_[i] = number; });
    }
    total_.events += rows.size();
    const auto places = block.places();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint16_t place = places[rows[i]];
      all_.set(place);
      total_.sum += amounts_[i];
      for (const std::uint32_t first : sides_[0].groupsOf(i)) {
        if (sides_.size() == 1) {
          add(lines_.numberOf(first, 0), place, amounts_[i]);
          continue;
        }
        for (const std::uint32_t second : sides_[1].groupsOf(i))
          add(lines_.numberOf(first, second), place, amounts_[i]);
      }
    }
  }

  void add(std::uint32_t line, std::uint16_t place, std::int64_t amount) {
    EventTally& tally = lines_[line];
    ++tally.events;
    tally.contacts += met_.add(line, place);
    tally.sum += amount;
  }

  const EventQuery& query_;
  const std::optional<EventValue>& summed_;
  const ChunkRun run_;
  AudienceEvents events_;
  std::vector<EventGroupReader> sides_;
  LineTallies lines_;
  EventTally total_;
  MetContacts met_;
  ChunkWords all_;
  std::vector<std::int64_t> amounts_;
};

// The lines of all runs, with groups that are numbered for all of them.
class EventLines {
 public:
  explicit EventLines(const std::vector<EventGroupKeys>& keys)
      : keys_(keys), numbers_(keys.size()), lines_(keys.size() == 2) {}

  Result<void> add(const EventRun& run) {
    total_ += run.total();
    run.lines().forEach([&](std::uint32_t first, std::uint32_t second, const EventTally& tally) {
      const std::uint32_t row = run.groups(0).translate(first, numbers_[0]);
      const std::uint32_t column = keys_.size() == 1 ? 0 : run.groups(1).translate(second, numbers_[1]);
      lines_[lines_.numberOf(row, column)] += tally;
    });
    return checkBreakdownSize(lines_.size());
  }

  const EventTally& total() const { return total_; }

  Result<std::vector<EventBreakdownLine>> lines() const {
    std::vector<EventBreakdownLine> lines;
    std::optional<Error> error;
    lines_.forEach([&](std::uint32_t first, std::uint32_t second, const EventTally& tally) {
      EventBreakdownLine& line = lines.emplace_back(EventBreakdownLine{{}, tally});
      for (std::size_t side = 0; side < keys_.size() && !error; ++side) {
        auto group = groupOf(side, side == 0 ? first : second);
        if (group) line.groups.push_back(*std::move(group));
        else error = std::move(group.error());
      }
    });
    if (error) return tl::unexpected(*std::move(error));
    return lines;
  }

 private:
  Result<Group> groupOf(std::size_t side, std::uint32_t number) const {
    if (number == 0) return Group();
    return keys_[side].group(numbers_[side].keyOf(number));
  }

  const std::vector<EventGroupKeys>& keys_;
  EventTally total_;
  std::vector<KeyNumbers> numbers_;  // of each dimension's groups
  LineTallies lines_;
};

Result<std::optional<EventValue>> valueToSum(const std::optional<Field>& summed, const EventQuery& events) {
  if (!summed) return std::optional<EventValue>();
  if (summed->type.kind != FieldKind::integer && summed->type.kind != FieldKind::decimal) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("'{}' is a {}; sums are of integers and decimals", summed->name, format(summed->type)));
  }
  auto value = planEventValue(events.type().id, summed->id, *events.snapshot());
  if (!value) return propagate(value);
  return std::optional(*std::move(value));
}

}  // namespace

Result<EventBreakdown> breakdown(const Audience& audience, const EventQuery& events,
                                 const std::vector<Dimension>& dimensions, const std::optional<Field>& summed,
                                 const Executor& executor) {
  if (dimensions.empty() || dimensions.size() > 2) {
    return fail(ErrorCode::invalidArgument, "a breakdown goes by one field or by two");
  }
  auto value = valueToSum(summed, events);
  if (!value) return propagate(value);
  std::vector<EventGroupKeys> keys;
  for (const Dimension& dimension : dimensions) {
    auto loaded = EventGroupKeys::load(dimension, events);
    if (!loaded) return propagate(loaded);
    keys.push_back(*std::move(loaded));
  }
  EventLines all(keys);
  auto counted = countRuns(
      eventRunsOf(audience, executor), executor,
      [&](const ChunkRun& run) { return std::make_unique<EventRun>(audience, events, keys, *value, run); },
      [&](const EventRun& run) { return all.add(run); });
  if (!counted) return propagate(counted);
  auto lines = all.lines();
  if (!lines) return propagate(lines);
  EventBreakdown result{dimensions, summed, audience.count(), all.total(), *std::move(lines)};
  std::sort(result.lines.begin(), result.lines.end(), [&](const EventBreakdownLine& a, const EventBreakdownLine& b) {
    const WideInteger ofA = result.sizeOf(a.tally);
    const WideInteger ofB = result.sizeOf(b.tally);
    return ofA != ofB ? ofA > ofB : isBefore(a.groups, b.groups);
  });
  return result;
}

void sortByGroup(EventBreakdown& breakdown) {
  std::sort(breakdown.lines.begin(), breakdown.lines.end(),
            [](const EventBreakdownLine& a, const EventBreakdownLine& b) { return isBefore(a.groups, b.groups); });
}

}  // namespace roster
