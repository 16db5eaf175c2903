// Compares what the engine selects with what SQLite selects, predicate by predicate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/snapshot.h"
#include "core/query/ast.h"
#include "tests/oracle/contact_table.h"
#include "tests/oracle/wall_clock.h"
#include "tests/support/random_source.h"

namespace roster::oracle {

// How far random predicates go.
struct RandomRun {
  testing::AstVocabulary words;
  std::vector<std::int64_t> nows;  // each predicate takes one of them
  int predicates = 0;              // at least; more until so many of them are telling, up to twenty times as many
  int telling = 0;
  int depth = 5;
  std::uint64_t seed = 0;
};

// What a run came to.
struct RunResult {
  int compared = 0;
  int telling = 0;       // predicates that select some contacts and not others
  std::string failures;  // of the first few predicates: their text, SQL, now and seed, and keys that differ
};

// Refers to the table and the clock, which must outlive it.
class Oracle {
 public:
  // Throws std::runtime_error where the table does not hold the keys of the snapshot's live contacts.
  Oracle(SnapshotPtr snapshot, ContactTable& table, const WallClock& clock);

  RunResult run(const RandomRun& run);

  // How the two differ on one predicate; none where they agree.
  std::optional<std::string> difference(const ast::Predicate& predicate, std::int64_t now);

  // The contacts that the predicate compared last selects.
  std::size_t lastSize() const { return lastSize_; }

 private:
  std::vector<std::int64_t> selectedByEngine(const std::string& text, std::int64_t now) const;
  // The smallest part of a predicate on which the two still differ.
  ast::Predicate smallestDifferent(const ast::Predicate& predicate, std::int64_t now);
  std::string describe(const std::vector<std::int64_t>& ids, std::string_view who);

  SnapshotPtr snapshot_;
  ContactTable& table_;
  const WallClock& clock_;
  std::vector<std::int64_t> tableIds_;  // by contact; 0 for those that were erased
  std::size_t lastSize_ = 0;
};

}  // namespace roster::oracle
