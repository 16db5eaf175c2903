#include "core/eval/event_scan.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <unordered_map>

#include "core/eval/event_arrays.h"
#include "core/eval/event_few.h"
#include "core/eval/event_sequence.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

// Stretches of time, ascending, with whether they are wanted: intervals and what lies between them.
struct Stretch {
  Interval times;
  bool wanted = false;
};
std::vector<Stretch> stretchesOf(const Intervals& wanted) {
  std::vector<Stretch> stretches;
  for (const Interval& times : complementOf(wanted)) stretches.push_back({times, false});
  for (const Interval& times : wanted) stretches.push_back({times, true});
  std::sort(stretches.begin(), stretches.end(),
            [](const Stretch& a, const Stretch& b) { return a.times.low < b.times.low; });
  return stretches;
}

// Whether counters that stop at kManyEvents, which leaves a byte's highest bit free, tell such counts.
bool isFew(const Intervals& counts) {
  return std::all_of(counts.begin(), counts.end(), [](const Interval& interval) {
    const bool isOpen = interval.high == kMostOf<std::int64_t>;
    return interval.low <= kManyEvents && (isOpen || interval.high < kManyEvents);
  });
}

// What one leaf asks of the events of one chunk. Each function sets the bits of the places for which it holds.
class EventScan {
 public:
  EventScan(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk, EventArrays& arrays, ChunkWords& found)
      : zone_(*leaf.zone), shard_(shard), chunk_(chunk), arrays_(arrays), found_(found) {}

  Result<void> operator()(const EventDid& did) {
    if (!did.steps.empty()) return findSequences(did, shard_, chunk_, zone_, arrays_, found_);
    found_.clear();
    return addContacts(did.events, found_);
  }

  Result<void> operator()(const EventNumber& number) {
    if (isRestricted()) return findFewNumbers(number, chunkOf(number.events), zone_, arrays_, found_);
    switch (number.aggregate) {
      case Aggregate::count: return count(number);
      case Aggregate::days: return countDays(number);
      case Aggregate::distinct: return countDistinct(number);
      case Aggregate::sum: return sum(number);
      case Aggregate::avg: return average(number);
      case Aggregate::min: return extreme(number, [](std::int64_t a, std::int64_t b) { return std::min(a, b); });
      case Aggregate::max: return extreme(number, [](std::int64_t a, std::int64_t b) { return std::max(a, b); });
    }
    return {};
  }

  Result<void> operator()(const EventEnd& end) {
    found_.clear();
    if (end.test.kind == EventFilter::Kind::times && !isRestricted()) return findEndTimes(end);
    return end.last ? testLast(end) : testFirst(end);
  }

 private:
  // To few contacts, whose events are worth more steps each than clearing and going through arrays of all.
  bool isRestricted() const { return arrays_.selection.restriction() != nullptr; }

  const EventChunk& chunkOf(const EventSet& set) const { return eventsOf(shard_, set.event, chunk_); }

  template <class F>
  Result<void> eachSelection(const EventSet& set, F&& f) {
    return forEachSelection(set, chunkOf(set), zone_, arrays_.selection, f);
  }

  // Calls f(place, value) for every event of the set that has the value.
  template <class F>
  Result<void> eachValue(const EventNumber& number, F&& f) {
    return eachSelection(number.events, [&](const RowSelection& rows) {
      const auto places = rows.block().places();
      rows.forEachValue(number.value, zone_, [&](std::uint32_t row, std::int64_t value) { f(places[row], value); });
    });
  }

  // Adds the places that have an event of the set.
  Result<void> addContacts(const EventSet& set, ChunkWords& words) {
    return eachSelection(set, [&](const RowSelection& rows) {
      const auto& contacts = rows.block().contacts();
      if (rows.isWhole() && contacts) return addTo(*contacts, words);
      const auto places = rows.block().places();
      rows.forEach([&](std::uint32_t row) { words.set(places[row]); });
    });
  }

  // Of the places that are marked, those whose number is wanted; the others, too, where `ofNone` is.
  template <class Number, class NumberOf>
  void finish(const IntervalsOf<Number>& wanted, const NumberOf& numberOf, bool ofNone) {
    const IntervalOf<Number> only = wanted.empty() ? IntervalOf<Number>{1, 0} : wanted.front();
    const bool isOne = wanted.size() <= 1;
    for (std::uint32_t word = 0; word < kChunkWords; ++word) {
      found_.words[word] = ofNone ? ~arrays_.seen.words[word] : 0;
    }
    forEachBit(arrays_.seen.data(), [&](std::uint16_t place) {
      const Number number = numberOf(place);
      if (isOne ? only.contains(number) : containsNumber(wanted, number)) found_.set(place);
    });
  }

