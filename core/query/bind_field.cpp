#include "core/query/bind_field.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/query/bind_literal.h"
#include "core/query/intervals.h"

namespace roster {

namespace {

// What a field may be asked, for messages.
std::string_view testsOf(const FieldType& type) {
  switch (type.kind) {
    case FieldKind::boolean: return "stands alone or takes =, != and is null";
    case FieldKind::category:
    case FieldKind::text: return "takes =, !=, in, like, ilike and is null";
    case FieldKind::set:
      if (type.element == FieldKind::category) return "takes has, has any, has all, has none, has like and is null";
      return "takes has, has any, has all, has none, comparisons of its elements and is null";
    case FieldKind::integer:
    case FieldKind::decimal: return "takes =, !=, <, <=, >, >=, between, in and is null";
    case FieldKind::date:
    case FieldKind::timestamp: return "takes =, !=, <, <=, >, >=, between, in, windows and is null";
  }
  return "";
}

// `is not null` and nothing else: leaves of a field are false where it has no value, so their complement is not.
Bound presentAndNot(FieldId field, Bound leaf) {
  BoundAnd both;
  both.operands.push_back({BoundPresent{field}});
  both.operands.push_back(negationOf(std::move(leaf)));
  return {std::move(both)};
}

class FieldBinder {
 public:
  FieldBinder(const Field& field, const ast::FieldTest& leaf, const BindContext& context, const QueryClock& clock)
      : field_(field),
        subject_{field, context.names},
        leaf_(leaf),
        context_(context),
        clock_(clock),
        kind_(field.type.kind) {}

  Result<Bound> bind() const {
    return std::visit([this](const auto& test) { return bindTest(test); }, leaf_.test);
  }

 private:
  bool isSet() const { return kind_ == FieldKind::set; }
  bool hasNumbers() const { return isNumeric(kind_) || (isSet() && isNumeric(field_.type.element)); }
  bool isString() const { return kind_ == FieldKind::category || kind_ == FieldKind::text; }
  bool hasTimes() const { return isTime(kind_) || (isSet() && isTime(field_.type.element)); }

  std::string_view tests() const {
    return context_.names == NameKind::time ? "takes =, !=, <, <=, >, >=, between, in and windows"
                                            : testsOf(field_.type);
  }
  tl::unexpected<Error> refuseTest(std::string_view what) const {
    return refuse(fmt::format("{} does not take {}; it {}", describe(subject_), what, tests()), leaf_.testPlace.at);
  }

  // In a filter, it may have been meant for the events.
  tl::unexpected<Error> refuseWindow(std::string_view what) const {
    if (context_.contactFields == nullptr) return refuseTest(what);
    return refuse(fmt::format("{} does not take {}; a window of the events stands before 'where', or ends the filter "
                              "outside of parentheses",
                              describe(subject_), what),
                  leaf_.testPlace.at);
  }

  Bound stringsIn(std::vector<std::string> values) const {
    // The empty string is no value: nobody has it.
    values.erase(std::remove(values.begin(), values.end(), std::string()), values.end());
    if (values.empty()) return {BoundConstant{false}};
    values = sortedDistinct(std::move(values));
    if (kind_ == FieldKind::text) return {BoundTextIn{field_.id, std::move(values)}};
    return {BoundValueIn{field_.id, std::move(values)}};
  }

  Bound numbersIn(Intervals intervals) const { return {BoundNumberIn{field_.id, std::move(intervals)}}; }

  Bound negatedIf(bool negated, Bound leaf) const {
    return negated ? presentAndNot(field_.id, std::move(leaf)) : std::move(leaf);
  }

  Result<std::vector<std::string>> strings(const std::vector<ast::Literal>& literals) const {
    std::vector<std::string> values;
    for (const ast::Literal& literal : literals) {
      auto value = bindString(literal, subject_);
      if (!value) return propagate(value);
      values.push_back(std::move(*value));
    }
    return values;
  }

  // The numbers of a list. For a single value and for a set's elements alike, `not in` asks for a value outside.
  Result<Intervals> numbers(const std::vector<ast::Literal>& literals, bool negated) const {
    Intervals intervals;
    for (const ast::Literal& literal : literals) {
      auto interval = bindNumber(literal, subject_, clock_);
      if (!interval) return propagate(interval);
      intervals.push_back(*interval);
    }
    intervals = normalized(std::move(intervals));
    return negated ? complementOf(intervals) : intervals;
  }

