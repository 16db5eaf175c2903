// Changing the fields of a database.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/data/schema.h"
#include "index/engine/database.h"

namespace roster {

Result<void> addField(Database& database, std::string_view name, const FieldType& type);

// Rewrites the saved segments that use the field.
Result<void> renameField(Database& database, std::string_view from, std::string_view to);

// conflict, with their names, where saved segments use the field.
Result<void> dropField(Database& database, std::string_view name);

struct FieldFigures {
  Field field;
  std::uint64_t contacts = 0;  // that have a value
  std::uint64_t values = 0;    // distinct ones that somebody holds; 0 for text and numbers
  std::uint64_t bytes = 0;     // of its stored pieces, before compression
};

// One for each field, in order of declaration. Loads the blocks of rare values only.
Result<std::vector<FieldFigures>> fieldFigures(const Snapshot& snapshot);

}  // namespace roster
