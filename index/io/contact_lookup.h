// Which contacts the rows of a batch are about: those that the snapshot has, found on all cores, and new ones, which
// get their ids in the order of the rows.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/data/apply.h"
#include "core/data/snapshot.h"
#include "index/io/row_converter.h"

namespace roster {

// By block and row; kNoContact where there is none.
using ContactsByBlock = std::vector<std::vector<ContactId>>;

// The contacts that the snapshot has. dataLoss where a piece cannot be loaded.
Result<ContactsByBlock> findContacts(const std::vector<ConvertedRows>& blocks, const Snapshot& snapshot,
                                     const ParallelFor& parallelFor);

// The new keys of a batch and their contacts: a table of open addressing over the hashes that rows bring along, since
// an import puts every new contact in, on one thread.
class NewKeys {
 public:
  // For at most so many keys, which outlive this.
  explicit NewKeys(std::size_t most);

  // The contact of a key, which is `next` where the key was not there before.
  ContactId findOrAdd(std::string_view key, std::uint64_t hash, ContactId next);

 private:
  struct Place {
    std::uint64_t hash = 0;
    std::string_view key;  // without data where nothing is here
    ContactId contact = kNoContact;
  };
  std::vector<Place> places_;
};

// How many rows have no contact yet.
std::size_t countUnknown(const ContactsByBlock& contacts);

}  // namespace roster
