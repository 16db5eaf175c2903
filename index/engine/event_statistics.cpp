#include "index/engine/event_statistics.h"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>

#include "core/eval/event_arrays.h"
#include "index/engine/audience_events.h"
#include "index/engine/rank_search.h"

namespace roster {

namespace {

// Reads the numbers of events, block by block.
class NumbersOfEvents {
 public:
  using Number = std::int64_t;

  NumbersOfEvents(const Audience& audience, const EventQuery& query, const EventValue& value)
      : events_(audience, query), value_(value), zone_(*query.snapshot()->zone) {}

  // Calls f(of, numbers) with how many events there are and the numbers that they have, any number of times.
  template <class F>
  Result<void> read(ShardIndex shard, ChunkIndex chunk, F&& f) {
    return events_.forEachBlock(shard, chunk, [&](const MemberRows& rows) {
      numbers_.clear();
      forEachNumber(rows, value_, zone_, [&](std::size_t, Number number) { numbers_.push_back(number); });
      f(rows.size(), numbers_);
    });
  }

 private:
  AudienceEvents events_;
  const EventValue& value_;
  const TimeZone& zone_;
  std::vector<Number> numbers_;
};

// Reads the sums of contacts, chunk by chunk.
class SumsOfContacts {
 public:
  using Number = WideInteger;

  SumsOfContacts(const Audience& audience, const EventQuery& query, const EventValue& value)
      : events_(audience, query), value_(value), zone_(*query.snapshot()->zone) {}

  // Calls f(of, sums) with the number of contacts who have any event, and a sum of each.
  template <class F>
  Result<void> read(ShardIndex shard, ChunkIndex chunk, F&& f) {
    if (!events_.mayHave(shard, chunk)) return {};
    seen_.clear();
    WideInteger* const sums = sums_.get();
    std::fill_n(sums, kChunkSize, 0);
    auto done = events_.forEachBlock(shard, chunk, [&](const MemberRows& rows) {
      for (const std::uint16_t place : rows.places) seen_.set(place);
      forEachNumber(rows, value_, zone_, [&](std::size_t i, std::int64_t number) { sums[rows.places[i]] += number; });
    });
    if (!done) return done;
    numbers_.clear();
    forEachBit(seen_.data(), [&](std::uint16_t place) { numbers_.push_back(sums[place]); });
    f(numbers_.size(), numbers_);
    return {};
  }

 private:
  AudienceEvents events_;
  const EventValue& value_;
  const TimeZone& zone_;
  ChunkWords seen_;
  PlaceArray<WideInteger> sums_;
  std::vector<Number> numbers_;
};

template <class Number>
struct NumberTotals {
  std::uint64_t of = 0;     // events or contacts
  std::uint64_t count = 0;  // of them, those that have a number
  WideInteger sum = 0;
  Number least = kMostOf<Number>;
  Number greatest = kLeastOf<Number>;

  void add(std::uint64_t more, const std::vector<Number>& numbers) {
    of += more;
    count += numbers.size();
    for (const Number number : numbers) {
      sum += number;
      least = std::min(least, number);
      greatest = std::max(greatest, number);
    }
  }
  void add(const NumberTotals& other) {
    of += other.of;
    count += other.count;
    sum += other.sum;
    least = std::min(least, other.least);
    greatest = std::max(greatest, other.greatest);
  }
};

// Passes over all numbers that a Reader reads.
template <class Reader>
class NumberPasses {
 public:
  using Number = typename Reader::Number;

  NumberPasses(const Audience& audience, const EventQuery& events, const EventValue& value, const Executor& executor)
      : audience_(audience), events_(events), value_(value), executor_(executor) {}

  Result<NumberTotals<Number>> totals() const {
    NumberTotals<Number> all;
    auto done = pass(
        NumberTotals<Number>(),
        [](NumberTotals<Number>& own, std::uint64_t of, const std::vector<Number>& numbers) { own.add(of, numbers); },
        [&](const NumberTotals<Number>& own) { all.add(own); });
    if (!done) return propagate(done);
    return all;
  }

