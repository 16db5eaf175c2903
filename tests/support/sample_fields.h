// A schema with fields of every kind, random values for them, and changes of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/data/change_batch.h"
#include "core/eval/contact_record.h"
#include "tests/support/random_source.h"

namespace roster {

Schema sampleSchema();

// A field type, any.
FieldType randomType(RandomSource& random);

// Small pools, so that values meet: a few frequent, some rare, Unicode among them, and for numbers their extremes.
std::string randomWord(RandomSource& random);                           // of categories, sets of strings and texts
std::int64_t randomNumber(FieldKind kind, RandomSource& random);        // as a field of the kind stores it
std::string randomElement(const FieldType& set, RandomSource& random);  // as a set's dictionary writes it

// A value that a field can be set to; of a set, one element.
FieldValue randomValue(const FieldType& type, RandomSource& random);

// Collects the changes of one field.
class ChangesBuilder {
 public:
  explicit ChangesBuilder(const Field& field);

  // The value is ignored for `clear`; of a set it is one element, a string.
  void add(ContactId contact, ChangeOp op, const FieldValue& value);

  // Without ops where all are what a missing op means.
  FieldChanges take();

 private:
  FieldChanges changes_;
  bool isSet_;
  bool distinctStrings_;
  std::map<std::string, std::int64_t> places_;
};

}  // namespace roster
