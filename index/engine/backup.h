// Backups: whole databases, taken while a writer is at work, that remember nothing they should forget.
#pragma once

#include <cstdint>
#include <filesystem>

#include "index/engine/database.h"

namespace roster {

// Makes a copy of a database as it is at one moment, in a directory that must not exist.
Result<void> backupDatabase(const Database& database, const std::filesystem::path& to);

struct RestoreOutcome {
  std::uint64_t contacts = 0;
  std::uint64_t erasedAgain = 0;      // contacts of the backup that were erased since
  std::filesystem::path damagedKept;  // where a database is kept whose erasures could not be read; empty where none was
};

// Puts a backup at `to`, which must not exist, be empty, or be the database that the backup was once made of. Of the
// latter the list of erasures is kept and applied to what is restored; the old state is replaced at the end, and no
// writer gets at it meanwhile. Where damage hides that list, whoever was erased since the backup is back: the damaged
// database is moved aside and kept. conflict where a writer is at work (the message names it) or something else is at
// `to`. After an error everything is as it was.
Result<RestoreOutcome> restoreDatabase(const std::filesystem::path& from, const std::filesystem::path& to, Host& host);

}  // namespace roster
