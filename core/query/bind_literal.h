// What a literal means to a field: a number in the field's unit, an interval of days or instants, a string.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/data/schema.h"
#include "core/query/ast.h"
#include "core/query/binder.h"
#include "core/query/query_clock.h"

namespace roster {

// Where a literal or name stands.
const SourcePosition& positionOf(const ast::Literal& literal);
const SourcePosition& positionOf(const ast::Operand& operand);

// What names of a kind stand for: "field".
std::string_view nounOf(NameKind names);

// "string 'x'", "number 5", "instant now", "day today": for messages.
std::string describe(const ast::Literal& literal);

// A field, and what it is to whom a message is for. Refers to the field.
struct Subject {
  const Field& field;
  NameKind names = NameKind::field;
};

// "category field 'city'", "decimal(2) property 'amount'"; of a time of events its name alone, "last(purchase)".
std::string describe(const Subject& subject);

// The string a literal is; an error that names both kinds where it is none.
Result<std::string> bindString(const ast::Literal& literal, const Subject& subject);

// The whole number a literal is; `subject` ("size(tags)") is what it is compared with.
Result<std::int64_t> bindWholeNumber(const ast::Literal& literal, std::string_view subject);

// The number a literal is, scaled by 10^digits, as parseWide has it.
Result<WideInteger> bindWideNumber(const ast::Literal& literal, int digits, std::string_view subject);

// What a literal stands for where a value of the field's kind, or of its elements' kind, is expected: one number or
// day, or all instants of a bare day. Fails with both kinds where they are unlike.
Result<Interval> bindNumber(const ast::Literal& literal, const Subject& subject, const QueryClock& clock);

}  // namespace roster
