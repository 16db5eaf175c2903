#include "core/query/bind_event.h"

#include <fmt/format.h>
#include <limits>
#include <utility>

#include "core/query/bind_field.h"
#include "core/query/bind_literal.h"
#include "core/query/bind_numbers.h"
#include "core/query/event_fields.h"
#include "core/query/grammar/words.h"
#include "core/query/intervals.h"
#include "core/query/printer.h"

namespace roster {

namespace {

// The time of events as a field, for tests of it: `name` is what messages call it.
Field timeField(std::string name) {
  return {idOf({EventField::Source::time, 0, 0}), std::move(name), {FieldKind::timestamp}};
}

// Where a window of the future stands; nothing where the test is none.
std::optional<SourcePosition> futureWindow(const ast::Test& test) {
  const auto* window = std::get_if<ast::InWindow>(&test);
  if (window == nullptr) return std::nullopt;
  const auto* relative = std::get_if<ast::RelativeWindow>(&window->window);
  const auto* calendar = std::get_if<ast::CalendarWindow>(&window->window);
  const bool isNext = (relative != nullptr && relative->direction == ast::Direction::next) ||
                      (calendar != nullptr && calendar->step == ast::CalendarStep::next);
  return isNext ? std::optional(window->place.at) : std::nullopt;
}

// The last leaf of a filter, if it is one of a field: what a window behind the filter may have been taken for.
ast::FieldTest* lastTest(ast::Predicate& filter) {
  if (auto* leaf = std::get_if<ast::FieldTest>(&filter.node)) return leaf;
  if (auto* all = std::get_if<ast::And>(&filter.node)) return lastTest(all->operands.back());
  if (auto* any = std::get_if<ast::Or>(&filter.node)) return lastTest(any->operands.back());
  if (auto* no = std::get_if<ast::Not>(&filter.node)) return lastTest(no->operand.front());
  return nullptr;
}

// The events of one set, and what its properties are called.
class EventSetBinder {
 public:
  static Result<EventSetBinder> find(const ast::Name& event, const BindContext& context, Binding& binding) {
    static const EventSchema none;
    auto type = (context.events == nullptr ? none : *context.events).requireType(event.text);
    if (type) return EventSetBinder(**type, context, binding);
    type.error().position = event.place.at;
    return propagate(type);
  }

  Result<BoundEventSet> bind(const ast::EventSet& set) const {
    BoundEventSet bound{
        type_->id, intersect(everyNumber(), {{std::numeric_limits<Instant>::min(), context_->now}}), {}};
    std::optional<ast::Test> window = set.window;
    if (!set.filter.empty()) {
      ast::Predicate filter = set.filter.front();
      if (auto taken = takeWindow(filter, set, window); !taken) return propagate(taken);
      auto bounded = bindPart(filter, filterContext(), *binding_);
      if (!bounded) return propagate(bounded);
      bound.filter.push_back(*std::move(bounded));
    }
    if (!window) return bound;
    auto times = timesOf(*window, set.event.place.at);
    if (!times) return propagate(times);
    bound.times = intersect(bound.times, *times);
    return bound;
  }

  Result<const Field*> property(const ast::Name& name) const { return findField(propertyContext(), name); }

  // What is asked of the first or last event.
  Result<Bound> bindTest(const ast::EventEndTest& leaf) const {
    const QueryClock clock(context_->zone, context_->now);
    if (leaf.property) return bindFieldTest({*leaf.property, leaf.test, leaf.testPlace}, propertyContext(), clock);
    if (const auto future = futureWindow(leaf.test)) return refuseFuture(*future);
    const Field time = timeField(
        fmt::format("{}({})", leaf.end == ast::EventEnd::last ? "last" : "first", printName(leaf.events.event)));
    return bindTimeTest(time, leaf.test, leaf.testPlace.at, propertyContext(), clock);
  }

 private:
  EventSetBinder(const EventType& type, const BindContext& context, Binding& binding)
      : type_(&type), context_(&context), binding_(&binding), fields_(&binding.filterFieldsOf(type, *context.events)) {}

