#include "core/eval/shard_program.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/eval/bucket_slices.h"
#include "core/eval/event_scan.h"
#include "core/eval/number_search.h"

namespace roster {

// Builds a program bottom up. Every `make` returns the number of the node it made.
class ShardProgramBuilder {
 public:
  using Made = Result<std::uint32_t>;
  using Node = ShardProgram::Node;
  using Term = ShardProgram::Term;
  using Kind = ShardProgram::Kind;

  ShardProgramBuilder(const Snapshot& snapshot, ShardIndex index, bool sharing)
      : snapshot_(snapshot), index_(index), shard_(*snapshot.shards[index]), sharing_(sharing) {}

  Result<ShardProgram> build(std::span<const PlanNode* const> plans) {
    auto live = load(shard_.live);
    if (!live) return propagate(live);
    program_.shard_ = &shard_;
    program_.live_ = *std::move(live);
    for (const PlanNode* plan : plans) {
      auto root = make(*plan);
      if (!root) return propagate(root);
      program_.roots_.push_back(*root);
    }
    if (sharing_) findShared();
    else program_.pair_ = pairOf(program_.root());
    for (const std::uint32_t root : program_.roots_) {
      program_.candidateChunks_ |= program_.candidatesOf(program_.node(root));
    }
    return std::move(program_);
  }

 private:
  std::optional<ShardProgram::Pair> pairOf(const Node& node) const {
    const auto terms = program_.terms(node);
    const bool bitmaps = node.kind == Kind::all && terms.size() == 2 && program_.node(terms[0]).kind == Kind::bitmap &&
                         program_.node(terms[1]).kind == Kind::bitmap;
    if (!bitmaps) return std::nullopt;
    return ShardProgram::Pair{&program_.bitmap(program_.node(terms[0])), &program_.bitmap(program_.node(terms[1])),
                              terms[1].negated};
  }

  // Marks what several nodes or roots use. Scans are not worth it: each looks at what the rest of its plan has left
  // only.
  void findShared() {
    std::vector<std::uint32_t> uses(program_.nodeCount(), 0);
    for (const std::uint32_t root : program_.roots_) ++uses[root];
    // Nodes come after those they use.
    for (std::uint32_t i = program_.nodeCount(); i-- > 0;) {
      if (uses[i] == 0) continue;
      for (const Term& term : program_.terms(program_.nodes_[i])) ++uses[term.node];
    }
    std::vector<bool> scans(program_.nodeCount(), false);
    for (std::uint32_t i = 0; i < program_.nodeCount(); ++i) {
      Node& node = program_.nodes_[i];
      const auto terms = program_.terms(node);
      scans[i] = node.kind == Kind::scan ||
                 std::any_of(terms.begin(), terms.end(), [&](const Term& term) { return scans[term.node]; });
      node.shared = uses[i] > 1 && !scans[i] && node.kind != Kind::bitmap && node.kind != Kind::empty;
      if (node.shared) program_.shared_.push_back(i);
    }
  }

  Made make(const PlanNode& plan) {
    return std::visit([&](const auto& node) { return make(node); }, plan.node);
  }

  std::uint32_t add(Node node) {
    program_.nodes_.push_back(node);
    return static_cast<std::uint32_t>(program_.nodes_.size() - 1);
  }

  // What a node is made of, for finding it again; its kind comes first.
  using Signature = std::vector<std::uint64_t>;

  // The node of this signature, which `make` adds where there is none yet.
  template <class Make>
  std::uint32_t addOnce(const Make& make, Signature&& signature) {
    const auto [entry, isNew] = made_.emplace(std::move(signature), 0);
    if (isNew) entry->second = make();
    return entry->second;
  }
  static Signature signatureOf(Kind kind, std::uint64_t detail) { return {static_cast<std::uint64_t>(kind), detail}; }

  std::uint32_t addEmpty() { return add({}); }
  std::uint32_t addBitmap(std::shared_ptr<const Bitmap> bitmap) {
    if (bitmap->empty()) return addEmpty();
    const auto make = [&] {
      Node node{Kind::bitmap};
      node.operand = static_cast<std::uint32_t>(program_.bitmaps_.size());
      program_.bitmaps_.push_back(bitmap);
      return add(node);
    };
    if (!sharing_) return make();
    return addOnce(make, signatureOf(Kind::bitmap, reinterpret_cast<std::uintptr_t>(bitmap.get())));
  }
  std::uint32_t addLive() { return addBitmap(program_.live_); }