  void finishCounts(const EventNumber& number, const std::uint32_t* counts) {
    finish(
        number.numbers, [&](std::uint16_t place) { return std::int64_t{counts[place]}; },
        containsNumber(number.numbers, 0));
  }

  // Counters of a byte are cleared and compared at once.
  Result<void> count(const EventNumber& number) {
    if (!isFew(number.numbers)) return countMany(number);
    std::uint8_t* const counts = arrays_.fewCounts.get();
    std::memset(counts, 0, kChunkSize);
    auto done = eachSelection(number.events, [&](const RowSelection& rows) {
      const auto places = rows.block().places();
      rows.forEach([&](std::uint32_t row) {
        std::uint8_t& own = counts[places[row]];
        own = static_cast<std::uint8_t>(own + (own < kManyEvents ? 1 : 0));
      });
    });
    if (!done) return done;
    found_.clear();
    for (const Interval& interval : number.numbers) addCountsWithin(counts, interval);
    return {};
  }

  // Adds the places whose count is within an interval, eight at a time: adding what is missing to 128 sets a byte's
  // highest bit where the count is large enough.
  void addCountsWithin(const std::uint8_t* counts, const Interval& interval) {
    constexpr std::uint64_t kEachByte = 0x0101'0101'0101'0101;
    constexpr std::uint64_t kHighest = kEachByte << 7;
    constexpr std::uint64_t kGather = 0x0102'0408'1020'4080;  // of the highest bits of eight bytes, one byte
    const auto below = [&](std::int64_t bound) {
      return bound > kManyEvents ? 0 : kEachByte * static_cast<std::uint64_t>(128 - std::max<std::int64_t>(bound, 0));
    };
    const std::uint64_t low = below(interval.low);
    const std::uint64_t high = interval.high == kMostOf<std::int64_t> ? 0 : below(interval.high + 1);
    for (std::uint32_t word = 0; word < kChunkWords; ++word) {
      std::uint64_t bits = 0;
      for (std::uint32_t eight = 0; eight < 8; ++eight) {
        std::uint64_t eightCounts = 0;
        std::memcpy(&eightCounts, counts + word * 64 + eight * 8, sizeof eightCounts);
        const std::uint64_t within = (eightCounts + low) & ~(eightCounts + high) & kHighest;
        bits |= (within >> 7) * kGather >> 56 << (eight * 8);
      }
      found_.words[word] |= bits;
    }
  }

  Result<void> countMany(const EventNumber& number) {
    std::uint32_t* const counts = arrays_.counts.get();
    arrays_.seen.clear();
    auto done = eachSelection(number.events, [&](const RowSelection& rows) {
      const auto places = rows.block().places();
      rows.forEach([&](std::uint32_t row) {
        const std::uint16_t place = places[row];
        counts[place] = arrays_.seen.insert(place) ? 1 : counts[place] + 1;
      });
    });
    if (done) finishCounts(number, counts);
    return done;
  }

  // Day by day, so that a contact's last day is all that has to be known of it.
  Result<void> countDays(const EventNumber& number) {
    auto& points = arrays_.points;
    auto gathered = gatherPoints(number.events, chunkOf(number.events), zone_, arrays_.selection, points);
    if (!gathered) return gathered;
    LocalClock clock(zone_);
    for (EventPoint& point : points) point.time = clock.dayOf(point.time);
    // A clock that is set back over midnight shows a day again.
    const auto earlier = [](const EventPoint& a, const EventPoint& b) { return a.time < b.time; };
    if (!std::is_sorted(points.begin(), points.end(), earlier)) std::stable_sort(points.begin(), points.end(), earlier);
    std::uint32_t* const counts = arrays_.counts.get();
    std::int64_t* const lastDays = arrays_.numbers.get();
    arrays_.seen.clear();
    for (const EventPoint& point : points) {
      if (arrays_.seen.insert(point.place)) counts[point.place] = 1;
      else if (lastDays[point.place] != point.time) ++counts[point.place];
      lastDays[point.place] = point.time;
    }
    finishCounts(number, counts);
    return {};
  }

  // Values are put together by contact, which has few, and told apart there.
  Result<void> countDistinct(const EventNumber& number) {
    std::uint32_t* const counts = arrays_.counts.get();
    auto& values = arrays_.values;
    values.clear();
    arrays_.seen.clear();
    auto done = eachValue(number, [&](std::uint16_t place, std::int64_t value) {
      values.emplace_back(place, value);
      counts[place] = arrays_.seen.insert(place) ? 1 : counts[place] + 1;
    });
    if (!done) return done;
    std::uint32_t end = 0;
    forEachBit(arrays_.seen.data(), [&](std::uint16_t place) {
      end += counts[place];
      counts[place] = end - counts[place];  // where its values begin, and then where the next one goes
    });
    arrays_.grouped.resize(values.size());
    for (const auto& [place, value] : values) arrays_.grouped[counts[place]++] = value;
    auto begin = arrays_.grouped.begin();
    forEachBit(arrays_.seen.data(), [&](std::uint16_t place) {
      const auto own = arrays_.grouped.begin() + counts[place];
      std::sort(begin, own);
      counts[place] = static_cast<std::uint32_t>(std::unique(begin, own) - begin);
      begin = own;
    });
    finishCounts(number, counts);
    return {};
  }

