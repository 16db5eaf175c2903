#include "core/query/grammar/tree_builder.h"

#include <charconv>
#include <string>
#include <utility>

#include "core/base/unicode.h"
#include "core/query/text_positions.h"

namespace roster::grammar {

namespace {

// Whether strings become NFC, as all do but those that stand for keys.
enum class Strings { normalized, verbatim };

class TreeBuilder {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text), positions_(text) {}

  ast::Predicate predicate(const Node& node) const {
    if (node.is_type<OrExpression>()) return {ast::Or{operandsOf<ast::Or>(node, 0)}, placeOf(*node.children.front())};
    if (node.is_type<AndExpression>())
      return {ast::And{operandsOf<ast::And>(node, 0)}, placeOf(*node.children.front())};
    if (node.is_type<Negation>()) {
      ast::Not negation;
      negation.operand.push_back(predicate(*node.children.front()));
      return {std::move(negation), wordAt(node, 3)};
    }
    return leaf(node);
  }

 private:
  ast::Predicate leaf(const Node& node) const {
    const auto& parts = node.children;
    if (node.is_type<TrueConstant>()) return {ast::Constant{true}, wordAt(node, 4)};
    if (node.is_type<FalseConstant>()) return {ast::Constant{false}, wordAt(node, 5)};
    if (node.is_type<SegmentTest>()) {
      return {ast::SegmentTest{string(*parts[0], Strings::normalized)}, wordAt(node, 7)};
    }
    if (node.is_type<SizeTest>()) {
      return {ast::SizeTest{name(*parts[0]), test(*parts[1], Strings::normalized), placeOf(*parts[1])},
              wordAt(node, 4)};
    }
    if (node.is_type<AnniversaryTest>())
      return {ast::AnniversaryTest{name(*parts[0]), window(*parts[1])}, wordAt(node, 11)};
    if (node.is_type<BucketTest>()) {
      return {ast::BucketTest{string(*parts[0], Strings::normalized), test(*parts[1], Strings::normalized),
                              placeOf(*parts[1])},
              wordAt(node, 6)};
    }
    if (node.is_type<KeyTest>()) {
      return {ast::KeyTest{test(*parts[0], Strings::verbatim), placeOf(*parts[0])}, wordAt(node, 3)};
    }
    if (node.is_type<CountOfTest>()) return countOf(node);
    return fieldTest(node);
  }

  ast::Predicate countOf(const Node& node) const {
    ast::CountOf count;
    const Node& kind = *node.children[0];
    count.kind = kind.is_type<AtLeastMark>()  ? ast::CountKind::atLeast
                 : kind.is_type<AtMostMark>() ? ast::CountKind::atMost
                                              : ast::CountKind::exactly;
    count.count = wholeNumber<std::uint32_t>(*node.children[1]);
    for (std::size_t i = 2; i < node.children.size(); ++i) count.operands.push_back(predicate(*node.children[i]));
    return {std::move(count), placeOf(kind)};
  }

  ast::Predicate fieldTest(const Node& node) const {
    ast::FieldTest result{name(*node.children[0]), ast::IsTrue{}, placeOf(*node.children[0])};
    if (node.children.size() > 1) {
      result.test = test(*node.children[1], Strings::normalized);
      result.testPlace = placeOf(*node.children[1]);
    }
    const ast::Place place = result.field.place;
    return {std::move(result), place};
  }

  ast::Test test(const Node& node, Strings strings) const {
    const auto& parts = node.children;
    const bool negated = !parts.empty() && parts[0]->is_type<NotMark>();
    if (node.is_type<Comparison>()) return ast::Comparison{compareOp(*parts[0]), operand(*parts[1], strings)};
    if (node.is_type<IsNull>()) return ast::IsNull{negated};
    const std::size_t first = negated ? 1 : 0;
    if (node.is_type<Between>())
      return ast::Between{negated, literal(*parts[first], strings), literal(*parts[first + 1], strings)};
    if (node.is_type<InList>()) return ast::InList{negated, literals(node, first, strings)};
    if (node.is_type<Like>()) {
      return ast::Like{negated, parts[first]->is_type<IlikeMark>(), string(*parts[first + 1], strings)};
    }
    if (node.is_type<HasLike>()) return ast::HasLike{parts[0]->is_type<IlikeMark>(), string(*parts[1], strings)};
    if (node.is_type<HasOne>()) return ast::Has{ast::HasKind::one, literals(node, 0, strings)};
    if (node.is_type<HasMany>()) {
      const ast::HasKind kind = parts[0]->is_type<AnyMark>()   ? ast::HasKind::any
                                : parts[0]->is_type<AllMark>() ? ast::HasKind::all
                                                               : ast::HasKind::none;
      return ast::Has{kind, literals(node, 1, strings)};
    }
    return window(node);
  }

  ast::InWindow window(const Node& node) const {
    const ast::Place place = placeOf(node);
    if (node.is_type<TodayMark>() || node.is_type<YesterdayMark>()) {
      return {false, ast::DayWindow{node.is_type<YesterdayMark>()}, place};
    }
    const auto& parts = node.children;
    if (node.is_type<SinceWindow>()) return {false, ast::SinceWindow{literal(*parts[0], Strings::normalized)}, place};
    if (node.is_type<BeforeWindow>()) return {false, ast::BeforeWindow{literal(*parts[0], Strings::normalized)}, place};
    const bool negated = parts[0]->is_type<NotMark>();
    const std::size_t first = negated ? 1 : 0;
    const Node& which = *parts[first];
    if (node.is_type<RelativeWindow>()) {
      const ast::Direction direction = which.is_type<LastMark>() ? ast::Direction::last : ast::Direction::next;
      return {negated,
              ast::RelativeWindow{direction, wholeNumber<std::int64_t>(*parts[first + 1]),
                                  *unitOf(parts[first + 2]->string_view())},
              place};
    }
    const ast::CalendarStep step = which.is_type<LastMark>()   ? ast::CalendarStep::last
                                   : which.is_type<NextMark>() ? ast::CalendarStep::next
                                                               : ast::CalendarStep::current;
    return {negated, ast::CalendarWindow{step, *calendarUnitOf(parts[first + 1]->string_view())}, place};
  }

