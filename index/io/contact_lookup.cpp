#include "index/io/contact_lookup.h"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

#include "core/base/grouping.h"

namespace roster {

namespace {

// The rows of all blocks, numbered one after the other. What is looked up lies in a processor's cache, since rows are
// taken by the hashes of their keys first, and then by the chunks of the contacts that those name.
class KeyLookup {
 public:
  KeyLookup(const std::vector<ConvertedRows>& blocks, const Snapshot& snapshot, const ParallelFor& parallelFor)
      : blocks_(blocks), snapshot_(snapshot), parallelFor_(parallelFor) {
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      contacts_.emplace_back(blocks[b].keys.size(), kNoContact);
      for (std::uint32_t row = 0; row < blocks[b].keys.size(); ++row) {
        rows_.push_back({static_cast<std::uint32_t>(b), row});
      }
    }
  }

  Result<ContactsByBlock> find() {
    if (auto found = findCandidates(); !found) return propagate(found);
    if (auto compared = compareKeys(); !compared) return propagate(compared);
    return std::move(contacts_);
  }

 private:
  struct Row {
    std::uint32_t block = 0;
    std::uint32_t row = 0;  // of the block
  };
  // Whose key has the same hash as that of a row.
  struct Candidate {
    Row row;
    ContactId contact = kNoContact;
  };

  Result<void> findCandidates() {
    auto index = LoadedKeyIndex::load(*snapshot_.keyIndex);
    if (!index) return propagate(index);
    constexpr std::size_t kRowsOfGroup = 4096;
    constexpr int kMostBits = 8;
    const int bits = std::min(kMostBits, static_cast<int>(std::bit_width(rows_.size() / kRowsOfGroup)));
    const auto hashOf = [&](const Row& row) { return blocks_[row.block].keyHashes[row.row]; };
    const Grouping byHash(static_cast<std::uint32_t>(rows_.size()), 1U << bits, [&](std::uint32_t i) {
      return bits == 0 ? 0 : static_cast<std::uint32_t>(hashOf(rows_[i]) >> (64 - bits));
    });
    std::vector<std::vector<Candidate>> found(byHash.groups());
    parallelFor_(byHash.groups(), [&](std::size_t group) {
      const auto own = byHash[static_cast<std::uint32_t>(group)];
      // Before the look-ups, so that the processor waits for several of them at once.
      std::vector<std::uint64_t> hashes(own.size());
      std::transform(own.begin(), own.end(), hashes.begin(), [&](std::uint32_t i) { return hashOf(rows_[i]); });
      std::vector<ContactId> contacts;
      for (std::size_t at = 0; at < own.size(); ++at) {
        contacts.clear();
        index->find(hashes[at], contacts);
        for (const ContactId contact : contacts) found[group].push_back({rows_[own[at]], contact});
      }
    });
    for (const auto& own : found) candidates_.insert(candidates_.end(), own.begin(), own.end());
    return {};
  }

  Result<void> compareKeys() {
    const std::uint32_t chunks = chunkCountOf(snapshot_.nextContact());
    // A damaged index may name contacts that are not there.
    const Grouping byChunk(static_cast<std::uint32_t>(candidates_.size()), chunks, [&](std::uint32_t i) {
      const ContactId contact = candidates_[i].contact;
      return contact < snapshot_.nextContact() ? contact >> kChunkBits : Grouping::kNone;
    });
    std::vector<Result<void>> compared(chunks);
    parallelFor_(chunks, [&](std::size_t chunk) {
      const auto own = byChunk[static_cast<std::uint32_t>(chunk)];
      if (!own.empty()) compared[chunk] = compareChunk(own);
    });
    for (auto& done : compared) {
      if (!done) return propagate(done);
    }
    return {};
  }

  // Of candidates of one chunk. No two contacts have the same key.
  Result<void> compareChunk(std::span<const std::uint32_t> candidates) {
    const ContactId first = candidates_[candidates.front()].contact;
    auto keys = load(snapshot_.shards[shardOf(first)]->keys[chunkOf(localOf(first))]);
    if (!keys) return propagate(keys);
    for (const std::uint32_t i : candidates) {
      const auto& [row, contact] = candidates_[i];
      const bool isSame = (**keys)[contact & (kChunkSize - 1)] == blocks_[row.block].keys[row.row];
      if (isSame) contacts_[row.block][row.row] = contact;
    }
    return {};
  }

  const std::vector<ConvertedRows>& blocks_;
  const Snapshot& snapshot_;
  const ParallelFor& parallelFor_;
  std::vector<Row> rows_;
  std::vector<Candidate> candidates_;
  ContactsByBlock contacts_;
};

}  // namespace

Result<ContactsByBlock> findContacts(const std::vector<ConvertedRows>& blocks, const Snapshot& snapshot,
                                     const ParallelFor& parallelFor) {
  return KeyLookup(blocks, snapshot, parallelFor).find();
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
