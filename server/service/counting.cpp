#include "server/service/counting.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "core/eval/bind_context.h"
#include "core/query/ast_operands.h"
#include "core/query/parser.h"
#include "core/query/printer.h"
#include "index/engine/audience.h"
#include "index/engine/short_count.h"

namespace roster::server {

namespace {

constexpr std::size_t kMostNodes = 1'000;
constexpr std::size_t kMostNodeBytes = std::size_t{8} << 20;  // of all nodes' texts: each holds those below it

Counted about(const Moment& moment, std::uint64_t count) { return {count, moment.snapshot->sequence, moment.now}; }

struct Node {
  const ast::Predicate* predicate;
  std::int32_t parent;
};

void addNodes(const ast::Predicate& predicate, std::int32_t parent, std::vector<Node>& nodes) {
  const auto own = static_cast<std::int32_t>(nodes.size());
  nodes.push_back({&predicate, parent});
  const std::vector<ast::Predicate>* operands = operandsOf(predicate);
  if (operands == nullptr) return;
  for (const ast::Predicate& operand : *operands) addNodes(operand, own, nodes);
}

// Whether a predicate is parsed and bound in some microseconds: it is not long, nor are saved segments, any of which it
// may refer to, taken together.
bool isQuicklyBound(const std::string& predicate, const SegmentCatalog& segments) {
  constexpr std::size_t kMostBytes = 4'096;
  constexpr std::size_t kMostSegments = 16;
  if (predicate.size() > kMostBytes) return false;
  if (segments.size() <= kMostSegments) return true;
  constexpr std::string_view kKeyword = "segment";
  const auto isSameLetter = [](char a, char b) { return (a | 0x20) == b; };
  return std::search(predicate.begin(), predicate.end(), kKeyword.begin(), kKeyword.end(), isSameLetter) ==
         predicate.end();
}

}  // namespace

Result<Moment> momentOf(const Question& question, SnapshotPtr snapshot, const Clock& clock) {
  if (question.minSequence > snapshot->sequence) {
    return fail(ErrorCode::unavailable, fmt::format("change {} is not in the database, which is at {}",
                                                    question.minSequence, snapshot->sequence));
  }
  if (question.asOf.empty()) return Moment{std::move(snapshot), clock.now()};
  const auto instant = instantNamed(question.asOf, *snapshot->zone);
  if (!instant) return refuse("asOf " + instant.error().message);
  return Moment{std::move(snapshot), *instant};
}

Result<Counted> count(const Question& question, const Moment& moment, const Executor& executor) {
  auto query = Query::compile(question.predicate, moment.snapshot, moment.now);
  if (!query) return propagate(query);
  auto counted = roster::count(*query, executor);
  if (!counted) return propagate(counted);
  return about(moment, *counted);
}

std::optional<Result<Counted>> countIfShort(const Question& question, const Moment& moment, const Executor& thread) {
  if (!isQuicklyBound(question.predicate, *moment.snapshot->segments)) return std::nullopt;
  auto bound = bindText(question.predicate, bindContextOf(*moment.snapshot, moment.now));
  if (!bound) return propagate(bound);
  auto counted = roster::countIfShort(*bound, moment.snapshot, thread);
  if (!counted) return std::nullopt;
  if (!*counted) return propagate(*counted);
  return about(moment, **counted);
}

Result<CountedNodes> countNodes(const Question& question, const Moment& moment, const Executor& executor) {
  auto tree = parse(question.predicate);
  if (!tree) return propagate(tree);
  std::vector<Node> nodes;
  addNodes(*tree, -1, nodes);
  if (nodes.size() > kMostNodes) {
    return fail(ErrorCode::resourceExhausted,
                fmt::format("the predicate has {} parts; at most {} are counted together", nodes.size(), kMostNodes));
  }
  std::vector<Query> queries;
  const BindContext context = bindContextOf(*moment.snapshot, moment.now);
  for (const Node& node : nodes) {
    auto bound = bind(*node.predicate, context);
    if (!bound) return propagate(bound);
    auto query = Query::compile(*bound, moment.snapshot);
    if (!query) return propagate(query);
    queries.push_back(*std::move(query));
  }
  auto counts = countAll(queries, executor);
  if (!counts) return propagate(counts);
  CountedNodes counted{{}, moment.snapshot->sequence, moment.now};
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const ast::Predicate& predicate = *nodes[i].predicate;
    counted.nodes.push_back({print(predicate), predicate.place.at, nodes[i].parent, (*counts)[i]});
    bytes += counted.nodes.back().predicate.size();
    if (bytes > kMostNodeBytes) {
      return fail(ErrorCode::resourceExhausted,
                  fmt::format("the texts of all parts have more than {} bytes; nest less deeply", kMostNodeBytes));
    }
  }
  return counted;
}

}  // namespace roster::server
