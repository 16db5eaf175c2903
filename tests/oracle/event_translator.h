// From a predicate about events to a condition of SQL on the tables of EventTable. Nothing of the binder or of the
// engine is used.
#pragma once

#include <string>

#include "core/data/event_schema.h"
#include "core/query/ast.h"
#include "tests/oracle/sql_translator.h"

namespace roster::oracle {

// Refers to what it is given, which must outlive it.
class EventTranslator {
 public:
  EventTranslator(const EventSchema& events, const WallClock& clock, std::int64_t now)
      : events_(events), clock_(clock), now_(now) {}

  // Connectives over leaves about events.
  std::string condition(const ast::Predicate& predicate) const;

 private:
  std::string leaf(const ast::DidTest& test) const;
  std::string leaf(const ast::AggregateTest& test) const;
  std::string leaf(const ast::EventEndTest& test) const;

  // A table of the events of the contact that are in the set.
  std::string tableOf(const ast::EventSet& set) const;
  // A test of a column of a table's only row, or of any row's.
  std::string anyRow(const std::string& table, const Schema& schema, const ast::Name& column,
                     const ast::Test& test) const;
  std::string averageTested(const std::string& column, const ast::Test& test, int digits) const;
  std::string tested(const Schema& schema, const ast::Predicate& predicate) const;
  const EventType& typeOf(const ast::EventSet& set) const;
  // The properties and what every event has, with the names that filters give them.
  Schema schemaOf(const ast::EventSet& set) const;

  const EventSchema& events_;
  const WallClock& clock_;
  std::int64_t now_;
};

// `product.price` for a name with an attribute.
std::string fullName(const ast::Name& name);

}  // namespace roster::oracle
