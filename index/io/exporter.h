// Hands over who is in an audience: a list as CSV or NDJSON, written whole or not at all.
//
// What is taken from the audience, in this order: suppressions, the hold-out, duplicates of a field's value, all but a
// sample, what lies before the cursor, and what is beyond the limit. Everything but the last two is decided over the
// whole audience, so that the pages of one snapshot, put together, are the list without a cursor.
//
// Rows are in order of ids, or ordered by a field with contacts without a value last and ties in order of ids. Values
// are written as value_format.h has it. In CSV the elements of a set are joined by a separator; an element that holds
// the separator could not be told from two, so such a list is refused and nothing is written. In NDJSON a missing value
// is null and an empty set [].
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/engine/audience.h"
#include "index/io/byte_sink.h"
#include "index/io/value_format.h"

namespace roster {

enum class ExportFormat : std::uint8_t { csv, ndjson };

struct ExportOrder {
  std::string field;  // "key" is the key
  bool descending = false;
};

// Contacts that must not be on the list, such as those who opted out. Of the exported audience's snapshot.
struct Suppression {
  std::string name;
  Audience audience;
};

// The contacts whose bucket of `name` is under `buckets` (of kBucketCount) are held out, as `bucket('name') < …` has
// it.
struct Holdout {
  std::string name;
  std::uint32_t buckets = 0;
};

struct ExportProgress {
  std::uint64_t written = 0;
  std::uint64_t total = 0;
};

struct ExportOptions {
  std::vector<std::string> fields;  // "key" is the key; empty: the key and all fields
  ExportFormat format = ExportFormat::csv;
  char setSeparator = kSetSeparator;
  std::vector<Suppression> suppressions;
  std::optional<Holdout> holdout;
  std::string dedupeBy;                 // of contacts with one value the first by id stays; empty: none is left out
  std::optional<std::uint64_t> sample;  // this many contacts, chosen evenly: for a seed and snapshot always the same
  std::uint64_t seed = 0;
  std::string after;  // a cursor that an earlier export of this epoch gave
  std::optional<std::uint64_t> limit;
  std::optional<ExportOrder> order;                     // not together with a cursor
  std::function<void(const ExportProgress&)> progress;  // called from the exporting thread, every few thousand rows
  const std::atomic<bool>* cancelled = nullptr;         // set from anywhere, ends the export with `cancelled`
};

struct SuppressionCount {
  std::string name;
  std::uint64_t count = 0;  // contacts that it took and none before it

  friend bool operator==(const SuppressionCount&, const SuppressionCount&) = default;
};

// The audience is the sum of all other counts.
struct ExportSummary {
  std::uint64_t audience = 0;
  std::vector<SuppressionCount> suppressed;
  std::uint64_t heldOut = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t notSampled = 0;
  std::uint64_t beforeCursor = 0;
  std::uint64_t beyondLimit = 0;
  std::uint64_t written = 0;
  std::optional<std::string>
      cursor;  // to go on after the last row; none where rows are ordered or none was ever written
};

// Parses `NAME:5%` or `NAME:0.25%`.
Result<Holdout> parseHoldout(std::string_view text);

// Gives the list to the sink piece by piece. notFound for an unknown field, with the nearest name; invalidArgument for
// options that contradict each other, for an order by a set and the like; conflict for a cursor of another epoch;
// dataLoss where a piece cannot be loaded; errors of the sink pass through.
//
// Memory does not grow with the list, but for 16 bytes a contact where it is ordered and about 30 a distinct value
// where it is de-duplicated by numbers or text. Texts are told apart by a hash of 128 bits.
Result<ExportSummary> exportAudience(const Audience& audience, const ExportOptions& options, const Executor& executor,
                                     const ByteSink& sink);

// The same into a file, as OutputFile writes it: after an error or a cancellation what was there before is as it was.
Result<ExportSummary> exportToFile(const Audience& audience, const ExportOptions& options, const Executor& executor,
                                   const std::string& path);

}  // namespace roster
