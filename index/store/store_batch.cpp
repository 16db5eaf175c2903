#include "index/store/store_batch.h"

namespace roster {

std::string_view nameOf(Family family) {
  switch (family) {
    case Family::meta: return "meta";
    case Family::keys: return "keys";
    case Family::dictionary: return "dictionary";
    case Family::log: return "log";
    case Family::forward: return "forward";
    case Family::bitmaps: return "bitmaps";
    case Family::events: return "events";
    case Family::dedup: return "dedup";
    case Family::changelog: return "changelog";
    case Family::audit: return "audit";
  }
  return "unknown";
}

KeyRange KeyRange::ofPrefix(std::string_view prefix) {
  // The first key above all that start with the prefix: its last byte that can grow, grown, and what follows cut off.
  std::string to(prefix);
  while (!to.empty() && to.back() == '\xff') to.pop_back();
  if (!to.empty()) to.back() = static_cast<char>(static_cast<unsigned char>(to.back()) + 1);
  return {std::string(prefix), std::move(to)};
}

void StoreBatch::removeRange(Family family, const KeyRange& range) {
  if (!range.empty()) add(Change::removeRange, family, range.from, range.to);
}

void StoreBatch::clear() {
  bytes_.clear();
  entries_.clear();
}

StoreBatch::Operation StoreBatch::operator[](std::size_t index) const {
  const Entry& entry = entries_[index];
  const std::string_view bytes(bytes_);
  return {entry.change, entry.family, bytes.substr(entry.offset, entry.keySize),
          bytes.substr(entry.offset + entry.keySize, entry.valueSize)};
}

void StoreBatch::add(Change change, Family family, std::string_view key, std::string_view value) {
  entries_.push_back({change, family, key.size(), value.size(), bytes_.size()});
  bytes_.append(key);
  bytes_.append(value);
}

}  // namespace roster