  Result<std::vector<Number>> numbersAt(std::vector<std::uint64_t> ranks, const NumberTotals<Number>& totals) const {
    RankSearch<Number> search(std::move(ranks), totals.count, totals.least, totals.greatest);
    while (!search.done()) {
      const std::vector<std::uint64_t> none(search.binCount(), 0);
      std::vector<std::uint64_t> counts = none;
      auto done = pass(
          none,
          [&](std::vector<std::uint64_t>& own, std::uint64_t, const std::vector<Number>& numbers) {
            for (const Number number : numbers) {
              if (const std::size_t bin = search.binOf(number); bin != search.kNoBin) ++own[bin];
            }
          },
          [&](const std::vector<std::uint64_t>& own) {
            for (std::size_t bin = 0; bin < own.size(); ++bin) counts[bin] += own[bin];
          });
      if (!done) return propagate(done);
      search.narrow(counts);
    }
    return search.found();
  }

 private:
  // Has every run gather in an `empty` of its own, and hands each on, one at a time.
  template <class Gathered, class Gather, class Merge>
  Result<void> pass(const Gathered& empty, const Gather& gather, const Merge& merge) const {
    const std::vector<ChunkRun> runs = eventRunsOf(audience_, executor_);
    std::mutex mutex;
    return forEachUntilError(runs.size(), executor_, [&](std::size_t i) -> Result<void> {
      const auto reader = std::make_unique<Reader>(audience_, events_, value_);
      Gathered own = empty;
      for (ChunkIndex chunk = runs[i].begin; chunk < runs[i].end; ++chunk) {
        auto read = reader->read(runs[i].shard, chunk, [&](std::uint64_t of, const std::vector<Number>& numbers) {
          gather(own, of, numbers);
        });
        if (!read) return read;
      }
      const std::lock_guard lock(mutex);
      merge(own);
      return {};
    });
  }

  const Audience& audience_;
  const EventQuery& events_;
  const EventValue& value_;
  const Executor& executor_;
};

// All but `missing`, which is of the events here.
template <class Reader>
Result<Statistics> statisticsBy(const Audience& audience, const EventQuery& events, const Field& field,
                                const Executor& executor) {
  auto value = planEventValue(events.type().id, field.id, *events.snapshot());
  if (!value) return propagate(value);
  const NumberPasses<Reader> passes(audience, events, *value, executor);
  auto totals = passes.totals();
  if (!totals) return propagate(totals);
  Statistics result{field, audience.count(), totals->count, totals->of - totals->count, {}, {}, {}, {}};
  if (!isTime(field.type.kind)) result.sum = totals->sum;
  if (result.count == 0) return result;
  result.minimum = totals->least;
  result.maximum = totals->greatest;
  auto numbers = passes.numbersAt(ranksOfPercentiles(result.count), *totals);
  if (!numbers) return propagate(numbers);
  result.percentiles.emplace();
  std::copy(numbers->begin(), numbers->end(), result.percentiles->begin());
  return result;
}

}  // namespace

Result<Statistics> statistics(const Audience& audience, const EventQuery& events, const Field& field,
                              const Executor& executor) {
  if (!isNumeric(field.type.kind)) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("'{}' is a {}; statistics are of numbers and times", field.name, format(field.type)));
  }
  return statisticsBy<NumbersOfEvents>(audience, events, field, executor);
}

Result<Statistics> statisticsPerContact(const Audience& audience, const EventQuery& events, const Field& field,
                                        const Executor& executor) {
  if (!isNumeric(field.type.kind) || isTime(field.type.kind)) {
    return fail(ErrorCode::invalidArgument, fmt::format("'{}' is a {}; sums of contacts are of integers and decimals",
                                                        field.name, format(field.type)));
  }
  auto result = statisticsBy<SumsOfContacts>(audience, events, field, executor);
  if (result) result->missing = result->audience - result->count;
  return result;
}

}  // namespace roster
