// Leaves of predicates besides those of program_shapes.h: scans, which look at contacts one by one, and what needs no
// value of a field.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/kernels/program_shapes.h"
#include "core/base/string_column.h"

namespace roster::bench {

Shape constant(bool value);
Shape present(const HeldNumbersPtr& numbers);
Shape contacts(const HeldPtr& held);
Shape inList(ChunkData& data, const HeldPtr& members);

// A text of each contact; the empty one of those that have none.
struct HeldTexts {
  FieldId field = 0;  // 0: they are keys
  std::shared_ptr<const StringChunk> strings;
};

// Texts as a field, with an index.
HeldTexts addTexts(ChunkData& data, const StringColumn& texts);

// Texts as keys. What is made from keys is kept only where they are in a store.
enum class KeyPlace : std::uint8_t { memory, store };
HeldTexts addKeys(ChunkData& data, const StringColumn& texts, KeyPlace place);

// The plain form of a pattern.
using TextCondition = bool (*)(std::string_view text);

Shape like(const HeldTexts& texts, std::string_view pattern, TextCondition plain, bool foldCase = false);
Shape textIn(const HeldTexts& texts, std::vector<std::string> values, bool indexed);
// Contacts whose bucket of a name is below a limit.
Shape bucketBelow(const HeldTexts& keys, std::string_view name, std::uint32_t limit);

// A set of each contact, as far as its size goes.
struct HeldSets {
  FieldId field = 0;
  std::vector<std::uint32_t> sizes;
};
using HeldSetsPtr = std::shared_ptr<const HeldSets>;

// Sets of up to `most` codes. Of one contact in `patchedEvery` the set was changed since the column was written; of
// none where that is 0.
HeldSetsPtr addSets(ChunkData& data, Dice& dice, std::uint32_t most, std::uint32_t patchedEvery);

Shape setSize(const HeldSetsPtr& sets, const Interval& sizes);

// Of numbers that are days: those from the `first` of a month on, in every month.
Shape fromDayOfMonth(const HeldNumbersPtr& days, unsigned first);

}  // namespace roster::bench
