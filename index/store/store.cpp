#include "index/store/store.h"

namespace roster {

Result<std::optional<StoreEntry>> firstOf(const Store& store, Family family, const KeyRange& range, ScanOrder order) {
  std::optional<StoreEntry> found;
  const ScanVisitor keepFirst = [&](std::string_view key, std::string_view value) {
    found = StoreEntry{std::string(key), std::string(value)};
    return false;
  };
  if (auto scanned = store.scan(family, range, order, keepFirst); !scanned) return propagate(scanned);
  return found;
}

namespace {

Result<void> copyFamily(const Store& from, Family family, BulkLoad& load) {
  auto writer = load.beginFamily(family);
  if (!writer) return propagate(writer);
  const ScanVisitor copyEntry = [&](std::string_view key, std::string_view value) -> Result<bool> {
    auto put = (*writer)->put(key, value);
    if (!put) return propagate(put);
    return true;
  };
  if (auto copied = from.scan(family, KeyRange::all(), copyEntry); !copied) return copied;
  return (*writer)->finish();
}

}  // namespace

Result<void> copyAll(const Store& from, Store& to) {
  auto load = to.beginBulk();
  if (!load) return propagate(load);
  for (const Family family : kFamilies) {
    if (auto copied = copyFamily(from, family, **load); !copied) return copied;
  }
  return (*load)->commit();
}

}  // namespace roster