  Result<Bound> bindTest(const ast::IsTrue&) const {
    if (kind_ == FieldKind::boolean) return Bound{BoundValueIn{field_.id, {"true"}}};
    return refuse(fmt::format("{} does not stand alone; it {}", describe(subject_), tests()), leaf_.field.place.at);
  }

  Result<Bound> bindTest(const ast::Comparison& test) const {
    if (const auto* name = std::get_if<ast::Name>(&test.operand)) return bindFields(test.op, *name);
    const ast::Literal& literal = std::get<ast::Literal>(test.operand);
    const bool equality = test.op == CompareOp::equal || test.op == CompareOp::notEqual;
    if (hasNumbers()) {
      auto interval = bindNumber(literal, subject_, clock_);
      if (!interval) return propagate(interval);
      return numbersIn(intervalsOf(test.op, *interval));
    }
    if (isSet()) return refuseTest("a comparison");
    if (!equality) return refuseTest("an order");
    const bool negated = test.op == CompareOp::notEqual;
    if (kind_ == FieldKind::boolean) return bindBool(literal, negated);
    auto value = bindString(literal, subject_);
    if (!value) return propagate(value);
    return negatedIf(negated, stringsIn({std::move(*value)}));
  }

  Result<Bound> bindBool(const ast::Literal& literal, bool negated) const {
    const auto* truth = std::get_if<ast::BoolLiteral>(&literal);
    if (truth == nullptr) {
      return refuse(fmt::format("cannot compare {} with {}", describe(subject_), describe(literal)),
                    positionOf(literal));
    }
    return Bound{BoundValueIn{field_.id, {truth->value != negated ? "true" : "false"}}};
  }

  Result<Bound> bindFields(CompareOp op, const ast::Name& name) const {
    if (context_.names == NameKind::time) {
      return refuse(fmt::format("{} is compared with times only, such as '2026-01-31' or now - 3 days", field_.name),
                    name.place.at);
    }
    auto other = findField(context_, name);
    if (!other) {
      if (!isNumeric(kind_)) other.error().message += "; a string is written in single quotes";
      return propagate(other);
    }
    const FieldKind otherKind = (*other)->type.kind;
    const bool comparable = isNumeric(kind_) && isNumeric(otherKind) && isTime(kind_) == isTime(otherKind);
    if (!comparable) {
      return refuse(fmt::format("cannot compare {} with {}; two numeric or two time {} can be", describe(subject_),
                                describe(Subject{**other, context_.names}),
                                context_.names == NameKind::property ? "properties" : "fields"),
                    name.place.at);
    }
    return Bound{BoundFieldCompare{field_.id, op, (*other)->id}};
  }

  Result<Bound> bindTest(const ast::Between& test) const {
    if (!hasNumbers()) return refuseWindow("'between'");
    auto low = bindNumber(test.low, subject_, clock_);
    if (!low) return propagate(low);
    auto high = bindNumber(test.high, subject_, clock_);
    if (!high) return propagate(high);
    Intervals within = normalized({{low->low, high->high}});
    return numbersIn(test.negated ? complementOf(within) : std::move(within));
  }

  Result<Bound> bindTest(const ast::InList& test) const {
    if (hasNumbers()) {
      auto intervals = numbers(test.values, test.negated);
      if (!intervals) return propagate(intervals);
      return numbersIn(std::move(*intervals));
    }
    if (!isString()) return refuseTest("'in'");
    auto values = strings(test.values);
    if (!values) return propagate(values);
    return negatedIf(test.negated, stringsIn(std::move(*values)));
  }

  Result<Bound> bindTest(const ast::Like& test) const {
    if (!isString()) return refuseTest("'like'");
    return bindLike(test.pattern, test.foldCase, test.negated);
  }

  Result<Bound> bindLike(const ast::StringLiteral& pattern, bool foldCase, bool negated) const {
    auto like = bindPattern(pattern, foldCase);
    if (!like) return propagate(like);
    if (like->pattern.empty()) return negatedIf(negated, Bound{BoundConstant{false}});
    if (kind_ == FieldKind::text) return negatedIf(negated, Bound{BoundTextLike{field_.id, std::move(*like)}});
    return negatedIf(negated, Bound{BoundValueLike{field_.id, std::move(*like)}});
  }

