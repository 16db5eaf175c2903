#include "bench/kernels/scan_shapes.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_set>
#include <utility>

#include "core/base/hash.h"

namespace roster::bench {

namespace {

StringChunk chunkOf(const StringColumn& texts) {
  std::vector<std::uint32_t> ends;
  std::string bytes;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    bytes += texts[i];
    ends.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
  return StringChunk::encode(ends, bytes);
}

// Keeps everything.
class KeepingSource : public PieceSource {
 public:
  Result<KeptPtr> fetch(const PieceKey& key, Decode /*decode*/) override { return find(key); }
  KeptPtr find(const PieceKey& key) override {
    const auto found = kept_.find(key);
    return found == kept_.end() ? nullptr : found->second;
  }
  KeptPtr keep(const PieceKey& key, Decoded decoded) override {
    return kept_.emplace(key, std::make_shared<const Kept>(std::move(decoded))).first->second;
  }
  void release(const PieceKey& /*key*/) noexcept override {}

 private:
  std::map<PieceKey, KeptPtr> kept_;
};

// Keys and the store that they are in, which outlives their slot.
struct StoredKeys {
  explicit StoredKeys(StringChunk&& keys) : slot(std::move(keys)) {
    slot.markStored({PieceKind::keys, 0, 0, 0, 1}, source);
  }

