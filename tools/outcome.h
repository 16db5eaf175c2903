// How a command of the `roster` program ends: its exit code, or what went wrong and whose part it was.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace roster::tools {

enum class ExitCode : int {
  ok = 0,
  data = 1,         // the data or the database
  commandLine = 2,  // what was asked for: an option, a predicate, a name in it, a place to write to that is not there
};

struct Failure {
  ExitCode exit = ExitCode::data;
  std::string message;
  bool isDiagnostic = false;  // the message starts with a place in a predicate, and is printed as it is
};

template <class T = ExitCode>
using Outcome = tl::expected<T, Failure>;

// What was asked for cannot be done, whatever the data says.
tl::unexpected<Failure> refuse(std::string message);

// An error of the engine: invalidArgument is the command line's, all else the data's or the database's.
tl::unexpected<Failure> failed(const Error& error);

// An error that is the data's whatever its code: of a file that was read, say.
tl::unexpected<Failure> failedOnData(const Error& error);

// An error of what was named on the command line beside a predicate, such as a field, or a place to write to: notFound
// is the command line's too.
tl::unexpected<Failure> failedOnName(const Error& error);

// An error of a predicate, shown against its text: the command line's, unless the database is at fault.
tl::unexpected<Failure> failedOnPredicate(const Error& error, std::string_view predicate);

// Hands a failure on: `if (!x) return passOn(x);`
template <class T>
tl::unexpected<Failure> passOn(const Outcome<T>& outcome) {
  return tl::unexpected<Failure>(outcome.error());
}

}  // namespace roster::tools