  static CompareOp compareOp(const Node& node) {
    if (node.is_type<EqualSign>()) return CompareOp::equal;
    if (node.is_type<NotEqualSign>()) return CompareOp::notEqual;
    if (node.is_type<LessSign>()) return CompareOp::less;
    if (node.is_type<LessEqualSign>()) return CompareOp::lessEqual;
    if (node.is_type<GreaterSign>()) return CompareOp::greater;
    return CompareOp::greaterEqual;
  }

  ast::Operand operand(const Node& node, Strings strings) const {
    if (node.is_type<Identifier>() || node.is_type<QuotedName>()) return name(node);
    return literal(node, strings);
  }

  std::vector<ast::Literal> literals(const Node& node, std::size_t from, Strings strings) const {
    std::vector<ast::Literal> values;
    for (std::size_t i = from; i < node.children.size(); ++i) values.push_back(literal(*node.children[i], strings));
    return values;
  }

  ast::Literal literal(const Node& node, Strings strings) const {
    if (node.is_type<QuotedString>()) return string(node, strings);
    if (node.is_type<Decimal>()) return number(node);
    if (node.is_type<TrueLiteral>()) return ast::BoolLiteral{true, wordAt(node, 4)};
    if (node.is_type<FalseLiteral>()) return ast::BoolLiteral{false, wordAt(node, 5)};
    return time(node);
  }

  ast::TimeExpression time(const Node& node) const {
    ast::TimeExpression expression{*timeBaseOf(node.children[0]->string_view()), {}, placeOf(*node.children[0])};
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const Node& step = *node.children[i];
      const auto amount = wholeNumber<std::int64_t>(*step.children[1]);
      expression.steps.push_back({step.children[0]->is_type<Minus>() ? -amount : amount,
                                  *unitOf(step.children[2]->string_view()),
                                  placeBetween(*step.children[1], *step.children[2])});
    }
    return expression;
  }

  ast::NumberLiteral number(const Node& node) const {
    std::string_view written = node.string_view();
    const bool negative = written.starts_with('-');
    if (negative || written.starts_with('+')) written.remove_prefix(1);
    while (written.size() > 1 && written[0] == '0' && isDigit(written[1])) written.remove_prefix(1);
    return {(negative ? "-" : "") + std::string(written), placeOf(node)};
  }

  ast::StringLiteral string(const Node& node, Strings strings) const {
    std::string text = unquoted(node);
    return {strings == Strings::normalized ? normalizeNfc(text) : std::move(text), placeOf(node)};
  }

  ast::Name name(const Node& node) const {
    const std::string text = node.is_type<QuotedName>() ? unquoted(node) : node.string();
    if (text.empty()) throw SyntaxFailure{node.m_begin.data, node.m_end.data, "a name must not be empty"};
    return {normalizeNfc(text), placeOf(node)};
  }

  static std::string unquoted(const Node& node) {
    const std::string_view quoted = node.string_view();
    std::string text;
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
      text += quoted[i];
      if (quoted[i] == quoted[0]) ++i;
    }
    return text;
  }

  template <class Number>
  static Number wholeNumber(const Node& node) {
    const std::string_view digits = node.string_view();
    Number number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc()) throw SyntaxFailure{node.m_begin.data, node.m_end.data, "this number is too large"};
    return number;
  }

  // The operands of a connective, with those of a parenthesised one of the same kind in their place.
  template <class Connective>
  std::vector<ast::Predicate> operandsOf(const Node& node, std::size_t from) const {
    std::vector<ast::Predicate> operands;
    for (std::size_t i = from; i < node.children.size(); ++i) {
      ast::Predicate operand = predicate(*node.children[i]);
      if (auto* same = std::get_if<Connective>(&operand.node)) {
        for (ast::Predicate& inner : same->operands) operands.push_back(std::move(inner));
      } else {
        operands.push_back(std::move(operand));
      }
    }
    return operands;
  }

  std::size_t offsetOf(const char* at) const { return static_cast<std::size_t>(at - text_.data()); }

  // Without the white space that a rule may have taken at its end.
  ast::Place placeOf(const Node& node) const {
    std::size_t begin = offsetOf(node.m_begin.data);
    std::size_t end = node.has_content() ? offsetOf(node.m_end.data) : begin + 1;
    while (end > begin + 1 && spaceLength(text_.substr(end - 1, 1)) > 0) --end;
    return {positions_.at(begin, end)};
  }

  ast::Place placeBetween(const Node& first, const Node& last) const {
    return {positions_.at(offsetOf(first.m_begin.data), offsetOf(last.m_end.data))};
  }

  ast::Place wordAt(const Node& node, std::size_t length) const {
    const std::size_t begin = offsetOf(node.m_begin.data);
    return {positions_.at(begin, begin + length)};
  }

  std::string_view text_;
  TextPositions positions_;
};

}  // namespace

ast::Predicate buildPredicate(const Node& root, std::string_view text) {
  return TreeBuilder(text).predicate(*root.children.front());
}

}  // namespace roster::grammar
