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

// What a predicate is about: contacts, or, in a filter, the properties of an event.
enum class Scope { contact, event };

class TreeBuilder {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text), positions_(text) {}

  ast::Predicate predicate(const Node& folded, Scope scope) const {
    const Node& node = unfolded(folded);
    if (node.is<OrExpression>()) return {ast::Or{operandsOf<ast::Or>(node, scope)}, placeOf(unfolded(node.parts()[0]))};
    if (node.is<AndExpression>()) {
      return {ast::And{operandsOf<ast::And>(node, scope)}, placeOf(unfolded(node.parts()[0]))};
    }
    if (node.is<Negation>()) {
      ast::Not negation;
      negation.operand.push_back(predicate(node.parts()[0], scope));
      return {std::move(negation), wordAt(node, 3)};
    }
    return leaf(node, scope);
  }

  ast::EventSet eventSet(const Node& node) const {
    const Node::Parts parts = node.parts();
    ast::EventSet events{name(parts[0]), {}, {}};
    for (const Node& part : parts.from(1)) {
      if (part.is<EventFilter>()) {
        events.filter.push_back(predicate(part.parts()[0], Scope::event));
        events.openTest = openTestOf(part.parts()[0]);
        continue;
      }
      if (events.window) {
        throw SyntaxFailure{part.begin(), part.end(), "these events have a window already, before their filter"};
      }
      if (!part.parts().empty() && part.parts()[0].is<NotMark>()) {
        throw SyntaxFailure{part.begin(), part.end(),
                            "a window of events is not negated; for no event in it, write not (did … in …)"};
      }
      events.window = test(part, Strings::normalized);
    }
    return events;
  }

 private:
  // Without connectives of one operand.
  static const Node& unfolded(const Node& node) {
    const Node* at = &node;
    while ((at->is<OrExpression>() || at->is<AndExpression>()) && at->parts().size() == 1) at = &at->parts()[0];
    return *at;
  }

  ast::Predicate leaf(const Node& node, Scope scope) const {
    const Node::Parts parts = node.parts();
    if (scope == Scope::event) refuseOfContacts(node);
    if (node.is<TrueConstant>()) return {ast::Constant{true}, wordAt(node, 4)};
    if (node.is<FalseConstant>()) return {ast::Constant{false}, wordAt(node, 5)};
    if (node.is<SegmentTest>()) {
      return {ast::SegmentTest{string(parts[0], Strings::normalized)}, wordAt(node, 7)};
    }
    if (node.is<SizeTest>()) {
      return {ast::SizeTest{name(parts[0]), test(parts[1], Strings::normalized), placeOf(parts[1])}, wordAt(node, 4)};
    }
    if (node.is<AnniversaryTest>()) {
      std::size_t at = 0;
      ast::Name field = property(parts, at);
      return {ast::AnniversaryTest{std::move(field), window(parts[at])}, wordAt(node, 11)};
    }
    if (node.is<BucketTest>()) {
      return {ast::BucketTest{string(parts[0], Strings::normalized), test(parts[1], Strings::normalized),
                              placeOf(parts[1])},
              wordAt(node, 6)};
    }
    if (node.is<KeyTest>()) {
      return {ast::KeyTest{test(parts[0], Strings::verbatim), placeOf(parts[0])}, wordAt(node, 3)};
    }
    if (node.is<CountOfTest>()) return countOf(node, scope);
    if (node.is<DidTest>()) return did(node);
    if (node.is<TallyTest>() || node.is<AggregateTest>()) return aggregate(node);
    if (node.is<EventEndTest>()) return eventEnd(node);
    return fieldTest(node);
  }

  // A filter takes every `and` that follows, so that what was to go on about the contact ends up in it.
  static void refuseOfContacts(const Node& node) {
    const bool isOfEvents =
        node.is<DidTest>() || node.is<TallyTest>() || node.is<AggregateTest>() || node.is<EventEndTest>();
    if (!isOfEvents && !node.is<SegmentTest>() && !node.is<KeyTest>() && !node.is<BucketTest>()) return;
    const std::string word(node.text().substr(0, identifierLength(node.text())));
    throw SyntaxFailure{node.begin(), node.begin() + word.size(),
                        "a filter asks for properties of the event, and '" + word +
                            "' is about the contact; to go on about the contact, put the predicate before it in "
                            "parentheses: (did purchase where promo) and …"};
  }

  ast::Predicate did(const Node& node) const {
    const Node::Parts parts = node.parts();
    ast::DidTest result{eventSet(parts[0]), {}};
    for (const Node& part : parts.from(1)) {
      if (!result.steps.empty() && result.steps.back().negated) {
        throw SyntaxFailure{part.begin(), part.begin() + 4,
                            "nothing can follow 'then not': there is no event to follow"};
      }
      result.steps.push_back(sequenceStep(part));
    }
    return {std::move(result), wordAt(node, 3)};
  }

  ast::SequenceStep sequenceStep(const Node& node) const {
    const Node::Parts parts = node.parts();
    const bool negated = parts[0].is<NotMark>();
    const std::size_t first = negated ? 1 : 0;
    return {negated, eventSet(parts[first]), wholeNumber<std::int64_t>(parts[first + 1]),
            *unitOf(parts[first + 2].text()), placeOf(parts[first + 1])};
  }

  // Where the test stands that ends a filter, with no parenthesis behind it.
  ast::Place openTestOf(const Node& filter) const {
    const Node* end = &lastPartOf(lastPartOf(filter));
    while (end->is<Negation>()) end = &lastPartOf(*end);
    return end->is<FieldTest>() ? placeOf(lastPartOf(*end)) : ast::Place{};
  }
  static const Node& lastPartOf(const Node& node) {
    const Node::Parts parts = node.parts();
    return parts[parts.size() - 1];
  }

  ast::Predicate aggregate(const Node& node) const {
    const Node::Parts parts = node.parts();
    const Node& mark = parts[0];
    ast::AggregateTest result;
    result.aggregate = mark.is<CountMark>()      ? ast::Aggregate::count
                       : mark.is<DaysMark>()     ? ast::Aggregate::days
                       : mark.is<DistinctMark>() ? ast::Aggregate::distinct
                       : mark.is<SumMark>()      ? ast::Aggregate::sum
                       : mark.is<AvgMark>()      ? ast::Aggregate::avg
                       : mark.is<MinMark>()      ? ast::Aggregate::min
                                                 : ast::Aggregate::max;
    std::size_t next = 1;
    if (node.is<AggregateTest>()) result.property = property(parts, next);
    result.events = eventSet(parts[next]);
    readTest(parts, next + 1, result);
    return {std::move(result), placeOf(mark)};
  }

  ast::Predicate eventEnd(const Node& node) const {
    const Node::Parts parts = node.parts();
    ast::EventEndTest result;
    result.end = parts[0].is<FirstMark>() ? ast::EventEnd::first : ast::EventEnd::last;
    result.events = eventSet(parts[1]);
    result.test = ast::IsTrue{};
    std::size_t next = 2;
    if (parts[next].is<EndProperty>()) {
      std::size_t first = 0;
      result.property = property(parts[next].parts(), first);
      result.testPlace = result.property->place;
      ++next;
    }
    readTest(parts, next, result);
    return {std::move(result), placeOf(parts[0])};
  }

  // The test at parts[at], if there is one, into a leaf, which otherwise stays as it is.
  template <class Leaf>
  void readTest(const Node::Parts& parts, std::size_t at, Leaf& leaf) const {
    if (at >= parts.size()) return;
    leaf.test = test(parts[at], Strings::normalized);
    leaf.testPlace = placeOf(parts[at]);
  }

  // The name at parts[at], with the attribute that may follow it; `at` goes past both.
  ast::Name property(const Node::Parts& parts, std::size_t& at) const {
    ast::Name result = name(parts[at++]);
    if (at < parts.size() && parts[at].is<Attribute>()) {
      const Node& attribute = parts[at++];
      result.attribute = name(attribute.parts()[0]).text;
      result.place = placeBetween(parts[at - 2], attribute.parts()[0]);
    }
    return result;
  }

  ast::Predicate countOf(const Node& node, Scope scope) const {
    ast::CountOf count;
    const Node::Parts parts = node.parts();
    const Node& kind = parts[0];
    count.kind = kind.is<AtLeastMark>()  ? ast::CountKind::atLeast
                 : kind.is<AtMostMark>() ? ast::CountKind::atMost
                                         : ast::CountKind::exactly;
    count.count = wholeNumber<std::uint32_t>(parts[1]);
    for (const Node& operand : parts.from(2)) count.operands.push_back(predicate(operand, scope));
    return {std::move(count), placeOf(kind)};
  }

  ast::Predicate fieldTest(const Node& node) const {
    const Node::Parts parts = node.parts();
    std::size_t next = 0;
    ast::FieldTest result{property(parts, next), ast::IsTrue{}, {}};
    result.testPlace = result.field.place;
    readTest(parts, next, result);
    const ast::Place place = result.field.place;
    return {std::move(result), place};
  }

  ast::Test test(const Node& node, Strings strings) const {
    const Node::Parts parts = node.parts();
    const bool negated = !parts.empty() && parts[0].is<NotMark>();
    if (node.is<Comparison>()) return ast::Comparison{compareOp(parts[0]), operand(parts, 1, strings)};
    if (node.is<IsNull>()) return ast::IsNull{negated};
    const std::size_t first = negated ? 1 : 0;
    if (node.is<Between>())
      return ast::Between{negated, literal(parts[first], strings), literal(parts[first + 1], strings)};
    if (node.is<InList>()) return ast::InList{negated, literals(parts.from(first), strings)};
    if (node.is<Like>()) {
      return ast::Like{negated, parts[first].is<IlikeMark>(), string(parts[first + 1], strings)};
    }
    if (node.is<HasLike>()) return ast::HasLike{parts[0].is<IlikeMark>(), string(parts[1], strings)};
    if (node.is<HasOne>()) return ast::Has{ast::HasKind::one, literals(parts, strings)};
    if (node.is<HasMany>()) {
      const ast::HasKind kind = parts[0].is<AnyMark>()   ? ast::HasKind::any
                                : parts[0].is<AllMark>() ? ast::HasKind::all
                                                         : ast::HasKind::none;
      return ast::Has{kind, literals(parts.from(1), strings)};
    }
    return window(node);
  }

  ast::InWindow window(const Node& node) const {
    const ast::Place place = placeOf(node);
    if (node.is<TodayMark>() || node.is<YesterdayMark>()) {
      return {false, ast::DayWindow{node.is<YesterdayMark>()}, place};
    }
    const Node::Parts parts = node.parts();
    if (node.is<SinceWindow>()) return {false, ast::SinceWindow{literal(parts[0], Strings::normalized)}, place};
    if (node.is<BeforeWindow>()) return {false, ast::BeforeWindow{literal(parts[0], Strings::normalized)}, place};
    const bool negated = parts[0].is<NotMark>();
    const std::size_t first = negated ? 1 : 0;
    const Node& which = parts[first];
    if (node.is<RelativeWindow>()) {
      const ast::Direction direction = which.is<LastMark>() ? ast::Direction::last : ast::Direction::next;
      return {
          negated,
          ast::RelativeWindow{direction, wholeNumber<std::int64_t>(parts[first + 1]), *unitOf(parts[first + 2].text())},
          place};
    }
    const ast::CalendarStep step = which.is<LastMark>()   ? ast::CalendarStep::last
                                   : which.is<NextMark>() ? ast::CalendarStep::next
                                                          : ast::CalendarStep::current;
    return {negated, ast::CalendarWindow{step, *calendarUnitOf(parts[first + 1].text())}, place};
  }

  static CompareOp compareOp(const Node& node) {
    if (node.is<EqualSign>()) return CompareOp::equal;
    if (node.is<NotEqualSign>()) return CompareOp::notEqual;
    if (node.is<LessSign>()) return CompareOp::less;
    if (node.is<LessEqualSign>()) return CompareOp::lessEqual;
    if (node.is<GreaterSign>()) return CompareOp::greater;
    return CompareOp::greaterEqual;
  }

  ast::Operand operand(const Node::Parts& parts, std::size_t at, Strings strings) const {
    const Node& node = parts[at];
    if (node.is<Identifier>() || node.is<QuotedName>()) return property(parts, at);
    return literal(node, strings);
  }

  std::vector<ast::Literal> literals(const Node::Parts& parts, Strings strings) const {
    std::vector<ast::Literal> values;
    for (const Node& part : parts) values.push_back(literal(part, strings));
    return values;
  }

  ast::Literal literal(const Node& node, Strings strings) const {
    if (node.is<QuotedString>()) return string(node, strings);
    if (node.is<Decimal>()) return number(node);
    if (node.is<TrueLiteral>()) return ast::BoolLiteral{true, wordAt(node, 4)};
    if (node.is<FalseLiteral>()) return ast::BoolLiteral{false, wordAt(node, 5)};
    return time(node);
  }

  ast::TimeExpression time(const Node& node) const {
    const Node& base = node.parts()[0];
    ast::TimeExpression expression{*timeBaseOf(base.text()), {}, placeOf(base)};
    for (const Node& step : node.parts().from(1)) {
      const Node::Parts parts = step.parts();
      const auto amount = wholeNumber<std::int64_t>(parts[1]);
      expression.steps.push_back(
          {parts[0].is<Minus>() ? -amount : amount, *unitOf(parts[2].text()), placeBetween(parts[1], parts[2])});
    }
    return expression;
  }

  ast::NumberLiteral number(const Node& node) const {
    std::string_view written = node.text();
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
    const std::string text = node.is<QuotedName>() ? unquoted(node) : std::string(node.text());
    if (text.empty()) throw SyntaxFailure{node.begin(), node.end(), "a name must not be empty"};
    return {normalizeNfc(text), placeOf(node)};
  }

  static std::string unquoted(const Node& node) {
    const std::string_view quoted = node.text();
    std::string text;
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
      text += quoted[i];
      if (quoted[i] == quoted[0]) ++i;
    }
    return text;
  }

  template <class Number>
  static Number wholeNumber(const Node& node) {
    const std::string_view digits = node.text();
    Number number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc()) throw SyntaxFailure{node.begin(), node.end(), "this number is too large"};
    return number;
  }

  // The operands of a connective, with those of a parenthesised one of the same kind in their place.
  template <class Connective>
  std::vector<ast::Predicate> operandsOf(const Node& node, Scope scope) const {
    std::vector<ast::Predicate> operands;
    for (const Node& part : node.parts()) {
      ast::Predicate operand = predicate(part, scope);
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
    std::size_t begin = offsetOf(node.begin());
    std::size_t end = offsetOf(node.end());
    while (end > begin + 1 && spaceLength(text_.substr(end - 1, 1)) > 0) --end;
    return {positions_.at(begin, end)};
  }

  ast::Place placeBetween(const Node& first, const Node& last) const {
    return {positions_.at(offsetOf(first.begin()), offsetOf(last.end()))};
  }

  ast::Place wordAt(const Node& node, std::size_t length) const {
    const std::size_t begin = offsetOf(node.begin());
    return {positions_.at(begin, begin + length)};
  }

  std::string_view text_;
  TextPositions positions_;
};

}  // namespace

ast::Predicate buildPredicate(const Tree& tree, std::string_view text) {
  return TreeBuilder(text).predicate(tree.root(), Scope::contact);
}

ast::EventSet buildEventSet(const Tree& tree, std::string_view text) { return TreeBuilder(text).eventSet(tree.root()); }

}  // namespace roster::grammar
