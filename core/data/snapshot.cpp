#include "core/data/snapshot.h"

#include "core/base/hash.h"

namespace roster {

Result<std::string> keyOf(const Snapshot& snapshot, ContactId contact) {
  const ShardIndex shard = shardOf(contact);
  if (shard >= snapshot.shards.size()) return std::string();
  auto keys = load(snapshot.shards[shard]->keys[chunkOf(localOf(contact))]);
  if (!keys) return propagate(keys);
  return std::string((**keys)[contact & (kChunkSize - 1)]);
}

Result<ContactId> findContact(const Snapshot& snapshot, std::string_view key) {
  if (key.empty()) return kNoContact;
  auto candidates = snapshot.keyIndex->find(hashBytes(key));
  if (!candidates) return propagate(candidates);
  for (const ContactId contact : *candidates) {
    auto held = keyOf(snapshot, contact);
    if (!held) return propagate(held);
    if (*held == key) return contact;
  }
  return kNoContact;
}

}  // namespace roster
