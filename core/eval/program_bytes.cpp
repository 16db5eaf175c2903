#include "core/eval/program_bytes.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "core/eval/bucket_slices.h"
#include "core/eval/chunk_evaluator.h"
#include "core/eval/event_scan.h"
#include "core/eval/number_search.h"

namespace roster {

namespace {

// What an evaluation is handed: all contacts, or those that are left so far.
struct Within {
  bool given = false;
  std::uint32_t few = kChunkSize;  // at most so many, in an array
};

// Follows the evaluation of one chunk.
class ChunkBytes {
 public:
  ChunkBytes(const ShardProgram& program, ChunkIndex chunk) : program_(program), chunk_(chunk) {}

  std::uint64_t evaluate(Want want) {
    for (const std::uint32_t node : program_.shared()) visitAnew(program_.node(node), {}, Want::contacts);
    for (const std::uint32_t root : program_.roots()) visit(program_.node(root), {}, want);
    std::uint64_t sum = 0;
    for (const auto& [place, bytes] : touched_) sum += bytes;
    return sum;
  }

 private:
  using Node = ShardProgram::Node;
  using Term = ShardProgram::Term;
  using Kind = ShardProgram::Kind;

  void touch(const void* place, std::uint64_t bytes) {
    std::uint64_t& known = touched_[place];
    known = std::max(known, bytes);
  }
  template <class T>
  void touchPiece(const SlotPtr<T>& slot) {
    if (slot != nullptr) touch(slot.get(), slot->bytes());
  }

  // As words, or where few contacts are looked for in it.
  void read(const ContainerView& container, std::uint32_t few = kChunkSize) {
    if (container.empty()) return;
    std::uint64_t bytes = container.byteSize();
    if (container.kind == ContainerKind::bitset) bytes = std::min(bytes, std::uint64_t{few} * kCacheLine);
    touch(container.data, bytes);
  }
  // Given away as it is: a count is known, contacts are read by whoever gets them.
  void give(const ContainerView& container, Want want) {
    if (want == Want::contacts) read(container);
  }

  bool isBitmap(const Node& node) const { return node.kind == Kind::bitmap; }
  ContainerView bitmapOf(const Node& node) const { return program_.bitmap(node).chunk(chunk_); }
  // The results of shared nodes are no operands.
  bool isBitmapOrShared(const Term& term) const {
    const Node& node = program_.node(term);
    return isBitmap(node) || node.shared;
  }

  void visit(const Node& node, Within within, Want want) {
    if (isBitmap(node)) {
      if (within.given) read(bitmapOf(node), within.few);
      else give(bitmapOf(node), want);
    } else if (!node.shared) {
      visitAnew(node, within, want);
    }
  }

  void visitAnew(const Node& node, Within within, Want want) {
    switch (node.kind) {
      case Kind::empty: return;
      case Kind::bitmap: return give(bitmapOf(node), want);
      case Kind::numbers: return visitNumbers(node, within, want);
      case Kind::any: return visitAny(node, within, want);
      case Kind::countOf: return visitCountOf(node, within);
      case Kind::all: return visitAll(node, within, want);
      case Kind::scan: return visitScan(node, within);
    }
  }

  // Two containers that are counted or combined directly.
  void readPair(const std::vector<ContainerView>& two, std::uint32_t few, Want want) {
    const bool known = want == Want::count && (two[0].full() || two[1].full());
    if (known) return;
    for (const ContainerView& container : two) read(container, few);
  }

  void visitAll(const Node& node, Within within, Want want) {
    const auto terms = program_.terms(node);
    std::vector<ContainerView> bitmaps;
    bool begun = within.given;  // with contacts that others need not look beyond
    for (const Term& term : terms) {
      begun = begun || (!term.negated && (isBitmapOrShared(term) || program_.node(term).ofBitmaps));
      if (!isBitmap(program_.node(term))) continue;
      const ContainerView container = bitmapOf(program_.node(term));
      if (term.negated ? container.full() : container.empty()) return;
      if (container.empty()) continue;
      bitmaps.push_back(container);
      if (!term.negated && container.kind == ContainerKind::array) {
        within.few = std::min(within.few, container.cardinality);
      }
    }
    const bool ofBitmaps =
        std::all_of(terms.begin(), terms.end(), [&](const Term& term) { return isBitmap(program_.node(term)); });
    if (ofBitmaps && !within.given && bitmaps.size() == 1) return give(bitmaps.front(), want);
    if (ofBitmaps && !within.given && bitmaps.size() == 2) return readPair(bitmaps, within.few, want);
    for (const ContainerView& container : bitmaps) read(container, within.few);
    for (const bool negated : {false, true}) {
      for (const Term& term : terms) {
        if (term.negated != negated || isBitmapOrShared(term)) continue;
        visitAnew(program_.node(term), {begun, within.few}, Want::contacts);
        begun = true;
      }
    }
  }

