#include "core/query/bind_literal.h"

#include <fmt/format.h>

#include "core/base/decimal.h"
#include "core/query/grammar/words.h"
#include "core/query/printer.h"

namespace roster {

namespace {

tl::unexpected<Error> unlike(const ast::Literal& literal, const Subject& subject, std::string_view hint = "") {
  return refuse(fmt::format("cannot compare {} with {}{}", describe(subject), describe(literal), hint),
                positionOf(literal));
}

// More fraction digits than the field has are refused, zeros too: they claim a precision that the field does not have.
Result<void> requireFraction(const ast::NumberLiteral& number, int digits, std::string_view subject) {
  const std::size_t point = number.text.find('.');
  const std::size_t fraction = point == std::string::npos ? 0 : number.text.size() - point - 1;
  if (fraction <= static_cast<std::size_t>(digits)) return {};
  return refuse(digits == 0
                    ? fmt::format("{} is not a whole number, which {} is", number.text, subject)
                    : fmt::format("{} has {} fraction digits; {} has {}", number.text, fraction, subject, digits),
                number.place.at);
}

Result<std::int64_t> scaledNumber(const ast::NumberLiteral& number, int digits, std::string_view subject) {
  if (auto fits = requireFraction(number, digits, subject); !fits) return propagate(fits);
  auto scaled = parseDecimal(number.text, digits);
  if (!scaled) return refuse(fmt::format("{} is out of the range of {}", number.text, subject), number.place.at);
  return scaled;
}

FieldKind valueKindOf(const Field& field) {
  return field.type.kind == FieldKind::set ? field.type.element : field.type.kind;
}

Result<Interval> bindDay(const ast::Literal& literal, const Subject& subject, const QueryClock& clock) {
  if (const auto* text = std::get_if<ast::StringLiteral>(&literal)) {
    const auto day = parseDay(text->text);
    if (day) return Interval{*day, *day};
    if (parseTime(text->text)) {
      return refuse(fmt::format("{} holds days; write the day alone", describe(subject)), text->place.at);
    }
    return refuse(
        fmt::format("'{}' is not a day, as {} needs; write it as '2026-01-31'", text->text, describe(subject)),
        text->place.at);
  }
  const auto* expression = std::get_if<ast::TimeExpression>(&literal);
  if (expression == nullptr) return unlike(literal, subject);
  if (expression->base == ast::TimeBase::now) return unlike(literal, subject, "; use today");
  auto point = clock.evaluate(*expression);
  if (!point) return propagate(point);
  return Interval{point->value, point->value};
}

Result<Interval> bindInstant(const ast::Literal& literal, const Subject& subject, const QueryClock& clock) {
  if (const auto* text = std::get_if<ast::StringLiteral>(&literal)) {
    if (const auto day = parseDay(text->text)) return clock.instantsOfDays(*day, *day);
    const auto time = parseTime(text->text);
    if (!time) {
      return refuse(fmt::format("'{}' is neither a day nor a time, as {} needs; write it as '2026-01-31' or "
                                "'2026-01-31T12:30:00'",
                                text->text, describe(subject)),
                    text->place.at);
    }
    const Instant instant = time->offset ? time->local - *time->offset : clock.zone().toInstant(time->local);
    return Interval{instant, instant};
  }
  const auto* expression = std::get_if<ast::TimeExpression>(&literal);
  if (expression == nullptr) return unlike(literal, subject);
  auto point = clock.evaluate(*expression);
  if (!point) return propagate(point);
  if (point->kind == TimePoint::Kind::day) return clock.instantsOfDays(point->value, point->value);
  return Interval{point->value, point->value};
}

}  // namespace

const SourcePosition& positionOf(const ast::Literal& literal) {
  return std::visit([](const auto& value) -> const SourcePosition& { return value.place.at; }, literal);
}

const SourcePosition& positionOf(const ast::Operand& operand) {
  if (const auto* name = std::get_if<ast::Name>(&operand)) return name->place.at;
  return positionOf(std::get<ast::Literal>(operand));
}

std::string describe(const ast::Literal& literal) {
  if (const auto* text = std::get_if<ast::StringLiteral>(&literal)) return "string " + printString(text->text);
  if (const auto* number = std::get_if<ast::NumberLiteral>(&literal)) return "number " + number->text;
  if (const auto* truth = std::get_if<ast::BoolLiteral>(&literal)) return truth->value ? "bool true" : "bool false";
  const ast::TimeBase base = std::get<ast::TimeExpression>(literal).base;
  return fmt::format("{} {}", base == ast::TimeBase::now ? "instant" : "day", grammar::wordOf(base));
}

std::string_view nounOf(NameKind names) {
  switch (names) {
    case NameKind::property: return "property";
    case NameKind::column: return "column";
    default: return "field";
  }
}

std::string describe(const Subject& subject) {
  const Field& field = subject.field;
  if (subject.names == NameKind::time) return field.name;
  return fmt::format("{} {} '{}'", format(field.type), nounOf(subject.names), field.name);
}

Result<std::string> bindString(const ast::Literal& literal, const Subject& subject) {
  const auto* text = std::get_if<ast::StringLiteral>(&literal);
  if (text == nullptr) return unlike(literal, subject, "; a string is written in single quotes");
  return text->text;
}

Result<std::int64_t> bindWholeNumber(const ast::Literal& literal, std::string_view subject) {
  const auto* number = std::get_if<ast::NumberLiteral>(&literal);
  if (number == nullptr) {
    return refuse(fmt::format("cannot compare {}, a whole number, with {}", subject, describe(literal)),
                  positionOf(literal));
  }
  return scaledNumber(*number, 0, subject);
}

Result<WideInteger> bindWideNumber(const ast::Literal& literal, int digits, std::string_view subject) {
  const auto* number = std::get_if<ast::NumberLiteral>(&literal);
  if (number == nullptr) {
    return refuse(fmt::format("cannot compare {}, a number, with {}", subject, describe(literal)), positionOf(literal));
  }
  if (auto fits = requireFraction(*number, digits, subject); !fits) return propagate(fits);
  return parseWide(number->text, digits);
}

Result<Interval> bindNumber(const ast::Literal& literal, const Subject& subject, const QueryClock& clock) {
  const FieldKind kind = valueKindOf(subject.field);
  if (kind == FieldKind::date) return bindDay(literal, subject, clock);
  if (kind == FieldKind::timestamp) return bindInstant(literal, subject, clock);
  const auto* number = std::get_if<ast::NumberLiteral>(&literal);
  if (number == nullptr) return unlike(literal, subject);
  auto scaled = scaledNumber(*number, kind == FieldKind::decimal ? subject.field.type.digits : 0, describe(subject));
  if (!scaled) return propagate(scaled);
  return Interval{*scaled, *scaled};
}

}  // namespace roster
