#include "core/query/binder.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <string>
#include <vector>

#include "core/query/bind_event.h"
#include "core/query/bind_field.h"
#include "core/query/bind_literal.h"
#include "core/query/bind_numbers.h"
#include "core/query/intervals.h"
#include "core/query/parser.h"

namespace roster {

namespace {

constexpr std::size_t kMaxSegmentDepth = 64;

class Binder {
 public:
  Binder(const BindContext& context, Binding& binding)
      : context_(context), binding_(binding), clock_(context.zone, context.now) {}

  Result<Bound> bind(const ast::Predicate& predicate) {
    if (auto counted = binding_.addPart(predicate.place.at); !counted) return propagate(counted);
    return std::visit([this](const auto& node) { return bindNode(node); }, predicate.node);
  }

 private:
  Result<Bound> bindNode(const ast::Constant& node) { return Bound{BoundConstant{node.value}}; }
  Result<Bound> bindNode(const ast::And& node) { return bindAll(node.operands, BoundAnd{}); }
  Result<Bound> bindNode(const ast::Or& node) { return bindAll(node.operands, BoundOr{}); }

  Result<Bound> bindNode(const ast::Not& node) {
    auto operand = bind(node.operand.front());
    if (!operand) return operand;
    return negationOf(std::move(*operand));
  }

  Result<Bound> bindNode(const ast::CountOf& node) {
    const auto all = static_cast<std::uint32_t>(node.operands.size());
    BoundCountOf count;
    count.minimum = node.kind == ast::CountKind::atMost ? 0 : node.count;
    count.maximum = node.kind == ast::CountKind::atLeast ? std::max(all, node.count) : node.count;
    return bindAll(node.operands, std::move(count));
  }

  template <class Connective>
  Result<Bound> bindAll(const std::vector<ast::Predicate>& operands, Connective connective) {
    for (const ast::Predicate& operand : operands) {
      auto bound = bind(operand);
      if (!bound) return bound;
      connective.operands.push_back(std::move(*bound));
    }
    return Bound{std::move(connective)};
  }

  Result<Bound> bindNode(const ast::FieldTest& node) { return bindFieldTest(node, context_, clock_); }
  Result<Bound> bindNode(const ast::AnniversaryTest& node) { return bindAnniversary(node, context_, clock_); }

  Result<Bound> bindNode(const ast::SizeTest& node) {
    auto field = findField(context_, node.field);
    if (!field) return propagate(field);
    if ((*field)->type.kind != FieldKind::set) {
      return refuse(fmt::format("{} has no size; only a set has", describe(Subject{**field, context_.names})),
                    node.field.place.at);
    }
    auto intervals = selectedWholeNumbers(node.test, fmt::format("size({})", node.field.text), node.testPlace.at);
    if (!intervals) return propagate(intervals);
    return Bound{BoundSetSize{(*field)->id, intersect(*intervals, {{0, std::numeric_limits<std::int64_t>::max()}})}};
  }

  Result<Bound> bindNode(const ast::BucketTest& node) {
    auto intervals = selectedWholeNumbers(node.test, "bucket('" + node.name.text + "')", node.testPlace.at);
    if (!intervals) return propagate(intervals);
    return Bound{BoundBucket{node.name.text, intersect(*intervals, {{0, kBuckets - 1}})}};
  }

  Result<Bound> bindNode(const ast::DidTest& node) { return bindDid(node, context_, binding_); }
  Result<Bound> bindNode(const ast::AggregateTest& node) { return bindAggregate(node, context_, binding_); }
  Result<Bound> bindNode(const ast::EventEndTest& node) { return bindEventEnd(node, context_, binding_); }

