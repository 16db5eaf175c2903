#include "core/eval/chunk_scan.h"

#include <algorithm>

#include "core/data/set_patch.h"
#include "core/eval/bucket_slices.h"
#include "core/eval/event_results.h"
#include "core/eval/event_scan.h"
#include "core/eval/text_search.h"
#include "core/eval/value_compare.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

class ChunkScan {
 public:
  ChunkScan(const ShardProgram::ScanOperand& operand, const Shard& shard, ChunkIndex chunk,
            const ContainerView& candidates, Want want, Scratch& scratch)
      : operand_(operand), shard_(shard), chunk_(chunk), candidates_(candidates), want_(want), scratch_(scratch) {}

  Result<ContainerView> operator()(const PlanDayOfYear& scan) {
    auto numbers = numbersOf(operand_.field);
    if (!numbers) return propagate(numbers);
    return filter(candidates_, scratch_, [&](std::uint16_t at) {
      const std::int64_t number = (**numbers)[at];
      return scan.days->contains(scan.zone == nullptr ? number : scan.zone->dayOf(number));
    });
  }

  Result<ContainerView> operator()(const PlanFieldCompare& scan) {
    auto left = numbersOf(operand_.field);
    if (!left) return propagate(left);
    auto right = numbersOf(operand_.other);
    if (!right) return propagate(right);
    auto rightPresent = load(operand_.other->present);
    if (!rightPresent) return propagate(rightPresent);
    const ContainerView both = intersect(candidates_, (*rightPresent)->chunk(chunk_), scratch_);
    return filter(both, scratch_, [&](std::uint16_t at) {
      return compareValues((**left)[at], scan.leftType, scan.op, (**right)[at], scan.rightType, *scan.zone);
    });
  }

  Result<ContainerView> operator()(const PlanSetSize& scan) {
    // Nobody in the shard has a value where there is no field.
    auto sets = PatchedSets::load(
        operand_.field == nullptr ? SetColumns() : std::get<SetColumns>(operand_.field->columns), chunk_);
    if (!sets) return propagate(sets);
    return filter(candidates_, scratch_, [&](std::uint16_t at) {
      return containsNumber(scan.intervals, static_cast<std::int64_t>((*sets)[at].size()));
    });
  }

  Result<ContainerView> operator()(const PlanTextIn& scan) {
    const auto& columns = std::get<TextColumns>(operand_.field->columns);
    auto strings = load(columns.strings[chunk_]);
    if (!strings) return propagate(strings);
    if (scan.indexed) return throughIndex(scan, columns, **strings);
    return filter(candidates_, scratch_, [&](std::uint16_t at) {
      return std::binary_search(scan.values.begin(), scan.values.end(), (**strings)[at]);
    });
  }

  Result<ContainerView> operator()(const PlanTextLike& scan) {
    auto strings = load(std::get<TextColumns>(operand_.field->columns).strings[chunk_]);
    if (!strings) return propagate(strings);
    return matching(*scan.pattern, **strings);
  }

  Result<ContainerView> operator()(const PlanKeyLike& scan) {
    auto keys = load(shard_.keys[chunk_]);
    if (!keys) return propagate(keys);
    return matching(*scan.pattern, **keys);
  }

  Result<ContainerView> operator()(const PlanBucket& scan) {
    return findInBuckets(shard_.keys[chunk_], scan.name, scan.intervals, candidates_, want_, scratch_);
  }

  Result<ContainerView> operator()(const PlanEvents& scan) {
    if (scan.kept == nullptr) return scanEvents(*scan.leaf, shard_, chunk_, candidates_, scratch_);
    return scan.kept->scan(scan.leaf, operand_.shard, shard_, chunk_, candidates_, want_, scratch_);
  }

 private:
  Result<std::shared_ptr<const NumberChunk>> numbersOf(const FieldShard* field) const {
    return load(std::get<NumberColumns>(field->columns).numbers[chunk_]);
  }

  // The candidates whose string is like the pattern.
  ContainerView matching(const LikePattern& pattern, const StringChunk& strings) {
    constexpr std::size_t kShortNeedle = 2;  // occurs too often for a search to skip anything
    const std::string_view required = pattern.requiredText();
    const bool few = candidates_.cardinality < strings.size() / 8;
    if (few || required.size() < kShortNeedle) {
      return filter(candidates_, scratch_, [&](std::uint16_t at) { return pattern.matches(strings[at]); });
    }
    ChunkWords& words = scratch_.take();
    words.clear();
    forEachStringWith(strings, required, [&](std::uint16_t at) {
      if (pattern.matches(strings[at])) words.set(at);
    });
    return intersect(settle(words, countOf(words), scratch_), candidates_, scratch_);
  }

  Result<ContainerView> throughIndex(const PlanTextIn& scan, const TextColumns& columns, const StringChunk& strings) {
    auto index = load(columns.index[chunk_]);
    if (!index) return propagate(index);
    ChunkWords& words = scratch_.take();
    words.clear();
    std::uint32_t count = 0;
    for (const std::string& value : scan.values) {
      for (const std::uint16_t at : (*index)->candidates(value)) {
        if (strings[at] != value || !candidates_.contains(at)) continue;
        words.set(at);
        ++count;
      }
    }
    return settle(words, count, scratch_);
  }

  const ShardProgram::ScanOperand& operand_;
  const Shard& shard_;
  ChunkIndex chunk_;
  const ContainerView& candidates_;
  Want want_;
  Scratch& scratch_;
};

}  // namespace

Result<ContainerView> scanChunk(const ShardProgram::ScanOperand& operand, const Shard& shard, ChunkIndex chunk,
                                const ContainerView& candidates, Want want, Scratch& scratch) {
  return std::visit(ChunkScan(operand, shard, chunk, candidates, want, scratch), operand.scan);
}

}  // namespace roster