  bool isEmpty(std::uint32_t node) const { return program_.nodes_[node].kind == Kind::empty; }
  bool isLive(std::uint32_t node) const {
    const Node& made = program_.nodes_[node];
    return made.kind == Kind::bitmap && program_.bitmaps_[made.operand] == program_.live_;
  }

  std::uint32_t addCombination(Node node, const std::vector<Term>& terms) {
    const auto make = [&] {
      node.firstTerm = static_cast<std::uint32_t>(program_.terms_.size());
      node.termCount = static_cast<std::uint32_t>(terms.size());
      program_.terms_.insert(program_.terms_.end(), terms.begin(), terms.end());
      return add(node);
    };
    if (!sharing_) return make();
    Signature signature = signatureOf(node.kind, std::uint64_t{node.minimum} << 32 | node.maximum);
    for (const Term& term : terms) signature.push_back(std::uint64_t{term.node} << 1 | std::uint64_t{term.negated});
    std::sort(signature.begin() + 2, signature.end());  // the order of operands means nothing
    return addOnce(make, std::move(signature));
  }

  Made make(const PlanConstant& constant) { return constant.value ? addLive() : addEmpty(); }

  Made make(const PlanCombine& combine) {
    return combine.combination == PlanCombination::all ? makeAll(combine.operands) : makeAny(combine.operands);
  }

  Made makeAll(const std::vector<PlanNode>& operands) {
    std::vector<Term> terms;
    for (const PlanNode& operand : operands) {
      const auto* negation = std::get_if<PlanNot>(&operand.node);
      const bool negated = negation != nullptr;
      auto node = make(negated ? negation->operand.front() : operand);
      if (!node) return node;
      const bool excludesAll = negated ? isLive(*node) : isEmpty(*node);
      const bool excludesNone = negated ? isEmpty(*node) : isLive(*node);
      if (excludesAll) return addEmpty();
      if (!excludesNone) terms.push_back({*node, negated});
    }
    return addAll(std::move(terms));
  }

  std::uint32_t addAll(std::vector<Term> terms) {
    const bool anyPositive = std::any_of(terms.begin(), terms.end(), [](const Term& term) { return !term.negated; });
    if (!anyPositive) terms.insert(terms.begin(), {addLive(), false});
    if (terms.size() == 1) return terms.front().node;
    // What is cheap and narrows comes first, few contacts among it; scans look at what is left.
    const auto rank = [&](const Term& term) {
      return std::tuple(program_.node(term).kind, term.negated, cardinalityOf(term));
    };
    std::stable_sort(terms.begin(), terms.end(), [&](const Term& a, const Term& b) { return rank(a) < rank(b); });
    return addCombination({Kind::all}, terms);
  }

  // Of a bitmap; 0 of anything else, whose contacts nobody knows yet.
  std::uint32_t cardinalityOf(const Term& term) const {
    const Node& node = program_.node(term);
    return node.kind == Kind::bitmap ? program_.bitmap(node).cardinality() : 0;
  }

  Made makeAny(const std::vector<PlanNode>& operands) {
    std::vector<Term> terms;
    for (const PlanNode& operand : operands) {
      auto node = make(operand);
      if (!node) return node;
      if (isLive(*node)) return node;
      if (!isEmpty(*node)) terms.push_back({*node, false});
    }
    return addAny(terms, false);
  }

  std::uint32_t addAny(std::vector<Term> terms, bool disjoint) {
    if (terms.empty()) return addEmpty();
    if (terms.size() == 1) return terms.front().node;
    std::uint64_t sum = 0;
    for (const Term& term : terms) sum += cardinalityOf(term);
    // Where together they may hold all contacts, those of many come first: the sooner all are there. Otherwise bitmaps
    // are read in the order in which they came to lie in memory.
    const bool mayHoldAll = sum >= program_.live_->cardinality();
    const auto rank = [&](const Term& term) {
      return std::pair(program_.node(term).kind, mayHoldAll ? kShardSize - cardinalityOf(term) : 0);
    };
    std::stable_sort(terms.begin(), terms.end(), [&](const Term& a, const Term& b) { return rank(a) < rank(b); });
    Node node{Kind::any};
    node.disjoint = disjoint;
    node.ofBitmaps = std::all_of(terms.begin(), terms.end(),
                                 [&](const Term& term) { return program_.node(term).kind == Kind::bitmap; });
    return addCombination(node, terms);
  }

