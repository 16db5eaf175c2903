// Answers as JSON, and failures as RFC 9457 has them. A whole number beyond 2^53, which a double does not hold exactly,
// is a string.
#pragma once

#include <string>
#include <vector>

#include "server/service/counting.h"

namespace roster::server {

std::string toJson(const Counted& counted);
std::string toJson(const CountedNodes& counted);
std::string databasesToJson(const std::vector<std::string>& names);

// A status of HTTP with its reason, and a body of application/problem+json: the code of the error, its message, and
// where it is in a predicate's text.
struct Problem {
  unsigned status = 500;
  const char* title = "";
  std::string body;
};
Problem problemOf(const Error& error);

// Of a request whose method is not answered, where another one is.
Problem methodProblem(const std::string& allowed);

}  // namespace roster::server
