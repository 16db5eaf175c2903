#include "core/eval/event_numbers.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "core/eval/event_few.h"
#include "core/eval/event_kernels.h"
#include "core/eval/event_walk.h"
#include "core/eval/local_clock.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

// Whether counters that stop at kManyEvents tell such counts.
bool areFewCounts(const Intervals& counts) {
  return std::all_of(counts.begin(), counts.end(), [](const Interval& interval) {
    const bool isOpen = interval.high == kMostOf<std::int64_t>;
    return interval.low <= kManyEvents && (isOpen || interval.high < kManyEvents);
  });
}

// One number of each contact of a chunk. Each function sets the bits of the places whose number is wanted.
class NumberScan {
 public:
  NumberScan(const EventChunk& chunk, const TimeZone& zone, EventArrays& arrays, ChunkWords& found)
      : chunk_(chunk), zone_(zone), arrays_(arrays), found_(found), own_(arrays.found) {}

  Result<void> run(const EventNumber& number) {
    switch (number.aggregate) {
      case Aggregate::count: return count(number);
      case Aggregate::days: return countDays(number);
      case Aggregate::distinct: return countDistinct(number);
      case Aggregate::sum:
      case Aggregate::avg: return addUp(number);
      case Aggregate::min: return extreme(number, [](std::int64_t a, std::int64_t b) { return std::min(a, b); });
      case Aggregate::max: return extreme(number, [](std::int64_t a, std::int64_t b) { return std::max(a, b); });
    }
    return {};
  }

 private:
  template <class F>
  Result<void> eachSelection(const EventSet& set, F&& f) {
    return forEachSelection(set, chunk_, zone_, arrays_.selection, f);
  }