  BindContext propertyContext() const {
    return {*fields_, context_->segments, context_->zone, context_->now, nullptr, NameKind::property};
  }
  BindContext filterContext() const {
    BindContext context = propertyContext();
    context.contactFields = &context_->schema;
    return context;
  }

  static tl::unexpected<Error> refuseFuture(const SourcePosition& at) {
    return refuse("events lie in the past; a window of what is to come has none", at);
  }

  // Takes a window that is not a property's out of the test that ends the filter. One that stands elsewhere is left to
  // be refused as a test of its property.
  Result<void> takeWindow(ast::Predicate& filter, const ast::EventSet& set, std::optional<ast::Test>& window) const {
    ast::FieldTest* const test = lastTest(filter);
    if (test == nullptr || test->testPlace.at != set.openTest.at) return {};
    const auto* in = std::get_if<ast::InWindow>(&test->test);
    const auto* between = std::get_if<ast::Between>(&test->test);
    if (in == nullptr && between == nullptr) return {};
    const auto field = property(test->field);
    if (!field || isTime((*field)->type.kind)) return {};
    if (between != nullptr && isNumeric((*field)->type.kind)) return {};
    if (in != nullptr ? in->negated : between->negated) {
      return refuse(fmt::format("'{}' is no time, and a window of events is not negated; for no event in it, write not "
                                "(did {} in …)",
                                printName(test->field), printName(set.event)),
                    test->testPlace.at);
    }
    if (window) {
      return refuse(fmt::format("'{}' has two windows; one of time is enough", type_->name), test->testPlace.at);
    }
    window = std::exchange(test->test, ast::IsTrue{});
    return {};
  }

  Result<Intervals> timesOf(const ast::Test& window, const SourcePosition& at) const {
    if (const auto future = futureWindow(window)) return refuseFuture(*future);
    const QueryClock clock(context_->zone, context_->now);
    const Field time = timeField(fmt::format("the time of '{}'", type_->name));
    auto bound = bindTimeTest(time, window, at, propertyContext(), clock);
    if (!bound) return propagate(bound);
    return std::get<BoundNumberIn>(bound->node).intervals;
  }

