#include "tools/outcome.h"

#include "core/query/diagnostic.h"

namespace roster::tools {

tl::unexpected<Failure> refuse(std::string message) {
  return tl::unexpected<Failure>(Failure{ExitCode::commandLine, std::move(message), false});
}

tl::unexpected<Failure> failed(const Error& error) {
  if (error.code == ErrorCode::invalidArgument) return refuse(error.message);
  return failedOnData(error);
}

tl::unexpected<Failure> failedOnData(const Error& error) {
  return tl::unexpected<Failure>(Failure{ExitCode::data, error.message, false});
}

tl::unexpected<Failure> failedOnName(const Error& error) {
  return error.code == ErrorCode::notFound ? refuse(error.message) : failed(error);
}

tl::unexpected<Failure> failedOnPredicate(const Error& error, std::string_view predicate) {
  if (!error.position) return failed(error);
  return tl::unexpected<Failure>(Failure{ExitCode::commandLine, renderDiagnostic(error, predicate), true});
}

}  // namespace roster::tools