  // Calls f(place, value) for every event of the set that has the value.
  template <class F>
  Result<void> eachValue(const EventNumber& number, F&& f) {
    return eachSelection(number.events, [&](const RowSelection& rows) {
      const auto places = rows.block().places();
      rows.forEachValue(number.value, zone_, [&](std::uint32_t row, std::int64_t value) { f(places[row], value); });
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
    if (!areFewCounts(number.numbers)) return countMany(number);
    if (auto counted = countFew(number.events); !counted) return counted;
    found_.clear();
    for (const Interval& interval : number.numbers) addCountsWithin(interval, found_);
    arrays_.tally = Tally::count;
    return {};
  }

  // Into arrays_.fewCounts, up to kManyEvents of each contact.
  Result<void> countFew(const EventSet& set) {
    std::uint8_t* const counts = arrays_.fewCounts.get();
    std::memset(counts, 0, kChunkSize);
    return eachSelection(set, [&](const RowSelection& rows) {
      const auto places = rows.block().places();
      rows.forEach([&](std::uint32_t row) {
        std::uint8_t& own = counts[places[row]];
        own = static_cast<std::uint8_t>(own + (own < kManyEvents ? 1 : 0));
      });
    });
  }

  // Adds the places whose counter of countFew() is within an interval, eight at a time: adding what is missing to 128
  // sets a byte's highest bit where the count is large enough.
  void addCountsWithin(const Interval& interval, ChunkWords& to) const {
    const std::uint8_t* const counts = arrays_.fewCounts.values();
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
      to.words[word] |= bits;
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

  // Marks in own_ who has as many events as have to be on days of their own or distinct; everybody where few enough are
  // asked for.
  Result<void> findFrequent(const EventNumber& number) {
    const std::uint8_t least = leastCountOf(number);
    own_.fill();
    if (least < 2 || number.events.filter != nullptr) return {};
    if (auto counted = countFew(number.events); !counted) return counted;
    own_.clear();
    addCountsWithin({least, kMostOf<std::int64_t>}, own_);
    arrays_.tally = Tally::bound;
    return {};
  }

  // The places in own_ of some rows. Which these are cannot be foreseen: each is written, and those stay that are
  // wanted.
  std::span<const std::uint16_t> frequentAmong(const RowSelection& rows, std::uint32_t begin, std::uint32_t end) {
    const auto places = rows.block().places();
    std::uint16_t* const first = arrays_.places.data();
    std::uint16_t* next = first;
    rows.forEach(begin, end, [&](std::uint32_t row) {
      *next = places[row];
      next += own_.test(places[row]) ? 1 : 0;
    });
    return {first, next};
  }

  // Day by day, so that all of a day's events are told by one bit a contact.
  Result<void> countDays(const EventNumber& number) {
    if (auto done = findFrequent(number); !done) return done;
    std::uint32_t* const counts = arrays_.counts.get();
    ChunkWords& seen = arrays_.seen;  // on any day
    ChunkWords today;
    seen.clear();
    LocalClock clock(zone_);
    Day last = std::numeric_limits<Day>::min();
    Instant dayEnd = std::numeric_limits<Instant>::min();
    bool isShownAgain = false;
    auto walked =
        forEachStretch(number.events, chunk_, zone_, nullptr, arrays_.cursors,
                       [&](const RowSelection& rows, std::uint32_t begin, std::uint32_t end) {
                         const PackedNumbers& times = rows.block().times();
                         while (begin < end) {
                           const Instant time = times[begin];
                           if (time >= dayEnd) {
                             const LocalTime local = clock.toLocal(time);
                             const Day day = dayOfLocal(local);
                             isShownAgain |= day < last;
                             if (day != last) today.clear();
                             last = day;
                             // A time from a damaged block may be any number.
                             if (__builtin_add_overflow(time, kMillisecondsPerDay - timeWithinDay(local), &dayEnd)) {
                               dayEnd = std::numeric_limits<Instant>::max();
                             }
                             dayEnd = std::min(dayEnd, clock.nextChange());
                           }
                           const std::uint32_t dayRows = std::clamp(times.lowerBound(dayEnd, begin), begin + 1, end);
                           for (const std::uint16_t place : frequentAmong(rows, begin, dayRows)) {
                             const std::uint32_t isFirst = today.insert(place) ? 1 : 0;
                             counts[place] = seen.insert(place) ? 1 : counts[place] + isFirst;
                           }
                           begin = dayRows;
                         }
                       });
    if (!walked) return walked;
    // A clock that is set back over midnight shows a day again.
    if (isShownAgain) return countDaysShownAgain(number);
    finishCounts(number, counts);
    return {};
  }

  // The same where days are not in order of time.
  Result<void> countDaysShownAgain(const EventNumber& number) {
    if (auto gathered = gatherValues(number, chunk_, zone_, arrays_); !gathered) return gathered;
    auto& values = arrays_.values;
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    countPlaces(values);
    finishCounts(number, arrays_.counts.values());
    return {};
  }

  // How often each place stands there, into arrays_.counts, for those that arrays_.seen marks.
  void countPlaces(std::span<const std::pair<std::uint16_t, std::int64_t>> values) {
    std::uint32_t* const counts = arrays_.counts.get();
    arrays_.seen.clear();
    for (const auto& [place, value] : values) counts[place] = arrays_.seen.insert(place) ? 1 : counts[place] + 1;
  }

  // Values are put together by contact, which has few, and told apart there.
  Result<void> countDistinct(const EventNumber& number) {
    if (auto done = findFrequent(number); !done) return done;
    if (auto done = gatherFrequent(number); !done) return done;
    countPlaces(values());
    std::uint32_t* const counts = arrays_.counts.get();
    std::uint32_t end = 0;
    forEachBit(arrays_.seen.data(), [&](std::uint16_t place) {
      end += counts[place];
      counts[place] = end - counts[place];  // where its values begin, and then where the next one goes
    });
    arrays_.grouped.resize(gathered_);
    for (const auto& [place, value] : values()) arrays_.grouped[counts[place]++] = value;
    // Where so many or more are wanted, no more have to be found.
    const bool isOpen = number.numbers.size() == 1 && number.numbers.front().high == kMostOf<std::int64_t>;
    const std::int64_t enough = isOpen ? number.numbers.front().low : kMostOf<std::int64_t>;
    auto begin = arrays_.grouped.begin();
    forEachBit(arrays_.seen.data(), [&](std::uint16_t place) {
      const auto own = arrays_.grouped.begin() + counts[place];
      counts[place] = distinctOf(begin, own, enough);
      begin = own;
    });
    finishCounts(number, counts);
    return {};
  }

  // How many distinct values there are, or `enough` of them. Reorders them.
  static std::uint32_t distinctOf(std::vector<std::int64_t>::iterator begin, std::vector<std::int64_t>::iterator end,
                                  std::int64_t enough) {
    constexpr std::int64_t kFew = 8;
    if (enough > kFew) {
      std::sort(begin, end);
      return static_cast<std::uint32_t>(std::unique(begin, end) - begin);
    }
    auto distinctEnd = begin;
    for (auto value = begin; value != end && distinctEnd - begin < enough; ++value) {
      if (std::find(begin, distinctEnd, *value) == distinctEnd) std::iter_swap(distinctEnd++, value);
    }
    return static_cast<std::uint32_t>(distinctEnd - begin);
  }

  // The values of the events of contacts in own_, as frequentAmong() finds them.
  Result<void> gatherFrequent(const EventNumber& number) {
    gathered_ = 0;
    return eachSelection(number.events, [&](const RowSelection& rows) {
      const auto places = rows.block().places();
      auto& room = arrays_.values;
      const std::size_t needed = gathered_ + rows.rowsInTime();
      if (room.size() < needed) room.resize(2 * needed);
      auto* next = room.data() + gathered_;
      rows.forEachValue(number.value, zone_, [&](std::uint32_t row, std::int64_t value) {
        *next = {places[row], value};
        next += own_.test(places[row]) ? 1 : 0;
      });
      gathered_ = static_cast<std::size_t>(next - room.data());
    });
  }
  std::span<const std::pair<std::uint16_t, std::int64_t>> values() const {
    return std::span(arrays_.values).first(gathered_);
  }

  // Adds value - shift of every event to its contact's entry of arrays_.numbers, 0 where it has none, and marks who has
  // any in arrays_.seen; false where 64 bits do not hold one of the sums.
  Result<bool> addUp(const EventNumber& number, std::int64_t shift) {
    std::int64_t* const sums = arrays_.numbers.get();
    std::memset(sums, 0, kChunkSize * sizeof *sums);
    arrays_.seen.clear();
    bool overflows = false;
    auto done = eachValue(number, [&](std::uint16_t place, std::int64_t value) {
      std::int64_t shifted = 0;
      overflows |= __builtin_sub_overflow(value, shift, &shifted);
      overflows |= __builtin_add_overflow(sums[place], shifted, &sums[place]);
      arrays_.seen.set(place);
    });
    if (!done) return propagate(done);
    return !overflows;
  }

  // Adds the places whose entry of arrays_.numbers is within an interval.
  void addNumbersWithin(const Interval& interval) {
    eventKernels().within({arrays_.numbers.values(), kChunkSize}, interval.low, interval.high, own_.data());
    for (std::uint32_t word = 0; word < kChunkWords; ++word) found_.words[word] |= own_.words[word];
  }

  // Sums that 64 bits do not hold are made anew.
  Result<void> addUp(const EventNumber& number) {
    const auto test = sumTestOf(number);
    auto fits = test ? addUp(number, test->over) : false;
    if (!fits) return propagate(fits);
    if (!*fits) return number.aggregate == Aggregate::sum ? sumWide(number) : averageWide(number);
    found_.clear();
    for (const Interval& interval : test->sums) addNumbersWithin(interval);
    if (!test->ofNone) {
      for (std::uint32_t word = 0; word < kChunkWords; ++word) found_.words[word] &= arrays_.seen.words[word];
    }
    arrays_.tally = Tally::sum;
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
  Result<void> averageWide(const EventNumber& number) {
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

  const EventChunk& chunk_;
  const TimeZone& zone_;
  EventArrays& arrays_;
  ChunkWords& found_;
  ChunkWords& own_;           // working memory
  std::size_t gathered_ = 0;  // of arrays_.values
};

}  // namespace

std::uint8_t leastCountOf(const EventNumber& number) {
  const std::int64_t least = number.numbers.empty() ? 0 : number.numbers.front().low;
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(least, 0, kManyEvents));
}

std::optional<SumTest> sumTestOf(const EventNumber& number) {
  if (number.aggregate == Aggregate::sum) return SumTest{0, number.numbers, true};
  if (number.aggregate != Aggregate::avg || number.amounts.size() != 1) return std::nullopt;
  const WideInterval only = number.amounts.front();
  if (only.high >= kBeyondSums) {
    const auto least = wholeAverage(only.low);
    if (!least) return std::nullopt;
    return SumTest{least->number, {{least->above ? 1 : 0, kMostOf<std::int64_t>}}, false};
  }
  if (only.low > -kBeyondSums) return std::nullopt;
  const auto beyond = wholeAverage(only.high + 1);
  if (!beyond) return std::nullopt;
  return SumTest{beyond->number, {{kLeastOf<std::int64_t>, beyond->above ? 0 : -1}}, false};
}

Result<void> findNumbers(const EventNumber& number, const EventChunk& chunk, const TimeZone& zone, EventArrays& arrays,
                         ChunkWords& found) {
  if (arrays.selection.restriction() != nullptr) return findFewNumbers(number, chunk, zone, arrays, found);
  return NumberScan(chunk, zone, arrays, found).run(number);
}

}  // namespace roster
