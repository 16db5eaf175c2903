#include "index/engine/piece_keys.h"

#include <fmt/format.h>

#include "index/store/key_codec.h"

namespace roster {

namespace {

std::string_view nameOf(PieceKind kind) {
  switch (kind) {
    case PieceKind::live: return "live contacts";
    case PieceKind::keys: return "keys";
    case PieceKind::present: return "presence bitmap";
    case PieceKind::value: return "bitmap of a value";
    case PieceKind::packed: return "block of rare values";
    case PieceKind::slices: return "bit slices";
    case PieceKind::codeColumn: return "column of codes";
    case PieceKind::setColumn: return "column of sets";
    case PieceKind::numberColumn: return "column of numbers";
    case PieceKind::textColumn: return "column of texts";
    case PieceKind::textIndex: return "text index";
    case PieceKind::list: return "frozen list";
    case PieceKind::dictionary: return "dictionary";
    case PieceKind::keyIndex: return "index of keys";
    case PieceKind::setPatch: return "patch of a column of sets";
    case PieceKind::buckets: return "buckets of a name";
    case PieceKind::eventBlock: return "block of events";
  }
  return "piece";
}

}  // namespace

Family familyOf(PieceKind kind) {
  switch (kind) {
    case PieceKind::keys:
    case PieceKind::keyIndex: return Family::keys;
    case PieceKind::dictionary: return Family::dictionary;
    case PieceKind::codeColumn:
    case PieceKind::setColumn:
    case PieceKind::setPatch:
    case PieceKind::numberColumn:
    case PieceKind::textColumn: return Family::forward;
    case PieceKind::live:
    case PieceKind::present:
    case PieceKind::value:
    case PieceKind::packed:
    case PieceKind::slices:
    case PieceKind::textIndex:
    case PieceKind::list:
    case PieceKind::buckets: return Family::bitmaps;
    case PieceKind::eventBlock: return Family::events;
  }
  return Family::bitmaps;
}

std::string encodePieceKey(const PieceKey& key) {
  std::string bytes;
  bytes.reserve(21);
  appendBigEndian32(bytes, key.shard);
  appendBigEndian32(bytes, key.field);
  bytes.push_back(static_cast<char>(key.kind));
  appendBigEndian32(bytes, key.part);
  appendBigEndian64(bytes, key.version);
  return bytes;
}

std::optional<PieceKey> decodePieceKey(std::string_view bytes) {
  if (bytes.size() != 21) return std::nullopt;
  PieceKey key;
  key.shard = *takeBigEndian32(bytes);
  key.field = *takeBigEndian32(bytes);
  key.kind = static_cast<PieceKind>(bytes.front());
  bytes.remove_prefix(1);
  if (key.kind < PieceKind::live || key.kind > PieceKind::eventBlock) return std::nullopt;
  key.part = *takeBigEndian32(bytes);
  key.version = *takeBigEndian64(bytes);
  return key;
}

std::string describe(const PieceKey& key) { return describe(key, std::to_string(key.field)); }

std::string describe(const PieceKey& key, std::string_view owner) {
  switch (key.kind) {
    case PieceKind::dictionary: return fmt::format("the dictionary of field {}, part {}", owner, key.part);
    case PieceKind::keyIndex:
      if (key.field != 0) return fmt::format("the ids of events {}, part {}", owner, key.part);
      return fmt::format("the index of keys, part {}", key.part);
    case PieceKind::live:
    case PieceKind::keys: return fmt::format("the {} of shard {}, part {}", nameOf(key.kind), key.shard, key.part);
    case PieceKind::list: return fmt::format("the frozen list {}, shard {}", owner, key.shard);
    case PieceKind::eventBlock: return fmt::format("the events {}, shard {}, part {}", owner, key.shard, key.part);
    default: return fmt::format("the {} of field {}, shard {}, part {}", nameOf(key.kind), owner, key.shard, key.part);
  }
}

}  // namespace roster
