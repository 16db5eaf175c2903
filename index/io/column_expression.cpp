#include "index/io/column_expression.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/query/grammar/words.h"
#include "core/query/text_positions.h"
#include "index/io/number_text.h"

namespace roster {

namespace {

// Recursion must end somewhere.
constexpr int kMaxDepth = 100;

// The length of the digits, point and letters at the front of a text that begins with a digit.
std::size_t numberLength(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t more = 1; more != 0; length += more) {
    const std::string_view rest = text.substr(length);
    more = !rest.empty() && (isDigit(rest[0]) || rest[0] == '.') ? 1 : grammar::identifierLength(rest);
  }
  return length;
}

}  // namespace

// Recursive descent: each function takes what it is called after off the front, and adds its steps.
class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text), positions_(text) { expression_.text_ = text; }

  Result<ColumnExpression> parse() {
    skipSpace();
    if (auto taken = takeSum(); !taken) return propagate(taken);
    if (at_ < text_.size()) return unexpected("'+', '-', '*' or the end");
    return std::move(expression_);
  }

 private:
  using Operation = ColumnExpression::Operation;

  std::string_view rest() const { return text_.substr(at_); }
  void skipSpace() { at_ += grammar::spaceLength(rest()); }

  bool takeSymbol(char symbol) {
    if (!rest().starts_with(symbol)) return false;
    ++at_;
    skipSpace();
    return true;
  }

  void add(Operation operation) { expression_.steps_.push_back({operation, 0, {}}); }

  Result<void> takeSum() {
    if (auto first = takeProduct(); !first) return first;
    for (;;) {
      const bool plus = takeSymbol('+');
      if (!plus && !takeSymbol('-')) return {};
      if (auto next = takeProduct(); !next) return next;
      add(plus ? Operation::add : Operation::subtract);
    }
  }

  Result<void> takeProduct() {
    if (auto first = takeFactor(); !first) return first;
    while (takeSymbol('*')) {
      if (auto next = takeFactor(); !next) return next;
      add(Operation::multiply);
    }
    return {};
  }

  Result<void> takeFactor() {
    if (depth_ == kMaxDepth) {
      return refuse(fmt::format("the expression is nested more than {} levels deep", kMaxDepth), positionOf(1));
    }
    ++depth_;
    auto taken = takeNested();
    --depth_;
    return taken;
  }

  Result<void> takeNested() {
    if (takeSymbol('-')) {
      auto taken = takeFactor();
      add(Operation::negate);
      return taken;
    }
    if (takeSymbol('(')) {
      auto taken = takeSum();
      if (taken && !takeSymbol(')')) return unexpected("'+', '-', '*' or ')'");
      return taken;
    }
    if (rest().starts_with('"')) return takeQuotedColumn();
    if (!rest().empty() && isDigit(rest()[0])) return takeNumber();
    const std::size_t length = grammar::identifierLength(rest());
    if (length == 0) return unexpected("a column or a number");
    return takeColumn(std::string(rest().substr(0, length)), length);
  }

  Result<void> takeNumber() {
    const std::size_t length = numberLength(rest());
    const std::string_view written = rest().substr(0, length);
    const auto plain = plainNumber(written, '.');
    if (!plain || plain->exponent) return refuse(fmt::format("'{}' is not a number", written), positionOf(length));
    const auto number = parseWideDecimal(plain->text());
    if (!number) return refuse(fmt::format("'{}' is out of range", written), positionOf(length));
    expression_.steps_.push_back({Operation::number, 0, *number});
    at_ += length;
    skipSpace();
    return {};
  }

  // A doubled quote within the name stands for one.
  Result<void> takeQuotedColumn() {
    std::string name;
    for (std::size_t i = 1; i < rest().size(); ++i) {
      const bool doubled = rest().substr(i).starts_with("\"\"");
      if (rest()[i] == '"' && !doubled) return takeColumn(std::move(name), i + 1);
      name += rest()[i];
      i += doubled ? 1 : 0;
    }
    return refuse("this name has no closing double quote", positionOf(1));
  }

  // Names of columns are in NFC.
  Result<void> takeColumn(std::string name, std::size_t length) {
    name = normalizeNfc(name);
    auto& columns = expression_.columns_;
    const auto known = std::find_if(columns.begin(), columns.end(),
                                    [&](const ColumnExpression::Column& column) { return column.name == name; });
    expression_.steps_.push_back({Operation::column, static_cast<std::size_t>(known - columns.begin()), {}});
    if (known == columns.end()) columns.push_back({std::move(name), positionOf(length)});
    at_ += length;
    skipSpace();
    return {};
  }

  SourcePosition positionOf(std::size_t length) const { return positions_.at(at_, at_ + length); }

  tl::unexpected<Error> unexpected(std::string_view expected) const {
    if (rest().empty()) return refuse(fmt::format("found the end, expected {}", expected), positionOf(0));
    const std::size_t word = isDigit(rest()[0]) ? numberLength(rest()) : grammar::identifierLength(rest());
    const std::size_t length = word == 0 ? characterLength(rest(), 0) : word;
    return refuse(fmt::format("found '{}', expected {}", rest().substr(0, length), expected), positionOf(length));
  }

  std::string_view text_;
  TextPositions positions_;
  std::size_t at_ = 0;
  int depth_ = 0;
  ColumnExpression expression_;
};

Result<ColumnExpression> ColumnExpression::parse(std::string_view text) {
  if (!isValidUtf8(text)) return refuse("the expression is not valid UTF-8");
  return ExpressionParser(text).parse();
}

std::optional<WideDecimal> ColumnExpression::evaluate(std::span<const WideDecimal> values) const {
  std::vector<WideDecimal> stack;
  stack.reserve(steps_.size());
  for (const Step& step : steps_) {
    if (step.operation == Operation::column) {
      stack.push_back(values[step.column]);
      continue;
    }
    if (step.operation == Operation::number) {
      stack.push_back(step.number);
      continue;
    }
    const WideDecimal right = stack.back();
    stack.pop_back();
    if (step.operation == Operation::negate) stack.emplace_back();
    WideDecimal& left = stack.back();
    const auto result = step.operation == Operation::multiply ? product(left, right)
                        : step.operation == Operation::add    ? sum(left, right)
                                                              : difference(left, right);
    if (!result) return std::nullopt;
    left = *result;
  }
  return stack.back();
}

}  // namespace roster
