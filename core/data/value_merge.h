// Edits of a value index: which contacts came to hold which values, and which ceased to.
#pragma once

#include <vector>

#include "core/data/field_shard.h"

namespace roster {

// A contact comes to hold a value, or ceases to. Kept in one word, because bulk import sorts millions of them.
class MembershipEdit {
 public:
  MembershipEdit() = default;
  MembershipEdit(Code code, LocalId contact, bool add)
      : bits_(std::uint64_t{code} << 32 | std::uint64_t{contact} << 1 | (add ? 1 : 0)) {}

  Code code() const { return static_cast<Code>(bits_ >> 32); }
  LocalId contact() const { return static_cast<LocalId>(bits_ >> 1) & (kShardSize - 1); }
  bool add() const { return (bits_ & 1) != 0; }

 private:
  std::uint64_t bits_ = 0;
};

// The index after the edits, which ascend by contact; no two are about one contact and one value.
Result<ValueIndex> mergeValues(const ValueIndex& old, std::vector<MembershipEdit> edits);

}  // namespace roster
