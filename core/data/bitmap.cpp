#include "core/data/bitmap.h"

#include <algorithm>

namespace roster {

namespace {

using Edits = std::span<const MemberEdit>;

// The edits of one chunk at the front of `edits`, which lose them.
Edits takeChunk(Edits& edits, ChunkIndex chunk) {
  const auto end =
      std::find_if(edits.begin(), edits.end(), [&](const MemberEdit& e) { return chunkOf(e.id) != chunk; });
  const auto count = static_cast<std::size_t>(end - edits.begin());
  const Edits taken = edits.first(count);
  edits = edits.subspan(count);
  return taken;
}

void mergeArray(ContainerPackBuilder& builder, ChunkIndex chunk, std::span<const std::uint16_t> old, Edits edits) {
  std::vector<std::uint16_t> merged;
  merged.reserve(old.size() + edits.size());
  auto from = old.begin();
  for (const MemberEdit edit : edits) {
    const auto value = static_cast<std::uint16_t>(edit.id);
    const auto until = std::lower_bound(from, old.end(), value);
    merged.insert(merged.end(), from, until);
    from = until != old.end() && *until == value ? until + 1 : until;
    if (edit.add) merged.push_back(value);
  }
  merged.insert(merged.end(), from, old.end());
  builder.addArray(chunk, merged);
}

void mergeWords(ContainerPackBuilder& builder, ChunkIndex chunk, const ContainerView& old, Edits edits) {
  ChunkWords words;
  expand(old, words);
  for (const MemberEdit edit : edits) {
    const auto bit = static_cast<std::uint16_t>(edit.id);
    if (edit.add) words.set(bit);
    else words.reset(bit);
  }
  builder.addWords(chunk, words);
}

}  // namespace

Bitmap Bitmap::fromSorted(std::span<const LocalId> ids) {
  ContainerPackBuilder builder;
  std::vector<std::uint16_t> values;
  while (!ids.empty()) {
    const ChunkIndex chunk = chunkOf(ids.front());
    values.clear();
    std::size_t count = 0;
    for (; count < ids.size() && chunkOf(ids[count]) == chunk; ++count) {
      values.push_back(static_cast<std::uint16_t>(ids[count]));
    }
    builder.addArray(chunk, values);
    ids = ids.subspan(count);
  }
  return fromBuilder(std::move(builder));
}

Bitmap Bitmap::fromBuilder(ContainerPackBuilder&& builder) {
  if (builder.size() == 0) return {};
  Buffer bytes(builder.packedSize());
  builder.writeTo(bytes.data());
  return Bitmap(std::move(bytes));
}

Result<Bitmap> Bitmap::decode(Buffer&& bytes) {
  if (bytes.size() == 0) return Bitmap();
  const auto pack = ContainerPackView::validate(bytes.data(), bytes.size());
  if (!pack) return tl::unexpected(pack.error());
  if ((pack->tagMask() >> kChunksPerShard) != 0)
    return fail(ErrorCode::dataLoss, "a bitmap is damaged: a chunk too many");
  return Bitmap(std::move(bytes));
}

std::uint32_t Bitmap::rank(LocalId id) const {
  std::uint32_t below = 0;
  const ContainerPackView view = pack();
  for (std::uint32_t i = 0; i < view.size(); ++i) {
    const ChunkIndex chunk = view.tag(i);
    if (chunk > chunkOf(id)) break;
    if (chunk < chunkOf(id)) {
      below += view[i].cardinality;
      continue;
    }
    const auto wanted = static_cast<std::uint16_t>(id);
    forEachValue(view[i], [&](std::uint16_t value) { below += value < wanted; });
  }
  return below;
}

std::vector<LocalId> Bitmap::toVector() const {
  std::vector<LocalId> ids;
  ids.reserve(cardinality());
  forEach([&](LocalId id) { ids.push_back(id); });
  return ids;
}

bool operator==(const Bitmap& a, const Bitmap& b) {
  // Two bitmaps of the same members can differ in the form of a container, so members are compared.
  if (a.cardinality() != b.cardinality() || a.mask_ != b.mask_) return false;
  ChunkWords left;
  ChunkWords right;
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    if (((a.mask_ >> chunk) & 1) == 0) continue;
    expand(a.chunk(chunk), left);
    expand(b.chunk(chunk), right);
    if (left.words != right.words) return false;
  }
  return true;
}

Bitmap applyEdits(const Bitmap& old, std::span<const MemberEdit> edits) {
  ContainerPackBuilder builder;
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    const ContainerView before = old.chunk(chunk);
    const Edits own = takeChunk(edits, chunk);
    if (own.empty()) {
      builder.add(chunk, before);
    } else if (before.kind == ContainerKind::array && before.cardinality + own.size() <= kMaxArrayCardinality) {
      mergeArray(builder, chunk, before.array(), own);
    } else {
      mergeWords(builder, chunk, before, own);
    }
  }
  return Bitmap::fromBuilder(std::move(builder));
}

}  // namespace roster
