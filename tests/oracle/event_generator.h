// Random predicates about events that bind, with windows and values at the edges of the histories they are asked of.
#pragma once

#include <map>
#include <vector>

#include "core/data/event_schema.h"
#include "core/query/ast.h"
#include "tests/support/ast_generator.h"
#include "tests/support/random_source.h"

namespace roster::oracle {

// What the predicates may talk about. The vocabulary of a type has its filter's fields, with attributes by their full
// names.
struct EventWords {
  EventSchema events;
  std::map<EventId, testing::AstVocabulary> filters;
  std::vector<std::int64_t> instants;
};

class EventGenerator {
 public:
  EventGenerator(const EventWords& words, RandomSource& random) : words_(words), random_(random) {}

  ast::Predicate predicate(int depth);

 private:
  ast::Predicate leaf();
  ast::DidTest did();
  ast::AggregateTest aggregate();
  ast::EventEndTest eventEnd();
  ast::EventSet eventSet(const EventType& type);
  ast::Test window();
  ast::Test timeTest();
  ast::Test numberTest(int digits, std::int64_t most);
  ast::Literal number(int digits, std::int64_t most);
  ast::Literal timeLiteral();
  ast::TimeUnit unit();
  std::int64_t amount();
  const EventType& anyType() { return random_.pick(words_.events.types()); }

  const EventWords& words_;
  RandomSource& random_;
};

}  // namespace roster::oracle
