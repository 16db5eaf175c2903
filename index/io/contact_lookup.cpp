#include "index/io/contact_lookup.h"

#include <algorithm>
#include <bit>

namespace roster {

namespace {

class KeyLookup {
 public:
  KeyLookup(const Snapshot& snapshot, const LoadedKeyIndex& index) : snapshot_(snapshot), index_(index) {}

  Result<void> find(const ConvertedRows& block, std::vector<ContactId>& contacts) const {
    std::vector<ContactId> candidates;
    contacts.assign(block.keys.size(), kNoContact);
    for (std::size_t row = 0; row < block.keys.size(); ++row) {
      candidates.clear();
      index_.find(block.keyHashes[row], candidates);
      for (const ContactId candidate : candidates) {
        auto same = hasKey(candidate, block.keys[row]);
        if (!same) return propagate(same);
        if (*same) contacts[row] = candidate;
      }
    }
    return {};
  }

 private:
  Result<bool> hasKey(ContactId contact, std::string_view key) const {
    auto keys = load(snapshot_.shards[shardOf(contact)]->keys[chunkOf(localOf(contact))]);
    if (!keys) return propagate(keys);
    return (**keys)[contact & (kChunkSize - 1)] == key;
  }

  const Snapshot& snapshot_;
  const LoadedKeyIndex& index_;
};

}  // namespace

Result<ContactsByBlock> findContacts(const std::vector<ConvertedRows>& blocks, const Snapshot& snapshot,
                                     const ParallelFor& parallelFor) {
  auto index = LoadedKeyIndex::load(*snapshot.keyIndex);
  if (!index) return propagate(index);
  ContactsByBlock contacts(blocks.size());
  std::vector<Result<void>> found(blocks.size());
  const KeyLookup lookup(snapshot, *index);
  parallelFor(blocks.size(), [&](std::size_t b) { found[b] = lookup.find(blocks[b], contacts[b]); });
  for (auto& done : found) {
    if (!done) return propagate(done);
  }
  return contacts;
}

NewKeys::NewKeys(std::size_t most) : places_(std::bit_ceil(2 * most + 1)) {}

ContactId NewKeys::findOrAdd(std::string_view key, std::uint64_t hash, ContactId next) {
  for (std::size_t at = hash & (places_.size() - 1);; at = (at + 1) & (places_.size() - 1)) {
    Place& place = places_[at];
    if (place.key.data() == nullptr) place = {hash, key, next};
    if (place.hash == hash && place.key == key) return place.contact;
  }
}

std::size_t countUnknown(const ContactsByBlock& contacts) {
  std::size_t unknown = 0;
  for (const auto& block : contacts) {
    unknown += static_cast<std::size_t>(std::count(block.begin(), block.end(), kNoContact));
  }
  return unknown;
}

}  // namespace roster
