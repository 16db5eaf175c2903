// A failure as KJ carries it: an exception that is described as server/roster.capnp says.
#pragma once

#include <kj/exception.h>
#include <utility>

#include "core/base/error.h"

namespace roster::server {

kj::Exception toException(const Error& error);

// The value of a result, or its error thrown.
template <class T>
T orThrow(Result<T>&& result) {
  if (!result) kj::throwFatalException(toException(result.error()));
  return *std::move(result);
}

}  // namespace roster::server
