#include "core/data/event_shard.h"

#include <algorithm>

namespace roster {

namespace {

// Runs are merged where at most so many events are written again for each of the newer one, ...
constexpr std::uint64_t kWorthRewriting = 4;
// ... or where the older one has at most so many times as many.
constexpr std::uint64_t kRunGrowth = 2;

// Neighbours are joined where the earlier one has at most so many times as many events as the later one.
constexpr std::uint32_t kPartGrowth = 2;

std::uint64_t rowsOf(const EventChunk::Run& run) {
  std::uint64_t rows = 0;
  for (const EventPart& part : run) rows += part.rows;
  return rows;
}

// Parts of two runs whose spans of time overlap or touch; of one run only where nothing of the other is in between.
struct Cluster {
  std::vector<const EventPart*> older;
  std::vector<const EventPart*> newer;

  bool isMixed() const { return !older.empty() && !newer.empty(); }
  std::uint64_t rows() const {
    std::uint64_t rows = 0;
    for (const auto* parts : {&older, &newer}) {
      for (const EventPart* part : *parts) rows += part->rows;
    }
    return rows;
  }
};

std::vector<Cluster> clustersOf(const EventChunk::Run& older, const EventChunk::Run& newer) {
  std::vector<Cluster> clusters;
  Instant greatest = 0;
  for (auto o = older.begin(), n = newer.begin(); o != older.end() || n != newer.end();) {
    const bool takeOlder = n == newer.end() || (o != older.end() && o->least <= n->least);
    const EventPart& part = takeOlder ? *o++ : *n++;
    if (clusters.empty() || part.least > greatest) {
      clusters.emplace_back();
      greatest = part.greatest;
    }
    greatest = std::max(greatest, part.greatest);
    (takeOlder ? clusters.back().older : clusters.back().newer).push_back(&part);
  }
  return clusters;
}

// All events of these parts, one part's after the other's.
Result<EventRows> readRows(const std::vector<const EventPart*>& parts) {
  EventRows rows;
  for (const EventPart* part : parts) {
    auto block = part->block->get();
    if (!block) return propagate(block);
    if ((*block)->size() != part->rows) {
      return fail(ErrorCode::dataLoss, "a block holds another number of events than its directory says");
    }
    (*block)->appendTo(rows);
  }
  return rows;
}

// A chunk's runs while they change.
class RunBuilder {
 public:
  RunBuilder(EventChunk::Runs runs, std::uint32_t nextNumber) : runs_(std::move(runs)), nextNumber_(nextNumber) {}

  // A run of its own, behind the others.
  void addRun(const EventRows& rows) { append(rows, runs_.emplace_back()); }
  void addRun(EventChunk::Run run) {
    if (!run.empty()) runs_.push_back(std::move(run));
  }

  // Blocks for some rows, behind those of a run.
  void append(const EventRows& rows, EventChunk::Run& run) {
    for (std::size_t begin = 0; begin < rows.size(); begin += EventBlock::kMaxRows) {
      const std::size_t end = std::min<std::size_t>(begin + EventBlock::kMaxRows, rows.size());
      run.push_back({nextNumber_++, static_cast<std::uint32_t>(end - begin), rows.times[begin], rows.times[end - 1],
                     makeSlot(EventBlock::encode(rows, begin, end))});
    }
  }

  // Whether the last two runs were worth merging, and are one now.
  Result<bool> mergeNewestRuns() {
    if (runs_.size() < 2) return false;
    const EventChunk::Run& older = runs_[runs_.size() - 2];
    const EventChunk::Run& newer = runs_.back();
    const std::vector<Cluster> clusters = clustersOf(older, newer);
    std::uint64_t rewritten = 0;
    for (const Cluster& cluster : clusters) rewritten += cluster.isMixed() ? cluster.rows() : 0;
    const std::uint64_t added = rowsOf(newer);
    if (rewritten > kWorthRewriting * added && rowsOf(older) > kRunGrowth * added) return false;

    EventChunk::Run merged;
    for (const Cluster& cluster : clusters) {
      if (!cluster.isMixed()) {
        for (const auto* parts : {&cluster.older, &cluster.newer}) {
          for (const EventPart* part : *parts) merged.push_back(*part);
        }
        continue;
      }
      // Those recorded before come first, which a stable order of time keeps.
      std::vector<const EventPart*> parts = cluster.older;
      parts.insert(parts.end(), cluster.newer.begin(), cluster.newer.end());
      auto rows = readRows(parts);
      if (!rows) return propagate(rows);
      append(inOrderOfTime(*std::move(rows)), merged);
    }
    if (auto joined = joinSmallParts(merged); !joined) return propagate(joined);
    runs_.pop_back();
    runs_.back() = std::move(merged);
    return true;
  }

  EventChunk build() && { return {std::move(runs_), nextNumber_}; }

 private:
  Result<void> joinSmallParts(EventChunk::Run& run) {
    EventChunk::Run joined;
    for (EventPart& part : run) {
      joined.push_back(std::move(part));
      while (joined.size() > 1) {
        const EventPart& before = joined[joined.size() - 2];
        const EventPart& last = joined.back();
        const bool isSmall = before.rows + last.rows <= EventBlock::kMaxRows && before.rows <= kPartGrowth * last.rows;
        if (!isSmall) break;
        auto rows = readRows({&before, &last});
        if (!rows) return propagate(rows);
        joined.resize(joined.size() - 2);
        append(*rows, joined);
      }
    }
    run = std::move(joined);
    return {};
  }

  EventChunk::Runs runs_;  // the oldest first
  std::uint32_t nextNumber_;
};

}  // namespace

std::uint64_t EventChunk::rows() const {
  std::uint64_t rows = 0;
  for (const Run& run : runs()) rows += rowsOf(run);
  return rows;
}

std::uint64_t EventShard::rows() const {
  std::uint64_t rows = 0;
  for (const EventChunk& chunk : chunks) rows += chunk.rows();
  return rows;
}

Result<EventChunk> EventChunk::withRecorded(EventRows rows) const {
  if (rows.size() == 0) return *this;
  RunBuilder builder(runs(), nextNumber_);
  builder.addRun(inOrderOfTime(std::move(rows)));
  for (;;) {
    auto merged = builder.mergeNewestRuns();
    if (!merged) return propagate(merged);
    if (!*merged) return std::move(builder).build();
  }
}

Result<EventChunk> EventChunk::without(const MayDrop& mayDrop, const Drops& drops,
                                       std::vector<KeyEntry>& forgotten) const {
  RunBuilder builder({}, nextNumber_);
  for (const Run& run : runs()) {
    Run kept;
    for (const EventPart& part : run) {
      if (!mayDrop(part)) {
        kept.push_back(part);
        continue;
      }
      auto rows = readRows({&part});
      if (!rows) return propagate(rows);
      std::vector<std::uint32_t> remaining;
      for (std::uint32_t row = 0; row < part.rows; ++row) {
        if (!drops(rows->places[row], rows->times[row])) remaining.push_back(row);
        else if (const auto identity = rows->identity(row)) forgotten.push_back({identity->hash, identity->more});
      }
      if (remaining.size() == part.rows) kept.push_back(part);
      else if (!remaining.empty()) builder.append(rows->picked(remaining), kept);
    }
    builder.addRun(std::move(kept));
  }
  return std::move(builder).build();
}

}  // namespace roster
