#include "index/engine/explain.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <span>

#include "core/eval/bind_context.h"
#include "core/eval/event_results.h"
#include "core/query/bound_text.h"
#include "core/query/parser.h"
#include "core/query/printer.h"
#include "core/query/rewrite/rewrite.h"
#include "index/engine/audience.h"
#include "index/engine/estimate.h"

namespace roster {

namespace {

// The operands of a connective; null for a leaf.
const std::vector<Bound>* operandsOf(const Bound& bound) {
  if (const auto* node = std::get_if<BoundAnd>(&bound.node)) return &node->operands;
  if (const auto* node = std::get_if<BoundOr>(&bound.node)) return &node->operands;
  if (const auto* node = std::get_if<BoundNot>(&bound.node)) return &node->operand;
  if (const auto* node = std::get_if<BoundCountOf>(&bound.node)) return &node->operands;
  return nullptr;
}

std::string connectiveText(const Bound& bound) {
  if (std::holds_alternative<BoundAnd>(bound.node)) return "and";
  if (std::holds_alternative<BoundOr>(bound.node)) return "or";
  if (std::holds_alternative<BoundNot>(bound.node)) return "not";
  const auto& count = std::get<BoundCountOf>(bound.node);
  if (count.minimum == count.maximum) return fmt::format("exactly {} of", count.minimum);
  if (count.maximum >= count.operands.size()) return fmt::format("at least {} of", count.minimum);
  if (count.minimum == 0) return fmt::format("at most {} of", count.maximum);
  return fmt::format("{} to {} of", count.minimum, count.maximum);
}

// Adds the fields that a predicate uses.
void collectFields(const Bound& bound, std::set<FieldId>& fields) {
  if (const auto* operands = operandsOf(bound)) {
    for (const Bound& operand : *operands) collectFields(operand, fields);
    return;
  }
  std::visit(
      [&](const auto& leaf) {
        if constexpr (requires { leaf.field; }) fields.insert(leaf.field);
        if constexpr (requires { leaf.left; }) fields.insert({leaf.left, leaf.right});
      },
      bound.node);
}

// Estimates of a connective from those of its operands, as if these had nothing to do with each other.
class Combination {
 public:
  Combination(const Bound& bound, const std::vector<ExplainNode>& operands, double live)
      : operands_(operands),
        live_(std::max(live, 1.0)),
        estimate_(std::visit([&](const auto& node) { return of(node); }, bound.node)) {}

  double estimate() const { return estimate_; }

 private:
  double share(const ExplainNode& node) const { return std::clamp(node.estimate / live_, 0.0, 1.0); }

  double of(const BoundAnd&) const {
    double all = 1;
    for (const ExplainNode& operand : operands_) all *= share(operand);
    return all * live_;
  }
  double of(const BoundOr&) const {
    double none = 1;
    for (const ExplainNode& operand : operands_) none *= 1 - share(operand);
    return (1 - none) * live_;
  }
  double of(const BoundNot&) const { return live_ - operands_.front().estimate; }
  double of(const BoundCountOf& node) const {
    std::vector<double> chances(operands_.size() + 1, 0);  // by the number of operands that hold
    chances[0] = 1;
    for (const ExplainNode& operand : operands_) {
      for (std::size_t n = chances.size(); n-- > 0;) {
        chances[n] = chances[n] * (1 - share(operand)) + (n > 0 ? chances[n - 1] * share(operand) : 0);
      }
    }
    double sum = 0;
    for (std::size_t n = node.minimum; n < chances.size() && n <= node.maximum; ++n) sum += chances[n];
    return sum * live_;
  }
  template <class Leaf>
  double of(const Leaf&) const {
    return 0;
  }

  const std::vector<ExplainNode>& operands_;
  double live_;
  double estimate_;
};

// A clause in the words of whoever wrote the predicate.
struct Clause {
  std::string text;
  Bound bound;
};

class Explainer {
 public:
  Explainer(const SnapshotPtr& snapshot, bool analyze, const Executor& executor)
      : snapshot_(keeping(snapshot, nullptr)), analyze_(analyze), executor_(executor) {}

  Result<Explanation> explain(std::string text, const Bound& predicate, std::vector<Clause> clauses) {
    Explanation explanation;
    explanation.predicate = std::move(text);
    explanation.live = snapshot_->liveCount();
    explanation.analyzed = analyze_;
    const Bound rewritten = rewrite(predicate, *snapshot_->schema);
    auto root = describe(rewritten);
    if (!root) return propagate(root);
    explanation.root = *std::move(root);
    addGaps(predicate, explanation);
    if (!analyze_) return explanation;
    if (clauses.empty()) clauses = clausesOf(rewritten);
    if (auto analyzed = addAnalysis(rewritten, clauses, explanation); !analyzed) return propagate(analyzed);
    return explanation;
  }

 private:
  Result<ExplainNode> describe(const Bound& bound) const {
    ExplainNode node;
    if (const auto* operands = operandsOf(bound)) {
      node.text = connectiveText(bound);
      for (const Bound& operand : *operands) {
        auto described = describe(operand);
        if (!described) return propagate(described);
        node.operands.push_back(*std::move(described));
      }
      node.estimate = Combination(bound, node.operands, static_cast<double>(snapshot_->liveCount())).estimate();
      node.certain = std::holds_alternative<BoundNot>(bound.node) && node.operands.front().certain;
    } else {
      node.text = boundText(bound, *snapshot_->schema, snapshot_->events.get());
      auto estimate = estimateLeaf(bound, *snapshot_, analyze_);
      if (!estimate) return propagate(estimate);
      node.estimate = estimate->contacts;
      node.certain = estimate->certain;
      node.notes = std::move(estimate->notes);
    }
    return node;
  }

