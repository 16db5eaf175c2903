#include "core/query/printer.h"

#include <fmt/format.h>

#include "core/query/grammar/words.h"

namespace roster {

namespace {

std::string inQuotes(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char c : text) {
    result += c;
    if (c == quote) result += c;
  }
  return result + quote;
}

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

std::string quantity(std::uint64_t amount, ast::TimeUnit unit) {
  return fmt::format("{} {}{}", amount, grammar::wordOf(unit), amount == 1 ? "" : "s");
}

std::string text(const ast::StringLiteral& literal) { return printString(literal.text); }
std::string text(const ast::NumberLiteral& literal) { return literal.text; }
std::string text(const ast::BoolLiteral& literal) { return literal.value ? "true" : "false"; }
std::string text(const ast::TimeExpression& time) {
  std::string result(grammar::wordOf(time.base));
  for (const ast::TimeStep& step : time.steps) {
    const auto amount = static_cast<std::uint64_t>(step.amount);
    result += step.amount < 0 ? " - " : " + ";
    result += quantity(step.amount < 0 ? 0 - amount : amount, step.unit);
  }
  return result;
}

std::string attributeText(const ast::Name& name) {
  return name.attribute.empty() ? "" : "." + printName(name.attribute);
}

// Where a value may stand, a field called `today` needs its quotes.
std::string text(const ast::Name& name) {
  if (!grammar::timeBaseOf(name.text)) return printName(name);
  return inQuotes(name.text, '"') + attributeText(name);
}

template <class... Literals>
std::string text(const std::variant<Literals...>& literal) {
  return std::visit([](const auto& value) { return text(value); }, literal);
}

std::string list(const std::vector<ast::Literal>& values) {
  std::string result = "(";
  for (const ast::Literal& value : values) result += (result.size() > 1 ? ", " : "") + text(value);
  return result + ")";
}

std::string_view wordOf(ast::HasKind kind) {
  switch (kind) {
    case ast::HasKind::one: return "";
    case ast::HasKind::any: return "any ";
    case ast::HasKind::all: return "all ";
    case ast::HasKind::none: return "none ";
  }
  return "";
}

std::string_view wordOf(ast::CalendarStep step) {
  switch (step) {
    case ast::CalendarStep::last: return "last";
    case ast::CalendarStep::current: return "this";
    case ast::CalendarStep::next: return "next";
  }
  return "";
}

std::string windowText(const ast::InWindow& in) {
  return (in.negated ? "not " : "") +
         std::visit(Overloaded{[](const ast::RelativeWindow& w) {
                                 return fmt::format("in {} {}", w.direction == ast::Direction::last ? "last" : "next",
                                                    quantity(static_cast<std::uint64_t>(w.amount), w.unit));
                               },
                               [](const ast::CalendarWindow& w) {
                                 return fmt::format("in {} {}", wordOf(w.step), grammar::wordOf(w.unit));
                               },
                               [](const ast::DayWindow& w) { return std::string(w.yesterday ? "yesterday" : "today"); },
                               [](const ast::SinceWindow& w) { return "since " + text(w.from); },
                               [](const ast::BeforeWindow& w) { return "before " + text(w.until); }},
                    in.window);
}

// What follows the subject, with a space before it.
std::string testText(const ast::Test& test) {
  const auto maybeNot = [](bool negated) { return negated ? " not" : ""; };
  const auto like = [](bool foldCase) { return foldCase ? "ilike" : "like"; };
  return std::visit(
      Overloaded{[](const ast::IsTrue&) { return std::string(); },
                 [](const ast::Comparison& t) { return fmt::format(" {} {}", signOf(t.op), text(t.operand)); },
                 [&](const ast::Between& t) {
                   return fmt::format("{} between {} and {}", maybeNot(t.negated), text(t.low), text(t.high));
                 },
                 [&](const ast::InList& t) { return fmt::format("{} in {}", maybeNot(t.negated), list(t.values)); },
                 [&](const ast::Like& t) {
                   return fmt::format("{} {} {}", maybeNot(t.negated), like(t.foldCase), text(t.pattern));
                 },
                 [&](const ast::IsNull& t) { return fmt::format(" is{} null", maybeNot(t.negated)); },
                 [](const ast::Has& t) {
                   return fmt::format(" has {}{}", wordOf(t.kind),
                                      t.kind == ast::HasKind::one ? text(t.values.front()) : list(t.values));
                 },
                 [&](const ast::HasLike& t) { return fmt::format(" has {} {}", like(t.foldCase), text(t.pattern)); },
                 [](const ast::InWindow& t) { return " " + windowText(t); }},
      test);
}

std::string_view wordsOf(ast::CountKind kind) {
  switch (kind) {
    case ast::CountKind::atLeast: return "at least";
    case ast::CountKind::atMost: return "at most";
    case ast::CountKind::exactly: return "exactly";
  }
  return "";
}

std::string_view wordOf(ast::Aggregate aggregate) {
  switch (aggregate) {
    case ast::Aggregate::count: return "count";
    case ast::Aggregate::days: return "days";
    case ast::Aggregate::distinct: return "distinct";
    case ast::Aggregate::sum: return "sum";
    case ast::Aggregate::avg: return "avg";
    case ast::Aggregate::min: return "min";
    case ast::Aggregate::max: return "max";
  }
  return "";
}

// How tightly a predicate binds; an operand that binds less tightly than its place asks for takes parentheses.
enum class Tightness { disjunction, conjunction, negation };

// The filter of `did purchase where promo` would take an `and` or `or` that follows it.
bool endsInFilter(const ast::Predicate& predicate) {
  const auto* did = std::get_if<ast::DidTest>(&predicate.node);
  return did != nullptr && did->steps.empty() && !did->events.filter.empty();
}

Tightness tightnessOf(const ast::Predicate& predicate) {
  if (std::holds_alternative<ast::Or>(predicate.node) || endsInFilter(predicate)) return Tightness::disjunction;
  if (std::holds_alternative<ast::And>(predicate.node)) return Tightness::conjunction;
  return Tightness::negation;
}

class Printer {
 public:
  void write(const ast::Predicate& predicate, Tightness needed) {
    const bool grouped = tightnessOf(predicate) < needed;
    if (grouped) out_ += '(';
    std::visit([this](const auto& node) { writeNode(node); }, predicate.node);
    if (grouped) out_ += ')';
  }

