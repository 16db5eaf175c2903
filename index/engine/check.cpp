#include "index/engine/check.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "core/data/consistency.h"
#include "index/engine/erasures.h"
#include "index/engine/piece_keys.h"
#include "index/engine/slot_walk.h"

namespace roster {

namespace {

// A field or a frozen list as people know it; its number where the snapshot has no name for it.
std::string nameOfOwner(const Snapshot& snapshot, const PieceKey& key) {
  if (key.kind == PieceKind::list) {
    const auto isIt = [&](const auto& named) { return named.second.list == key.field; };
    const auto found = std::find_if(snapshot.segments->begin(), snapshot.segments->end(), isIt);
    if (found != snapshot.segments->end()) return fmt::format("'{}'", found->first);
  } else if (const Field* field = snapshot.schema->find(key.field)) {
    return fmt::format("'{}'", field->name);
  }
  return std::to_string(key.field);
}

// What is wrong with pieces, by their names. Damage to a file of the store meets every piece that lies there, and the
// store as a whole; it is told once.
class DamagedPieces {
 public:
  DamagedPieces(const Snapshot& snapshot, std::vector<std::string>& damage) : snapshot_(snapshot), damage_(damage) {}

  void note(const PieceKey& key, const std::string& message) {
    const std::string numbered = describe(key);
    const std::string named = describe(key, nameOfOwner(snapshot_, key));
    const std::string why = message.starts_with(numbered) ? message.substr(numbered.size()) : ": " + message;
    const bool isNew = reasons_.insert(why).second;
    damage_.push_back(named + (isNew ? why : " cannot be read for the same reason"));
  }

  // Of the store as a whole, or anything else that is no piece.
  void note(const std::string& message) {
    if (!reasons_.contains(": " + message)) damage_.push_back(message);
  }

 private:
  const Snapshot& snapshot_;
  std::vector<std::string>& damage_;
  std::set<std::string> reasons_;  // as they follow the name of a piece
};

}  // namespace

Result<CheckReport> checkDatabase(const Database& database) {
  const SnapshotPtr snapshot = database.snapshot();
  CheckReport report;
  report.contacts = snapshot->liveCount();
  DamagedPieces damaged(*snapshot, report.damage);
  walkSlots(*snapshot, [&](const auto& slot, const PieceKey& key) {
    ++report.pieces;
    report.bytes += slot->bytes();
    if (const auto piece = slot->get(); !piece) damaged.note(key, piece.error().message);
  });
  if (const auto hasher = KeyHasher::read(database.store()); !hasher) damaged.note(hasher.error().message);
  if (const auto verified = database.store().verifyChecksums(); !verified) damaged.note(verified.error().message);

  // What pieces say of each other is only looked at once each of them can be read.
  if (!report.damage.empty()) return report;
  if (const auto checked = checkConsistency(*snapshot); !checked) damaged.note(checked.error().message);
  return report;
}

}  // namespace roster