  Result<Bound> bindNode(const ast::KeyTest& node) {
    if (const auto* like = std::get_if<ast::Like>(&node.test)) {
      auto pattern = bindPattern(like->pattern, like->foldCase);
      if (!pattern) return propagate(pattern);
      return negatedIf(like->negated, {BoundKeyLike{std::move(*pattern)}});
    }
    if (const auto* in = std::get_if<ast::InList>(&node.test)) {
      std::vector<std::string> keys;
      for (const ast::Literal& literal : in->values) {
        const auto* key = std::get_if<ast::StringLiteral>(&literal);
        if (key == nullptr) return refuse("a key is compared with strings", positionOf(literal));
        keys.push_back(key->text);
      }
      return negatedIf(in->negated, keyIn(std::move(keys)));
    }
    const auto* comparison = std::get_if<ast::Comparison>(&node.test);
    const bool equality =
        comparison != nullptr && (comparison->op == CompareOp::equal || comparison->op == CompareOp::notEqual);
    if (!equality) return refuse("key takes =, !=, in and like", node.testPlace.at);
    const auto* literal = std::get_if<ast::Literal>(&comparison->operand);
    const auto* key = literal == nullptr ? nullptr : std::get_if<ast::StringLiteral>(literal);
    if (key == nullptr) return refuse("a key is compared with a string", positionOf(comparison->operand));
    return negatedIf(comparison->op == CompareOp::notEqual, keyIn({key->text}));
  }

  // Every contact has a key, so the complement is what `!=` asks for.
  static Bound negatedIf(bool negated, Bound leaf) { return negated ? negationOf(std::move(leaf)) : std::move(leaf); }

  static Bound keyIn(std::vector<std::string> keys) { return {BoundKeyIn{sortedDistinct(std::move(keys))}}; }

  Result<Bound> bindNode(const ast::SegmentTest& node) {
    const std::string& name = node.name.text;
    const auto found = context_.segments.find(name);
    if (found == context_.segments.end()) return unknownSegment(node);
    const Segment& segment = found->second;
    if (segment.list != 0) return Bound{BoundList{segment.list}};
    if (std::find(open_.begin(), open_.end(), name) != open_.end()) return circle(node);
    if (open_.size() >= kMaxSegmentDepth) {
      return fail(ErrorCode::resourceExhausted,
                  fmt::format("segments refer to each other more than {} deep", kMaxSegmentDepth), node.name.place.at);
    }
    auto predicate = parse(segment.predicate);
    if (!predicate) return inside(node, predicate.error());
    open_.push_back(name);
    auto bound = bind(*predicate);
    open_.pop_back();
    if (!bound) return inside(node, bound.error());
    return bound;
  }

  tl::unexpected<Error> unknownSegment(const ast::SegmentTest& node) const {
    std::vector<std::string> names;
    for (const auto& entry : context_.segments) names.push_back(entry.first);
    const auto near = nearestWord(node.name.text, names);
    return fail(
        ErrorCode::notFound,
        fmt::format("unknown segment '{}'{}", node.name.text, near ? fmt::format("; did you mean '{}'?", *near) : ""),
        node.name.place.at);
  }

  tl::unexpected<Error> circle(const ast::SegmentTest& node) {
    std::string path;
    for (auto name = std::find(open_.begin(), open_.end(), node.name.text); name != open_.end(); ++name) {
      path += fmt::format("'{}' -> ", *name);
    }
    reportedWhole_ = true;
    return refuse(fmt::format("segments refer to each other in a circle: {}'{}'", path, node.name.text),
                  node.name.place.at);
  }

  // An error within a segment's text, told at the place that refers to the segment. Its own position is kept in the
  // message, but only that of the innermost segment; a circle tells its whole path already.
  tl::unexpected<Error> inside(const ast::SegmentTest& node, const Error& error) {
    std::string message = error.message;
    if (!reportedWhole_) {
      const std::string place =
          error.position ? fmt::format("{}:{}: ", error.position->line, error.position->column) : "";
      message = fmt::format("in segment '{}': {}{}", node.name.text, place, error.message);
      reportedWhole_ = true;
    }
    return fail(error.code, std::move(message), node.name.place.at);
  }

  const BindContext& context_;
  Binding& binding_;
  QueryClock clock_;
  std::vector<std::string> open_;  // the segments being bound, outermost first
  bool reportedWhole_ = false;
};

}  // namespace

Result<Bound> bind(const ast::Predicate& predicate, const BindContext& context) {
  Binding binding;
  return bindPart(predicate, context, binding);
}

Result<Bound> bindPart(const ast::Predicate& predicate, const BindContext& context, Binding& binding) {
  return Binder(context, binding).bind(predicate);
}

Result<Bound> bindText(std::string_view text, const BindContext& context) {
  auto predicate = parse(text);
  if (!predicate) return propagate(predicate);
  return bind(*predicate, context);
}

}  // namespace roster
