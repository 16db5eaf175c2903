// The real sets that CRoaring's own benchmark runs on: read from archives, and made into a snapshot.
//
// A set is a tar archive, compressed or not, of text files; each is a bitmap as ascending integers with commas between
// them. In the snapshot the integers are contacts, and each bitmap is a value of one field.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/data/snapshot.h"

namespace roster::bench {

// The field whose values are a set's bitmaps: "1", "2" and so on, in order of the files' names.
inline constexpr std::string_view kRealField = "sets";

// Integers from here on are refused: they are to be contacts.
inline constexpr ContactId kRealContactsEnd = 100'000'000;

struct RealSet {
  std::string name;
  std::uint64_t contacts = 0;                   // one more than the greatest integer
  std::vector<std::vector<ContactId>> bitmaps;  // two or more, each ascending and not empty, in order of files' names
};

// The names of the six standard sets: a folder holds NAME.tar.zst of each.
std::span<const std::string_view> realSetNames();

// The integers of one file, with or without a line end behind them. dataLoss, with the place, where they are none, do
// not ascend or are too great.
Result<std::vector<ContactId>> parseIntegers(std::string_view text);

// dataLoss where the folder or the archive is not there, with what to do about it, and, with the archive and the file
// in it, where they do not hold what they should.
Result<RealSet> readRealSet(const std::filesystem::path& folder, std::string_view name);

// All contacts below the set's end are alive. Every bitmap is a value with a bitmap of its own in each shard where it
// holds anything: unlike in a database, also where those are fewer than 64 contacts, so that an OR of them is work that
// is done when it is evaluated. There are no keys and no forward columns.
Result<SnapshotPtr> snapshotOf(const RealSet& set);

}  // namespace roster::bench
