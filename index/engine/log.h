// The log of batches in the store: written before a batch counts, replayed over the last checkpoint when a database is
// opened, cut off when a checkpoint has taken it in.
#pragma once

#include <functional>
#include <string>

#include "core/base/civil_time.h"
#include "core/data/change_batch.h"
#include "index/store/store.h"

namespace roster {

struct LogRecord {
  Sequence sequence = 0;
  Instant instant = 0;
  ChangeBatch batch;

  friend bool operator==(const LogRecord&, const LogRecord&) = default;
};

// A record's sealed bytes, and back; dataLoss where they are damaged.
std::string encodeLogRecord(Instant instant, const ChangeBatch& batch);
Result<LogRecord> decodeLogRecord(Sequence sequence, std::string_view bytes);

// The key of a record in Family::log.
std::string logKey(Sequence sequence);

// Shows all records from a sequence on, in order. dataLoss where one is damaged or a number is skipped.
Result<void> replayLog(const Store& store, Sequence from, const std::function<Result<void>(LogRecord&&)>& visitor);

}  // namespace roster
