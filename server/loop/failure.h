// A failure as Cap'n Proto carries it: an exception that is described as server/roster.capnp says.
#pragma once

#include <string>
#include <utility>

#include "core/base/error.h"

namespace roster::server {

// Throws the error, described so.
[[noreturn]] void throwError(const Error& error);

// The same of an error without a place: `throwError(ErrorCode::notFound, "…");`
[[noreturn]] inline void throwError(ErrorCode code, std::string message) {
  throwError({code, std::move(message), std::nullopt});
}

// The value of a result, or its error thrown.
template <class T>
T orThrow(Result<T>&& result) {
  if (!result) throwError(result.error());
  return *std::move(result);
}

}  // namespace roster::server
