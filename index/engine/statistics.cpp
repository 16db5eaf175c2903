#include "index/engine/statistics.h"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>

#include "core/eval/container_algebra.h"
#include "index/engine/audience_runs.h"
#include "index/engine/dimension.h"
#include "index/engine/number_reader.h"
#include "index/engine/rank_selection.h"

namespace roster {

namespace {

struct Totals {
  std::uint64_t count = 0;
  WideInteger sum = 0;
  NumberRange range;

  void widen(std::int64_t number) {
    range.least = std::min(range.least, number);
    range.greatest = std::max(range.greatest, number);
  }
  void add(const Totals& other) {
    count += other.count;
    sum += other.sum;
    range.least = std::min(range.least, other.range.least);
    range.greatest = std::max(range.greatest, other.range.greatest);
  }
};

// Adds up the chunks of one run.
class TotalsRun {
 public:
  TotalsRun(const FieldShard& field, const Bitmap& members) : field_(field), members_(members) {}

  Result<Totals> count(const ChunkRun& run) {
    auto present = load(field_.present);
    if (!present) return propagate(present);
    for (ChunkIndex chunk = run.begin; chunk < run.end; ++chunk) {
      const Scratch::Mark mark(scratch_);
      const ContainerView all = (*present)->chunk(chunk);
      const ContainerView held = intersect(members_.chunk(chunk), all, scratch_);
      if (held.empty()) continue;
      totals_.count += held.cardinality;
      const bool whole = held.cardinality == all.cardinality;
      if (auto added = addChunk(chunk, held, whole); !added) return propagate(added);
    }
    return totals_;
  }

 private:
  Result<void> addChunk(ChunkIndex chunk, const ContainerView& held, bool whole) {
    auto loaded = load(columns().slices[chunk]);
    if (!loaded) return propagate(loaded);
    const SliceChunk& slices = **loaded;
    // Slices cost their number of intersections, of some 200 ns each however many contacts there are; the forward
    // column costs 3 ns a contact.
    if (3 * std::uint64_t{held.cardinality} < 200 * std::uint64_t{slices.bits()}) return addNumbers(chunk, held);
    addSlices(slices, held);
    const NumberRange range = columns().ranges[chunk];
    if (whole) {
      totals_.widen(range.least);
      totals_.widen(range.greatest);
      return {};
    }
    if (range.least < totals_.range.least) totals_.widen(leastOf(slices, held));
    if (range.greatest > totals_.range.greatest) totals_.widen(greatestOf(slices, held));
    return {};
  }

  const NumberColumns& columns() const { return std::get<NumberColumns>(field_.columns); }

  Result<void> addNumbers(ChunkIndex chunk, const ContainerView& held) {
    if (auto read = numbers_.read(columns().numbers[chunk], held.cardinality); !read) return read;
    forEachValue(held, [&](std::uint16_t place) {
      totals_.sum += numbers_[place];
      totals_.widen(numbers_[place]);
    });
    return {};
  }

  void addSlices(const SliceChunk& slices, const ContainerView& held) {
    totals_.sum += WideInteger{slices.base()} * held.cardinality;
    for (std::uint32_t bit = 0; bit < slices.bits(); ++bit) {
      totals_.sum += WideInteger{intersectCount(slices.slice(bit), held)} << bit;
    }
  }

  // From the high bit down, keeping those that have it clear (set) as long as there are any.
  std::int64_t leastOf(const SliceChunk& slices, ContainerView held) {
    std::uint64_t distance = 0;
    for (std::uint32_t bit = slices.bits(); bit-- > 0;) {
      const ContainerView clear = subtract(held, slices.slice(bit), scratch_);
      if (clear.empty()) distance |= std::uint64_t{1} << bit;
      else held = clear;
    }
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(slices.base()) + distance);
  }
  std::int64_t greatestOf(const SliceChunk& slices, ContainerView held) {
    std::uint64_t distance = 0;
    for (std::uint32_t bit = slices.bits(); bit-- > 0;) {
      const ContainerView set = intersect(held, slices.slice(bit), scratch_);
      if (set.empty()) continue;
      distance |= std::uint64_t{1} << bit;
      held = set;
    }
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(slices.base()) + distance);
  }

  const FieldShard& field_;
  const Bitmap& members_;
  Scratch& scratch_ = scratchOfThread();
  NumberReader numbers_;
  Totals totals_;
};

Result<Totals> totalsOf(const Audience& audience, FieldId id, const Executor& executor) {
  Totals totals;
  std::mutex mutex;
  const auto runs = runsOf(audience);
  auto done = forEachUntilError(runs.size(), executor, [&](std::size_t i) -> Result<void> {
    const FieldShard* field = audience.snapshot()->shards[runs[i].shard]->field(id);
    if (field == nullptr) return {};
    auto own = TotalsRun(*field, audience.shard(runs[i].shard)).count(runs[i]);
    if (!own) return propagate(own);
    const std::lock_guard lock(mutex);
    totals.add(*own);
    return {};
  });
  if (!done) return propagate(done);
  return totals;
}

}  // namespace

Result<Statistics> statistics(const Audience& audience, std::string_view name, const Executor& executor) {
  auto field = fieldNamed(name, *audience.snapshot()->schema);
  if (!field) return propagate(field);
  const FieldKind kind = field->type.kind;
  if (!isNumeric(kind)) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("'{}' is a {}; statistics are of integer, decimal, date and timestamp fields", name,
                            format(field->type)));
  }
  auto totals = totalsOf(audience, field->id, executor);
  if (!totals) return propagate(totals);
  Statistics result{*field, audience.count(), totals->count, 0, {}, {}, {}, {}};
  result.missing = result.audience - result.count;
  if (kind == FieldKind::integer || kind == FieldKind::decimal) result.sum = totals->sum;
  if (result.count == 0) return result;
  const NumberRange& range = totals->range;
  result.minimum = range.least;
  result.maximum = range.greatest;
  auto numbers =
      numbersAtRanks(audience, field->id, ranksOfPercentiles(result.count), range.least, range.greatest, executor);
  if (!numbers) return propagate(numbers);
  result.percentiles.emplace();
  std::copy(numbers->begin(), numbers->end(), result.percentiles->begin());
  return result;
}

std::vector<std::uint64_t> ranksOfPercentiles(std::uint64_t count) {
  std::vector<std::uint64_t> ranks;
  ranks.reserve(kPercentiles.size());
  for (const std::uint32_t percentile : kPercentiles) ranks.push_back((count * percentile + 99) / 100);
  return ranks;
}

std::string formatMean(WideInteger sum, std::uint64_t count, int digits) {
  constexpr int kMoreDigits = 4;
  const auto whole = static_cast<WideInteger>(count);
  // Quotient and rest apart, as the sum times 10^4 could outgrow 128 bits.
  constexpr int kUnit = 10'000;
  const WideInteger rest = (sum % whole) * kUnit;
  WideInteger scaled = (sum / whole) * kUnit + rest / whole;
  const WideInteger last = rest % whole;
  if (2 * (last < 0 ? -last : last) >= whole) scaled += sum < 0 ? -1 : 1;
  return formatWide(scaled, digits + kMoreDigits);
}

}  // namespace roster
