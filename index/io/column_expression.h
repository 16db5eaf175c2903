// A number computed from columns, such as `Quantity*UnitPrice`: `+ - *`, a minus before a value, parentheses, numbers,
// and columns by their names. A name with other characters than letters, digits and _ stands in double quotes, as in
// the predicate language.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/wide_decimal.h"

namespace roster {

// Immutable; safe to use from any thread.
class ColumnExpression {
 public:
  struct Column {
    std::string name;
    SourcePosition at;  // where it is named first
  };

  // Parses one expression. A text that is none is invalidArgument with the position, what was found and what was
  // expected there; so is one nested more than 100 levels deep.
  static Result<ColumnExpression> parse(std::string_view text);

  const std::string& text() const { return text_; }
  // Each once, in the order of the text.
  const std::vector<Column>& columns() const { return columns_; }

  // The number, where values[i] is that of columns()[i]; none where a step of it needs more than 128 bits.
  std::optional<WideDecimal> evaluate(std::span<const WideDecimal> values) const;

 private:
  friend class ExpressionParser;

  enum class Operation : std::uint8_t { column, number, add, subtract, multiply, negate };
  // Steps run on a stack: a column or a number comes onto it, an operator takes its operands off it.
  struct Step {
    Operation operation = Operation::number;
    std::size_t column = 0;
    WideDecimal number;
  };

  std::string text_;
  std::vector<Column> columns_;
  std::vector<Step> steps_;
};

}  // namespace roster
