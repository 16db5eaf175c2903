// Where each kind of piece lies in the store, and what it is called in messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/data/piece.h"
#include "index/store/store.h"

namespace roster {

// Pieces in the families that hold them: keys, dictionary, forward, bitmaps.
Family familyOf(PieceKind kind);

// shard, field, kind, part, version, each big-endian: the pieces of a field of a shard lie together.
std::string encodePieceKey(const PieceKey& key);
std::optional<PieceKey> decodePieceKey(std::string_view bytes);

// "the slices of field 7, shard 2, part 3".
std::string describe(const PieceKey& key);
// The same with its field, or its frozen list, called by another name than its number.
std::string describe(const PieceKey& key, std::string_view owner);

}  // namespace roster
