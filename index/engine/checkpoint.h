// Checkpoints: a snapshot's pieces brought to the store, then made true by one small synced write.
//
// Pieces are written under new versions and named by nobody until the manifest is, so a crash on the way loses nothing
// and leaves only orphans behind, which the next opening for writing sweeps.
#pragma once

#include "core/data/snapshot.h"
#include "index/engine/piece_store.h"
#include "index/store/store.h"

namespace roster {

// Stores all of `after` that is not stored yet. `before` is the last snapshot that was checkpointed (null: none).
// Removes the log up to `after`'s sequence and the pieces nobody names any more. Not to be run twice at once.
Result<void> writeCheckpoint(const Snapshot* before, const Snapshot& after, Store& store, PieceStore& pieces);

// Removes pieces in the store that the snapshot does not name. Reads all keys of pieces. Returns how many there were.
Result<std::size_t> sweepPieces(const Snapshot& snapshot, Store& store);

// Whether a checkpoint was begun and not finished when the process ended, so that orphans may be about.
Result<bool> hasUnfinishedCheckpoint(const Store& store);

}  // namespace roster
