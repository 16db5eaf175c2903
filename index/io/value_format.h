// Values as text: how exports, `contact show` and the like write what a field holds.
//
// As plain text: true and false, numbers with all digits of their field, days as 2026-01-31, instants in UTC as
// 2026-01-31T12:30:00Z (with milliseconds only where there are any), the elements of a set joined by a separator. As
// JSON: numbers as numbers, days and instants as strings, sets as arrays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/wide_integer.h"
#include "core/data/field_type.h"
#include "core/eval/contact_record.h"

namespace roster {

inline constexpr char kSetSeparator = '|';

// Appends a number of an integer, decimal, date or timestamp field, or of such elements of a set.
void appendNumber(std::string& out, std::int64_t number, const FieldType& type);
void appendJsonNumber(std::string& out, std::int64_t number, const FieldType& type);

// Appends a JSON string. The text is UTF-8; control characters, quotes and backslashes are escaped.
void appendJsonString(std::string& out, std::string_view text);

// Appends an element of a set, given as its dictionary holds it.
void appendElement(std::string& out, std::string_view element, const FieldType& type);
void appendJsonElement(std::string& out, std::string_view element, const FieldType& type);

// A sum, extreme or percentile of values of the type: a time, or a number of any size.
std::string formatFigure(WideInteger figure, const FieldType& type);

// A value as a contact's record has it.
std::string plainText(const FieldValue& value, const FieldType& type, char setSeparator = kSetSeparator);
std::string jsonText(const FieldValue& value, const FieldType& type);

}  // namespace roster
