#include "index/io/computed_column.h"

#include <fmt/format.h>

namespace roster {

ComputedColumn::ComputedColumn(ColumnExpression expression, std::vector<Input> inputs, std::string fieldName,
                               int digits)
    : expression_(std::move(expression)),
      inputs_(std::move(inputs)),
      fieldName_(std::move(fieldName)),
      digits_(digits) {}

tl::expected<std::optional<std::int64_t>, RejectReason> ComputedColumn::valueOf(const ParsedRows& rows,
                                                                                std::size_t row) const {
  const auto refused = [](const std::string& column, std::string reason) {
    return tl::unexpected(RejectReason{column, std::move(reason)});
  };
  std::vector<WideDecimal> numbers;
  numbers.reserve(inputs_.size());
  for (const Input& input : inputs_) {
    const Cell cell = rows.cell(input.column, row);
    if (std::string why = whyNotFor(input.parser.type(), cell); !why.empty())
      return refused(input.name, std::move(why));
    if (input.parser.isMissing(cell.text)) continue;
    auto number = input.parser.exactNumber(cell.text);
    if (!number) return refused(input.name, std::move(number.error().message));
    numbers.push_back(*number);
  }
  if (numbers.size() < inputs_.size()) return std::nullopt;
  const auto result = expression_.evaluate(numbers);
  if (!result) return refused(fieldName_, fmt::format("{} needs more than 128 bits", expression_.text()));
  const auto value = narrow(*result, digits_);
  if (!value) return refused(fieldName_, fmt::format("{}: {}", expression_.text(), value.error().message));
  return *value;
}

}  // namespace roster
