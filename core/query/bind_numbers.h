// Binds a test of a number that is worked out, as a size, a bucket or an aggregate of events is: a comparison with a
// literal, `between`, or `in`.
#pragma once

#include <functional>
#include <string_view>

#include "core/base/error.h"
#include "core/query/ast.h"
#include "core/query/bound.h"

namespace roster {

// What a literal stands for where the number is expected.
template <class Number>
using ReadNumber = std::function<Result<IntervalOf<Number>>(const ast::Literal&)>;

// The numbers that the test selects, of 64 bits or wide ones. `subject` ("size(tags)") and `kind` ("whole numbers") are
// for messages, `at` is where the test stands.
template <class Number>
Result<IntervalsOf<Number>> selectedNumbers(const ast::Test& test, const ReadNumber<Number>& read,
                                            std::string_view subject, std::string_view kind, const SourcePosition& at);

// The same of whole numbers of 64 bits.
Result<Intervals> selectedWholeNumbers(const ast::Test& test, std::string_view subject, const SourcePosition& at);

}  // namespace roster