  std::string take() { return std::move(out_); }

 private:
  void writeNode(const ast::Constant& node) { out_ += node.value ? "true" : "false"; }
  void writeNode(const ast::And& node) { writeJoined(node.operands, " and ", Tightness::negation); }
  void writeNode(const ast::Or& node) { writeJoined(node.operands, " or ", Tightness::conjunction); }
  void writeNode(const ast::Not& node) {
    out_ += "not ";
    write(node.operand.front(), Tightness::negation);
  }
  void writeNode(const ast::CountOf& node) {
    out_ += fmt::format("{} {} of (", wordsOf(node.kind), node.count);
    writeJoined(node.operands, ", ", Tightness::disjunction);
    out_ += ')';
  }
  void writeNode(const ast::FieldTest& node) { out_ += printName(node.field) + testText(node.test); }
  void writeNode(const ast::SizeTest& node) {
    out_ += fmt::format("size({}){}", printName(node.field.text), testText(node.test));
  }
  void writeNode(const ast::AnniversaryTest& node) {
    out_ += fmt::format("anniversary({}) {}", printName(node.field), windowText(node.window));
  }
  void writeNode(const ast::KeyTest& node) { out_ += "key" + testText(node.test); }
  void writeNode(const ast::BucketTest& node) {
    out_ += fmt::format("bucket({}){}", text(node.name), testText(node.test));
  }
  void writeNode(const ast::SegmentTest& node) { out_ += "segment " + text(node.name); }
  void writeNode(const ast::DidTest& node) {
    out_ += "did ";
    write(node.events);
    for (const ast::SequenceStep& step : node.steps) {
      out_ += step.negated ? " then not " : " then ";
      write(step.events);
      out_ += " within " + quantity(static_cast<std::uint64_t>(step.amount), step.unit);
    }
  }
  void writeNode(const ast::AggregateTest& node) {
    out_ += fmt::format("{}(", wordOf(node.aggregate));
    if (node.property) out_ += printName(*node.property) + " of ";
    write(node.events);
    out_ += ')' + testText(node.test);
  }
  void writeNode(const ast::EventEndTest& node) {
    out_ += node.end == ast::EventEnd::first ? "first(" : "last(";
    write(node.events);
    out_ += ')';
    if (node.property) out_ += '.' + printName(*node.property);
    out_ += testText(node.test);
  }

  void write(const ast::EventSet& events) {
    // After `did` a word that starts a test makes it a field; in quotes it is an event.
    const bool isBare = !grammar::startsTest(events.event.text);
    out_ += isBare ? printName(events.event.text) : inQuotes(events.event.text, '"');
    if (events.window) out_ += testText(*events.window);
    if (events.filter.empty()) return;
    out_ += " where ";
    write(events.filter.front(), Tightness::disjunction);
  }

  void writeJoined(const std::vector<ast::Predicate>& operands, std::string_view separator, Tightness needed) {
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (i > 0) out_ += separator;
      write(operands[i], needed);
    }
  }

  std::string out_;
};

}  // namespace

std::string_view signOf(CompareOp op) {
  switch (op) {
    case CompareOp::equal: return "=";
    case CompareOp::notEqual: return "!=";
    case CompareOp::less: return "<";
    case CompareOp::lessEqual: return "<=";
    case CompareOp::greater: return ">";
    case CompareOp::greaterEqual: return ">=";
  }
  return "";
}

std::string print(const ast::Predicate& predicate) {
  Printer printer;
  printer.write(predicate, Tightness::disjunction);
  return printer.take();
}

std::string printName(std::string_view name) {
  const bool bare = grammar::identifierLength(name) == name.size() && !name.empty() && !grammar::isReserved(name);
  return bare ? std::string(name) : inQuotes(name, '"');
}

std::string printName(const ast::Name& name) { return printName(name.text) + attributeText(name); }

std::string printString(std::string_view text) { return inQuotes(text, '\''); }

}  // namespace roster
