// One contact held plainly, and the meaning of a typed predicate on it written down as plainly as can be: what the
// rewriter is checked against.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "core/data/schema.h"
#include "core/query/bound.h"
#include "tests/support/ast_generator.h"

namespace roster::testing {

struct ToyContact {
  std::string key;
  std::map<FieldId, std::set<std::string>> strings;   // bool, category, text, set of strings
  std::map<FieldId, std::set<std::int64_t>> numbers;  // the other kinds
  std::map<std::string, std::int64_t> buckets;
};

// Contacts with values of the vocabulary, some missing.
rc::Gen<ToyContact> arbitraryContact(AstVocabulary vocabulary);

// Whether the predicate holds. A timestamp's days are those of UTC; lists hold nobody.
bool holds(const Bound& bound, const ToyContact& contact, const Schema& schema);

}  // namespace roster::testing