  // Who has no value has the sum 0, as it is to be. Sums that 64 bits do not hold are made anew.
  Result<void> sum(const EventNumber& number) {
    std::int64_t* const sums = arrays_.numbers.get();
    std::memset(sums, 0, kChunkSize * sizeof *sums);
    bool overflows = false;
    auto done = eachValue(number, [&](std::uint16_t place, std::int64_t value) {
      overflows |= __builtin_add_overflow(sums[place], value, &sums[place]);
    });
    if (!done) return done;
    if (overflows) return sumWide(number);
    found_.clear();
    for (const Interval& interval : number.numbers) {
      for (std::uint32_t word = 0; word < kChunkWords; ++word) {
        std::uint64_t bits = 0;
        for (std::uint32_t i = 0; i < 64; ++i) bits |= std::uint64_t{interval.contains(sums[word * 64 + i])} << i;
        found_.words[word] |= bits;
      }
    }
    return {};
  }

  Result<void> sumWide(const EventNumber& number) {
    if (auto added = addWide(number); !added) return added;
    const WideInteger* const wide = arrays_.wide.values();
    finish(
        number.amounts, [&](std::uint16_t place) { return wide[place]; }, containsNumber(number.amounts, 0));
    return {};
  }

  // Sums of 128 bits, and of how many values.
  Result<void> addWide(const EventNumber& number) {
    WideInteger* const sums = arrays_.wide.get();
    std::uint32_t* const counts = arrays_.counts.get();
    arrays_.seen.clear();
    return eachValue(number, [&](std::uint16_t place, std::int64_t value) {
      const bool first = arrays_.seen.insert(place);
      sums[place] = first ? value : sums[place] + value;
      counts[place] = first ? 1 : counts[place] + 1;
    });
  }

  // An average within bounds is a sum within others, which are the same for all contacts of as many values.
  Result<void> average(const EventNumber& number) {
    if (auto added = addWide(number); !added) return added;
    const WideInteger* const sums = arrays_.wide.values();
    const std::uint32_t* const counts = arrays_.counts.values();
    std::unordered_map<std::uint32_t, WideIntervals> sumsByCount;
    found_.clear();
    forEachBit(arrays_.seen.data(), [&](std::uint16_t place) {
      const std::uint32_t count = counts[place];
      const auto [own, isNew] = sumsByCount.try_emplace(count);
      if (isNew) own->second = sumsOfAverages(number.amounts, count);
      const auto holds = [&](const WideInterval& interval) { return interval.contains(sums[place]); };
      if (std::any_of(own->second.begin(), own->second.end(), holds)) found_.set(place);
    });
    return {};
  }

  template <class Better>
  Result<void> extreme(const EventNumber& number, const Better& better) {
    std::int64_t* const numbers = arrays_.numbers.get();
    arrays_.seen.clear();
    auto done = eachValue(number, [&](std::uint16_t place, std::int64_t value) {
      numbers[place] = arrays_.seen.insert(place) ? value : better(numbers[place], value);
    });
    if (done)
      finish(
          number.numbers, [&](std::uint16_t place) { return numbers[place]; }, false);
    return done;
  }

  // The last event lies in a stretch of time where there is one in it, and none later: no time has to be looked at but
  // at the ends of the stretches.
  Result<void> findEndTimes(const EventEnd& end) {
    std::vector<Stretch> stretches = stretchesOf(end.test.intervals);
    if (end.last) std::reverse(stretches.begin(), stretches.end());
    while (!stretches.empty() && !stretches.back().wanted) stretches.pop_back();
    ChunkWords& passed = arrays_.seen;  // who had an event in a stretch that was looked at before
    passed.clear();
    for (const Stretch& stretch : stretches) {
      EventSet within = end.events;
      within.times = intersect(within.times, {stretch.times});
      own_.clear();
      if (auto done = addContacts(within, own_); !done) return done;
      for (std::uint32_t word = 0; word < kChunkWords; ++word) {
        if (stretch.wanted) found_.words[word] |= own_.words[word] & ~passed.words[word];
        passed.words[word] |= own_.words[word];
      }
    }
    return {};
  }

