#include "core/query/rename.h"

#include <utility>

#include "core/query/ast_operands.h"

namespace roster {

namespace {

// Calls `onField` with every field's name, `onSegment` with every segment's, and `onKeyTest` with every test of a key,
// of a const or a mutable tree.
template <class Predicate, class OnField, class OnSegment, class OnKeyTest>
class NameVisitor {
 public:
  NameVisitor(const OnField& onField, const OnSegment& onSegment, const OnKeyTest& onKeyTest)
      : onField_(onField), onSegment_(onSegment), onKeyTest_(onKeyTest) {}

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
    } else if constexpr (std::is_same_v<Plain, ast::KeyTest>) {
      visitOperand(node.test);
      onKeyTest_(node.test);
    } else if constexpr (std::is_same_v<Plain, ast::BucketTest>) {
      visitOperand(node.test);
    } else {
      // Events have names and properties of their own.
      static_assert(std::is_same_v<Plain, ast::Constant> || std::is_same_v<Plain, ast::DidTest> ||
                    std::is_same_v<Plain, ast::AggregateTest> || std::is_same_v<Plain, ast::EventEndTest>);
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
  const OnKeyTest& onKeyTest_;
};

constexpr auto kIgnore = [](const auto&) {};

template <class Predicate, class OnField, class OnSegment>
void visitNames(Predicate& predicate, const OnField& onField, const OnSegment& onSegment) {
  NameVisitor<Predicate, OnField, OnSegment, decltype(kIgnore)>(onField, onSegment, kIgnore).visit(predicate);
}

template <class Predicate, class OnKeyTest>
void visitKeyTests(Predicate& predicate, const OnKeyTest& onKeyTest) {
  NameVisitor<Predicate, decltype(kIgnore), decltype(kIgnore), OnKeyTest>(kIgnore, kIgnore, onKeyTest).visit(predicate);
}

// The key that a literal is; null where it is none.
const std::string* keyIn(const ast::Literal& literal) {
  const auto* text = std::get_if<ast::StringLiteral>(&literal);
  return text == nullptr ? nullptr : &text->text;
}

// The key of an equality or of a pattern, null in other tests.
const std::string* onlyKeyIn(const ast::Test& test) {
  if (const auto* like = std::get_if<ast::Like>(&test)) return &like->pattern.text;
  const auto* comparison = std::get_if<ast::Comparison>(&test);
  const auto* literal = comparison == nullptr ? nullptr : std::get_if<ast::Literal>(&comparison->operand);
  return literal == nullptr ? nullptr : keyIn(*literal);
}

bool isNegated(const ast::Test& test) {
  if (const auto* like = std::get_if<ast::Like>(&test)) return like->negated;
  const auto* comparison = std::get_if<ast::Comparison>(&test);
  return comparison != nullptr && comparison->op == CompareOp::notEqual;
}

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

std::set<std::string> keysOf(const ast::Predicate& predicate) {
  std::set<std::string> keys;
  visitKeyTests(predicate, [&](const ast::Test& test) {
    if (const std::string* key = onlyKeyIn(test)) keys.insert(*key);
    const auto* list = std::get_if<ast::InList>(&test);
    if (list == nullptr) return;
    for (const ast::Literal& literal : list->values) {
      if (const std::string* key = keyIn(literal)) keys.insert(*key);
    }
  });
  return keys;
}

namespace {

void addEvents(const ast::Predicate& predicate, std::set<std::string>& events) {
  if (const auto* operands = operandsOf(predicate)) {
    for (const ast::Predicate& operand : *operands) addEvents(operand, events);
  }
  if (const auto* number = std::get_if<ast::AggregateTest>(&predicate.node)) events.insert(number->events.event.text);
  if (const auto* end = std::get_if<ast::EventEndTest>(&predicate.node)) events.insert(end->events.event.text);
  const auto* did = std::get_if<ast::DidTest>(&predicate.node);
  if (did == nullptr) return;
  events.insert(did->events.event.text);
  for (const ast::SequenceStep& step : did->steps) events.insert(step.events.event.text);
}

}  // namespace

std::set<std::string> eventsOf(const ast::Predicate& predicate) {
  std::set<std::string> events;
  addEvents(predicate, events);
  return events;
}

ast::Predicate withKeysForgotten(ast::Predicate predicate, const std::set<std::string>& keys) {
  visitKeyTests(predicate, [&](ast::Test& test) {
    const std::string* only = onlyKeyIn(test);
    if (only != nullptr && keys.contains(*only)) {
      test = ast::InList{isNegated(test), {}};
    } else if (auto* list = std::get_if<ast::InList>(&test)) {
      std::erase_if(list->values, [&](const ast::Literal& literal) {
        const std::string* key = keyIn(literal);
        return key != nullptr && keys.contains(*key);
      });
    }
  });
  return predicate;
}

}  // namespace roster
