#include "tests/oracle/sql_translator.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <stdexcept>

#include "core/query/parser.h"

namespace roster::oracle {

namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::runtime_error("the oracle does not know " + what); }

std::string coalesced(const std::string& condition) { return fmt::format("coalesce(({}), 0)", condition); }

// Also `not in ()`, which SQL holds to be true of NULL, asks for a value.
std::string negatedIf(bool negated, const std::string& value, const std::string& condition) {
  return negated ? fmt::format("{} IS NOT NULL AND NOT ({})", value, condition) : condition;
}

std::string compared(const std::string& value, CompareOp op, std::int64_t low, std::int64_t high) {
  switch (op) {
    case CompareOp::equal: return fmt::format("{} BETWEEN {} AND {}", value, low, high);
    case CompareOp::notEqual: return fmt::format("{} NOT BETWEEN {} AND {}", value, low, high);
    case CompareOp::less: return fmt::format("{} < {}", value, low);
    case CompareOp::lessEqual: return fmt::format("{} <= {}", value, high);
    case CompareOp::greater: return fmt::format("{} > {}", value, high);
    case CompareOp::greaterEqual: return fmt::format("{} >= {}", value, low);
  }
  refuse("this operator");
}

std::string_view symbolOf(CompareOp op) {
  switch (op) {
    case CompareOp::equal: return "=";
    case CompareOp::notEqual: return "<>";
    case CompareOp::less: return "<";
    case CompareOp::lessEqual: return "<=";
    case CompareOp::greater: return ">";
    case CompareOp::greaterEqual: return ">=";
  }
  refuse("this operator");
}

CompareOp mirrored(CompareOp op) {
  switch (op) {
    case CompareOp::less: return CompareOp::greater;
    case CompareOp::lessEqual: return CompareOp::greaterEqual;
    case CompareOp::greater: return CompareOp::less;
    case CompareOp::greaterEqual: return CompareOp::lessEqual;
    default: return op;
  }
}

std::string like(const std::string& value, const std::string& pattern, bool foldCase) {
  if (!foldCase) return fmt::format("{} LIKE {} ESCAPE '\\'", value, sqlQuoted(pattern));
  return fmt::format("folded({}) LIKE folded({}) ESCAPE '\\'", value, sqlQuoted(pattern));
}

std::string stringOf(const ast::Literal& literal) {
  const auto* text = std::get_if<ast::StringLiteral>(&literal);
  if (text == nullptr) refuse("a string of this kind");
  return text->text;
}

std::string inStrings(const std::string& value, const std::vector<ast::Literal>& literals) {
  std::string list;
  for (const ast::Literal& literal : literals) list += (list.empty() ? "" : ", ") + sqlQuoted(stringOf(literal));
  return fmt::format("{} IN ({})", value, list);
}

// `=`, `in`, `like` on a string, and their negations.
std::string stringTested(const std::string& value, const ast::Test& test) {
  if (const auto* comparison = std::get_if<ast::Comparison>(&test)) {
    return fmt::format("{} {} {}", value, symbolOf(comparison->op),
                       sqlQuoted(stringOf(std::get<ast::Literal>(comparison->operand))));
  }
  if (const auto* in = std::get_if<ast::InList>(&test))
    return negatedIf(in->negated, value, inStrings(value, in->values));
  const auto* pattern = std::get_if<ast::Like>(&test);
  if (pattern == nullptr) refuse("this test of a string");
  return negatedIf(pattern->negated, value, like(value, pattern->pattern.text, pattern->foldCase));
}

// `>= 3`, `between`, `in` on a size or a bucket.
std::string wholeNumberTested(const std::string& value, const ast::Test& test) {
  const auto number = [](const ast::Literal& literal) {
    return scaledNumber(std::get<ast::NumberLiteral>(literal).text, 0);
  };
  if (const auto* comparison = std::get_if<ast::Comparison>(&test)) {
    const std::int64_t with = number(std::get<ast::Literal>(comparison->operand));
    return compared(value, comparison->op, with, with);
  }
  if (const auto* between = std::get_if<ast::Between>(&test)) {
    return negatedIf(between->negated, value,
                     compared(value, CompareOp::equal, number(between->low), number(between->high)));
  }
  const auto& in = std::get<ast::InList>(test);
  std::string list;
  for (const ast::Literal& literal : in.values) list += fmt::format("{}{}", list.empty() ? "" : ", ", number(literal));
  return negatedIf(in.negated, value, fmt::format("{} IN ({})", value, list));
}

bool isTrueLiteral(const ast::Comparison& comparison) {
  return std::get<ast::BoolLiteral>(std::get<ast::Literal>(comparison.operand)).value;
}

