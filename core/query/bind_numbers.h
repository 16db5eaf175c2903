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
using ReadNumber = std::function<Result<Interval>(const ast::Literal&)>;

// The numbers that the test selects. `subject` ("size(tags)") and `kind` ("whole numbers") are for messages, `at` is
// where the test stands.
Result<Intervals> selectedNumbers(const ast::Test& test, const ReadNumber& read, std::string_view subject,
                                  std::string_view kind, const SourcePosition& at);

// The same of whole numbers.
Result<Intervals> selectedWholeNumbers(const ast::Test& test, std::string_view subject, const SourcePosition& at);

}  // namespace roster
