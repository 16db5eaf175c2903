#include "core/query/bind_numbers.h"

#include <fmt/format.h>

#include "core/query/bind_literal.h"
#include "core/query/intervals.h"

namespace roster {

template <class Number>
Result<IntervalsOf<Number>> selectedNumbers(const ast::Test& test, const ReadNumber<Number>& read,
                                            std::string_view subject, std::string_view kind, const SourcePosition& at) {
  if (const auto* comparison = std::get_if<ast::Comparison>(&test)) {
    const auto* literal = std::get_if<ast::Literal>(&comparison->operand);
    if (literal == nullptr) {
      return refuse(fmt::format("{} is compared with {} only", subject, kind), positionOf(comparison->operand));
    }
    auto value = read(*literal);
    if (!value) return propagate(value);
    return intervalsOf(comparison->op, *value);
  }
  if (const auto* between = std::get_if<ast::Between>(&test)) {
    auto low = read(between->low);
    if (!low) return propagate(low);
    auto high = read(between->high);
    if (!high) return propagate(high);
    const IntervalsOf<Number> within = normalized<Number>({{low->low, high->high}});
    return between->negated ? complementOf(within) : within;
  }
  const auto* in = std::get_if<ast::InList>(&test);
  if (in == nullptr) return refuse(fmt::format("{} takes comparisons, between and in", subject), at);
  IntervalsOf<Number> listed;
  for (const ast::Literal& literal : in->values) {
    auto number = read(literal);
    if (!number) return propagate(number);
    listed.push_back(*number);
  }
  listed = normalized(std::move(listed));
  return in->negated ? complementOf(listed) : listed;
}

template Result<Intervals> selectedNumbers(const ast::Test&, const ReadNumber<std::int64_t>&, std::string_view,
                                           std::string_view, const SourcePosition&);
template Result<WideIntervals> selectedNumbers(const ast::Test&, const ReadNumber<WideInteger>&, std::string_view,
                                               std::string_view, const SourcePosition&);

Result<Intervals> selectedWholeNumbers(const ast::Test& test, std::string_view subject, const SourcePosition& at) {
  const auto read = [&](const ast::Literal& literal) -> Result<Interval> {
    auto number = bindWholeNumber(literal, subject);
    if (!number) return propagate(number);
    return Interval{*number, *number};
  };
  return selectedNumbers<std::int64_t>(test, read, subject, "whole numbers", at);
}

}  // namespace roster