  // Gathers the events in order of time, each with whether the test holds for it.
  Result<void> gatherTested(const EventEnd& end) {
    return gatherPoints(end.events, chunkOf(end.events), zone_, arrays_.selection, arrays_.points,
                        [&](const EventBlock& block) {
                          return [&, reader = EventReader(block, zone_), read = ~std::uint32_t{0},
                                  mask = RowMask()](std::uint32_t row) mutable {
                            const std::uint32_t group = row / PackedNumbers::kGroup;
                            if (group != read) mask = reader.matches(end.test, read = group);
                            return isIn(mask, row % PackedNumbers::kGroup);
                          };
                        });
  }

  // What is true of an event stands over what was true of those before it.
  Result<void> testLast(const EventEnd& end) {
    if (auto gathered = gatherTested(end); !gathered) return gathered;
    for (const EventPoint& point : arrays_.points) {
      if (point.flag) found_.set(point.place);
      else found_.reset(point.place);
    }
    return {};
  }

  // Of those at the first instant, the one recorded last counts.
  Result<void> testFirst(const EventEnd& end) {
    if (auto gathered = gatherTested(end); !gathered) return gathered;
    std::int64_t* const firsts = arrays_.numbers.get();
    arrays_.seen.clear();
    for (const EventPoint& point : arrays_.points) {
      if (arrays_.seen.insert(point.place)) firsts[point.place] = point.time;
      if (firsts[point.place] != point.time) continue;
      if (point.flag) found_.set(point.place);
      else found_.reset(point.place);
    }
    return {};
  }

  const TimeZone& zone_;
  const Shard& shard_;
  const ChunkIndex chunk_;
  EventArrays& arrays_;
  ChunkWords& found_;
  ChunkWords own_;
};

}  // namespace

const EventChunk& eventsOf(const Shard& shard, EventId event, ChunkIndex chunk) {
  static const EventChunk none;
  const EventShard* events = shard.eventsOf(event);
  return events == nullptr ? none : events->chunks[chunk];
}

Result<void> findEvents(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk, EventArrays& arrays,
                        ChunkWords& found) {
  return std::visit(EventScan(leaf, shard, chunk, arrays, found), leaf.asked);
}

bool looksAtRows(const EventLeaf& leaf) {
  // Of more stretches of time than these, few blocks lie within one.
  constexpr std::size_t kFewStretches = 4;
  const auto isWindow = [](const EventSet& set) { return set.filter == nullptr && set.times.size() <= kFewStretches; };
  if (const auto* did = std::get_if<EventDid>(&leaf.asked)) return !did->steps.empty() || !isWindow(did->events);
  if (const auto* end = std::get_if<EventEnd>(&leaf.asked)) {
    return end->test.kind != EventFilter::Kind::times || !isWindow(end->events);
  }
  return true;
}

const EventNumber* askedCount(const EventLeaf& leaf) {
  const auto* number = std::get_if<EventNumber>(&leaf.asked);
  const bool isCount = number != nullptr && number->aggregate == Aggregate::count && isFew(number->numbers);
  return isCount ? number : nullptr;
}

Result<ContainerView> scanEvents(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk,
                                 const ContainerView& candidates, Scratch& scratch) {
  ChunkWords& found = scratch.take();
  EventArrays& arrays = scratch.events();
  const bool onlyFew = areFew(candidates) && looksAtRows(leaf);
  if (onlyFew) {
    arrays.few.clear();
    forEachValue(candidates, [&](std::uint16_t place) { arrays.few.insert(place); });
    arrays.selection.restrictTo(&arrays.few);
  }
  auto done = findEvents(leaf, shard, chunk, arrays, found);
  arrays.selection.restrictTo(nullptr);
  if (!done) return propagate(done);
  return intersect(settle(found, countOf(found), scratch), candidates, scratch);
}

void forEachPart(const EventLeaf& leaf, const Shard& shard, ChunkIndex chunk, const VisitPart& visit) {
  const auto visitSet = [&](const EventSet& set) {
    eventsOf(shard, set.event, chunk).forEachPart([&](const EventPart& part) {
      visit(part, set, isWithin(part, set));
    });
  };
  std::visit([&](const auto& asked) { visitSet(asked.events); }, leaf.asked);
  if (const auto* did = std::get_if<EventDid>(&leaf.asked)) {
    for (const EventStep& step : did->steps) visitSet(step.events);
  }
}

std::uint64_t rowsOf(const EventLeaf& leaf, const Shard& shard) {
  std::uint64_t rows = 0;
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    forEachPart(leaf, shard, chunk,
                [&](const EventPart& part, const EventSet&, bool within) { rows += within ? part.rows : 0; });
  }
  return rows;
}

}  // namespace roster
