#include "core/eval/event_ends.h"

#include <algorithm>

#include "core/eval/event_walk.h"
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

// The last event lies in a stretch of time where there is one in it, and none later: no time has to be looked at but at
// the ends of the stretches.
Result<void> findEndTimes(const EventEnd& end, const EventChunk& chunk, const TimeZone& zone, EventArrays& arrays,
                          ChunkWords& found) {
  std::vector<Stretch> stretches = stretchesOf(end.test.intervals);
  if (end.last) std::reverse(stretches.begin(), stretches.end());
  while (!stretches.empty() && !stretches.back().wanted) stretches.pop_back();
  ChunkWords& passed = arrays.seen;  // who had an event in a stretch that was looked at before
  ChunkWords& own = arrays.found;
  passed.clear();
  for (const Stretch& stretch : stretches) {
    EventSet within = end.events;
    within.times = intersect(within.times, {stretch.times});
    own.clear();
    if (auto done = addContacts(within, chunk, zone, arrays.selection, own); !done) return done;
    for (std::uint32_t word = 0; word < kChunkWords; ++word) {
      if (stretch.wanted) found.words[word] |= own.words[word] & ~passed.words[word];
      passed.words[word] |= own.words[word];
    }
  }
  return {};
}

// Calls f(place, time, holds) for the events of the set in order of time, with whether the test holds for them; the
// time only where it is asked for.
template <bool WithTimes, class F>
Result<void> forEachTested(const EventEnd& end, const EventChunk& chunk, const TimeZone& zone, EventArrays& arrays,
                           const F& f) {
  return forEachStretch(end.events, chunk, zone, arrays.selection.restriction(), arrays.cursors,
                        [&](const RowSelection& rows, std::uint32_t begin, std::uint32_t stretchEnd) {
                          const EventBlock& block = rows.block();
                          const auto places = block.places();
                          EventReader reader(block, zone);
                          RowMask mask{};
                          std::uint32_t read = ~std::uint32_t{0};
                          rows.forEach(begin, stretchEnd, [&](std::uint32_t row) {
                            const std::uint32_t group = row / PackedNumbers::kGroup;
                            if (group != read) mask = reader.matches(end.test, read = group);
                            f(places[row], WithTimes ? block.times()[row] : 0, isIn(mask, row % PackedNumbers::kGroup));
                          });
                        });
}

void setTo(ChunkWords& words, std::uint16_t place, bool holds) {
  std::uint64_t& word = words.words[place >> 6];
  word = (word & ~(std::uint64_t{1} << (place & 63))) | (std::uint64_t{holds} << (place & 63));
}

}  // namespace

Result<void> findEnds(const EventEnd& end, const EventChunk& chunk, const TimeZone& zone, EventArrays& arrays,
                      ChunkWords& found) {
  found.clear();
  const bool isRestricted = arrays.selection.restriction() != nullptr;
  if (end.test.kind == EventFilter::Kind::times && !isRestricted) return findEndTimes(end, chunk, zone, arrays, found);
  if (end.last) {
    // What is true of an event stands over what was true of those before it.
    return forEachTested<false>(end, chunk, zone, arrays,
                                [&](std::uint16_t place, Instant, bool holds) { setTo(found, place, holds); });
  }
  // Of those at the first instant, the one recorded last counts.
  std::int64_t* const firsts = arrays.numbers.get();
  arrays.seen.clear();
  return forEachTested<true>(end, chunk, zone, arrays, [&](std::uint16_t place, Instant time, bool holds) {
    if (arrays.seen.insert(place)) firsts[place] = time;
    if (firsts[place] == time) setTo(found, place, holds);
  });
}

}  // namespace roster
