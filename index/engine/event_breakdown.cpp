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
    makeRoomFor(line);
    return line;
  }
  // Of one dimension a line has the number of its group, so that it need not be asked for once there is room.
  void makeRoomFor(std::uint32_t line) {
    if (line >= tallies_.size()) tallies_.resize(line + std::size_t{1});
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
    auto counted = events_.forEachBlock(run_.shard, chunk, [&](const MemberRows& rows) { countRows(rows); });
    if (!counted) return counted;
    total_.contacts += countBits(all_);
    for (const EventGroupReader& side : sides_) {
      if (auto sound = side.groups().check(); !sound) return sound;
    }
    return {};
  }

  void countRows(const MemberRows& rows) {
    for (EventGroupReader& side : sides_) side.readRows(rows);
    amounts_.assign(rows.size(), 0);
    if (summed_) {
      forEachNumber(rows, *summed_, *query_.snapshot()->zone,
                    [&](std::size_t i, std::int64_t number) { amounts_[i] = number; });
    }
    total_.events += rows.size();
    const bool isSingle = sides_.size() == 1 && !sides_[0].single().empty();
    if (isSingle) addRows(rows, sides_[0].single());
    else addCells(rows);
  }

  // Adds each row to the line that is the group of its only dimension.
  void addRows(const MemberRows& rows, std::span<const std::uint32_t> groups) {
    lines_.makeRoomFor(sides_[0].groups().groupCount());
    for (std::size_t i = 0; i < groups.size();) {
      // Rows of one line mostly follow each other where it is one of time.
      const std::uint32_t line = groups[i];
      MetContacts::OfLine met = met_.ofLine(line);
      const std::size_t begin = i;
      EventTally own;
      for (; i < groups.size() && groups[i] == line; ++i) {
        all_.set(rows.places[i]);
        own.contacts += met.add(rows.places[i]);
        own.sum += amounts_[i];
      }
      own.events = i - begin;
      lines_[line] += own;
      total_.sum += own.sum;
    }
  }

  // Adds each row to all of its lines.
  void addCells(const MemberRows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint16_t place = rows.places[i];
      all_.set(place);
      total_.sum += amounts_[i];
      const auto add = [&](std::uint32_t line) {
        const bool isNew = met_.ofLine(line).add(place);
        lines_[line] += {1, isNew ? std::uint64_t{1} : 0, amounts_[i]};
      };
      for (const std::uint32_t first : sides_[0].groupsOf(i)) {
        if (sides_.size() == 1) {
          add(lines_.numberOf(first, 0));
          continue;
        }
        for (const std::uint32_t second : sides_[1].groupsOf(i)) add(lines_.numberOf(first, second));
      }
    }
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
  std::vector<std::int64_t> amounts_;  // of each row of a block
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
