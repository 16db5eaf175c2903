// The directory record of a shard's events of one type: which blocks there are, in which version, with the figures that
// planning needs before any block is loaded.
#pragma once

#include <string>
#include <string_view>

#include "core/data/event_shard.h"

namespace roster {

std::string encodeDirectory(const EventShard& events);
Result<EventShard> decodeEventDirectory(std::string_view bytes, ShardIndex shard, std::uint32_t event,
                                        PieceSource& pieces);

}  // namespace roster