  const EventType* type_;
  const BindContext* context_;
  Binding* binding_;
  const Schema* fields_;
};

Result<BoundEventSet> bindSet(const ast::EventSet& set, const BindContext& context, Binding& binding) {
  auto binder = EventSetBinder::find(set.event, context, binding);
  if (!binder) return propagate(binder);
  return binder->bind(set);
}

EventDistance distanceOf(std::int64_t amount, ast::TimeUnit unit) {
  switch (unit) {
    case ast::TimeUnit::minute: return {0, amount * kMillisecondsPerMinute};
    case ast::TimeUnit::hour: return {0, amount * kMillisecondsPerHour};
    case ast::TimeUnit::day: return {0, amount * kMillisecondsPerDay};
    case ast::TimeUnit::week: return {0, amount * 7 * kMillisecondsPerDay};
    case ast::TimeUnit::month: return {amount, 0};
    case ast::TimeUnit::quarter: return {3 * amount, 0};
    case ast::TimeUnit::year: return {12 * amount, 0};
  }
  return {};
}

// As many of a unit as make ten thousand years, which are all there are.
std::int64_t mostOf(ast::TimeUnit unit) {
  constexpr std::int64_t kDays = 3'652'425;
  const EventDistance one = distanceOf(1, unit);
  return one.months != 0 ? 120'000 / one.months : kDays * kMillisecondsPerDay / one.milliseconds;
}

Result<BoundEventStep> bindStep(const ast::SequenceStep& step, const BindContext& context, Binding& binding) {
  if (auto counted = binding.addPart(step.events.event.place.at); !counted) return propagate(counted);
  if (const std::int64_t most = mostOf(step.unit); step.amount > most) {
    return refuse(fmt::format("a step takes at most {} {}s", most, grammar::wordOf(step.unit)), step.amountPlace.at);
  }
  auto events = bindSet(step.events, context, binding);
  if (!events) return propagate(events);
  return BoundEventStep{*std::move(events), distanceOf(step.amount, step.unit), step.negated};
}

bool isWhole(Aggregate aggregate) {
  return aggregate == Aggregate::count || aggregate == Aggregate::days || aggregate == Aggregate::distinct;
}

// "distinct(product of purchase)": what is compared, for messages.
std::string subjectOf(const ast::AggregateTest& leaf) {
  const std::string of = leaf.property ? printName(*leaf.property) + " of " : "";
  return fmt::format("{}({}{})", grammar::wordOf(leaf.aggregate), of, printName(leaf.events.event));
}

// What a sum, an average, a least or greatest number is compared with, as BoundEventNumber has them.
Result<WideIntervals> bindAmounts(const ast::AggregateTest& leaf, const FieldType& type) {
  const bool isAverage = leaf.aggregate == Aggregate::avg;
  const int digits = type.digits + (isAverage ? kAverageDigits : 0);
  const std::string subject = subjectOf(leaf);
  const auto read = [&](const ast::Literal& literal) -> Result<WideInterval> {
    auto number = bindWideNumber(literal, digits, subject);
    if (!number) return propagate(number);
    const WideInteger amount = isAverage ? 2 * *number : *number;
    return WideInterval{amount, amount};
  };
  return selectedNumbers<WideInteger>(leaf.test, read, subject, "numbers", leaf.testPlace.at);
}

}  // namespace

Result<Bound> bindDid(const ast::DidTest& leaf, const BindContext& context, Binding& binding) {
  auto events = bindSet(leaf.events, context, binding);
  if (!events) return propagate(events);
  BoundDid did{*std::move(events), {}, 0};
  for (const ast::SequenceStep& step : leaf.steps) {
    auto bound = bindStep(step, context, binding);
    if (!bound) return propagate(bound);
    if (bound->negated) did.now = context.now;
    did.steps.push_back(*std::move(bound));
  }
  return Bound{std::move(did)};
}

Result<Bound> bindAggregate(const ast::AggregateTest& leaf, const BindContext& context, Binding& binding) {
  auto binder = EventSetBinder::find(leaf.events.event, context, binding);
  if (!binder) return propagate(binder);
  auto events = binder->bind(leaf.events);
  if (!events) return propagate(events);
  BoundEventNumber number{leaf.aggregate, 0, *std::move(events), {}, {}};
  const Field* property = nullptr;
  if (leaf.property) {
    auto found = binder->property(*leaf.property);
    if (!found) return propagate(found);
    property = *found;
    number.property = property->id;
  }
  if (isWhole(leaf.aggregate)) {
    auto whole = selectedWholeNumbers(leaf.test, subjectOf(leaf), leaf.testPlace.at);
    if (!whole) return propagate(whole);
    number.numbers = intersect(*whole, {{0, std::numeric_limits<std::int64_t>::max()}});
    return Bound{std::move(number)};
  }
  const FieldKind kind = property->type.kind;
  if (kind != FieldKind::integer && kind != FieldKind::decimal) {
    return refuse(fmt::format("{} has no {}; integers and decimals have",
                              describe(Subject{*property, NameKind::property}), grammar::wordOf(leaf.aggregate)),
                  leaf.property->place.at);
  }
  auto amounts = bindAmounts(leaf, property->type);
  if (!amounts) return propagate(amounts);
  const bool isExtreme = leaf.aggregate == Aggregate::min || leaf.aggregate == Aggregate::max;
  if (isExtreme) number.numbers = within64Bits(*amounts);
  else number.amounts = *std::move(amounts);
  return Bound{std::move(number)};
}

Result<Bound> bindEventEnd(const ast::EventEndTest& leaf, const BindContext& context, Binding& binding) {
  auto binder = EventSetBinder::find(leaf.events.event, context, binding);
  if (!binder) return propagate(binder);
  auto events = binder->bind(leaf.events);
  if (!events) return propagate(events);
  auto test = binder->bindTest(leaf);
  if (!test) return propagate(test);
  return Bound{BoundEventEnd{leaf.end == ast::EventEnd::last, *std::move(events), {*std::move(test)}}};
}

Result<BoundEventSet> bindEventSet(const ast::EventSet& set, const BindContext& context) {
  Binding binding;
  return bindSet(set, context, binding);
}

}  // namespace roster
