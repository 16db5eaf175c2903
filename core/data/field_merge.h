// Applying changes to one field of one shard: a pure function from the old version and the changes to the new one.
//
// Edits ascend strictly by contact: what a batch does to one contact is one edit. Only chunks and values that an edit
// touches get new pieces; an edit that changes nothing makes none. Fails with dataLoss where an old piece cannot be
// loaded. Cost is proportional to the edits plus the chunks and bitmaps they touch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/data/field_shard.h"

namespace roster {

// The new value of a bool or category; kNoCode clears it.
struct CodeEdit {
  LocalId contact = 0;
  Code code = kNoCode;
};

// What happens to one contact's set: cleared first or not, then codes added and removed in order.
struct SetEdit {
  struct Step {
    Code code = kNoCode;
    bool add = true;
  };
  LocalId contact = 0;
  bool clear = false;
  std::span<const Step> steps;
};

// The new value of a numeric field, or none.
struct NumberEdit {
  LocalId contact = 0;
  std::optional<std::int64_t> number;
};

// The new value of a text field; the empty string clears it.
struct TextEdit {
  LocalId contact = 0;
  std::string_view text;
};

Result<FieldShard> mergeCodes(const FieldShard& old, std::span<const CodeEdit> edits);
Result<FieldShard> mergeSets(const FieldShard& old, std::span<const SetEdit> edits);
Result<FieldShard> mergeNumbers(const FieldShard& old, std::span<const NumberEdit> edits);
Result<FieldShard> mergeTexts(const FieldShard& old, std::span<const TextEdit> edits, bool indexed);

}  // namespace roster