  Made make(const PlanNot& negation) {
    auto node = make(negation.operand.front());
    if (!node) return node;
    if (isEmpty(*node)) return addLive();
    if (isLive(*node)) return addEmpty();
    return addAll({{*node, true}});
  }

  Made make(const PlanCountOf& countOf) {
    std::vector<Term> terms;
    for (const PlanNode& operand : countOf.operands) {
      auto node = make(operand);
      if (!node) return node;
      if (!isEmpty(*node)) terms.push_back({*node, false});
    }
    if (countOf.minimum > terms.size() || countOf.minimum > countOf.maximum) return addEmpty();
    if (countOf.minimum == 0 && countOf.maximum >= terms.size()) return addLive();
    Node node{Kind::countOf};
    node.minimum = countOf.minimum;
    node.maximum = countOf.maximum;
    return addCombination(node, terms);
  }

  Made addSlot(const SlotPtr<Bitmap>& slot) {
    auto bitmap = load(slot);
    if (!bitmap) return propagate(bitmap);
    return addBitmap(*std::move(bitmap));
  }

  Made make(const PlanPresent& present) {
    const FieldShard* field = shard_.field(present.field);
    return field == nullptr ? Made(addEmpty()) : addSlot(field->present);
  }

  Made make(const PlanCodes& codes) {
    const FieldShard* field = shard_.field(codes.field);
    if (field == nullptr || codes.codes.empty()) return addEmpty();
    const ValueIndex& values = *field->values();
    std::shared_ptr<const PackedValues> packed;  // found when the first value needs it
    std::vector<Term> terms;
    std::vector<LocalId> rare;
    for (const Code code : codes.codes) {
      if (const DenseValue* dense = values.findDense(code)) {
        auto node = addSlot(dense->bitmap);
        if (!node) return node;
        terms.push_back({*node, false});
        continue;
      }
      if (packed == nullptr) {
        auto loaded = load(values.packed);
        if (!loaded) return propagate(loaded);
        packed = *std::move(loaded);
      }
      const auto contacts = packed->find(code);
      rare.insert(rare.end(), contacts.begin(), contacts.end());
    }
    if (!rare.empty()) {
      std::sort(rare.begin(), rare.end());
      rare.erase(std::unique(rare.begin(), rare.end()), rare.end());
      terms.push_back({addBitmap(std::make_shared<const Bitmap>(Bitmap::fromSorted(rare))), false});
    }
    return addAny(std::move(terms), codes.disjoint);
  }

  Made make(const PlanNumbers& numbers) {
    const FieldShard* field = shard_.field(numbers.field);
    if (field == nullptr || numbers.intervals.empty()) return addEmpty();
    if (!sharing_) return addNumbers(numbers, *field);
    Signature signature = signatureOf(Kind::numbers, numbers.field);
    for (const Interval& interval : numbers.intervals) {
      signature.push_back(static_cast<std::uint64_t>(interval.low));
      signature.push_back(static_cast<std::uint64_t>(interval.high));
    }
    if (const auto found = made_.find(signature); found != made_.end()) return found->second;
    auto node = addNumbers(numbers, *field);
    if (node) made_.emplace(std::move(signature), *node);
    return node;
  }

  Made addNumbers(const PlanNumbers& numbers, const FieldShard& field) {
    const auto& columns = std::get<NumberColumns>(field.columns);
    auto present = load(field.present);
    if (!present) return propagate(present);
    Node node{Kind::numbers};
    node.operand = static_cast<std::uint32_t>(program_.numbers_.size());
    auto& operand = program_.numbers_.emplace_back();
    operand.intervals = numbers.intervals;
    operand.present = *std::move(present);
    operand.columns = &columns;
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      if (decides(numbers.intervals, columns.ranges[chunk])) continue;
      auto slices = load(columns.slices[chunk]);
      if (!slices) return propagate(slices);
      operand.slices[chunk] = *std::move(slices);
    }
    return add(node);
  }

  Made make(const PlanContacts& contacts) {
    std::vector<LocalId> own;
    for (const ContactId contact : contacts.contacts) {
      if (shardOf(contact) == index_) own.push_back(localOf(contact));
    }
    return addBitmap(std::make_shared<const Bitmap>(Bitmap::fromSorted(own)));
  }

