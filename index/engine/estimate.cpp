#include "index/engine/estimate.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <type_traits>

#include "core/base/hash.h"
#include "core/eval/event_filter.h"
#include "core/eval/event_scan.h"
#include "core/eval/plan.h"
#include "core/query/intervals.h"
#include "core/query/printer.h"

namespace roster {

namespace {

// Shares of what has no statistics: a guess that is the same every time.
constexpr double kLikeShare = 0.1;
constexpr double kEventShare = 0.5;
constexpr double kCompareShare = 0.3;
constexpr double kSizeShare = 0.3;
// A value without a bitmap of its own is held by 0 to kDenseValueMinimum - 1 contacts of a shard.
constexpr double kRareContacts = kDenseValueMinimum / 4.0;
constexpr std::size_t kMaxValueNotes = 5;

// The share of the numbers of [least, greatest] that lie in the intervals, as if they were spread evenly.
double shareOf(const Intervals& intervals, const NumberRange& range) {
  const double width = static_cast<double>(range.greatest) - static_cast<double>(range.least) + 1;
  double within = 0;
  for (const Interval& interval : intervals) {
    const std::int64_t low = std::max(interval.low, range.least);
    const std::int64_t high = std::min(interval.high, range.greatest);
    if (low <= high) within += static_cast<double>(high) - static_cast<double>(low) + 1;
  }
  return std::min(1.0, within / width);
}

class LeafEstimate {
 public:
  LeafEstimate(const Snapshot& snapshot, bool looksIntoBlocks)
      : snapshot_(snapshot), looksIntoBlocks_(looksIntoBlocks) {}

  Result<Estimate> of(const Bound& leaf) {
    auto planned = plan(leaf, snapshot_);
    if (!planned) return propagate(planned);
    if (auto noted = noteUnknownValues(leaf); !noted) return propagate(noted);
    const auto* codes = std::get_if<PlanCodes>(&planned->node);
    if (codes != nullptr && codes->codes.empty() && !std::holds_alternative<BoundValueIn>(leaf.node)) {
      note(fmt::format("no value of {} is such", nameOf(codes->field)));
    }
    auto estimated = std::visit([&](const auto& node) { return add(node); }, planned->node);
    if (!estimated) return propagate(estimated);
    estimate_.contacts = std::clamp(estimate_.contacts, 0.0, static_cast<double>(snapshot_.liveCount()));
    return std::move(estimate_);
  }

 private:
  void note(std::string text) { estimate_.notes.push_back(std::move(text)); }
  std::string nameOf(FieldId id) const {
    const Field* field = snapshot_.schema->find(id);
    return field == nullptr ? fmt::format("#{}", id) : printName(field->name);
  }
  double present(FieldId id) const { return static_cast<double>(presentCount(snapshot_, id)); }

  // Names the strings of a leaf that its field has never held.
  Result<void> noteUnknownValues(const Bound& leaf) {
    const auto* in = std::get_if<BoundValueIn>(&leaf.node);
    const auto* keys = std::get_if<BoundKeyIn>(&leaf.node);
    std::vector<std::string> unknown;
    if (in != nullptr) {
      const Field* field = snapshot_.schema->find(in->field);
      if (field == nullptr || field->type.kind == FieldKind::boolean) return {};
      auto dictionary = dictionaryOf(in->field);
      if (!dictionary) return propagate(dictionary);
      for (const std::string& value : in->values) {
        if (dictionary->find(value) == kNoCode) {
          unknown.push_back(fmt::format("value {} was never held by {}", printString(value), nameOf(in->field)));
        }
      }
    } else if (keys != nullptr) {
      for (const std::string& key : keys->keys) {
        auto contact = findContact(snapshot_, key);
        if (!contact) return propagate(contact);
        if (*contact == kNoContact) unknown.push_back(fmt::format("no contact has the key {}", printString(key)));
      }
    }
    for (std::size_t i = 0; i < std::min(unknown.size(), kMaxValueNotes); ++i) note(unknown[i]);
    if (unknown.size() > kMaxValueNotes) note(fmt::format("so for {} more", unknown.size() - kMaxValueNotes));
    return {};
  }

  Result<LoadedDictionary> dictionaryOf(FieldId id) const {
    const auto found = snapshot_.dictionaries.find(id);
    return found == snapshot_.dictionaries.end() ? LoadedDictionary({}) : found->second->load();
  }

  Result<void> add(const PlanConstant& constant) {
    estimate_.contacts = constant.value ? static_cast<double>(snapshot_.liveCount()) : 0;
    estimate_.certain = true;
    return {};
  }
  // A leaf never plans to a connective.
  Result<void> add(const PlanCombine&) { return {}; }
  Result<void> add(const PlanNot&) { return {}; }
  Result<void> add(const PlanCountOf&) { return {}; }

  Result<void> add(const PlanPresent& node) {
    estimate_.contacts = present(node.field);
    estimate_.certain = true;
    return {};
  }

  Result<void> add(const PlanCodes& node) {
    estimate_.certain = node.disjoint || node.codes.size() < 2;
    for (const auto& shard : snapshot_.shards) {
      const FieldShard* field = shard->field(node.field);
      if (field == nullptr) continue;
      const ValueIndex& values = *field->values();
      std::uint64_t dense = 0;
      for (const DenseValue& value : values.dense) dense += value.cardinality;
      double sum = 0;
      double rare = 0;
      for (const Code code : node.codes) {
        const DenseValue* value = values.findDense(code);
        if (value != nullptr) sum += value->cardinality;
        else if (values.packed != nullptr) rare += kRareContacts;
      }
      if (node.disjoint)
        rare = std::min(rare,
                        static_cast<double>(field->presentCount - std::min<std::uint64_t>(field->presentCount, dense)));
      if (rare > 0) estimate_.certain = false;
      estimate_.contacts += std::min(sum + rare, static_cast<double>(field->presentCount));
    }
    return {};
  }

