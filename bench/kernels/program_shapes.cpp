#include "bench/kernels/program_shapes.h"

#include <algorithm>
#include <utility>

namespace roster::bench {

namespace {

constexpr FieldId kCodedField = 1;
constexpr FieldId kFirstOtherField = 2;
constexpr ListId kFirstList = 1;

Bitmap bitmapOf(const ChunkWords& words) {
  ContainerPackBuilder builder;
  builder.addWords(0, words);
  return Bitmap::fromBuilder(std::move(builder));
}

using Conditions = std::vector<std::function<bool(std::uint32_t)>>;

// The plans of some shapes, which lose them, and their conditions.
std::pair<std::vector<PlanNode>, Conditions> takeApart(std::vector<Shape>&& shapes) {
  std::pair<std::vector<PlanNode>, Conditions> parts;
  for (Shape& shape : shapes) {
    parts.first.push_back(std::move(shape.plan));
    parts.second.push_back(std::move(shape.holds));
  }
  return parts;
}

std::shared_ptr<const FieldShard> fieldOf(const HeldNumbers& held) {
  NumberColumns columns;
  forEachBit(held.present.data(), [&](std::uint16_t place) {
    columns.ranges[0].least = std::min(columns.ranges[0].least, held.numbers[place]);
    columns.ranges[0].greatest = std::max(columns.ranges[0].greatest, held.numbers[place]);
  });
  columns.slices[0] = makeSlot(SliceChunk::build(held.present, held.numbers));
  columns.numbers[0] = makeSlot(NumberChunk::encode(held.numbers));
  auto field = std::make_shared<FieldShard>();
  field->present = makeSlot(bitmapOf(held.present));
  field->presentCount = countBits(held.present);
  field->columns = std::move(columns);
  return field;
}

}  // namespace

Shape all(std::vector<Shape> operands) {
  auto [plans, conditions] = takeApart(std::move(operands));
  return {PlanNode{PlanCombine{PlanCombination::all, std::move(plans)}}, [own = std::move(conditions)](auto place) {
            return std::all_of(own.begin(), own.end(), [place](const auto& holds) { return holds(place); });
          }};
}

Shape any(std::vector<Shape> operands) {
  auto [plans, conditions] = takeApart(std::move(operands));
  return {PlanNode{PlanCombine{PlanCombination::any, std::move(plans)}}, [own = std::move(conditions)](auto place) {
            return std::any_of(own.begin(), own.end(), [place](const auto& holds) { return holds(place); });
          }};
}

Shape no(Shape operand) {
  PlanNot negation;
  negation.operand.push_back(std::move(operand.plan));
  return {PlanNode{std::move(negation)}, [holds = std::move(operand.holds)](auto place) { return !holds(place); }};
}

Shape countOf(std::uint32_t minimum, std::uint32_t maximum, std::vector<Shape> operands) {
  auto [plans, conditions] = takeApart(std::move(operands));
  return {PlanNode{PlanCountOf{minimum, maximum, std::move(plans)}},
          [minimum, maximum, own = std::move(conditions)](auto place) {
            const auto count =
                std::count_if(own.begin(), own.end(), [place](const auto& holds) { return holds(place); });
            return minimum <= count && count <= maximum;
          }};
}

Shape atLeast(std::uint32_t minimum, std::vector<Shape> operands) {
  const auto most = static_cast<std::uint32_t>(operands.size());
  return countOf(minimum, most, std::move(operands));
}

PlanNode ChunkData::planOf(const std::vector<HeldPtr>& held, bool disjoint) {
  PlanCodes codes{kCodedField, {}, disjoint};
  for (const HeldPtr& each : held) {
    codes.codes.push_back(static_cast<Code>(values_.size() + 1));
    values_.push_back(
        {codes.codes.back(), static_cast<std::uint32_t>(each->values.size()), makeSlot(bitmapOf(each->view()))});
  }
  return PlanNode{std::move(codes)};
}

Shape ChunkData::bitmap(const HeldPtr& held) {
  return {planOf({held}, false), [held](std::uint32_t place) { return held->words.test(place); }};
}

std::vector<Shape> ChunkData::bitmaps(const std::vector<HeldPtr>& held) {
  std::vector<Shape> shapes;
  shapes.reserve(held.size());
  for (const HeldPtr& each : held) shapes.push_back(bitmap(each));
  return shapes;
}

Shape ChunkData::oneOf(const std::vector<HeldPtr>& disjoint) {
  return {planOf(disjoint, true), [disjoint](std::uint32_t place) {
            return std::any_of(disjoint.begin(), disjoint.end(),
                               [place](const HeldPtr& held) { return held->words.test(place); });
          }};
}

HeldNumbersPtr ChunkData::numbers(Dice& dice, std::uint32_t every, std::int64_t least, std::int64_t greatest) {
  auto held = std::make_shared<HeldNumbers>();
  held->present = scattered(dice, every, ContainerKind::bitset)->words;
  for (std::uint32_t place = 0; place < kChunkSize; ++place) {
    held->numbers.push_back(least + dice.below(static_cast<std::uint32_t>(greatest - least + 1)));
  }
  held->field = addField(fieldOf(*held));
  return held;
}

Shape ChunkData::in(const HeldNumbersPtr& numbers, Intervals intervals) {
  return {PlanNode{PlanNumbers{numbers->field, intervals}}, [numbers, intervals](std::uint32_t place) {
            return numbers->present.test(place) &&
                   std::any_of(intervals.begin(), intervals.end(),
                               [&](const Interval& interval) { return interval.contains(numbers->numbers[place]); });
          }};
}

Shape ChunkData::less(const HeldNumbersPtr& left, const HeldNumbersPtr& right) {
  const FieldType integer{FieldKind::integer};
  PlanFieldCompare scan{left->field,  integer, CompareOp::less,
                        right->field, integer, std::make_shared<const TimeZone>()};
  return {PlanNode{PlanScan{std::move(scan)}}, [left, right](std::uint32_t place) {
            return left->present.test(place) && right->present.test(place) &&
                   left->numbers[place] < right->numbers[place];
          }};
}

FieldId ChunkData::addField(std::shared_ptr<const FieldShard> field) {
  fields_.push_back(std::move(field));
  return kFirstOtherField + static_cast<FieldId>(fields_.size() - 1);
}

ListId ChunkData::addList(SlotPtr<Bitmap> members) {
  lists_.push_back(std::move(members));
  return kFirstList + static_cast<ListId>(lists_.size() - 1);
}

SnapshotPtr ChunkData::snapshot() const {
  ContainerPackBuilder everybody;
  everybody.addFull(0);
  auto shard = std::make_shared<Shard>();
  shard->size = kChunkSize;
  shard->live = makeSlot(Bitmap::fromBuilder(std::move(everybody)));
  shard->liveCount = kChunkSize;
  CodedColumns columns;
  columns.values.dense = values_;
  auto coded = std::make_shared<FieldShard>();
  coded->columns = std::move(columns);
  shard->fields[kCodedField] = std::move(coded);
  FieldId field = kFirstOtherField;
  for (const auto& other : fields_) shard->fields[field++] = other;
  shard->keys[0] = keys_;
  auto snapshot = std::make_shared<Snapshot>();
  ListId list = kFirstList;
  for (const auto& members : lists_) snapshot->lists[list++] = {members};
  snapshot->shards.push_back(std::move(shard));
  return snapshot;
}

}  // namespace roster::bench
