// The fields of a database. Immutable: a change makes a new Schema, so that readers of a snapshot keep theirs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/field_type.h"

namespace roster {

struct Field {
  FieldId id = 0;
  std::string name;
  FieldType type;

  friend bool operator==(const Field&, const Field&) = default;
};

// Names are unique and non-empty, ids are unique and never reused, also not after a field was dropped.
class Schema {
 public:
  const std::vector<Field>& fields() const { return fields_; }
  FieldId nextId() const { return nextId_; }

  // Null where there is none.
  const Field* find(std::string_view name) const;
  const Field* find(FieldId id) const;

  // The known name nearest to a mistyped one by edit distance; nullopt where none is near enough to be meant.
  std::optional<std::string> nearestName(std::string_view name) const;

  // Each returns the changed schema, or conflict / notFound / invalidArgument with a message that names the field.
  Result<Schema> withField(std::string_view name, const FieldType& type) const;
  Result<Schema> withRenamed(std::string_view from, std::string_view to) const;
  Result<Schema> without(std::string_view name) const;

  // Rebuilds a schema from what was stored; dataLoss where the parts contradict each other.
  static Result<Schema> fromParts(std::vector<Field> fields, FieldId nextId);

  friend bool operator==(const Schema&, const Schema&) = default;

 private:
  std::vector<Field> fields_;  // in order of declaration
  FieldId nextId_ = 1;
};

// The candidate nearest to a word by edit distance (case ignored first), if one is near enough to have been meant.
std::optional<std::string> nearestWord(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace roster
