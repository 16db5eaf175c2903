#include "tests/support/ast_generator.h"

#include <stdexcept>
#include <utility>

#include "core/base/decimal.h"

namespace roster::testing {

namespace {

int upTo(int bound) { return *rc::gen::inRange(0, bound); }
bool coin() { return upTo(2) == 0; }

template <class T>
T oneOf(const std::vector<T>& choices) {
  return choices[static_cast<std::size_t>(upTo(static_cast<int>(choices.size())))];
}

class PredicateMaker {
 public:
  explicit PredicateMaker(const AstVocabulary& vocabulary) : words_(vocabulary) {}

  ast::Predicate predicate(int depth) {
    if (depth <= 0 || upTo(4) == 0) return leaf();
    switch (upTo(5)) {
      case 0: return {ast::And{operandsOf<ast::And>(depth)}, {}};
      case 1: return {ast::Or{operandsOf<ast::Or>(depth)}, {}};
      case 2: {
        ast::Not negation;
        negation.operand.push_back(predicate(depth - 1));
        return {std::move(negation), {}};
      }
      case 3: {
        ast::CountOf count;
        count.kind = oneOf<ast::CountKind>({ast::CountKind::atLeast, ast::CountKind::atMost, ast::CountKind::exactly});
        const int operands = 1 + upTo(4);
        count.count = static_cast<std::uint32_t>(upTo(operands + 2));
        for (int i = 0; i < operands; ++i) count.operands.push_back(predicate(depth - 1));
        return {std::move(count), {}};
      }
      default: return leaf();
    }
  }

 private:
  template <class Connective>
  std::vector<ast::Predicate> operandsOf(int depth) {
    std::vector<ast::Predicate> operands;
    const int count = 2 + upTo(3);
    while (static_cast<int>(operands.size()) < count) {
      ast::Predicate operand = predicate(depth - 1);
      if (std::holds_alternative<Connective>(operand.node)) operand = leaf();
      operands.push_back(std::move(operand));
    }
    return operands;
  }