std::string anyElement(const Field& set, const std::string& condition) {
  return fmt::format("EXISTS (SELECT 1 FROM elements WHERE contact = contacts.id AND field = {}{})", set.id,
                     condition.empty() ? "" : " AND (" + condition + ")");
}

bool holdsInstants(const Field& field) { return field.type.kind == FieldKind::timestamp; }

bool isTimeKind(FieldKind kind) { return kind == FieldKind::date || kind == FieldKind::timestamp; }

}  // namespace

std::string sqlQuoted(std::string_view text) {
  std::string sql = "'";
  for (const char c : text) sql.append(c == '\'' ? 2 : 1, c);
  return sql + "'";
}

std::string columnOf(const Field& field) { return fmt::format("f{}", field.id); }

std::int64_t scaledNumber(const std::string& text, int digits) {
  const std::size_t point = text.find('.');
  std::string scaled = text.substr(0, point);
  const std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
  if (fraction.size() > static_cast<std::size_t>(digits)) throw std::runtime_error("too many digits: " + text);
  return std::stoll(scaled + fraction + std::string(static_cast<std::size_t>(digits) - fraction.size(), '0'));
}

std::string SqlTranslator::condition(const ast::Predicate& predicate) const {
  return std::visit([this](const auto& which) { return node(which); }, predicate.node);
}

// EventTranslator knows them.
std::string SqlTranslator::node(const ast::DidTest&) const { refuse("did"); }
std::string SqlTranslator::node(const ast::AggregateTest&) const { refuse("aggregates of events"); }
std::string SqlTranslator::node(const ast::EventEndTest&) const { refuse("first and last events"); }

const Field& SqlTranslator::fieldOf(const ast::Name& name) const {
  const Field* field = schema_.find(name.attribute.empty() ? name.text : name.text + "." + name.attribute);
  if (field == nullptr) refuse("the field " + name.text);
  return *field;
}

std::string SqlTranslator::joined(const std::vector<ast::Predicate>& operands, std::string_view between) const {
  std::string sql;
  for (const ast::Predicate& operand : operands) {
    sql += fmt::format("{}{}", sql.empty() ? std::string_view() : between, condition(operand));
  }
  return "(" + sql + ")";
}

// ---- Connectives ----------------------------------------------------------------------------------------------------

std::string SqlTranslator::node(const ast::Constant& constant) const { return constant.value ? "1" : "0"; }
std::string SqlTranslator::node(const ast::And& both) const { return joined(both.operands, " AND "); }
std::string SqlTranslator::node(const ast::Or& either) const { return joined(either.operands, " OR "); }
std::string SqlTranslator::node(const ast::Not& negation) const {
  return fmt::format("(NOT {})", condition(negation.operand.front()));
}

std::string SqlTranslator::node(const ast::CountOf& count) const {
  const std::string_view op = count.kind == ast::CountKind::atLeast  ? ">="
                              : count.kind == ast::CountKind::atMost ? "<="
                                                                     : "=";
  return fmt::format("({} {} {})", joined(count.operands, " + "), op, count.count);
}

std::string SqlTranslator::node(const ast::SegmentTest& leaf) const {
  const auto found = segments_.find(leaf.name.text);
  if (found == segments_.end()) refuse("the segment " + leaf.name.text);
  const Segment& segment = found->second;
  if (segment.list != 0) {
    return fmt::format("EXISTS (SELECT 1 FROM lists WHERE contact = contacts.id AND list = {})", segment.list);
  }
  const auto predicate = parse(segment.predicate);
  if (!predicate) refuse("the segment " + leaf.name.text + ": " + predicate.error().message);
  return condition(*predicate);
}

// ---- Leaves ---------------------------------------------------------------------------------------------------------

std::string SqlTranslator::node(const ast::KeyTest& leaf) const { return coalesced(stringTested("key", leaf.test)); }

std::string SqlTranslator::node(const ast::BucketTest& leaf) const {
  return coalesced(wholeNumberTested(fmt::format("bucket({}, key)", sqlQuoted(leaf.name.text)), leaf.test));
}

std::string SqlTranslator::node(const ast::SizeTest& leaf) const {
  return coalesced(wholeNumberTested(
      fmt::format("(SELECT count(*) FROM elements WHERE contact = contacts.id AND field = {})", fieldOf(leaf.field).id),
      leaf.test));
}

std::string SqlTranslator::node(const ast::AnniversaryTest& leaf) const {
  const Field& field = fieldOf(leaf.field);
  const Range days = rangeOf(leaf.window.window, false);
  std::set<int> marked;
  for (std::int64_t day = days.low; day <= days.high; ++day) {
    const CivilDay civil = civilOf(day);
    marked.insert(civil.month * 100 + civil.day);
    const CivilDay before = civilOf(day - 1);
    if (civil.month == 3 && civil.day == 1 && before.day == 28) marked.insert(229);
  }
  const bool isSet = field.type.kind == FieldKind::set;
  const std::string value = isSet ? "value" : columnOf(field);
  const std::string day = holdsInstants(field) ? "local_day(" + value + ")" : value;
  const std::string is =
      fmt::format("CAST(strftime('%m%d', {} * 86400, 'unixepoch') AS INTEGER) IN ({})", day, fmt::join(marked, ", "));
  return isSet ? anyElement(field, is) : coalesced(is);
}

