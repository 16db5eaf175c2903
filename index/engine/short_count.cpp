#include "index/engine/short_count.h"

#include <algorithm>

#include "core/eval/query.h"
#include "index/engine/audience.h"
#include "index/engine/piece_store.h"

namespace roster {

namespace {

// Operands are found in each shard, which takes about a microsecond a leaf.
constexpr std::size_t kMostShards = 16;
constexpr int kMostNodes = 32;

// Adds up the nodes of a predicate, as long as all its leaves are bitmaps or bit-sliced numbers.
class Size {
 public:
  explicit Size(const Schema& schema) : schema_(schema) {}

  bool isSmall(const Bound& predicate) {
    return ++nodes_ <= kMostNodes && std::visit([&](const auto& node) { return visit(node); }, predicate.node);
  }

 private:
  bool all(const std::vector<Bound>& operands) {
    return std::all_of(operands.begin(), operands.end(), [&](const Bound& operand) { return isSmall(operand); });
  }

  bool visit(const BoundConstant& /*leaf*/) { return true; }
  bool visit(const BoundAnd& node) { return all(node.operands); }
  bool visit(const BoundOr& node) { return all(node.operands); }
  bool visit(const BoundNot& node) { return all(node.operand); }
  bool visit(const BoundCountOf& node) { return all(node.operands); }
  bool visit(const BoundPresent& /*leaf*/) { return true; }
  bool visit(const BoundValueIn& leaf) {
    nodes_ += static_cast<int>(leaf.values.size());
    return nodes_ <= kMostNodes;
  }
  bool visit(const BoundNumberIn& leaf) {
    nodes_ += static_cast<int>(leaf.intervals.size());
    // The numbers of a set are looked for among all that its dictionary has.
    return nodes_ <= kMostNodes && schema_.find(leaf.field)->type.kind != FieldKind::set;
  }
  template <class Other>
  bool visit(const Other& /*leaf*/) {
    return false;
  }

  const Schema& schema_;
  int nodes_ = 0;
};

}  // namespace

std::optional<Result<std::uint64_t>> countIfShort(const Bound& predicate, const SnapshotPtr& snapshot,
                                                  const Executor& thread) {
  if (snapshot->shards.size() > kMostShards || !Size(*snapshot->schema).isSmall(predicate)) return std::nullopt;
  const auto unlessNotInMemory = [](Error& error) -> std::optional<Result<std::uint64_t>> {
    if (error.code == ErrorCode::unavailable) return std::nullopt;
    return tl::unexpected(std::move(error));
  };
  const MemoryOnly memoryOnly;
  auto query = Query::compile(predicate, snapshot);
  if (!query) return unlessNotInMemory(query.error());
  auto prepared = PreparedQuery::prepare(*query, thread);
  if (!prepared) return unlessNotInMemory(prepared.error());
  if (!prepared->isShort()) return std::nullopt;
  auto count = prepared->count(thread);
  if (!count) return unlessNotInMemory(count.error());
  return count;
}

}  // namespace roster
