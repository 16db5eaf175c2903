#include "index/engine/rank_selection.h"

#include <algorithm>
#include <bit>
#include <mutex>

#include "core/eval/container_algebra.h"
#include "index/engine/audience_runs.h"
#include "index/engine/number_reader.h"

namespace roster {

namespace {

constexpr std::uint64_t kMaxBins = 1U << 16;
constexpr std::uint64_t kMinBins = 1U << 6;

// A range of numbers that holds wanted ranks, cut in bins of 2^shift numbers.
struct Stretch {
  std::int64_t least = 0;
  std::int64_t greatest = 0;
  std::uint64_t below = 0;          // numbers under `least`
  std::vector<std::size_t> wanted;  // indices of the ranks in it, ascending
  int shift = 0;

  std::uint64_t distance(std::int64_t number) const {
    return static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(least);
  }
  std::int64_t at(std::uint64_t distance) const {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + distance);
  }
  bool single() const { return least == greatest; }
};

class RankSelection {
 public:
  RankSelection(const Audience& audience, FieldId field, const std::vector<std::uint64_t>& ranks,
                const Executor& executor)
      : audience_(audience), field_(field), ranks_(ranks), executor_(executor), found_(ranks.size(), 0) {}

  Result<std::vector<std::int64_t>> select(std::int64_t least, std::int64_t greatest) {
    Stretch whole{least, greatest, 0, {}, 0};
    for (std::size_t i = 0; i < ranks_.size(); ++i) whole.wanted.push_back(i);
    std::vector<Stretch> open;
    settleOrKeep(std::move(whole), open);
    while (!open.empty()) {
      auto narrower = narrow(std::move(open));
      if (!narrower) return propagate(narrower);
      open = *std::move(narrower);
    }
    return std::move(found_);
  }

 private:
  void settleOrKeep(Stretch stretch, std::vector<Stretch>& open) {
    if (!stretch.single()) return open.push_back(std::move(stretch));
    for (const std::size_t i : stretch.wanted) found_[i] = stretch.least;
  }

  // One pass: the bins of these stretches that hold a wanted rank.
  Result<std::vector<Stretch>> narrow(std::vector<Stretch> stretches) {
    const std::uint64_t most = std::clamp(std::bit_ceil(audience_.count()), kMinBins, kMaxBins);
    const std::uint64_t bins = std::max(kMinBins, std::bit_floor(most / stretches.size()));
    for (Stretch& stretch : stretches) {
      const int bits = static_cast<int>(std::bit_width(stretch.distance(stretch.greatest)));
      stretch.shift = std::max(0, bits - static_cast<int>(std::countr_zero(bins)));
    }
    std::vector<std::uint64_t> counts(stretches.size() * bins, 0);
    std::mutex mutex;
    const bool byShard = shardsSuffice(audience_.shardCount(), executor_);  // each run has counters of its own
    const auto runs = runsOf(audience_, byShard ? kChunksPerShard : kChunksPerShard / 4);
    auto counted = forEachUntilError(runs.size(), executor_, [&](std::size_t i) -> Result<void> {
      std::vector<std::uint32_t> own(counts.size(), 0);
      auto done = countRun(runs[i], stretches, bins, own);
      if (!done) return done;
      const std::lock_guard lock(mutex);
      for (std::size_t bin = 0; bin < own.size(); ++bin) counts[bin] += own[bin];
      return {};
    });
    if (!counted) return propagate(counted);
    std::vector<Stretch> open;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
      split(stretches[i], std::span(counts).subspan(i * bins, bins), open);
    }
    return open;
  }

  void split(const Stretch& stretch, std::span<const std::uint64_t> counts, std::vector<Stretch>& open) {
    std::uint64_t below = stretch.below;
    std::size_t next = 0;
    for (std::uint64_t bin = 0; bin < counts.size() && next < stretch.wanted.size(); ++bin) {
      const std::uint64_t upTo = below + counts[bin];
      Stretch part{0, 0, below, {}, 0};
      for (; next < stretch.wanted.size() && ranks_[stretch.wanted[next]] <= upTo; ++next) {
        part.wanted.push_back(stretch.wanted[next]);
      }
      if (!part.wanted.empty()) {
        const std::uint64_t first = bin << stretch.shift;
        const std::uint64_t last = first + ((std::uint64_t{1} << stretch.shift) - 1);
        part.least = stretch.at(first);
        part.greatest = stretch.at(std::min(last, stretch.distance(stretch.greatest)));
        settleOrKeep(std::move(part), open);
      }
      below = upTo;
    }
  }

  Result<void> countRun(const ChunkRun& run, const std::vector<Stretch>& stretches, std::uint64_t bins,
                        std::vector<std::uint32_t>& counts) const {
    const FieldShard* field = audience_.snapshot()->shards[run.shard]->field(field_);
    if (field == nullptr) return {};
    const auto& columns = std::get<NumberColumns>(field->columns);
    auto present = load(field->present);
    if (!present) return propagate(present);
    std::vector<std::int64_t> begins;
    begins.reserve(stretches.size());
    for (const Stretch& stretch : stretches) begins.push_back(stretch.least);
    NumberReader numbers;
    for (ChunkIndex chunk = run.begin; chunk < run.end; ++chunk) {
      const NumberRange range = columns.ranges[chunk];
      const bool touched = std::any_of(stretches.begin(), stretches.end(), [&](const Stretch& stretch) {
        return stretch.least <= range.greatest && range.least <= stretch.greatest;
      });
      if (!touched) continue;
      Scratch& scratch = scratchOfThread();
      const Scratch::Mark mark(scratch);
      const ContainerView held = intersect(audience_.shard(run.shard).chunk(chunk), (*present)->chunk(chunk), scratch);
      if (held.empty()) continue;
      if (auto read = numbers.read(columns.numbers[chunk], held.cardinality); !read) return read;
      forEachValue(held, [&](std::uint16_t place) {
        const std::int64_t number = numbers[place];
        // Stretches ascend, so that the number can lie in the last one only that does not begin above it.
        std::size_t after = 0;
        for (const std::int64_t begin : begins) after += begin <= number;
        if (after == 0 || number > stretches[after - 1].greatest) return;
        const Stretch& stretch = stretches[after - 1];
        ++counts[(after - 1) * bins + (stretch.distance(number) >> stretch.shift)];
      });
    }
    return {};
  }

  const Audience& audience_;
  const FieldId field_;
  const std::vector<std::uint64_t>& ranks_;
  const Executor& executor_;
  std::vector<std::int64_t> found_;
};

}  // namespace

Result<std::vector<std::int64_t>> numbersAtRanks(const Audience& audience, FieldId field,
                                                 const std::vector<std::uint64_t>& ranks, std::int64_t least,
                                                 std::int64_t greatest, const Executor& executor) {
  return RankSelection(audience, field, ranks, executor).select(least, greatest);
}

}  // namespace roster