std::string SqlTranslator::node(const ast::FieldTest& leaf) const {
  const Field& field = fieldOf(leaf.field);
  if (field.type.kind == FieldKind::set) return setTested(field, leaf.test);
  const std::string column = columnOf(field);
  if (const auto* null = std::get_if<ast::IsNull>(&leaf.test)) {
    return fmt::format("({} {})", column, null->negated ? "IS NOT NULL" : "IS NULL");
  }
  const auto* comparison = std::get_if<ast::Comparison>(&leaf.test);
  if (comparison != nullptr && std::holds_alternative<ast::Name>(comparison->operand)) {
    return coalesced(fieldsCompared(field, comparison->op, fieldOf(std::get<ast::Name>(comparison->operand))));
  }
  if (field.type.kind == FieldKind::boolean) {
    if (comparison == nullptr) return coalesced(column);
    return coalesced(fmt::format("{} {} {}", column, symbolOf(comparison->op), isTrueLiteral(*comparison) ? 1 : 0));
  }
  return coalesced(isNumeric(field.type.kind) ? numberTested(column, field, leaf.test)
                                              : stringTested(column, leaf.test));
}

std::string SqlTranslator::setTested(const Field& field, const ast::Test& test) const {
  if (const auto* null = std::get_if<ast::IsNull>(&test)) {
    return fmt::format("({}{})", null->negated ? "" : "NOT ", anyElement(field, ""));
  }
  if (const auto* pattern = std::get_if<ast::HasLike>(&test)) {
    return anyElement(field, like("value", pattern->pattern.text, pattern->foldCase));
  }
  if (const auto* has = std::get_if<ast::Has>(&test)) return hasTested(field, *has);
  return anyElement(field, numberTested("value", field, test));
}

std::string SqlTranslator::hasTested(const Field& field, const ast::Has& test) const {
  std::string sql;
  const bool all = test.kind == ast::HasKind::all;
  for (const ast::Literal& literal : test.values) {
    const std::string one = anyElement(field, "value = " + literalText(literal, field));
    sql += (sql.empty() ? "" : all ? " AND " : " OR ") + one;
  }
  // All of no values at all has every contact that has any; none has any of them.
  if (sql.empty()) sql = all ? anyElement(field, "") : "0";
  return fmt::format("({}({}))", test.kind == ast::HasKind::none ? "NOT " : "", sql);
}

std::string SqlTranslator::numberTested(const std::string& value, const Field& field, const ast::Test& test) const {
  if (const auto* comparison = std::get_if<ast::Comparison>(&test)) {
    const Range with = rangeOf(std::get<ast::Literal>(comparison->operand), field);
    return compared(value, comparison->op, with.low, with.high);
  }
  if (const auto* between = std::get_if<ast::Between>(&test)) {
    return negatedIf(between->negated, value,
                     fmt::format("{} BETWEEN {} AND {}", value, rangeOf(between->low, field).low,
                                 rangeOf(between->high, field).high));
  }
  if (const auto* in = std::get_if<ast::InList>(&test)) {
    std::string any = value + " IN ()";
    for (const ast::Literal& literal : in->values) {
      const Range one = rangeOf(literal, field);
      any += " OR " + compared(value, CompareOp::equal, one.low, one.high);
    }
    return negatedIf(in->negated, value, any);
  }
  const auto* window = std::get_if<ast::InWindow>(&test);
  if (window == nullptr) refuse("this test of a number");
  return negatedIf(window->negated, value, windowTested(value, field, window->window));
}

std::string SqlTranslator::windowTested(const std::string& value, const Field& field, const ast::Window& window) const {
  if (const auto* since = std::get_if<ast::SinceWindow>(&window)) {
    return fmt::format("{} >= {}", value, rangeOf(since->from, field).low);
  }
  if (const auto* before = std::get_if<ast::BeforeWindow>(&window)) {
    return fmt::format("{} < {}", value, rangeOf(before->until, field).low);
  }
  const Range within = rangeOf(window, holdsInstants(field));
  return compared(value, CompareOp::equal, within.low, within.high);
}

