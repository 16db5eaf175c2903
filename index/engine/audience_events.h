// The events of a set that the contacts of an audience have, block by block.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/eval/event_query.h"
#include "core/eval/event_scan.h"
#include "core/eval/event_selection.h"
#include "index/engine/audience_runs.h"

namespace roster {

// Some rows of a block, ascending, and whose they are: the places of their contacts.
struct MemberRows {
  const EventBlock& block;
  std::span<const std::uint32_t> rows;
  std::span<const std::uint16_t> places;

  std::size_t size() const { return rows.size(); }
};

// Working memory of one task; not thread-safe. Refers to all it is given, of which both are of one snapshot.
class AudienceEvents {
 public:
  AudienceEvents(const Audience& audience, const EventQuery& events) : audience_(audience), events_(events) {}

  ContainerView membersOf(ShardIndex shard, ChunkIndex chunk) const { return audience_.shard(shard).chunk(chunk); }

  // Whether a chunk of a shard may have any.
  bool mayHave(ShardIndex shard, ChunkIndex chunk) const {
    return !membersOf(shard, chunk).empty() && !eventsIn(shard, chunk).empty();
  }

  // Calls f(MemberRows) for every block of a chunk that has any of them. dataLoss where a block cannot be loaded.
  template <class F>
  Result<void> forEachBlock(ShardIndex shard, ChunkIndex chunk, F&& f) {
    if (!mayHave(shard, chunk)) return {};
    expand(membersOf(shard, chunk), members_);
    return forEachSelection(events_.events(), eventsIn(shard, chunk), *events_.snapshot()->zone, selection_,
                            [&](const RowSelection& selected) {
                              const MemberRows rows = membersAmong(selected);
                              if (rows.size() != 0) f(rows);
                            });
  }

 private:
  const EventChunk& eventsIn(ShardIndex shard, ChunkIndex chunk) const {
    return eventsOf(*audience_.snapshot()->shards[shard], events_.events().event, chunk);
  }

  MemberRows membersAmong(const RowSelection& selected) {
    const auto places = selected.block().places();
    std::size_t count = 0;
    selected.forEach([&](std::uint32_t row) {
      rows_[count] = row;
      places_[count] = places[row];
      count += members_.test(places[row]);
    });
    return {selected.block(), std::span(rows_).first(count), std::span(places_).first(count)};
  }

  const Audience& audience_;
  const EventQuery& events_;
  RowSelection selection_;
  ChunkWords members_;
  std::array<std::uint32_t, EventBlock::kMaxRows> rows_;
  std::array<std::uint16_t, EventBlock::kMaxRows> places_;
};

// Calls f(i, number) for each of the rows that has the value.
template <class F>
void forEachNumber(const MemberRows& members, const EventValue& value, const TimeZone& zone, F&& f) {
  ValueCursor values(members.block, value, zone);
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (const std::int64_t* number = values.at(members.rows[i])) f(i, *number);
  }
}

// Runs of an audience's chunks, for work on events: single chunks where there are too few shards for every thread,
// since a chunk may have many.
inline std::vector<ChunkRun> eventRunsOf(const Audience& audience, const Executor& executor) {
  return runsOf(audience, shardsSuffice(audience.shardCount(), executor) ? kChunksPerShard / 2 : 1);
}

}  // namespace roster