  void visitAny(const Node& node, Within within, Want want) {
    const auto terms = program_.terms(node);
    if (!within.given && want == Want::count && node.disjoint) {
      for (const Term& term : terms) visit(program_.node(term), {}, want);
      return;
    }
    std::vector<ContainerView> bitmaps;
    bool full = false;
    for (const Term& term : terms) {
      if (full) break;  // it is the answer
      if (isBitmap(program_.node(term))) {
        const ContainerView container = bitmapOf(program_.node(term));
        full = container.full();
        if (!container.empty()) bitmaps.push_back(container);
      } else if (!isBitmapOrShared(term)) {
        visitAnew(program_.node(term), within, Want::contacts);
      }
    }
    if (node.ofBitmaps && !within.given && bitmaps.size() == 1) return give(bitmaps.front(), want);
    // Arrays and runs are united in a block of their own, so that only a count looks few contacts up.
    if (node.ofBitmaps && !within.given && terms.size() == 2 && bitmaps.size() == 2) {
      return readPair(bitmaps, want == Want::count ? fewestOf(bitmaps) : kChunkSize, want);
    }
    for (const ContainerView& container : bitmaps) read(container, within.few);
  }

  static std::uint32_t fewestOf(const std::vector<ContainerView>& containers) {
    std::uint32_t few = kChunkSize;
    for (const ContainerView& container : containers) {
      if (container.kind == ContainerKind::array) few = std::min(few, container.cardinality);
    }
    return few;
  }

  void visitCountOf(const Node& node, Within within) {
    const auto terms = program_.terms(node);
    const bool ready =
        std::all_of(terms.begin(), terms.end(), [&](const Term& term) { return isBitmapOrShared(term); });
    const bool looksUp = ready && terms.size() <= kMaxThresholdOperands && within.few <= kMaxFilteredByThreshold;
    const std::uint32_t few = looksUp ? within.few : kChunkSize;
    for (const Term& term : terms) {
      if (isBitmap(program_.node(term))) read(bitmapOf(program_.node(term)), few);
      else if (!isBitmapOrShared(term)) visitAnew(program_.node(term), within, Want::contacts);
    }
    if (!within.given) read(program_.live().chunk(chunk_));
  }

  void visitNumbers(const Node& node, Within within, Want want) {
    const ShardProgram::NumberOperand& operand = program_.numbers(node);
    const NumberRange range = operand.columns->ranges[chunk_];
    if (range.empty()) return;
    const ContainerView present = operand.present->chunk(chunk_);
    const bool allPresent = present.cardinality == program_.live().chunk(chunk_).cardinality;
    const SliceChunk* slices = operand.slices[chunk_].get();
    if (within.given) {
      if (!allPresent) read(present, within.few);
    } else if (slices != nullptr) {
      read(present);
    } else if (containsNumber(operand.intervals, range.least)) {
      give(present, want);
    }
    if (slices == nullptr) return;
    for (std::uint32_t k = lowestSlice(*slices, range, operand.intervals); k < slices->bits(); ++k) {
      read(slices->slice(k));
    }
  }

  void visitScan(const Node& node, Within within) {
    const ShardProgram::ScanOperand& operand = program_.scan(node);
    const ContainerView present = operand.present->chunk(chunk_);
    if (present.empty()) return;
    read(present, within.few);
    const auto& keys = program_.shard().keys[chunk_];
    if (std::holds_alternative<PlanKeyLike>(operand.scan)) return touchPiece(keys);
    if (std::holds_alternative<PlanBucket>(operand.scan)) {
      if (keys == nullptr) return;
      const bool many = !within.given && present.cardinality >= BucketSlices::kManyIfKept;
      return touch(keys.get(), many ? BucketSlices::kChunkBytes : keys->bytes());
    }
    if (const auto* events = std::get_if<PlanEvents>(&operand.scan)) {
      return forEachPart(*events->leaf, program_.shard(), chunk_,
                         [&](const EventPart& part, const EventSet&, bool isWithin) {
                           if (isWithin) touchPiece(part.block);
                         });
    }
    for (const FieldShard* field : {operand.field, operand.other}) {
      if (field != nullptr) touchColumns(*field);
    }
    if (operand.other == nullptr) return;
    if (const auto other = load(operand.other->present)) read((*other)->chunk(chunk_), within.few);
  }

  void touchColumns(const FieldShard& field) {
    if (const auto* numbers = std::get_if<NumberColumns>(&field.columns)) touchPiece(numbers->numbers[chunk_]);
    if (const auto* texts = std::get_if<TextColumns>(&field.columns)) {
      touchPiece(texts->strings[chunk_]);
      touchPiece(texts->index[chunk_]);
    }
    if (const auto* sets = std::get_if<SetColumns>(&field.columns)) {
      touchPiece(sets->sets[chunk_]);
      touchPiece(sets->patches[chunk_]);
    }
  }

  const ShardProgram& program_;
  ChunkIndex chunk_;
  std::unordered_map<const void*, std::uint64_t> touched_;  // the most of it that any node looks at
};

}  // namespace

std::uint64_t touchedBytes(const ShardProgram& program, Want want) {
  if (program.roots().size() == 1 && want == Want::count && program.knownCount()) return 0;
  std::uint64_t sum = 0;
  for (std::uint32_t chunks = program.candidateChunks(); chunks != 0; chunks &= chunks - 1) {
    sum += ChunkBytes(program, static_cast<ChunkIndex>(std::countr_zero(chunks))).evaluate(want);
  }
  return sum;
}

}  // namespace roster