  ast::Predicate leaf() {
    switch (upTo(12)) {
      case 0: return {ast::Constant{coin()}, {}};
      case 1:
        if (words_.ofProperties) break;
        return {ast::KeyTest{keyTest(), {}}, {}};
      case 2:
        if (words_.buckets.empty()) break;
        return {ast::BucketTest{{oneOf(words_.buckets), {}}, numberTest(10'000), {}}, {}};
      case 3:
        if (words_.segments.empty()) break;
        return {ast::SegmentTest{{oneOf(words_.segments), {}}}, {}};
      case 4:
        if (words_.events.empty()) break;
        if (coin()) return {did(), {}};
        return {aggregate(), {}};
      case 5:
        if (words_.events.empty()) break;
        return {eventEnd(), {}};
      default: break;
    }
    return fieldLeaf(oneOf(words_.schema.fields()));
  }

  const Field& anyField() { return words_.schema.fields()[static_cast<std::size_t>(upTo(fieldCount()))]; }
  int fieldCount() const { return static_cast<int>(words_.schema.fields().size()); }

  ast::Name property() {
    ast::Name name{anyField().name, {}};
    if (upTo(3) == 0) name.attribute = anyField().name;
    return name;
  }

  ast::EventSet eventSet() {
    ast::EventSet events{{oneOf(words_.events), {}}, {}, {}};
    const Field& time = *words_.schema.find("last_visit");
    if (upTo(8) == 0) {
      events.window = ast::Between{false, literalOf(time), literalOf(time)};
    } else if (coin()) {
      ast::InWindow in = window(time, time.type.kind);
      in.negated = false;
      events.window = std::move(in);
    }
    if (coin()) events.filter.push_back(filter(2));
    return events;
  }

  // Over properties.
  ast::Predicate filter(int depth) {
    if (depth > 0 && upTo(3) == 0) {
      ast::And both{{filter(0), filter(0)}};
      if (coin()) return {std::move(both), {}};
      return {ast::Or{std::move(both.operands)}, {}};
    }
    if (depth > 0 && upTo(5) == 0) return {ast::Not{{filter(depth - 1)}}, {}};
    ast::Predicate leaf = fieldLeaf(anyField());
    if (auto* test = std::get_if<ast::FieldTest>(&leaf.node); test != nullptr && upTo(4) == 0) {
      test->field.attribute = anyField().name;
    }
    return leaf;
  }

  ast::DidTest did() {
    ast::DidTest did{eventSet(), {}};
    for (int steps = upTo(3); steps > 0; --steps) {
      did.steps.push_back({steps == 1 && coin(), eventSet(), amount(), anyUnit()});
    }
    return did;
  }

  ast::AggregateTest aggregate() {
    ast::AggregateTest test;
    test.aggregate =
        oneOf<ast::Aggregate>({ast::Aggregate::count, ast::Aggregate::days, ast::Aggregate::distinct,
                               ast::Aggregate::sum, ast::Aggregate::avg, ast::Aggregate::min, ast::Aggregate::max});
    if (test.aggregate != ast::Aggregate::count && test.aggregate != ast::Aggregate::days) test.property = property();
    test.events = eventSet();
    test.test = numberTest(100);
    return test;
  }

  ast::EventEndTest eventEnd() {
    ast::EventEndTest test;
    test.end = coin() ? ast::EventEnd::first : ast::EventEnd::last;
    test.events = eventSet();
    const Field& field = coin() ? anyField() : *words_.schema.find("last_visit");
    if (coin()) test.property = property();
    test.test = test.property ? testOf(field) : valueTest(*words_.schema.find("last_visit"));
    return test;
  }

  ast::Test keyTest() {
    const std::vector<std::string> keys = words_.keys.empty() ? std::vector<std::string>{"k"} : words_.keys;
    if (upTo(3) == 0) return ast::Like{coin(), coin(), {patternOf(oneOf(keys)), {}}};
    if (coin()) {
      return ast::Comparison{coin() ? CompareOp::equal : CompareOp::notEqual,
                             ast::Literal{ast::StringLiteral{oneOf(keys), {}}}};
    }
    ast::InList in{coin(), {}};
    for (int i = upTo(4); i > 0; --i) in.values.push_back(ast::StringLiteral{oneOf(keys), {}});
    return in;
  }

  ast::Literal wholeNumber(int bound) { return ast::NumberLiteral{std::to_string(upTo(bound + 2) - 1), {}}; }

  CompareOp anyOp() {
    return oneOf<CompareOp>({CompareOp::equal, CompareOp::notEqual, CompareOp::less, CompareOp::lessEqual,
                             CompareOp::greater, CompareOp::greaterEqual});
  }

  // On a size or a bucket.
  ast::Test numberTest(int bound) {
    if (upTo(3) == 0) return ast::Between{coin(), wholeNumber(bound), wholeNumber(bound)};
    if (upTo(3) == 0) {
      ast::InList in{coin(), {}};
      for (int i = upTo(4); i > 0; --i) in.values.push_back(wholeNumber(bound));
      return in;
    }
    return ast::Comparison{anyOp(), wholeNumber(bound)};
  }

  ast::Predicate fieldLeaf(const Field& field) {
    const FieldKind kind = field.type.kind;
    const FieldKind value = kind == FieldKind::set ? field.type.element : kind;
    if (kind == FieldKind::set && upTo(3) == 0) return {ast::SizeTest{{field.name, {}}, numberTest(4), {}}, {}};
    if (isTime(value) && upTo(5) == 0) return {ast::AnniversaryTest{{field.name, {}}, anniversaryWindow()}, {}};
    return {ast::FieldTest{{field.name, {}}, testOf(field), {}}, {}};
  }

  ast::InWindow anniversaryWindow() {
    if (upTo(3) == 0) return {false, ast::DayWindow{false}, {}};
    return {false, ast::RelativeWindow{anyDirection(), coin() ? amount() : upTo(400), ast::TimeUnit::day}, {}};
  }

  ast::Direction anyDirection() { return coin() ? ast::Direction::last : ast::Direction::next; }

  ast::Test testOf(const Field& field) {
    if (upTo(6) == 0) return ast::IsNull{coin()};
    switch (field.type.kind) {
      case FieldKind::boolean:
        if (coin()) return ast::IsTrue{};
        return ast::Comparison{coin() ? CompareOp::equal : CompareOp::notEqual,
                               ast::Literal{ast::BoolLiteral{coin(), {}}}};
      case FieldKind::category:
      case FieldKind::text: return stringTest(field);
      case FieldKind::set: return coin() || !isNumeric(field.type.element) ? setTest(field) : valueTest(field);
      default: return valueTest(field);
    }
  }

  std::string stringOf(const Field& field) {
    const auto found = words_.strings.find(field.name);
    if (found == words_.strings.end() || found->second.empty() || upTo(8) == 0) {
      return oneOf<std::string>({"nobody", "", "it's", "100%", "a_b", "back\\slash"});
    }
    return oneOf(found->second);
  }

  // A pattern that the text, or some of its neighbours, is like.
  std::string patternOf(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
      if (c == '%' || c == '_' || c == '\\') escaped += '\\';
      escaped += c;
    }
    const auto isStart = [&](std::size_t at) {
      return at == escaped.size() || (static_cast<unsigned char>(escaped[at]) & 0xC0U) != 0x80U;
    };
    std::size_t cut = static_cast<std::size_t>(upTo(static_cast<int>(escaped.size()) + 1));
    while (!isStart(cut) || (cut > 0 && escaped[cut - 1] == '\\')) --cut;
    switch (upTo(5)) {
      case 0: return escaped.substr(0, cut) + "%";
      case 1: return "%" + escaped.substr(cut);
      case 2: return "%" + escaped.substr(0, cut) + "%";
      case 3: return escaped.substr(0, cut) + "_%";
      default: return escaped;
    }
  }

  ast::Test stringTest(const Field& field) {
    switch (upTo(3)) {
      case 0:
        return ast::Comparison{coin() ? CompareOp::equal : CompareOp::notEqual,
                               ast::Literal{ast::StringLiteral{stringOf(field), {}}}};
      case 1: return ast::InList{coin(), literalsOf(field)};
      default: return ast::Like{coin(), coin(), {patternOf(stringOf(field)), {}}};
    }
  }

  ast::Test setTest(const Field& field) {
    if (field.type.element == FieldKind::category && upTo(4) == 0) {
      return ast::HasLike{coin(), {patternOf(stringOf(field)), {}}};
    }
    const auto kind =
        oneOf<ast::HasKind>({ast::HasKind::one, ast::HasKind::any, ast::HasKind::all, ast::HasKind::none});
    if (kind == ast::HasKind::one) return ast::Has{kind, {literalOf(field)}};
    return ast::Has{kind, literalsOf(field)};
  }

  std::vector<ast::Literal> literalsOf(const Field& field) {
    std::vector<ast::Literal> literals;
    for (int i = upTo(4); i > 0; --i) literals.push_back(literalOf(field));
    return literals;
  }

  ast::Literal literalOf(const Field& field) {
    const FieldKind kind = field.type.kind == FieldKind::set ? field.type.element : field.type.kind;
    switch (kind) {
      case FieldKind::integer: return ast::NumberLiteral{std::to_string(numberOf(field)), {}};
      case FieldKind::decimal: return ast::NumberLiteral{decimalOf(field), {}};
      case FieldKind::date: return dayLiteral(field);
      case FieldKind::timestamp: return instantLiteral(field);
      default: return ast::StringLiteral{stringOf(field), {}};
    }
  }

  std::int64_t numberOf(const Field& field) {
    const auto found = words_.numbers.find(field.name);
    if (found == words_.numbers.end() || found->second.empty()) return upTo(200) - 100;
    const std::int64_t number = oneOf(found->second);
    std::int64_t neighbour = 0;
    return __builtin_add_overflow(number, upTo(3) - 1, &neighbour) ? number : neighbour;
  }

  // As many fraction digits as the field has, or as few as the number needs.
  std::string decimalOf(const Field& field) {
    std::string text = formatDecimal(numberOf(field), field.type.digits);
    if (field.type.digits == 0 || coin()) return text;
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
  }

  // Of days, months … in steps and windows: those that people write, and any.
  std::int64_t amount() { return coin() ? oneOf<std::int64_t>({0, 1, 2, 7, 12, 30, 90, 365}) : upTo(100); }
  std::int64_t step() { return upTo(3) == 0 ? amount() : -amount(); }

  ast::Literal dayLiteral(const Field& field) {
    if (upTo(3) == 0) return dayExpression();
    return ast::StringLiteral{formatDay(numberOf(field)), {}};
  }

  ast::TimeExpression dayExpression() {
    ast::TimeExpression expression{coin() ? ast::TimeBase::today : ast::TimeBase::yesterday, {}, {}};
    for (int i = upTo(3); i > 0; --i) expression.steps.push_back({step(), dayUnit(), {}});
    return expression;
  }

  ast::Literal instantLiteral(const Field& field) {
    switch (upTo(5)) {
      case 0: return dayExpression();
      case 1: {
        ast::TimeExpression expression{ast::TimeBase::now, {}, {}};
        for (int i = upTo(3); i > 0; --i) expression.steps.push_back({step(), anyUnit(), {}});
        return expression;
      }
      case 2: return ast::StringLiteral{formatDay(dayOfLocal(numberOf(field))), {}};
      case 3: {
        std::string local = formatInstant(numberOf(field));
        local.pop_back();
        return ast::StringLiteral{local, {}};
      }
      default: return ast::StringLiteral{instantText(numberOf(field)), {}};
    }
  }

  // In UTC, or as clocks elsewhere show it.
  std::string instantText(std::int64_t instant) {
    if (coin()) return formatInstant(instant);
    const bool east = coin();
    std::string text = formatInstant(instant + (east ? 1 : -1) * 90 * kMillisecondsPerMinute);
    text.pop_back();
    return text + (east ? "+01:30" : "-01:30");
  }

  ast::TimeUnit dayUnit() {
    return oneOf<ast::TimeUnit>({ast::TimeUnit::day, ast::TimeUnit::week, ast::TimeUnit::month, ast::TimeUnit::year});
  }
  ast::TimeUnit anyUnit() {
    return upTo(3) == 0 ? oneOf<ast::TimeUnit>({ast::TimeUnit::minute, ast::TimeUnit::hour}) : dayUnit();
  }

  // On a number, a date or a timestamp, or on the elements of a set of them.
  ast::Test valueTest(const Field& field) {
    const FieldKind kind = field.type.kind == FieldKind::set ? field.type.element : field.type.kind;
    switch (upTo(isTime(kind) ? 7 : 4)) {
      case 0: return ast::Between{coin(), literalOf(field), literalOf(field)};
      case 1: return ast::InList{coin(), literalsOf(field)};
      case 2:
        if (const Field* other = comparableField(field)) return ast::Comparison{anyOp(), ast::Name{other->name, {}}};
        [[fallthrough]];
      case 3: return ast::Comparison{anyOp(), literalOf(field)};
      default: return window(field, kind);
    }
  }

  const Field* comparableField(const Field& field) {
    if (field.type.kind == FieldKind::set) return nullptr;
    std::vector<const Field*> others;
    for (const Field& other : words_.schema.fields()) {
      if (isNumeric(other.type.kind) && isTime(other.type.kind) == isTime(field.type.kind)) others.push_back(&other);
    }
    return oneOf(others);
  }

  ast::InWindow window(const Field& field, FieldKind kind) {
    switch (upTo(5)) {
      case 0:
        return {
            coin(), ast::RelativeWindow{anyDirection(), amount(), kind == FieldKind::date ? dayUnit() : anyUnit()}, {}};
      case 1: {
        const auto step =
            oneOf<ast::CalendarStep>({ast::CalendarStep::last, ast::CalendarStep::current, ast::CalendarStep::next});
        const auto unit = oneOf<ast::TimeUnit>({ast::TimeUnit::day, ast::TimeUnit::week, ast::TimeUnit::month,
                                                ast::TimeUnit::quarter, ast::TimeUnit::year});
        return {coin(), ast::CalendarWindow{step, unit}, {}};
      }
      case 2: return {false, ast::DayWindow{coin()}, {}};
      case 3: return {false, ast::SinceWindow{literalOf(field)}, {}};
      default: return {false, ast::BeforeWindow{literalOf(field)}, {}};
    }
  }

  const AstVocabulary& words_;
};

}  // namespace

AstVocabulary everyKindOfField() {
  AstVocabulary vocabulary;
  const Day today = dayFromCivil({2026, 3, 30});
  vocabulary.today = today;
  const auto add = [&](const std::string& name, const FieldType& type) {
    auto changed = vocabulary.schema.withField(name, type);
    if (!changed) throw std::logic_error(changed.error().message);
    vocabulary.schema = std::move(*changed);
  };
  const std::vector<std::string> cities = {"Łódź", "Kraków", "東京", "it's", "a%b_c\\d", "łódź"};
  for (const char* name : {"city", "segment", "mail client"}) {
    add(name, {FieldKind::category});
    vocabulary.strings[name] = cities;
  }
  add("note", {FieldKind::text});
  vocabulary.strings["note"] = cities;
  add("tags", {FieldKind::set});
  vocabulary.strings["tags"] = {"vip", "promo-1", "promo-2", "Zażółć"};
  for (const char* name : {"newsletter", "did"}) add(name, {FieldKind::boolean});
  for (const char* name : {"age", "count", "and"}) {
    add(name, {FieldKind::integer});
    vocabulary.numbers[name] = {-1, 0, 18, 30, 65};
  }
  add("price", {FieldKind::decimal, 2});
  vocabulary.numbers["price"] = {-1, 0, 1999, 100'000};
  add("today", {FieldKind::date});
  add("birthday", {FieldKind::date});
  vocabulary.numbers["today"] =
      vocabulary.numbers["birthday"] = {today - 1, today, dayFromCivil({2000, 2, 29}), dayFromCivil({1999, 3, 1})};
  for (const char* name : {"last_visit", "now"}) {
    add(name, {FieldKind::timestamp});
    vocabulary.numbers[name] = {(today - 1) * kMillisecondsPerDay, today * kMillisecondsPerDay + 12'345,
                                (today - 90) * kMillisecondsPerDay};
  }
  add("children", {FieldKind::set, 0, FieldKind::date});
  vocabulary.numbers["children"] = {today - 400, today, dayFromCivil({2004, 2, 29})};
  add("lucky \"numbers\"", {FieldKind::set, 0, FieldKind::integer});
  vocabulary.numbers["lucky \"numbers\""] = {3, 7, 13};
  vocabulary.keys = {"shop1-1", "shop1-2", "SHOP2-1", "e\xCC\x81"};
  vocabulary.buckets = {"spring-test", "łatka"};
  return vocabulary;
}

rc::Gen<ast::Predicate> arbitraryPredicate(AstVocabulary vocabulary, int depth) {
  return rc::gen::noShrink(rc::gen::exec(
      [vocabulary = std::move(vocabulary), depth] { return PredicateMaker(vocabulary).predicate(depth); }));
}

}  // namespace roster::testing
