#include "tests/oracle/event_generator.h"

#include <rapidcheck.h>

#include "core/base/civil_time.h"
#include "core/base/decimal.h"

namespace roster::oracle {

namespace {

// "product.price" becomes the attribute `price` of `product`.
void splitName(ast::Name& name) {
  const auto dot = name.text.find('.');
  if (dot == std::string::npos) return;
  name.attribute = name.text.substr(dot + 1);
  name.text.resize(dot);
}

void splitNames(ast::Predicate& predicate) {
  if (auto* all = std::get_if<ast::And>(&predicate.node)) {
    for (ast::Predicate& operand : all->operands) splitNames(operand);
  } else if (auto* any = std::get_if<ast::Or>(&predicate.node)) {
    for (ast::Predicate& operand : any->operands) splitNames(operand);
  } else if (auto* negation = std::get_if<ast::Not>(&predicate.node)) {
    splitNames(negation->operand.front());
  } else if (auto* count = std::get_if<ast::CountOf>(&predicate.node)) {
    for (ast::Predicate& operand : count->operands) splitNames(operand);
  } else if (auto* anniversary = std::get_if<ast::AnniversaryTest>(&predicate.node)) {
    splitName(anniversary->field);
  } else if (auto* test = std::get_if<ast::FieldTest>(&predicate.node)) {
    splitName(test->field);
    auto* comparison = std::get_if<ast::Comparison>(&test->test);
    auto* name = comparison == nullptr ? nullptr : std::get_if<ast::Name>(&comparison->operand);
    if (name != nullptr) splitName(*name);
  }
}

}  // namespace

ast::Predicate EventGenerator::predicate(int depth) {
  if (depth == 0 || random_.chance(40)) return leaf();
  if (random_.chance(30)) return {ast::Not{{predicate(depth - 1)}}, {}};
  // Of two leaves, so that no connective holds one of its own kind.
  std::vector<ast::Predicate> operands = {leaf(), leaf()};
  if (random_.chance(50)) return {ast::And{std::move(operands)}, {}};
  return {ast::Or{std::move(operands)}, {}};
}

ast::Predicate EventGenerator::leaf() {
  switch (random_.below(3)) {
    case 0: return {did(), {}};
    case 1: return {aggregate(), {}};
    default: return {eventEnd(), {}};
  }
}

ast::DidTest EventGenerator::did() {
  ast::DidTest test{eventSet(anyType()), {}};
  for (std::uint64_t steps = random_.below(3); steps > 0; --steps) {
    const bool negated = steps == 1 && random_.chance(50);
    test.steps.push_back({negated, eventSet(anyType()), amount(), unit()});
  }
  return test;
}

ast::AggregateTest EventGenerator::aggregate() {
  ast::AggregateTest test;
  const EventType& type = anyType();
  test.events = eventSet(type);
  test.aggregate = static_cast<ast::Aggregate>(random_.below(7));
  if (test.aggregate == ast::Aggregate::count || test.aggregate == ast::Aggregate::days) {
    test.test = numberTest(0, 4);
    return test;
  }
  std::vector<Field> fields = words_.filters.at(type.id).schema.fields();
  const bool isAmount = test.aggregate != ast::Aggregate::distinct;
  if (isAmount) {
    std::erase_if(fields, [](const Field& field) {
      return field.type.kind != FieldKind::integer && field.type.kind != FieldKind::decimal;
    });
  }
  const Field& field = random_.pick(fields);
  test.property = ast::Name{field.name, {}};
  splitName(*test.property);
  // Only an average has more fraction digits than its property.
  const int finer = test.aggregate == ast::Aggregate::avg ? static_cast<int>(random_.below(3)) : 0;
  test.test = isAmount ? numberTest(field.type.digits + finer, 700 * powerOfTen(finer)) : numberTest(0, 4);
  return test;
}

ast::EventEndTest EventGenerator::eventEnd() {
  ast::EventEndTest test;
  const EventType& type = anyType();
  test.end = random_.chance(50) ? ast::EventEnd::first : ast::EventEnd::last;
  test.events = eventSet(type);
  if (random_.chance(50)) {
    test.test = timeTest();
    return test;
  }
  // A test of one property as filters have it.
  for (;;) {
    const auto generator = testing::arbitraryPredicate(words_.filters.at(type.id), 0);
    ast::Predicate made = generator(rc::Random(random_.bits()), 100).value();
    const auto* of = std::get_if<ast::FieldTest>(&made.node);
    if (of == nullptr) continue;
    splitNames(made);
    test.property = of->field;
    test.test = of->test;
    return test;
  }
}

ast::EventSet EventGenerator::eventSet(const EventType& type) {
  ast::EventSet set{{type.name, {}}, {}, {}};
  if (random_.chance(60)) set.window = window();
  if (random_.chance(50)) {
    const auto generator = testing::arbitraryPredicate(words_.filters.at(type.id), 2);
    set.filter.push_back(generator(rc::Random(random_.bits()), 100).value());
    splitNames(set.filter.front());
  }
  return set;
}

ast::TimeUnit EventGenerator::unit() {
  return random_.oneOf({ast::TimeUnit::minute, ast::TimeUnit::hour, ast::TimeUnit::day, ast::TimeUnit::day,
                        ast::TimeUnit::week, ast::TimeUnit::month, ast::TimeUnit::year});
}

std::int64_t EventGenerator::amount() { return random_.oneOf<std::int64_t>({1, 1, 2, 3, 7, 12, 30, 90}); }

ast::Literal EventGenerator::timeLiteral() {
  const std::int64_t instant = random_.pick(words_.instants);
  if (random_.chance(40)) return ast::StringLiteral{formatDay(dayOfLocal(instant)), {}};
  if (random_.chance(30)) {
    return ast::TimeExpression{ast::TimeBase::now, {{-amount(), unit(), {}}}, {}};
  }
  return ast::StringLiteral{formatInstant(instant), {}};
}

ast::Test EventGenerator::window() {
  switch (random_.below(7)) {
    case 0: return ast::Between{false, timeLiteral(), timeLiteral()};
    case 1: return ast::InWindow{false, ast::SinceWindow{timeLiteral()}, {}};
    case 2: return ast::InWindow{false, ast::BeforeWindow{timeLiteral()}, {}};
    case 3: return ast::InWindow{false, ast::DayWindow{random_.chance(50)}, {}};
    case 4: {
      const auto step = random_.chance(50) ? ast::CalendarStep::last : ast::CalendarStep::current;
      const auto of =
          random_.oneOf({ast::TimeUnit::week, ast::TimeUnit::month, ast::TimeUnit::quarter, ast::TimeUnit::year});
      return ast::InWindow{false, ast::CalendarWindow{step, of}, {}};
    }
    default: return ast::InWindow{false, ast::RelativeWindow{ast::Direction::last, amount(), unit()}, {}};
  }
}

ast::Test EventGenerator::timeTest() {
  if (random_.chance(50)) return window();
  return ast::Comparison{static_cast<CompareOp>(random_.below(6)), timeLiteral()};
}

ast::Literal EventGenerator::number(int digits, std::int64_t most) {
  return ast::NumberLiteral{formatDecimal(random_.between(-1, most), digits), {}};
}

ast::Test EventGenerator::numberTest(int digits, std::int64_t most) {
  if (random_.chance(20)) return ast::Between{random_.chance(50), number(digits, most), number(digits, most)};
  if (random_.chance(20)) return ast::InList{random_.chance(50), {number(digits, most), number(digits, most)}};
  return ast::Comparison{static_cast<CompareOp>(random_.below(6)), number(digits, most)};
}

}  // namespace roster::oracle
