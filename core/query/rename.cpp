#include "core/query/rename.h"

#include <utility>

namespace roster {

namespace {

// Calls `onField` with every field's name and `onSegment` with every segment's, of a const or a mutable tree.
template <class Predicate, class OnField, class OnSegment>
class NameVisitor {
 public:
  NameVisitor(const OnField& onField, const OnSegment& onSegment) : onField_(onField), onSegment_(onSegment) {}

  void visit(Predicate& predicate) const {
    std::visit([this](auto& node) { this->visitNode(node); }, predicate.node);
  }

 private:
  template <class Node>
  void visitNode(Node& node) const {
    using Plain = std::remove_const_t<Node>;
    if constexpr (std::is_same_v<Plain, ast::And> || std::is_same_v<Plain, ast::Or> ||
                  std::is_same_v<Plain, ast::CountOf>) {
      for (auto& operand : node.operands) visit(operand);
    } else if constexpr (std::is_same_v<Plain, ast::Not>) {
      visit(node.operand.front());
    } else if constexpr (std::is_same_v<Plain, ast::FieldTest>) {
      onField_(node.field.text);
      visitOperand(node.test);
    } else if constexpr (std::is_same_v<Plain, ast::SizeTest>) {
      onField_(node.field.text);
      visitOperand(node.test);
    } else if constexpr (std::is_same_v<Plain, ast::AnniversaryTest>) {
      onField_(node.field.text);
    } else if constexpr (std::is_same_v<Plain, ast::SegmentTest>) {
      onSegment_(node.name.text);
    } else if constexpr (std::is_same_v<Plain, ast::KeyTest> || std::is_same_v<Plain, ast::BucketTest>) {
      visitOperand(node.test);
    } else {
      static_assert(std::is_same_v<Plain, ast::Constant>);
    }
  }

  template <class Test>
  void visitOperand(Test& test) const {
    auto* comparison = std::get_if<ast::Comparison>(&test);
    if (comparison == nullptr) return;
    if (auto* name = std::get_if<ast::Name>(&comparison->operand)) onField_(name->text);
  }

  const OnField& onField_;
  const OnSegment& onSegment_;
};

template <class Predicate, class OnField, class OnSegment>
void visitNames(Predicate& predicate, const OnField& onField, const OnSegment& onSegment) {
  NameVisitor<Predicate, OnField, OnSegment>(onField, onSegment).visit(predicate);
}

constexpr auto kIgnore = [](const std::string&) {};

}  // namespace

std::set<std::string> fieldsOf(const ast::Predicate& predicate) {
  std::set<std::string> fields;
  visitNames(
      predicate, [&](const std::string& name) { fields.insert(name); }, kIgnore);
  return fields;
}

std::set<std::string> segmentsOf(const ast::Predicate& predicate) {
  std::set<std::string> segments;
  visitNames(predicate, kIgnore, [&](const std::string& name) { segments.insert(name); });
  return segments;
}

ast::Predicate withFieldRenamed(ast::Predicate predicate, std::string_view from, std::string_view to) {
  visitNames(
      predicate,
      [&](std::string& name) {
        if (name == from) name = to;
      },
      kIgnore);
  return predicate;
}

ast::Predicate withSegmentRenamed(ast::Predicate predicate, std::string_view from, std::string_view to) {
  visitNames(predicate, kIgnore, [&](std::string& name) {
    if (name == from) name = to;
  });
  return predicate;
}

}  // namespace roster
