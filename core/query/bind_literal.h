// What a literal means to a field: a number in the field's unit, an interval of days or instants, a string.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/data/schema.h"
#include "core/query/ast.h"
#include "core/query/query_clock.h"

namespace roster {

// Where a literal or name stands.
const SourcePosition& positionOf(const ast::Literal& literal);
const SourcePosition& positionOf(const ast::Operand& operand);

// "string 'x'", "number 5", "instant now", "day today": for messages.
std::string describe(const ast::Literal& literal);

// "category field 'city'".
std::string describe(const Field& field);

// The string a literal is; an error that names both kinds where it is none.
Result<std::string> bindString(const ast::Literal& literal, const Field& field);

// The whole number a literal is; `subject` ("size(tags)") is what it is compared with.
Result<std::int64_t> bindWholeNumber(const ast::Literal& literal, std::string_view subject);

// What a literal stands for where a value of the field's kind, or of its elements' kind, is expected: one number or
// day, or all instants of a bare day. Fails with both kinds where they are unlike.
Result<Interval> bindNumber(const ast::Literal& literal, const Field& field, const QueryClock& clock);

}  // namespace roster
