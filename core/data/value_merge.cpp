#include "core/data/value_merge.h"

#include <algorithm>
#include <bit>

namespace roster {

namespace {

// Orders by code and keeps the order of contacts: a radix sort over just the bytes that codes use.
void sortByCode(std::vector<MembershipEdit>& edits) {
  Code largest = kNoCode;
  for (const MembershipEdit& edit : edits) largest = std::max(largest, edit.code());
  std::vector<MembershipEdit> sorted(edits.size());
  for (unsigned shift = 0; shift < static_cast<unsigned>(std::bit_width(largest)); shift += 8) {
    std::array<std::size_t, 257> starts{};
    for (const MembershipEdit& edit : edits) ++starts[((edit.code() >> shift) & 0xFF) + 1];
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    for (const MembershipEdit& edit : edits) sorted[starts[(edit.code() >> shift) & 0xFF]++] = edit;
    edits.swap(sorted);
  }
}

// Collects the values of a new index, which come in ascending order of codes.
class ValueIndexBuilder {
 public:
  explicit ValueIndexBuilder(const PackedValues& oldPacked) : oldPacked_(oldPacked) {}

  void addUntouched(const DenseValue& value) { index_.dense.push_back(value); }

  // Copies what the old packed block holds below `code`, and skips `code` itself.
  void copyPackedBelow(Code code) {
    for (; nextOld_ < oldPacked_.size() && oldPacked_.codes()[nextOld_] < code; ++nextOld_) {
      addPacked(oldPacked_.codes()[nextOld_], oldPacked_.contactsAt(nextOld_));
    }
    if (nextOld_ < oldPacked_.size() && oldPacked_.codes()[nextOld_] == code) ++nextOld_;
  }

  void addDense(Code code, Bitmap&& bitmap) {
    const std::uint32_t cardinality = bitmap.cardinality();
    if (cardinality < kDenseValueMinimum / 2) return addPacked(code, bitmap.toVector());
    index_.dense.push_back({code, cardinality, makeSlot(std::move(bitmap))});
  }

  void addRare(Code code, std::span<const LocalId> contacts) {
    if (contacts.size() < kDenseValueMinimum) return addPacked(code, contacts);
    index_.dense.push_back({code, static_cast<std::uint32_t>(contacts.size()), makeSlot(Bitmap::fromSorted(contacts))});
  }

  ValueIndex finish(const SlotPtr<PackedValues>& oldSlot, bool packedTouched) && {
    if (!packedTouched) {
      index_.packed = oldSlot;
    } else {
      for (; nextOld_ < oldPacked_.size(); ++nextOld_) {
        addPacked(oldPacked_.codes()[nextOld_], oldPacked_.contactsAt(nextOld_));
      }
      if (!codes_.empty()) index_.packed = makeSlot(PackedValues::encode(codes_, ends_, contacts_));
    }
    return std::move(index_);
  }

 private:
  void addPacked(Code code, std::span<const LocalId> contacts) {
    if (contacts.empty()) return;
    codes_.push_back(code);
    contacts_.insert(contacts_.end(), contacts.begin(), contacts.end());
    ends_.push_back(static_cast<std::uint32_t>(contacts_.size()));
  }

  const PackedValues& oldPacked_;
  std::uint32_t nextOld_ = 0;
  ValueIndex index_;
  std::vector<Code> codes_;
  std::vector<std::uint32_t> ends_;
  std::vector<LocalId> contacts_;
};

std::vector<LocalId> editList(std::span<const LocalId> old, std::span<const MemberEdit> edits) {
  std::vector<LocalId> merged;
  merged.reserve(old.size() + edits.size());
  auto from = old.begin();
  for (const MemberEdit& edit : edits) {
    for (; from != old.end() && *from < edit.id; ++from) merged.push_back(*from);
    if (from != old.end() && *from == edit.id) ++from;
    if (edit.add) merged.push_back(edit.id);
  }
  merged.insert(merged.end(), from, old.end());
  return merged;
}

}  // namespace

Result<ValueIndex> mergeValues(const ValueIndex& old, std::vector<MembershipEdit> edits) {
  if (edits.empty()) return old;
  sortByCode(edits);
  auto oldPacked = load(old.packed);
  if (!oldPacked) return propagate(oldPacked);

  ValueIndexBuilder builder(**oldPacked);
  bool packedTouched = false;
  auto dense = old.dense.begin();
  std::vector<MemberEdit> own;
  for (std::size_t at = 0; at < edits.size();) {
    const Code code = edits[at].code();
    own.clear();
    for (; at < edits.size() && edits[at].code() == code; ++at) own.push_back({edits[at].contact(), edits[at].add()});

    for (; dense != old.dense.end() && dense->code < code; ++dense) builder.addUntouched(*dense);
    builder.copyPackedBelow(code);
    if (dense != old.dense.end() && dense->code == code) {
      auto bitmap = load(dense->bitmap);
      if (!bitmap) return propagate(bitmap);
      Bitmap edited = applyEdits(**bitmap, own);
      packedTouched |= edited.cardinality() < kDenseValueMinimum / 2;
      builder.addDense(code, std::move(edited));
      ++dense;
    } else {
      packedTouched = true;
      builder.addRare(code, editList((*oldPacked)->find(code), own));
    }
  }
  for (; dense != old.dense.end(); ++dense) builder.addUntouched(*dense);
  return std::move(builder).finish(old.packed, packedTouched);
}

}  // namespace roster