  Result<void> add(const PlanNumbers& node) {
    estimate_.certain = true;
    for (const auto& shard : snapshot_.shards) {
      const FieldShard* field = shard->field(node.field);
      if (field == nullptr) continue;
      double shares = 0;
      double chunks = 0;
      for (const NumberRange& range : std::get<NumberColumns>(field->columns).ranges) {
        if (range.empty()) continue;
        chunks += 1;
        shares += shareOf(node.intervals, range);
      }
      if (shares > 0 && shares < chunks) estimate_.certain = false;
      if (chunks > 0) estimate_.contacts += shares / chunks * field->presentCount;
    }
    return {};
  }

  Result<void> add(const PlanContacts& node) {
    estimate_.contacts = static_cast<double>(node.contacts.size());
    estimate_.certain = true;
    return {};
  }

  Result<void> add(const PlanList& node) {
    estimate_.certain = true;
    for (const auto& [name, segment] : *snapshot_.segments) {
      if (segment.list == node.list) note(fmt::format("frozen list {}", printString(name)));
    }
    const auto found = snapshot_.lists.find(node.list);
    if (found == snapshot_.lists.end()) return {};
    for (const auto& slot : found->second) {
      auto members = load(slot);
      if (!members) return propagate(members);
      estimate_.contacts += (*members)->cardinality();
    }
    return {};
  }

  Result<void> add(const PlanScan& scan) {
    return std::visit([&](const auto& node) { return addScan(node); }, scan);
  }
  Result<void> addScan(const PlanDayOfYear& node) {
    estimate_.contacts = present(node.field) * static_cast<double>(node.days->count()) / 366.0;
    note(fmt::format("scan: the days of {} are looked at one by one", nameOf(node.field)));
    return {};
  }
  Result<void> addScan(const PlanFieldCompare& node) {
    estimate_.contacts = std::min(present(node.left), present(node.right)) * kCompareShare;
    note("scan: two fields are compared contact by contact");
    return {};
  }
  Result<void> addScan(const PlanSetSize& node) {
    const double none = static_cast<double>(snapshot_.liveCount()) - present(node.field);
    estimate_.contacts = present(node.field) * kSizeShare + (containsNumber(node.intervals, 0) ? none : 0);
    note(fmt::format("scan: the elements of {} are counted contact by contact", nameOf(node.field)));
    return {};
  }
  Result<void> addScan(const PlanTextIn& node) {
    estimate_.contacts = std::min(present(node.field), static_cast<double>(node.values.size()));
    note(node.indexed ? fmt::format("through the index of {}", nameOf(node.field))
                      : fmt::format("scan: no index on {}", nameOf(node.field)));
    return {};
  }
  Result<void> addScan(const PlanTextLike& node) {
    estimate_.contacts = present(node.field) * kLikeShare;
    note(fmt::format("scan: the texts of {} are looked at one by one", nameOf(node.field)));
    return {};
  }
  Result<void> addScan(const PlanKeyLike&) {
    estimate_.contacts = static_cast<double>(snapshot_.liveCount()) * kLikeShare;
    note("scan: keys are looked at one by one");
    return {};
  }
  Result<void> addScan(const PlanEvents& node) {
    std::uint64_t blocks = 0;
    std::uint64_t within = 0;
    std::uint64_t rows = 0;
    std::uint64_t passed = 0;
    Result<void> loaded;
    for (const auto& shard : snapshot_.shards) {
      for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
        forEachPart(*node.leaf, *shard, chunk, [&](const EventPart& part, const EventSet& set, bool isWithin) {
          ++blocks;
          if (!isWithin) return;
          ++within;
          rows += part.rows;
          if (!looksIntoBlocks_ || set.filter == nullptr || !loaded) return;
          const auto block = part.block->get();
          if (!block) loaded = tl::unexpected(block.error());
          else passed += certaintyOf(*set.filter, **block) == Certainty::none ? 1 : 0;
        });
      }
    }
    if (!loaded) return loaded;
    estimate_.contacts = std::min(static_cast<double>(snapshot_.liveCount()), static_cast<double>(rows)) * kEventShare;
    std::string text = fmt::format("events: {} of {} blocks lie within the time", within, blocks);
    if (looksIntoBlocks_ && passed != 0) text += fmt::format(", and the filter passes over {} of these", passed);
    note(std::move(text));
    return {};
  }
  Result<void> addScan(const PlanBucket& node) {
    std::int64_t buckets = 0;
    for (const Interval& interval : node.intervals) buckets += interval.high - interval.low + 1;
    estimate_.contacts = static_cast<double>(snapshot_.liveCount()) * static_cast<double>(buckets) / kBuckets;
    note("keys are hashed one by one the first time a name is asked for");
    return {};
  }

  const Snapshot& snapshot_;
  const bool looksIntoBlocks_;
  Estimate estimate_;
};

}  // namespace

Result<Estimate> estimateLeaf(const Bound& leaf, const Snapshot& snapshot, bool looksIntoBlocks) {
  return LeafEstimate(snapshot, looksIntoBlocks).of(leaf);
}

std::uint64_t presentCount(const Snapshot& snapshot, FieldId field) {
  std::uint64_t count = 0;
  for (const auto& shard : snapshot.shards) {
    if (const FieldShard* held = shard->field(field)) count += held->presentCount;
  }
  return count;
}

}  // namespace roster
