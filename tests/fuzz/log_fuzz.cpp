// Whatever the log holds: a record is refused, or it means what its encoding means; a batch is refused, or the database
// after it is consistent and both evaluators say the same of it.
#include <cstdint>
#include <map>
#include <set>

#include "core/base/byte_codec.h"
#include "core/data/apply.h"
#include "core/data/consistency.h"
#include "index/engine/log.h"
#include "tests/fuzz/sample_snapshot.h"

namespace roster {
namespace {

constexpr std::size_t kMaxBatches = 4;

bool areNew(const StringColumn& newKeys, const Snapshot& snapshot, std::set<std::string_view>& given) {
  for (std::size_t i = 0; i < newKeys.size(); ++i) {
    const auto known = findContact(snapshot, newKeys[i]);
    if (!known || *known != kNoContact || !given.insert(newKeys[i]).second) return false;
  }
  return true;
}

// The one thing that applying takes on trust, since looking up every key would cost an import dear.
bool keysAreNew(const ChangeBatch& batch, const Snapshot& snapshot) {
  static const Snapshot none;
  std::map<CatalogId, std::set<std::string_view>> given;  // 0: to contacts
  bool areAll = areNew(batch.newKeys, snapshot, given[0]);
  for (const CatalogChanges& changes : batch.catalogs) {
    const auto items = snapshot.catalogs.find(changes.catalog);
    areAll &= areNew(changes.changes.newKeys, items == snapshot.catalogs.end() ? none : *items->second,
                     given[changes.catalog]);
  }
  return areAll;
}

SnapshotPtr replay(std::string_view record, const SnapshotPtr& before) {
  (void)decodeLogRecord(1, record);
  const auto batch = decodeChangeBatch(record);
  if (!batch) return before;
  const auto again = decodeChangeBatch(encode(*batch));
  require(again && *again == *batch, "a batch is another one after encoding");
  const auto sealed = decodeLogRecord(7, encodeLogRecord(9, *batch));
  require(sealed && *sealed == LogRecord{7, 9, *batch}, "a log record is another one after sealing");
  if (!keysAreNew(*batch, *before)) return before;
  const auto after = apply(*before, *batch, before->sequence + 1);
  return after ? *after : before;
}

void run(std::string_view input) {
  static const SnapshotPtr start = makeFuzzSnapshot();
  SnapshotPtr snapshot = start;
  ByteReader from(input);
  for (std::size_t i = 0; i < kMaxBatches && !from.atEnd() && !from.failed(); ++i) {
    snapshot = replay(from.string(), snapshot);
  }
  if (snapshot == start) return;
  const auto consistent = checkConsistency(*snapshot);
  require(consistent.has_value(), consistent ? "" : consistent.error().message);
  const std::vector<ContactRecord> contacts = contactsOf(*snapshot);
  const EventFacts facts = factsOf(*snapshot);
  for (const std::string_view predicate : fuzzPredicates()) {
    const auto bound = bindText(predicate, fuzzContext(*snapshot));
    if (bound) requireSameAsNaive(*bound, *snapshot, contacts, facts);
  }
}

}  // namespace
}  // namespace roster

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  roster::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
