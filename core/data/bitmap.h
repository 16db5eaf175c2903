// A set of contacts of one shard: an immutable Roaring bitmap in one run of bytes.
//
// The bytes are the stored form (a container pack, see container_pack.h, whose tags are chunks), used in place: opening
// a bitmap allocates nothing and finding a chunk's container is a mask and a popcount.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/buffer.h"
#include "core/data/container_pack.h"

namespace roster {

// Immutable; safe to read from any thread.
class Bitmap {
 public:
  Bitmap() = default;  // empty

  static Bitmap fromSorted(std::span<const LocalId> ids);
  static Bitmap fromBuilder(ContainerPackBuilder&& builder);
  // Takes the stored form, checking all of it; dataLoss where it is damaged.
  static Result<Bitmap> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }
  std::uint32_t cardinality() const { return pack().cardinality(); }
  bool empty() const { return mask_ == 0; }

  // Which chunks hold anything, one bit each.
  std::uint32_t chunkMask() const { return mask_; }
  ContainerView chunk(ChunkIndex index) const { return pack().find(mask_, index); }
  bool contains(LocalId id) const { return chunk(chunkOf(id)).contains(static_cast<std::uint16_t>(id)); }

  // The number of members below `id`.
  std::uint32_t rank(LocalId id) const;

  // Calls f(LocalId) for every member, ascending.
  template <class F>
  void forEach(F&& f) const {
    const ContainerPackView view = pack();
    for (std::uint32_t i = 0; i < view.size(); ++i) {
      const LocalId base = LocalId{view.tag(i)} << kChunkBits;
      forEachValue(view[i], [&](std::uint16_t value) { f(base | value); });
    }
  }
  std::vector<LocalId> toVector() const;

  friend bool operator==(const Bitmap& a, const Bitmap& b);

 private:
  explicit Bitmap(Buffer&& bytes) : bytes_(std::move(bytes)), mask_(static_cast<std::uint32_t>(pack().tagMask())) {}

  ContainerPackView pack() const { return bytes_.size() == 0 ? ContainerPackView() : ContainerPackView(bytes_.data()); }

  Buffer bytes_;
  std::uint32_t mask_ = 0;
};

// One edit of a bitmap: a member added or removed.
struct MemberEdit {
  LocalId id = 0;
  bool add = true;
};

// `old` with the edits applied. Edits ascend strictly by id. Chunks without an edit are copied as they are.
Bitmap applyEdits(const Bitmap& old, std::span<const MemberEdit> edits);

}  // namespace roster
