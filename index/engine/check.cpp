#include "index/engine/check.h"

#include "core/data/consistency.h"
#include "index/engine/erasures.h"
#include "index/engine/slot_walk.h"

namespace roster {

Result<CheckReport> checkDatabase(const Database& database) {
  const SnapshotPtr snapshot = database.snapshot();
  CheckReport report;
  report.contacts = snapshot->liveCount();
  const auto note = [&](const Result<void>& checked) {
    if (!checked) report.damage.push_back(checked.error().message);
  };
  note(database.store().verifyChecksums());
  if (const auto hasher = KeyHasher::read(database.store()); !hasher) report.damage.push_back(hasher.error().message);

  walkSlots(*snapshot, [&](const auto& slot, const PieceKey&) {
    ++report.pieces;
    report.bytes += slot->bytes();
    if (const auto piece = slot->get(); !piece) report.damage.push_back(piece.error().message);
  });
  // What pieces say of each other is only looked at once each of them can be read.
  if (report.damage.empty()) note(checkConsistency(*snapshot));
  return report;
}

}  // namespace roster
