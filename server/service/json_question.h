// A question as JSON has it.
#pragma once

#include <string_view>

#include "server/service/counting.h"

namespace roster::server {

// Reads {"predicate": "city = 'Łódź'", "asOf": "2026-11-01", "minSequence": 12}, of which only the predicate is needed.
// invalidArgument for what is no JSON, and, with a JSON Pointer to it, for an unknown member or one of another type.
Result<Question> questionFromJson(std::string_view json);

}  // namespace roster::server