  Result<Bound> bindTest(const ast::IsNull& test) const {
    if (context_.names == NameKind::time) {
      return refuse(
          fmt::format("{} does not take 'is null'; whether there is an event, did … and not (did …) ask", field_.name),
          leaf_.testPlace.at);
    }
    Bound present{BoundPresent{field_.id}};
    return test.negated ? std::move(present) : negationOf(std::move(present));
  }

  Result<Bound> bindTest(const ast::Has& test) const {
    if (!isSet()) return refuseTest("'has'");
    if (test.kind == ast::HasKind::all) return bindHasAll(test.values);
    auto any = bindHasAny(test.values);
    if (!any || test.kind != ast::HasKind::none) return any;
    return negationOf(std::move(*any));
  }

  Result<Bound> bindHasAny(const std::vector<ast::Literal>& literals) const {
    if (hasNumbers()) {
      auto intervals = numbers(literals, false);
      if (!intervals) return propagate(intervals);
      return numbersIn(std::move(*intervals));
    }
    auto values = strings(literals);
    if (!values) return propagate(values);
    return stringsIn(std::move(*values));
  }

  // Of no values at all, every contact that has any has all.
  Result<Bound> bindHasAll(const std::vector<ast::Literal>& literals) const {
    if (literals.empty()) return Bound{BoundPresent{field_.id}};
    BoundAnd all;
    for (const ast::Literal& literal : literals) {
      auto one = bindHasAny({literal});
      if (!one) return propagate(one);
      all.operands.push_back(std::move(*one));
    }
    return Bound{std::move(all)};
  }

  Result<Bound> bindTest(const ast::HasLike& test) const {
    if (!isSet() || field_.type.element != FieldKind::category) return refuseTest("'has like'");
    return bindLike(test.pattern, test.foldCase, false);
  }

  Result<Bound> bindTest(const ast::InWindow& test) const {
    if (!hasTimes()) return refuseWindow("a window of time");
    auto within = intervalOf(test);
    if (!within) return propagate(within);
    Intervals intervals = normalized({*within});
    return numbersIn(test.negated ? complementOf(intervals) : std::move(intervals));
  }

  Result<Interval> intervalOf(const ast::InWindow& test) const {
    if (const auto* since = std::get_if<ast::SinceWindow>(&test.window)) {
      auto from = bindNumber(since->from, subject_, clock_);
      if (!from) return propagate(from);
      return intervalsOf(CompareOp::greaterEqual, *from).front();
    }
    if (const auto* before = std::get_if<ast::BeforeWindow>(&test.window)) {
      auto until = bindNumber(before->until, subject_, clock_);
      if (!until) return propagate(until);
      return intervalsOf(CompareOp::less, *until).front();
    }
    return kind_ == FieldKind::timestamp ? clock_.instantsIn(test) : clock_.daysIn(test);
  }

