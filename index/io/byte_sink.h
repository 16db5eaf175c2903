// Where bytes go as they are made: a file, a connection, a test's string.
#pragma once

#include <functional>
#include <string_view>

#include "core/base/error.h"

namespace roster {

// Takes the next bytes of a stream; an error ends the stream.
using ByteSink = std::function<Result<void>(std::string_view)>;

}  // namespace roster
