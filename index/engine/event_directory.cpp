#include "index/engine/event_directory.h"

#include "core/data/batch_values.h"
#include "index/engine/field_directory.h"

namespace roster {

namespace {

void encodePart(ByteWriter& to, const EventPart& part) {
  to.varint(part.number);
  to.varint(part.rows);
  to.fixed(part.least);
  to.fixed(part.greatest);
  encodeSlot(to, part.block);
}

EventPart decodePart(ByteReader& from, PieceKey place, ChunkIndex chunk, PieceSource& pieces) {
  EventPart part;
  part.number = static_cast<std::uint32_t>(from.varint());
  part.rows = static_cast<std::uint32_t>(from.varint());
  part.least = from.fixed<Instant>();
  part.greatest = from.fixed<Instant>();
  place.part = eventPartOf(chunk, part.number);
  part.block = decodeSlot<EventBlock>(from, place, pieces);
  return part;
}

// Within a run, parts ascend by time and none reaches into the next; times are such that planning can count days.
bool isSound(const EventChunk::Run& run, std::uint32_t nextNumber) {
  for (std::size_t i = 0; i < run.size(); ++i) {
    const EventPart& part = run[i];
    const bool follows = i == 0 || run[i - 1].greatest <= part.least;
    const bool isInTime =
        isInCalendar(FieldKind::timestamp, part.least) && isInCalendar(FieldKind::timestamp, part.greatest);
    if (part.block == nullptr || part.number >= nextNumber || part.rows == 0 || part.rows > EventBlock::kMaxRows ||
        part.least > part.greatest || !isInTime || !follows) {
      return false;
    }
  }
  return !run.empty();
}

}  // namespace

std::string encodeDirectory(const EventShard& events) {
  ByteWriter to;
  for (const EventChunk& chunk : events.chunks) {
    to.varint(chunk.nextNumber());
    to.varint(chunk.runs().size());
    for (const EventChunk::Run& run : chunk.runs()) {
      to.varint(run.size());
      for (const EventPart& part : run) encodePart(to, part);
    }
  }
  return to.take();
}

Result<EventShard> decodeEventDirectory(std::string_view bytes, ShardIndex shard, std::uint32_t event,
                                        PieceSource& pieces) {
  constexpr std::size_t kLeastPartBytes = 20;
  ByteReader from(bytes);
  EventShard events;
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    const std::uint64_t nextNumber = from.varint();
    bool sound = nextNumber <= kMaxEventParts;
    std::vector<EventChunk::Run> runs;
    for (std::size_t count = from.count(); count != 0 && sound; --count) {
      EventChunk::Run& run = runs.emplace_back();
      for (std::size_t parts = from.count(kLeastPartBytes); parts != 0; --parts) {
        run.push_back(decodePart(from, {PieceKind::eventBlock, shard, event, 0, 0}, chunk, pieces));
      }
      sound = isSound(run, static_cast<std::uint32_t>(nextNumber));
    }
    if (!sound) return fail(ErrorCode::dataLoss, "the directory of events is damaged");
    events.chunks[chunk] = EventChunk(std::move(runs), static_cast<std::uint32_t>(nextNumber));
  }
  if (auto finished = from.finish("the directory of events"); !finished) return propagate(finished);
  return events;
}

}  // namespace roster
