#include "tests/fuzz/stored_sample.h"

#include "index/engine/checkpoint.h"
#include "index/store/memory_store.h"
#include "index/store/sealed.h"
#include "tests/fuzz/sample_snapshot.h"

namespace roster {

std::string StoredRecord::sealed() const {
  return roster::seal(static_cast<std::uint8_t>(seal[0]), static_cast<std::uint8_t>(seal[1]), payload);
}

const std::vector<StoredRecord>& storedSample() {
  static const std::vector<StoredRecord> records = [] {
    std::vector<StoredRecord> stored;
    const auto store = makeMemoryStore();
    PieceCache cache(0);
    PieceStore pieces(*store, cache);
    const SnapshotPtr snapshot = makeFuzzSnapshot();
    require(writeCheckpoint(nullptr, *snapshot, *store, pieces).has_value(), "the sample cannot be stored");
    for (const Family family : kFamilies) {
      const auto scanned = store->scan(family, KeyRange::all(), [&](auto key, auto value) -> Result<bool> {
        const std::size_t payload = value.size() - kSealBytes;
        stored.push_back(
            {family, std::string(key), std::string(value.substr(0, payload)), std::string(value.substr(payload))});
        return true;
      });
      require(scanned.has_value(), "the sample cannot be read");
    }
    return stored;
  }();
  return records;
}

}  // namespace roster
