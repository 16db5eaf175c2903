#include "server/loop/failure.h"

#include <fmt/format.h>
#include <kj/exception.h>

namespace roster::server {

namespace {

std::string describe(const Error& error) {
  if (!error.position) return fmt::format("{}: {}", nameOf(error.code), error.message);
  return fmt::format("{}: {}:{}: {}", nameOf(error.code), error.position->line, error.position->column, error.message);
}

}  // namespace

void throwError(const Error& error) {
  const auto type =
      error.code == ErrorCode::unavailable ? kj::Exception::Type::OVERLOADED : kj::Exception::Type::FAILED;
  // The place in Roster's own sources would tell a caller nothing.
  kj::throwFatalException({type, "roster", 0, kj::heapString(describe(error).c_str())});
}

}  // namespace roster::server
