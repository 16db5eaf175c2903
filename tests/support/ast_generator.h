// Random syntax trees that bind against a schema, for RapidCheck properties and the oracle tests.
#pragma once

#include <cstdint>
#include <map>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "core/base/civil_time.h"
#include "core/data/schema.h"
#include "core/query/ast.h"

namespace roster::testing {

// What the trees may talk about. Values that occur in the data make leaves that select somebody; the generator also
// uses their neighbours and values that do not occur.
struct AstVocabulary {
  Schema schema;
  std::map<std::string, std::vector<std::string>, std::less<>> strings;   // by category, set or text field
  std::map<std::string, std::vector<std::int64_t>, std::less<>> numbers;  // by numeric field or set, in its unit
  std::vector<std::string> keys;
  std::vector<std::string> segments;
  std::vector<std::string> buckets;
  std::vector<std::string>
      events;                 // whose properties are the schema's fields; no leaves about events where it is empty
  bool ofProperties = false;  // filters of events: no leaf about keys
  Day today = 0;              // dates and instants that are made up lie around it
};

// A field of every kind, some with names that need quotes or look like keywords, and values for all of them.
AstVocabulary everyKindOfField();

// Trees nested up to `depth` connectives deep that keep the invariants of ast.h and, but for leaves about events, bind
// without an error.
rc::Gen<ast::Predicate> arbitraryPredicate(AstVocabulary vocabulary, int depth);

}  // namespace roster::testing
