// Which files were imported how far: what makes an import happen exactly once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/base/ids.h"

namespace roster {

// How far one import has come. Committed with the data of each batch.
struct ImportProgress {
  std::uint64_t rowsDone = 0;  // rows of all its files that are applied, rejected or left out
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t rejected = 0;
  bool complete = false;
  ContactId firstNewContact = 0;  // contacts from here on were created by this import
  // Contacts that were there before and have had a row in this import, as serialised bitmaps; by field (0: the contact
  // as a whole) and shard. Kept only while the import runs.
  std::map<std::pair<FieldId, ShardIndex>, std::string> seen;
  std::uint64_t rejectsBytes = 0;  // the length of the rejects file with all rejects so far
  std::uint64_t leftOut = 0;       // rows that the import's filter did not take
  std::uint64_t recorded = 0;      // events
  std::uint64_t repeated = 0;      // events whose ids were taken before

  friend bool operator==(const ImportProgress&, const ImportProgress&) = default;
};

// By the import's identity: a hash of its files' contents and its options, in hexadecimal.
using ImportRegistry = std::map<std::string, ImportProgress, std::less<>>;

}  // namespace roster