  Made make(const PlanList& list) {
    const auto found = snapshot_.lists.find(list.list);
    if (found == snapshot_.lists.end() || index_ >= found->second.size()) return addEmpty();
    return addSlot(found->second[index_]);
  }

  Made make(const PlanScan& scan) {
    ShardProgram::ScanOperand operand{scan, program_.live_, nullptr, nullptr, index_};
    const auto use = [&](FieldId id, const FieldShard*& field) -> Result<bool> {
      field = shard_.field(id);
      if (field == nullptr) return false;
      auto present = load(field->present);
      if (!present) return propagate(present);
      operand.present = *std::move(present);
      return true;
    };
    auto used = std::visit([&](const auto& kind) { return useFields(kind, operand, use); }, scan);
    if (!used) return propagate(used);
    if (!*used) return addEmpty();
    Node node{Kind::scan};
    node.operand = static_cast<std::uint32_t>(program_.scans_.size());
    program_.scans_.push_back(std::move(operand));
    return add(node);
  }

  // Finds the fields that a scan reads; false where one of them has no value in this shard, so that nothing matches.
  template <class Scan, class Use>
  static Result<bool> useFields(const Scan& scan, ShardProgram::ScanOperand& operand, const Use& use) {
    if constexpr (std::is_same_v<Scan, PlanFieldCompare>) {
      auto right = use(scan.right, operand.other);
      if (!right || !*right) return right;
      return use(scan.left, operand.field);
    } else if constexpr (std::is_same_v<Scan, PlanSetSize>) {
      // A contact without a value has size 0, so all live contacts are looked at.
      const auto present = operand.present;
      auto used = use(scan.field, operand.field);
      operand.present = present;
      return used ? Result<bool>(true) : used;
    } else if constexpr (std::is_same_v<Scan, PlanKeyLike> || std::is_same_v<Scan, PlanBucket> ||
                         std::is_same_v<Scan, PlanEvents>) {
      return true;
    } else {
      return use(scan.field, operand.field);
    }
  }

  const Snapshot& snapshot_;
  ShardIndex index_;
  const Shard& shard_;
  const bool sharing_;
  std::map<Signature, std::uint32_t> made_;  // by signature, where nodes are shared
  ShardProgram program_;
};

Result<ShardProgram> ShardProgram::prepare(const PlanNode& plan, const Snapshot& snapshot, ShardIndex shard) {
  const PlanNode* const only = &plan;
  return ShardProgramBuilder(snapshot, shard, false).build({&only, 1});
}

Result<ShardProgram> ShardProgram::prepare(std::span<const PlanNode* const> plans, const Snapshot& snapshot,
                                           ShardIndex shard) {
  return ShardProgramBuilder(snapshot, shard, true).build(plans);
}

std::optional<std::uint32_t> ShardProgram::knownCount(const Node& node) const {
  switch (node.kind) {
    case Kind::empty: return 0;
    case Kind::bitmap: return bitmap(node).cardinality();
    case Kind::any: {
      if (!node.disjoint || !node.ofBitmaps) return std::nullopt;
      std::uint32_t sum = 0;
      for (const Term& term : terms(node)) sum += bitmap(this->node(term)).cardinality();
      return sum;
    }
    case Kind::all: {
      // A complement: all contacts but some of them.
      const auto operands = terms(node);
      const bool isComplement = operands.size() == 2 && !operands[0].negated && operands[1].negated &&
                                this->node(operands[0]).kind == Kind::bitmap &&
                                &bitmap(this->node(operands[0])) == live_.get();
      if (!isComplement) return std::nullopt;
      const auto excluded = knownCount(this->node(operands[1]));
      if (!excluded) return std::nullopt;
      return live_->cardinality() - *excluded;
    }
    case Kind::numbers:
    case Kind::countOf:
    case Kind::scan: return std::nullopt;
  }
  return std::nullopt;
}

