// How Roster reports failure: a value of a small closed vocabulary, with a message a user can act on.
//
// Nothing in core or index throws across its own boundary; exceptions of a third-party library are turned into an
// Error where that library is called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace roster {

enum class ErrorCode : std::uint8_t {
  invalidArgument,    // what was asked for makes no sense; the same call fails again
  notFound,           // a named thing does not exist
  conflict,           // it exists already, is in use, or somebody else holds it
  dataLoss,           // stored bytes are damaged or missing
  resourceExhausted,  // disk, memory or a limit is used up
  unavailable,        // try again later
  unauthenticated,    // no valid token
  permissionDenied,   // a valid token that does not allow this
  deadlineExceeded,   // the time given has passed
  cancelled,          // the caller went away
  internal,           // a defect of Roster
};

// The snake_case name of a code, as it appears in JSON and on the wire.
std::string_view nameOf(ErrorCode code);

// A place in a text: line and column count from 1, in characters (code points), not bytes.
struct SourcePosition {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t length = 1;

  friend bool operator==(const SourcePosition&, const SourcePosition&) = default;
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::optional<SourcePosition> position;
};

template <class T>
using Result = tl::expected<T, Error>;

// A failed Result of any type: `return fail(ErrorCode::notFound, "…");`
inline tl::unexpected<Error> fail(ErrorCode code, std::string message,
                                  std::optional<SourcePosition> position = std::nullopt) {
  return tl::unexpected<Error>(Error{code, std::move(message), position});
}

// What was asked for makes no sense: `return refuse("…", position);`
inline tl::unexpected<Error> refuse(std::string message, std::optional<SourcePosition> position = std::nullopt) {
  return fail(ErrorCode::invalidArgument, std::move(message), position);
}

// Hands the error of a failed result to the caller: `if (!x) return propagate(x);`
template <class T>
tl::unexpected<Error> propagate(Result<T>& failed) {
  return tl::unexpected<Error>(std::move(failed.error()));
}

}  // namespace roster