  void addGaps(const Bound& predicate, Explanation& explanation) const {
    std::set<FieldId> used;
    collectFields(predicate, used);
    for (const Field& field : snapshot_->schema->fields()) {
      if (used.count(field.id) == 0) continue;
      explanation.fields.push_back({field.name, explanation.live - presentCount(*snapshot_, field.id)});
    }
  }

  std::vector<Clause> clausesOf(const Bound& rewritten) const {
    std::vector<Clause> clauses;
    if (const auto* conjunction = std::get_if<BoundAnd>(&rewritten.node)) {
      for (const Bound& operand : conjunction->operands) {
        clauses.push_back({boundText(operand, *snapshot_->schema, snapshot_->events.get()), operand});
      }
    }
    return clauses;
  }

  // Every node, then each clause alone and all but each: one program, since they are made of the same parts.
  Result<void> addAnalysis(const Bound& rewritten, const std::vector<Clause>& clauses, Explanation& explanation) const {
    std::vector<Query> queries;
    if (auto added = addNodes(rewritten, queries); !added) return added;
    // What the nodes read is in memory from here on, columns of scans too, so that times are those of evaluation.
    if (auto counted = countAll(queries, executor_); !counted) return propagate(counted);
    for (std::size_t i = 0; i < clauses.size(); ++i) {
      if (auto added = addQuery(clauses[i].bound, queries); !added) return added;
      if (auto added = addQuery(without(clauses, i), queries); !added) return added;
    }
    auto timed = countAllTimed(queries, executor_);
    if (!timed) return propagate(timed);
    std::span<const TimedCount> counts = *timed;
    takeCounts(explanation.root, counts);
    explanation.waterfall = waterfallOf(clauses, counts, timed->front().count);
    return addQueryTime(queries.front(), explanation);
  }

  Result<void> addQuery(const Bound& bound, std::vector<Query>& queries) const {
    auto query = Query::compile(bound, snapshot_);
    if (!query) return propagate(query);
    queries.push_back(*std::move(query));
    return {};
  }

  // A query a node, each before those of its operands.
  Result<void> addNodes(const Bound& bound, std::vector<Query>& queries) const {
    auto added = addQuery(bound, queries);
    const auto* operands = operandsOf(bound);
    if (!added || operands == nullptr) return added;
    for (const Bound& operand : *operands) {
      if (added = addNodes(operand, queries); !added) return added;
    }
    return added;
  }

  // Takes those of a node and its operands from the front of `counts`.
  static void takeCounts(ExplainNode& node, std::span<const TimedCount>& counts) {
    node.count = counts.front().count;
    node.time = counts.front().time;
    counts = counts.subspan(1);
    for (ExplainNode& operand : node.operands) takeCounts(operand, counts);
  }

  // `counts` has two entries a clause: its own, and that of all others together.
  static std::vector<WaterfallLine> waterfallOf(const std::vector<Clause>& clauses, std::span<const TimedCount> counts,
                                                std::uint64_t together) {
    std::vector<WaterfallLine> lines;
    for (std::size_t i = 0; i < clauses.size(); ++i) {
      const std::uint64_t others = counts[2 * i + 1].count;
      lines.push_back({clauses[i].text, counts[2 * i].count, others, others - together});
    }
    return lines;
  }

  Result<void> addQueryTime(const Query& query, Explanation& explanation) const {
    const auto begin = std::chrono::steady_clock::now();
    auto counted = count(query, executor_);
    if (!counted) return propagate(counted);
    explanation.queryTime = std::chrono::steady_clock::now() - begin;
    return {};
  }

  // The contacts that match every clause but one.
  static Bound without(const std::vector<Clause>& clauses, std::size_t left) {
    BoundAnd conjunction;
    for (std::size_t i = 0; i < clauses.size(); ++i) {
      if (i != left) conjunction.operands.push_back(clauses[i].bound);
    }
    return Bound{std::move(conjunction)};
  }

  const SnapshotPtr snapshot_;  // with no answers kept: times are those of evaluation
  bool analyze_;
  const Executor& executor_;
};

}  // namespace

Result<Explanation> explain(std::string_view predicate, const SnapshotPtr& snapshot, Instant now, bool analyze,
                            const Executor& executor) {
  auto parsed = parse(predicate);
  if (!parsed) return propagate(parsed);
  const BindContext context = bindContextOf(*snapshot, now);
  auto bound = bind(*parsed, context);
  if (!bound) return propagate(bound);
  std::vector<Clause> clauses;
  if (const auto* conjunction = std::get_if<ast::And>(&parsed->node)) {
    for (const ast::Predicate& operand : conjunction->operands) {
      auto clause = bind(operand, context);
      if (!clause) return propagate(clause);
      clauses.push_back({print(operand), *std::move(clause)});
    }
  }
  return Explainer(snapshot, analyze, executor).explain(print(*parsed), *bound, std::move(clauses));
}

Result<Explanation> explain(const Bound& predicate, const SnapshotPtr& snapshot, bool analyze,
                            const Executor& executor) {
  return Explainer(snapshot, analyze, executor)
      .explain(boundText(predicate, *snapshot->schema, snapshot->events.get()), predicate, {});
}

}  // namespace roster
