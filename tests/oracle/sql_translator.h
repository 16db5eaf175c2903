// From the syntax tree of a predicate to a condition of SQL that is 1 for the contacts it selects and 0 for the others.
//
// The tables are those of ContactTable. Nothing of the binder, the rewriter or the engine's arithmetic of time is used:
// whatever they make of a predicate must select the same contacts. Every leaf is coalesced to 0, so that NULL is false
// and `not` the complement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/schema.h"
#include "core/data/segment_catalog.h"
#include "core/query/ast.h"
#include "tests/oracle/wall_clock.h"

namespace roster::oracle {

// 'it''s', as SQL writes it.
std::string sqlQuoted(std::string_view text);
// The column of a field that is no set.
std::string columnOf(const Field& field);
// A decimal number as an integer scaled by 10^digits.
std::int64_t scaledNumber(const std::string& text, int digits);

// Refers to what it is given, which must outlive it. Throws std::runtime_error on predicates that do not bind.
class SqlTranslator {
 public:
  SqlTranslator(const Schema& schema, const SegmentCatalog& segments, const WallClock& clock, std::int64_t now)
      : schema_(schema), segments_(segments), clock_(clock), now_(now), today_(clock.localDayOf(now)) {}

  std::string condition(const ast::Predicate& predicate) const;

 private:
  // What a literal or a window stands for: the numbers from low to high.
  struct Range {
    std::int64_t low = 0;
    std::int64_t high = 0;
  };

  std::string node(const ast::Constant& constant) const;
  std::string node(const ast::And& both) const;
  std::string node(const ast::Or& either) const;
  std::string node(const ast::Not& negation) const;
  std::string node(const ast::CountOf& count) const;
  std::string node(const ast::FieldTest& leaf) const;
  std::string node(const ast::SizeTest& leaf) const;
  std::string node(const ast::AnniversaryTest& leaf) const;
  std::string node(const ast::KeyTest& leaf) const;
  std::string node(const ast::BucketTest& leaf) const;
  std::string node(const ast::SegmentTest& leaf) const;
  std::string node(const ast::DidTest& leaf) const;
  std::string node(const ast::AggregateTest& leaf) const;
  std::string node(const ast::EventEndTest& leaf) const;

  const Field& fieldOf(const ast::Name& name) const;
  std::string joined(const std::vector<ast::Predicate>& operands, std::string_view between) const;
  // The test on any expression of SQL that is a value of the field, or an element of one.
  std::string numberTested(const std::string& value, const Field& field, const ast::Test& test) const;
  std::string windowTested(const std::string& value, const Field& field, const ast::Window& window) const;
  std::string setTested(const Field& field, const ast::Test& test) const;
  std::string hasTested(const Field& field, const ast::Has& test) const;
  std::string fieldsCompared(const Field& left, CompareOp op, const Field& right) const;

  std::string literalText(const ast::Literal& literal, const Field& field) const;
  Range rangeOf(const ast::Literal& literal, const Field& field) const;
  Range rangeOfDays(std::int64_t first, std::int64_t last, bool instants) const;
  Range rangeOf(const ast::Window& window, bool instants) const;
  Range relativeRange(const ast::RelativeWindow& window, bool instants) const;
  std::int64_t dayOf(const ast::TimeExpression& expression) const;

  const Schema& schema_;
  const SegmentCatalog& segments_;
  const WallClock& clock_;
  std::int64_t now_;
  std::int64_t today_;
};

}  // namespace roster::oracle