  KeepingSource source;
  Slot<StringChunk> slot;
};

// A contact's codes, of which a size is all that matters.
void appendCodes(std::uint32_t size, std::vector<Code>& codes, std::vector<std::uint32_t>& ends) {
  for (Code code = 1; code <= size; ++code) codes.push_back(code);
  ends.push_back(static_cast<std::uint32_t>(codes.size()));
}

// A field of these columns, which the contacts of `present` have a value of.
template <class Columns>
FieldId addColumns(ChunkData& data, const ChunkWords& present, Columns&& columns) {
  ContainerPackBuilder builder;
  builder.addWords(0, present);
  auto field = std::make_shared<FieldShard>();
  field->present = makeSlot(Bitmap::fromBuilder(std::move(builder)));
  field->presentCount = countBits(present);
  field->columns = std::forward<Columns>(columns);
  return data.addField(std::move(field));
}

}  // namespace

Shape constant(bool value) {
  return {PlanNode{PlanConstant{value}}, [value](std::uint32_t) { return value; }};
}

Shape present(const HeldNumbersPtr& numbers) {
  return {PlanNode{PlanPresent{numbers->field}},
          [numbers](std::uint32_t place) { return numbers->present.test(place); }};
}

Shape contacts(const HeldPtr& held) {
  return {PlanNode{PlanContacts{{held->values.begin(), held->values.end()}}},
          [held](std::uint32_t place) { return held->words.test(place); }};
}

Shape inList(ChunkData& data, const HeldPtr& members) {
  return {PlanNode{PlanList{data.addList(makeSlot(bitmapOf(members->view())))}},
          [members](std::uint32_t place) { return members->words.test(place); }};
}

HeldTexts addTexts(ChunkData& data, const StringColumn& texts) {
  ChunkWords present;
  present.clear();
  for (std::uint32_t place = 0; place < texts.size(); ++place) {
    if (!texts[place].empty()) present.set(place);
  }
  TextColumns columns;
  columns.strings[0] = makeSlot(chunkOf(texts));
  auto strings = columns.strings[0]->get().value();
  columns.index[0] = makeSlot(TextIndexChunk::build(*strings));
  return {addColumns(data, present, std::move(columns)), std::move(strings)};
}

HeldTexts addKeys(ChunkData& data, const StringColumn& texts, KeyPlace place) {
  SlotPtr<StringChunk> keys;
  if (place == KeyPlace::memory) {
    keys = makeSlot(chunkOf(texts));
  } else {
    const auto stored = std::make_shared<const StoredKeys>(chunkOf(texts));
    keys = SlotPtr<StringChunk>(stored, &stored->slot);
  }
  data.setKeys(keys);
  return {0, keys->get().value()};
}

Shape like(const HeldTexts& texts, std::string_view pattern, TextCondition plain, bool foldCase) {
  auto compiled = std::make_shared<const LikePattern>(pattern, foldCase);
  PlanScan scan = PlanKeyLike{compiled};
  if (texts.field != 0) scan = PlanTextLike{texts.field, compiled};
  return {PlanNode{std::move(scan)},
          [strings = texts.strings, plain](std::uint32_t place) { return plain((*strings)[place]); }};
}

Shape textIn(const HeldTexts& texts, std::vector<std::string> values, bool indexed) {
  std::sort(values.begin(), values.end());
  const auto sought = std::make_shared<const std::vector<std::string>>(values);
  const std::unordered_set<std::string_view> hashed(sought->begin(), sought->end());
  return {
      PlanNode{PlanScan{PlanTextIn{texts.field, std::move(values), indexed}}},
      [strings = texts.strings, sought, hashed](std::uint32_t place) { return hashed.count((*strings)[place]) != 0; }};
}

Shape bucketBelow(const HeldTexts& keys, std::string_view name, std::uint32_t limit) {
  const Intervals intervals = {{0, std::int64_t{limit} - 1}};
  const auto bucketOf = std::make_shared<BucketHash>(name);
  return {PlanNode{PlanScan{PlanBucket{std::string(name), intervals}}},
          [strings = keys.strings, bucketOf, limit](std::uint32_t place) {
            return (*bucketOf)((*strings)[place]) < limit;
          }};
}

HeldSetsPtr addSets(ChunkData& data, Dice& dice, std::uint32_t most, std::uint32_t patchedEvery) {
  const auto held = std::make_shared<HeldSets>();
  ChunkWords present;
  present.clear();
  std::vector<Code> codes;
  std::vector<std::uint32_t> ends;
  std::vector<std::uint16_t> patchedPlaces;
  std::vector<Code> patchedCodes;
  std::vector<std::uint32_t> patchedEnds;
  for (std::uint32_t place = 0; place < kChunkSize; ++place) {
    std::uint32_t size = dice.below(most + 1);
    appendCodes(size, codes, ends);
    if (patchedEvery != 0 && dice.below(patchedEvery) == 0) {
      size = dice.below(most + 1);
      patchedPlaces.push_back(static_cast<std::uint16_t>(place));
      appendCodes(size, patchedCodes, patchedEnds);
    }
    held->sizes.push_back(size);
    if (size != 0) present.set(place);
  }
  SetColumns columns;
  columns.sets[0] = makeSlot(SetChunk::encode(ends, codes));
  if (patchedEvery != 0) columns.patches[0] = makeSlot(SetPatch::encode(patchedPlaces, patchedEnds, patchedCodes));
  held->field = addColumns(data, present, std::move(columns));
  return held;
}

Shape setSize(const HeldSetsPtr& sets, const Interval& sizes) {
  return {PlanNode{PlanScan{PlanSetSize{sets->field, {sizes}}}},
          [sets, sizes](std::uint32_t place) { return sizes.contains(sets->sizes[place]); }};
}

Shape fromDayOfMonth(const HeldNumbersPtr& days, unsigned first) {
  std::bitset<12 * 31> marked;
  for (unsigned month = 0; month < 12; ++month) {
    for (unsigned day = first; day <= 31; ++day) marked.set(month * 31 + day - 1);
  }
  PlanDayOfYear scan{days->field, std::make_shared<const AnniversaryDays>(marked), nullptr};
  return {PlanNode{PlanScan{std::move(scan)}}, [days, first](std::uint32_t place) {
            const std::chrono::sys_days day(std::chrono::days(days->numbers[place]));
            return days->present.test(place) && unsigned(std::chrono::year_month_day(day).day()) >= first;
          }};
}

}  // namespace roster::bench