std::uint32_t ShardProgram::candidatesOf(const Node& node) const {
  const auto inAny = [&] {
    std::uint32_t chunks = 0;
    for (const Term& term : terms(node)) chunks |= candidatesOf(this->node(term));
    return chunks;
  };
  switch (node.kind) {
    case Kind::empty: return 0;
    case Kind::bitmap: return bitmap(node).chunkMask();
    case Kind::numbers: return numbers(node).present->chunkMask();
    case Kind::any: return inAny();
    case Kind::countOf: return node.minimum == 0 ? live_->chunkMask() : inAny();
    case Kind::all: {
      std::uint32_t chunks = live_->chunkMask();
      for (const Term& term : terms(node)) {
        if (!term.negated) chunks &= candidatesOf(this->node(term));
      }
      return chunks;
    }
    case Kind::scan: return scan(node).present->chunkMask();
  }
  return live_->chunkMask();
}

std::uint64_t ShardProgram::estimatedNanoseconds() const {
  // As measured: a chunk of bits in a pass, two values of an array, an operand that is added to counters, a slice in a
  // comparison, a contact in a scan, an event.
  constexpr std::uint64_t kBitmapChunk = 60;
  constexpr std::uint64_t kTwoValues = 1;
  constexpr std::uint64_t kCountedChunk = 200;
  constexpr std::uint64_t kSlice = 120;
  constexpr std::uint64_t kScanned = 10;
  constexpr std::uint64_t kEvent = 2;
  std::uint64_t sum = bitmaps_.size() * chunkCount() * kBitmapChunk;
  for (const auto& bitmap : bitmaps_) {
    const bool ofArrays = bitmap->cardinality() <= std::uint64_t{kMaxStoredArray} * chunkCount();
    if (ofArrays) sum += bitmap->cardinality() / 2 * kTwoValues;
  }
  for (const Node& node : nodes_) {
    if (node.kind == Kind::countOf) sum += std::uint64_t{node.termCount} * chunkCount() * kCountedChunk;
  }
  for (const NumberOperand& operand : numbers_) {
    for (const auto& slices : operand.slices) sum += slices == nullptr ? 0 : slices->bits() * kSlice;
  }
  for (const ScanOperand& operand : scans_) {
    const auto* events = std::get_if<PlanEvents>(&operand.scan);
    sum += events == nullptr ? operand.present->cardinality() * kScanned : rowsOf(*events->leaf, *shard_) * kEvent;
  }
  return sum;
}

namespace {

template <class T>
std::size_t bytesOf(const ChunkSlots<T>& slots) {
  std::size_t bytes = 0;
  for (const auto& slot : slots) bytes += slot == nullptr ? 0 : slot->bytes();
  return bytes;
}

// Bytes of the columns that a scan of a shard may read, were they all loaded.
std::size_t scannedBytes(const ShardProgram::ScanOperand& operand, const Shard& shard) {
  if (std::holds_alternative<PlanBucket>(operand.scan)) {
    const auto isThere = [](const auto& slot) { return slot != nullptr; };
    return BucketSlices::kChunkBytes * std::count_if(shard.keys.begin(), shard.keys.end(), isThere);
  }
  if (std::holds_alternative<PlanKeyLike>(operand.scan)) return bytesOf(shard.keys);
  std::size_t bytes = 0;
  if (const auto* events = std::get_if<PlanEvents>(&operand.scan)) {
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      forEachPart(*events->leaf, shard, chunk, [&](const EventPart& part, const EventSet&, bool within) {
        bytes += within ? part.block->bytes() : 0;
      });
    }
    return bytes;
  }
  for (const FieldShard* field : {operand.field, operand.other}) {
    if (field == nullptr) continue;
    if (const auto* numbers = std::get_if<NumberColumns>(&field->columns)) bytes += bytesOf(numbers->numbers);
    if (const auto* sets = std::get_if<SetColumns>(&field->columns))
      bytes += bytesOf(sets->sets) + bytesOf(sets->patches);
    if (const auto* texts = std::get_if<TextColumns>(&field->columns)) bytes += bytesOf(texts->strings);
  }
  return bytes;
}

}  // namespace

std::size_t ShardProgram::operandBytes() const {
  std::size_t bytes = 0;
  for (const ScanOperand& operand : scans_) bytes += scannedBytes(operand, *shard_);
  for (const auto& bitmap : bitmaps_) bytes += bitmap->byteSize();
  for (const NumberOperand& operand : numbers_) {
    for (const auto& slices : operand.slices) bytes += slices == nullptr ? 0 : slices->byteSize();
  }
  return bytes;
}

}  // namespace roster
