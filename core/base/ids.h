// The numbers everything is addressed by.
//
// A contact's key maps to a dense ContactId, given in file order and never reused within an epoch. The id space is
// cut in shards of 2^20 contacts, a shard in chunks of 2^16, which is one Roaring container.
#pragma once

#include <cstdint>
#include <limits>

namespace roster {

using ContactId = std::uint32_t;  // shard * kShardSize + local id
using LocalId = std::uint32_t;    // within a shard: 0 … kShardSize-1
using ShardIndex = std::uint32_t;
using ChunkIndex = std::uint32_t;  // within a shard: 0 … kChunksPerShard-1
using FieldId = std::uint32_t;     // never reused, survives a rename
using Code = std::uint32_t;        // a value in a field's dictionary; kNoCode is "no value"
using Sequence = std::uint64_t;    // the number of a batch in the log, from 1; 0 is the empty database

inline constexpr std::uint32_t kShardBits = 20;
inline constexpr std::uint32_t kShardSize = 1U << kShardBits;
inline constexpr std::uint32_t kChunkBits = 16;
inline constexpr std::uint32_t kChunkSize = 1U << kChunkBits;
inline constexpr std::uint32_t kChunksPerShard = kShardSize / kChunkSize;
inline constexpr Code kNoCode = 0;
inline constexpr ContactId kNoContact = std::numeric_limits<ContactId>::max();

constexpr ShardIndex shardOf(ContactId id) { return id >> kShardBits; }
constexpr LocalId localOf(ContactId id) { return id & (kShardSize - 1); }
constexpr ContactId contactAt(ShardIndex shard, LocalId local) { return (shard << kShardBits) | local; }
constexpr ChunkIndex chunkOf(LocalId local) { return local >> kChunkBits; }
// How many chunks the first so many contacts lie in.
constexpr std::uint32_t chunkCountOf(std::uint64_t contacts) {
  return static_cast<std::uint32_t>((contacts + kChunkSize - 1) >> kChunkBits);
}

}  // namespace roster
