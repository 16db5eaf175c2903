// The directories of a checkpoint: small records that name the pieces a snapshot is made of, and their versions. Kept
// in the family `meta`, sealed.
//
//   root                    sequence, epoch, number of shards
//   zone schema segments imports keyindex events
//   dictionary/<field>      list/<list>               identities/<event>
//   shard/<n>               field/<shard>/<field>     events/<shard>/<event>
//   catalog/<catalog>/…     root, keyindex, dictionary, shard and field of its items
//
// A piece's key but for its version follows from where it is named.
#pragma once

#include <string>
#include <string_view>

#include "core/data/snapshot.h"
#include "index/store/store.h"

namespace roster {

// What the root says beside the records it stands over.
struct ManifestRoot {
  Sequence sequence = 0;
  std::uint32_t epoch = 1;
  std::uint32_t shards = 0;
};

// Adds the records in which `after` differs from `before` (null: all of them), and the removal of those that are gone.
// Every piece of `after` is stored.
void writeManifest(const Snapshot* before, const Snapshot& after, StoreBatch& batch);

// Reads the records of the last checkpoint. Loads no piece: slots fetch from `pieces` when they are used. dataLoss
// naming the record that is damaged or missing.
Result<SnapshotPtr> readManifest(const Store& store, PieceSource& pieces);

}  // namespace roster
