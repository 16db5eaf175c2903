#include "tests/oracle/event_translator.h"

#include <fmt/format.h>
#include <stdexcept>

#include "core/query/event_fields.h"

namespace roster::oracle {

namespace {

constexpr const char* kNumber = "n";

Schema schemaOfNumber() { return Schema().withField(kNumber, {FieldKind::integer}).value(); }

ast::Predicate fieldTest(const ast::Name& column, const ast::Test& test) {
  return {ast::FieldTest{{fullName(column), {}}, test, {}}, {}};
}

std::string wholeNumber(const ast::Aggregate aggregate, const std::string& column) {
  if (aggregate == ast::Aggregate::count) return "count(*)";
  return fmt::format("count(DISTINCT {})", aggregate == ast::Aggregate::days ? "local_day" : column);
}

std::string amount(const ast::Aggregate aggregate, const std::string& column) {
  if (aggregate == ast::Aggregate::sum) return fmt::format("coalesce(sum({}), 0)", column);
  return fmt::format("{}({})", aggregate == ast::Aggregate::min ? "min" : "max", column);
}

std::int64_t numberOf(const ast::Literal& literal, int digits) {
  return scaledNumber(std::get<ast::NumberLiteral>(literal).text, digits);
}

}  // namespace

std::string fullName(const ast::Name& name) {
  return name.attribute.empty() ? name.text : name.text + "." + name.attribute;
}

std::string EventTranslator::condition(const ast::Predicate& predicate) const {
  if (const auto* both = std::get_if<ast::And>(&predicate.node)) {
    return fmt::format("({} AND {})", condition(both->operands[0]), condition(both->operands[1]));
  }
  if (const auto* either = std::get_if<ast::Or>(&predicate.node)) {
    return fmt::format("({} OR {})", condition(either->operands[0]), condition(either->operands[1]));
  }
  if (const auto* negation = std::get_if<ast::Not>(&predicate.node)) {
    return fmt::format("(NOT {})", condition(negation->operand.front()));
  }
  if (const auto* did = std::get_if<ast::DidTest>(&predicate.node)) return leaf(*did);
  if (const auto* aggregate = std::get_if<ast::AggregateTest>(&predicate.node)) return leaf(*aggregate);
  if (const auto* end = std::get_if<ast::EventEndTest>(&predicate.node)) return leaf(*end);
  throw std::runtime_error("the oracle of events does not know this leaf");
}

const EventType& EventTranslator::typeOf(const ast::EventSet& set) const {
  const EventType* type = events_.findType(set.event.text);
  if (type == nullptr) throw std::runtime_error("the oracle does not know the event " + set.event.text);
  return *type;
}

Schema EventTranslator::schemaOf(const ast::EventSet& set) const { return endSchemaOf(typeOf(set), events_); }

std::string EventTranslator::tested(const Schema& schema, const ast::Predicate& predicate) const {
  const SegmentCatalog none;
  return SqlTranslator(schema, none, clock_, now_).condition(predicate);
}

std::string EventTranslator::tableOf(const ast::EventSet& set) const {
  const Schema schema = schemaOf(set);
  std::string where = fmt::format("contact = contacts.id AND time <= {}", now_);
  if (set.window) where += " AND " + tested(schema, fieldTest({".time", {}}, *set.window));
  if (!set.filter.empty()) where += " AND " + tested(schema, set.filter.front());
  return fmt::format("(SELECT * FROM events{} WHERE {})", typeOf(set).id, where);
}

std::string EventTranslator::anyRow(const std::string& table, const Schema& schema, const ast::Name& column,
                                    const ast::Test& test) const {
  return fmt::format("EXISTS (SELECT 1 FROM {} WHERE {})", table, tested(schema, fieldTest(column, test)));
}

std::string EventTranslator::leaf(const ast::DidTest& test) const {
  std::string from = tableOf(test.events) + " AS e0";
  std::string where = "1";
  for (std::size_t i = 0; i < test.steps.size(); ++i) {
    const ast::SequenceStep& step = test.steps[i];
    const std::string end = fmt::format("after(e{}.time, {}, {})", i, step.amount, static_cast<int>(step.unit));
    const std::string follows = fmt::format("e{0}.time > e{1}.time AND e{0}.time <= {2}", i + 1, i, end);
    const std::string table = fmt::format("{} AS e{}", tableOf(step.events), i + 1);
    if (step.negated) {
      where += fmt::format(" AND {} <= {} AND NOT EXISTS (SELECT 1 FROM {} WHERE {})", end, now_, table, follows);
    } else {
      from += ", " + table;
      where += " AND " + follows;
    }
  }
  return fmt::format("EXISTS (SELECT 1 FROM {} WHERE {})", from, where);
}

std::string EventTranslator::leaf(const ast::AggregateTest& test) const {
  const std::string table = tableOf(test.events);
  const Schema schema = schemaOf(test.events);
  const Field* property = test.property ? schema.find(fullName(*test.property)) : nullptr;
  const std::string column = property == nullptr ? "" : columnOf(*property);
  const bool isWhole = test.aggregate == ast::Aggregate::count || test.aggregate == ast::Aggregate::days ||
                       test.aggregate == ast::Aggregate::distinct;
  if (isWhole) {
    const Schema number = schemaOfNumber();
    return anyRow(fmt::format("(SELECT {} AS {} FROM {})", wholeNumber(test.aggregate, column),
                              columnOf(number.fields().front()), table),
                  number, {kNumber, {}}, test.test);
  }
  if (test.aggregate == ast::Aggregate::avg) {
    return fmt::format("EXISTS (SELECT 1 FROM (SELECT sum({0}) AS s, count({0}) AS n FROM {1}) WHERE n > 0 AND {2})",
                       column, table, averageTested("s", test.test, property->type.digits));
  }
  return anyRow(fmt::format("(SELECT {} AS {} FROM {})", amount(test.aggregate, column), column, table), schema,
                *test.property, test.test);
}

// The sum of n numbers against a number times n, without rounding; the number has two digits more at the most.
std::string EventTranslator::averageTested(const std::string& column, const ast::Test& test, int digits) const {
  const std::string sum = column + " * 100";
  const auto times = [&](const ast::Literal& literal) {
    return fmt::format("({} * n)", numberOf(literal, digits + 2));
  };
  if (const auto* comparison = std::get_if<ast::Comparison>(&test)) {
    constexpr const char* kSigns[] = {"=", "<>", "<", "<=", ">", ">="};
    return fmt::format("{} {} {}", sum, kSigns[static_cast<std::size_t>(comparison->op)],
                       times(std::get<ast::Literal>(comparison->operand)));
  }
  if (const auto* between = std::get_if<ast::Between>(&test)) {
    return fmt::format("{} {}BETWEEN {} AND {}", sum, between->negated ? "NOT " : "", times(between->low),
                       times(between->high));
  }
  const auto& in = std::get<ast::InList>(test);
  std::string list;
  for (const ast::Literal& literal : in.values) list += (list.empty() ? "" : ", ") + times(literal);
  return fmt::format("{} {}IN ({})", sum, in.negated ? "NOT " : "", list);
}

std::string EventTranslator::leaf(const ast::EventEndTest& test) const {
  const bool last = test.end == ast::EventEnd::last;
  const std::string row = fmt::format("(SELECT * FROM {} ORDER BY time {}, ordinal DESC LIMIT 1)", tableOf(test.events),
                                      last ? "DESC" : "ASC");
  return anyRow(row, schemaOf(test.events), test.property.value_or(ast::Name{".time", {}}), test.test);
}

}  // namespace roster::oracle
