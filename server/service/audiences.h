// What is asked of the contacts that match a predicate, all of it about one snapshot: the verbs of an audience.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "index/engine/audience.h"
#include "index/engine/breakdown.h"
#include "index/engine/database.h"
#include "index/engine/statistics.h"
#include "server/service/counting.h"

namespace roster::server {

// An audience, and the database that must stay open for it.
struct PinnedAudience {
  std::shared_ptr<Database> database;
  Audience audience;
  Instant asOf = 0;
};
using PinnedAudiencePtr = std::shared_ptr<const PinnedAudience>;

// The contacts that match, of a moment of the database. Errors of a predicate have a position in its text.
Result<PinnedAudiencePtr> pinAudience(const Question& question, const Moment& moment,
                                      std::shared_ptr<Database> database, const Executor& executor);

struct PageRequest {
  std::vector<std::string> fields;  // "key" is the key; empty: the key and all fields
  std::uint64_t limit = 100;
  std::string after;  // a page's own `after`; empty: from the first contact
};

struct Page {
  std::vector<std::string> rows;  // a JSON object each, as `roster export --format ndjson` writes it
  std::string after;              // where the next page begins; empty behind the last row
  std::size_t bytes = 0;          // of all rows
};

inline constexpr std::uint64_t kMostRowsOfPage = 10'000;
inline constexpr std::size_t kMostBytesOfPage = std::size_t{16} << 20;

// Some of the contacts in order of their ids. Pages, put together, are the audience. notFound for an unknown field,
// invalidArgument for an `after` that is none and for no rows, resourceExhausted for more than kMostRowsOfPage or, of
// all rows together, kMostBytesOfPage.
Result<Page> pageOf(const PinnedAudience& pinned, const PageRequest& request, const Executor& executor);

// Of each key, whether it is that of a contact in the audience.
Result<std::vector<bool>> containsKeys(const PinnedAudience& pinned, const std::vector<std::string>& keys);

// How the audience divides by one or two dimensions (index/engine/dimension.h, parseDimensions).
Result<Breakdown> breakdownOf(const PinnedAudience& pinned, std::string_view by, const Executor& executor);

}  // namespace roster::server