  const Field& field_;
  const Subject subject_;
  const ast::FieldTest& leaf_;
  const BindContext& context_;
  const QueryClock& clock_;
  FieldKind kind_;
};

// Marks the months and days of civil days; a 29 February is kept on 1 March in other years.
std::bitset<12 * 31> anniversariesOf(const Interval& days) {
  std::bitset<12 * 31> marked;
  // In nine years every month and day is met, a 29 February too, around a century without a leap year as well.
  const Day last = std::min(days.high, days.low + 9 * 366);
  for (Day day = days.low; day <= last; ++day) {
    const CivilDate date = civilFromDay(day);
    marked.set(static_cast<std::size_t>((date.month - 1) * 31 + date.day - 1));
    const bool leap = isValid({date.year, 2, 29});
    if (date.month == 3 && date.day == 1 && !leap) marked.set(31 + 28);
  }
  return marked;
}

tl::unexpected<Error> unknownName(std::string_view noun, const std::string& name, const Schema& known,
                                  const SourcePosition& at) {
  const auto near = known.nearestName(name);
  return fail(ErrorCode::notFound,
              fmt::format("unknown {} '{}'{}", noun, name, near ? fmt::format("; did you mean '{}'?", *near) : ""), at);
}

// Of properties by their names, and of attributes by both: `product.price`. Neither has a dot of its own, so that
// `"product.price"`, which is one name, is none.
Result<const Field*> findProperty(const BindContext& context, const ast::Name& name) {
  const bool hasDot = (name.text + name.attribute).find('.') != std::string::npos;
  const std::string full = name.attribute.empty() ? name.text : name.text + "." + name.attribute;
  const Field* const field = context.schema.find(full);
  if (field != nullptr && !hasDot) return field;
  if (field != nullptr) {
    return fail(ErrorCode::notFound,
                fmt::format("unknown property '{}'; what is in quotes is one name: quote a property and its attribute "
                            "apart",
                            full),
                name.place.at);
  }
  if (context.contactFields != nullptr && context.contactFields->find(full) != nullptr) {
    return fail(ErrorCode::notFound,
                fmt::format("unknown property '{0}'; '{0}' is a field of the contact, and a filter asks for properties "
                            "of the event: to go on about the contact, put the predicate before it in parentheses: "
                            "(did purchase where promo) and {0} …",
                            full),
                name.place.at);
  }
  return unknownName("property", full, context.schema, name.place.at);
}

}  // namespace

Result<const Field*> findField(const BindContext& context, const ast::Name& name) {
  if (context.names == NameKind::property) return findProperty(context, name);
  // A column's name may have a dot as any other character.
  if (!name.attribute.empty() && context.names != NameKind::column) {
    return refuse(
        fmt::format("'{}.{}' asks for an attribute, which only a property of events that refers to a catalog has",
                    name.text, name.attribute),
        name.place.at);
  }
  const std::string full = name.attribute.empty() ? name.text : name.text + "." + name.attribute;
  if (const Field* field = context.schema.find(full)) return field;
  return unknownName(nounOf(context.names), full, context.schema, name.place.at);
}

Result<Bound> bindFieldTest(const ast::FieldTest& leaf, const BindContext& context, const QueryClock& clock) {
  auto field = findField(context, leaf.field);
  if (!field) return propagate(field);
  return FieldBinder(**field, leaf, context, clock).bind();
}

Result<Bound> bindTimeTest(const Field& time, const ast::Test& test, const SourcePosition& at,
                           const BindContext& context, const QueryClock& clock) {
  BindContext ofTimes = context;
  ofTimes.names = NameKind::time;
  return FieldBinder(time, {{time.name, {at}}, test, {at}}, ofTimes, clock).bind();
}

Result<Bound> bindAnniversary(const ast::AnniversaryTest& leaf, const BindContext& context, const QueryClock& clock) {
  auto field = findField(context, leaf.field);
  if (!field) return propagate(field);
  const FieldType& type = (*field)->type;
  if (!isTime(type.kind) && !(type.kind == FieldKind::set && isTime(type.element))) {
    return refuse(
        fmt::format("{} has no anniversaries; dates and timestamps have", describe(Subject{**field, context.names})),
        leaf.field.place.at);
  }
  const auto* window = std::get_if<ast::RelativeWindow>(&leaf.window.window);
  if (window != nullptr && (window->unit != ast::TimeUnit::day || leaf.window.negated)) {
    return refuse("an anniversary takes 'today', 'in next n days' or 'in last n days'", leaf.window.place.at);
  }
  const auto* day = std::get_if<ast::DayWindow>(&leaf.window.window);
  if (day != nullptr && day->yesterday) {
    return refuse("an anniversary takes 'today', 'in next n days' or 'in last n days'", leaf.window.place.at);
  }
  auto days = clock.daysIn(leaf.window);
  if (!days) return propagate(days);
  return Bound{BoundDayOfYearIn{(*field)->id, anniversariesOf(*days)}};
}

Result<LikeSpec> bindPattern(const ast::StringLiteral& pattern, bool foldsCase) {
  std::size_t backslashes = 0;
  for (auto c = pattern.text.rbegin(); c != pattern.text.rend() && *c == '\\'; ++c) ++backslashes;
  if (backslashes % 2 == 1) {
    return refuse("the \\ at the end of this pattern escapes nothing; write \\\\ for the character itself",
                  pattern.place.at);
  }
  return LikeSpec{foldsCase ? foldCase(pattern.text) : pattern.text, foldsCase};
}

std::vector<std::string> sortedDistinct(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

Bound negationOf(Bound operand) {
  BoundNot negation;
  negation.operand.push_back(std::move(operand));
  return {std::move(negation)};
}

}  // namespace roster
