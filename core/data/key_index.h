// From a contact's key to its id.
//
// The index holds hashes, not keys: a look-up gives the candidates with the key's 64-bit hash, and the caller compares
// their keys. It is a short list of immutable runs, each sorted by hash, merged as a log-structured tree is. A run is
// cut in pieces by hash, so that a cold look-up loads a fraction of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/data/piece.h"

namespace roster {

struct KeyEntry {
  std::uint64_t hash = 0;
  ContactId contact = 0;

  friend auto operator<=>(const KeyEntry&, const KeyEntry&) = default;
};

// A sorted stretch of a run. Immutable, used in place. Layout: u32 entries, u32 zero; hashes (u64); contacts (u32).
class KeyIndexRun {
 public:
  KeyIndexRun() = default;
  static KeyIndexRun build(std::span<const KeyEntry> sorted);
  static Result<KeyIndexRun> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }

  std::uint32_t size() const { return size_; }
  KeyEntry operator[](std::uint32_t at) const { return {hashes()[at], contacts()[at]}; }
  // Appends the contacts whose key has this hash. Expected O(1): hashes are uniform, so a guess lands near.
  void find(std::uint64_t hash, std::vector<ContactId>& found) const;

 private:
  const std::uint64_t* hashes() const { return bytes_.at<std::uint64_t>(8); }
  const std::uint32_t* contacts() const { return bytes_.at<std::uint32_t>(8 + 8 * std::size_t{size_}); }

  Buffer bytes_;
  std::uint32_t size_ = 0;
};

// One piece of a run as the snapshot knows it.
struct KeyIndexPart {
  std::uint64_t firstHash = 0;  // its pieces ascend; the first begins at 0
  std::uint32_t size = 0;
  SlotPtr<KeyIndexRun> run;
};

class KeyIndex {
 public:
  using Run = std::vector<KeyIndexPart>;

  KeyIndex() = default;
  explicit KeyIndex(std::vector<Run> runs) : runs_(std::move(runs)) {}

  const std::vector<Run>& runs() const { return runs_; }

  // All contacts, live or erased, whose key may have this hash.
  Result<std::vector<ContactId>> find(std::uint64_t hash) const;

  // This index with new entries (any order).
  Result<KeyIndex> withAppended(std::vector<KeyEntry> entries) const;

  // This index with only the entries that `keep` accepts, as one run. Loads all of it.
  Result<KeyIndex> filtered(const std::function<bool(ContactId)>& keep) const;

  // This index without some entries (any order), as one run. Loads all of it.
  Result<KeyIndex> without(std::vector<KeyEntry> entries) const;

 private:
  Result<std::vector<KeyEntry>> allEntries() const;

  std::vector<Run> runs_;  // the largest first
};

// An index with all its pieces in memory, for many look-ups. Thread-safe to read.
class LoadedKeyIndex {
 public:
  static Result<LoadedKeyIndex> load(const KeyIndex& index);

  // Appends the candidates for a hash to `found`.
  void find(std::uint64_t hash, std::vector<ContactId>& found) const;

 private:
  struct Part {
    std::uint64_t firstHash;
    std::shared_ptr<const KeyIndexRun> run;
  };
  std::vector<std::vector<Part>> runs_;
};

}  // namespace roster
