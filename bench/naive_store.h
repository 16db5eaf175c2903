// The naive evaluator's answers for generated contacts, kept beside them: at ten million contacts they take minutes to
// find, and the same contacts always have the same ones.
//
// A text file: for each query a line with a hash of all that its answer depends on and the number of its lines, then
// these. A query whose hash is not there is not known.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "bench/answer.h"
#include "bench/queries.h"
#include "core/base/error.h"

namespace roster::bench {

// Not thread-safe.
class NaiveStore {
 public:
  // What the file holds; nothing where it is not there or is no such file.
  static NaiveStore read(const std::filesystem::path& path);

  // Null where the query is not known.
  const Answer* find(const BenchQuery& query) const;
  void keep(const BenchQuery& query, Answer answer);

  // resourceExhausted where the file cannot be written; it is there whole or as it was.
  Result<void> write(const std::filesystem::path& path) const;

 private:
  std::map<std::uint64_t, Answer> answers_;
};

}  // namespace roster::bench
