#include "core/data/set_patch.h"

#include <algorithm>
#include <vector>

namespace roster {

namespace {

// A patch of up to this share of its column stays one. Every change copies the patch, and writes the column anew once
// in as many changes as fit into the patch: the sum is least near here for batches that change ten sets of a chunk.
constexpr std::size_t kPatchShare = 32;

// The sets of a patch, with those of `sets` in their places or beside them.
std::vector<PlacedSet> mergedSets(const SetPatch& patch, std::span<const PlacedSet> sets) {
  std::vector<PlacedSet> merged;
  merged.reserve(patch.size() + sets.size());
  auto next = sets.begin();
  for (std::uint32_t i = 0; i < patch.size(); ++i) {
    while (next != sets.end() && next->place < patch.place(i)) merged.push_back(*next++);
    if (next != sets.end() && next->place == patch.place(i)) merged.push_back(*next++);
    else merged.push_back({patch.place(i), patch.codesAt(i)});
  }
  merged.insert(merged.end(), next, sets.end());
  return merged;
}

bool isSmall(std::span<const PlacedSet> sets, const SetChunk& column) {
  std::size_t bytes = sets.size() * (sizeof(std::uint16_t) + sizeof(std::uint32_t));
  for (const PlacedSet& set : sets) bytes += set.codes.size_bytes();
  return bytes * kPatchShare <= column.byteSize();
}

SetPatch patchOf(std::span<const PlacedSet> sets) {
  std::vector<std::uint16_t> places;
  std::vector<std::uint32_t> ends;
  std::vector<Code> codes;
  for (const PlacedSet& set : sets) {
    places.push_back(set.place);
    codes.insert(codes.end(), set.codes.begin(), set.codes.end());
    ends.push_back(static_cast<std::uint32_t>(codes.size()));
  }
  return SetPatch::encode(places, ends, codes);
}

// Writes a column anew: whatever is not replaced is copied at once.
class SetRewriter {
 public:
  explicit SetRewriter(const SetChunk& old) : old_(old) {}

  SetChunk with(std::span<const PlacedSet> sets) && {
    for (const PlacedSet& set : sets) {
      copyUntil(set.place);
      codes_.insert(codes_.end(), set.codes.begin(), set.codes.end());
      ends_.push_back(static_cast<std::uint32_t>(codes_.size()));
    }
    copyUntil(std::max(static_cast<std::uint32_t>(ends_.size()), old_.size()));
    return SetChunk::encode(ends_, codes_);
  }

 private:
  void copyUntil(std::uint32_t place) {
    const auto next = static_cast<std::uint32_t>(ends_.size());
    if (const std::uint32_t held = std::min(old_.size(), place); next < held) {
      const auto codes = old_.codes(next, held);
      // From where the old codes end to where their copies do; unsigned arithmetic comes out right if that is less.
      const auto shift = static_cast<std::uint32_t>(codes_.size() - (next == 0 ? 0 : old_.ends()[next - 1]));
      ends_.resize(held);
      std::transform(old_.ends() + next, old_.ends() + held, ends_.begin() + next,
                     [shift](std::uint32_t end) { return end + shift; });
      codes_.insert(codes_.end(), codes.begin(), codes.end());
    }
    ends_.resize(place, static_cast<std::uint32_t>(codes_.size()));  // contacts beyond the old ones have no codes
  }

  const SetChunk& old_;
  std::vector<std::uint32_t> ends_;
  std::vector<Code> codes_;
};

}  // namespace

Result<PatchedSets> PatchedSets::load(const SetColumns& columns, ChunkIndex chunk) {
  auto column = roster::load(columns.sets[chunk]);
  if (!column) return propagate(column);
  auto patch = roster::load(columns.patches[chunk]);
  if (!patch) return propagate(patch);
  return PatchedSets(*std::move(column), *std::move(patch));
}

std::uint32_t PatchedSets::size() const {
  const std::uint32_t patched = patch_->size() == 0 ? 0 : patch_->place(patch_->size() - 1) + std::uint32_t{1};
  return std::max(column_->size(), patched);
}

void PatchedSets::replace(std::span<const PlacedSet> sets, OldSets old, SetColumns& columns, ChunkIndex chunk) const {
  const std::vector<PlacedSet> all = mergedSets(*patch_, sets);
  if (old == OldSets::mayStay && isSmall(all, *column_)) {
    columns.patches[chunk] = makeSlot(patchOf(all));
    return;
  }
  columns.sets[chunk] = makeSlot(SetRewriter(*column_).with(all));
  columns.patches[chunk] = nullptr;
}

}  // namespace roster
