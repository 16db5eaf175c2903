// What a column of sets has become since it was written: the sets of some contacts of one chunk, which stand over those
// in the column.
//
// A batch changes the sets of a few contacts in each of many chunks. Writing every column of half a megabyte anew would
// cost a hundred times what changed, so a small change makes a new patch, and the column is written anew once its patch
// has grown to a share of it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/data/field_shard.h"

namespace roster {

// One contact's set; codes ascend.
struct PlacedSet {
  std::uint16_t place = 0;
  std::span<const Code> codes;
};

// Whether what a column held may stay there below a patch. What is cleared goes for good: the contact may be erased.
enum class OldSets : std::uint8_t { mayStay, goForGood };

// The sets of one chunk as they are: the column under its patch. Safe to read from any thread.
class PatchedSets {
 public:
  // dataLoss where a piece cannot be loaded.
  static Result<PatchedSets> load(const SetColumns& columns, ChunkIndex chunk);

  // The contact's codes, ascending.
  std::span<const Code> operator[](std::uint32_t place) const {
    return patch_->holds(place) ? patch_->find(place) : (*column_)[place];
  }
  // Contacts from here on have no set.
  std::uint32_t size() const;

  // The columns with other sets for some contacts, which ascend: as a new patch, or, where that would be large, as a
  // column written anew. At least one set is given.
  void replace(std::span<const PlacedSet> sets, OldSets old, SetColumns& columns, ChunkIndex chunk) const;

 private:
  PatchedSets(std::shared_ptr<const SetChunk> column, std::shared_ptr<const SetPatch> patch)
      : column_(std::move(column)), patch_(std::move(patch)) {}

  std::shared_ptr<const SetChunk> column_;
  std::shared_ptr<const SetPatch> patch_;
};

}  // namespace roster