std::string SqlTranslator::fieldsCompared(const Field& left, CompareOp op, const Field& right) const {
  const std::string first = columnOf(left);
  const std::string second = columnOf(right);
  if (holdsInstants(left) && right.type.kind == FieldKind::date) {
    const std::string start = "day_start(" + second + ")";
    const std::string end = "day_start(" + second + " + 1)";
    switch (op) {
      case CompareOp::equal: return fmt::format("{0} >= {1} AND {0} < {2}", first, start, end);
      case CompareOp::notEqual: return fmt::format("{0} < {1} OR {0} >= {2}", first, start, end);
      case CompareOp::less: return fmt::format("{} < {}", first, start);
      case CompareOp::lessEqual: return fmt::format("{} < {}", first, end);
      case CompareOp::greater: return fmt::format("{} >= {}", first, end);
      case CompareOp::greaterEqual: return fmt::format("{} >= {}", first, start);
    }
  }
  if (holdsInstants(right) && left.type.kind == FieldKind::date) return fieldsCompared(right, mirrored(op), left);
  if (isTimeKind(left.type.kind) || left.type.digits == right.type.digits) {
    return fmt::format("{} {} {}", first, symbolOf(op), second);
  }
  return fmt::format("scaled_order({}, {}, {}, {}) {} 0", first, left.type.digits, second, right.type.digits,
                     symbolOf(op));
}

// ---- Literals and windows -------------------------------------------------------------------------------------------

std::string SqlTranslator::literalText(const ast::Literal& literal, const Field& field) const {
  const FieldKind kind = field.type.kind == FieldKind::set ? field.type.element : field.type.kind;
  return isNumeric(kind) ? std::to_string(rangeOf(literal, field).low) : sqlQuoted(stringOf(literal));
}

SqlTranslator::Range SqlTranslator::rangeOf(const ast::Literal& literal, const Field& field) const {
  if (const auto* number = std::get_if<ast::NumberLiteral>(&literal)) {
    const std::int64_t scaled = scaledNumber(number->text, field.type.digits);
    return {scaled, scaled};
  }
  if (const auto* text = std::get_if<ast::StringLiteral>(&literal)) {
    if (isDay(text->text)) {
      const std::int64_t day = parseDay(text->text);
      return rangeOfDays(day, day, holdsInstants(field));
    }
    const std::int64_t instant = clock_.parseInstant(text->text);
    return {instant, instant};
  }
  const auto* expression = std::get_if<ast::TimeExpression>(&literal);
  if (expression == nullptr) refuse("a number of this kind");
  if (expression->base != ast::TimeBase::now) {
    const std::int64_t day = dayOf(*expression);
    return rangeOfDays(day, day, holdsInstants(field));
  }
  std::int64_t instant = now_;
  for (const ast::TimeStep& step : expression->steps) instant = clock_.stepInstant(instant, step.amount, step.unit);
  return {instant, instant};
}

std::int64_t SqlTranslator::dayOf(const ast::TimeExpression& expression) const {
  std::int64_t day = expression.base == ast::TimeBase::yesterday ? today_ - 1 : today_;
  for (const ast::TimeStep& step : expression.steps) day = clock_.stepDay(day, step.amount, step.unit);
  return day;
}

SqlTranslator::Range SqlTranslator::rangeOfDays(std::int64_t first, std::int64_t last, bool instants) const {
  if (!instants) return {first, last};
  return {clock_.startOfDay(first), clock_.startOfDay(last + 1) - 1};
}

SqlTranslator::Range SqlTranslator::relativeRange(const ast::RelativeWindow& window, bool instants) const {
  const bool last = window.direction == ast::Direction::last;
  const std::int64_t amount = last ? -window.amount : window.amount;
  if (instants) {
    const std::int64_t edge = clock_.stepInstant(now_, amount, window.unit);
    return last ? Range{edge + 1, now_} : Range{now_ + 1, edge};
  }
  const std::int64_t edge = clock_.stepDay(today_, amount, window.unit);
  return last ? Range{edge + 1, today_} : Range{today_, edge - 1};
}

SqlTranslator::Range SqlTranslator::rangeOf(const ast::Window& window, bool instants) const {
  if (const auto* relative = std::get_if<ast::RelativeWindow>(&window)) return relativeRange(*relative, instants);
  if (const auto* day = std::get_if<ast::DayWindow>(&window)) {
    const std::int64_t which = day->yesterday ? today_ - 1 : today_;
    return rangeOfDays(which, which, instants);
  }
  const auto* calendar = std::get_if<ast::CalendarWindow>(&window);
  if (calendar == nullptr) refuse("this window");
  std::int64_t first = clock_.firstDayOf(today_, calendar->unit);
  if (calendar->step == ast::CalendarStep::last) first = clock_.firstDayOf(first - 1, calendar->unit);
  if (calendar->step == ast::CalendarStep::next) first = clock_.firstDayAfter(first, calendar->unit);
  return rangeOfDays(first, clock_.firstDayAfter(first, calendar->unit) - 1, instants);
}

}  // namespace roster::oracle
