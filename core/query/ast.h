// The syntax tree of a predicate: what its text says, before the schema is looked at.
//
// Trees are values. Every name, literal and leaf knows where it stands in the text, so that errors can point there;
// two trees are equal wherever they were written. Names and strings are in NFC, but for those that stand for keys.
// An And never directly holds an And, nor an Or an Or; both have at least two operands.
//
// A leaf is a subject and a Test. The leaves about events are further subjects, and an event filter is a Predicate over
// properties.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/query/bound.h"

namespace roster::ast {

// A place in the text, which equality of trees does not see.
struct Place {
  SourcePosition at;

  friend bool operator==(const Place&, const Place&) { return true; }
};

// The name of a field, an event or a property, without its quotes; `product.price` has an attribute, that of the item
// which the property refers to.
struct Name {
  std::string text;
  Place place;
  std::string attribute = {};  // empty where there is none
  friend bool operator==(const Name&, const Name&) = default;
};

struct StringLiteral {
  std::string text;  // without quotes
  Place place;
  friend bool operator==(const StringLiteral&, const StringLiteral&) = default;
};

// Digits as they were written, with neither `+` nor needless leading zeros; the field says how many digits may follow
// the point.
struct NumberLiteral {
  std::string text;
  Place place;
  friend bool operator==(const NumberLiteral&, const NumberLiteral&) = default;
};

struct BoolLiteral {
  bool value = false;
  Place place;
  friend bool operator==(const BoolLiteral&, const BoolLiteral&) = default;
};

enum class TimeBase : std::uint8_t { now, today, yesterday };
enum class TimeUnit : std::uint8_t { minute, hour, day, week, month, quarter, year };

struct TimeStep {
  std::int64_t amount = 0;  // negative for `-`
  TimeUnit unit = TimeUnit::day;
  Place place;
  friend bool operator==(const TimeStep&, const TimeStep&) = default;
};

// `now - 90 days`, `today`, `today - 3 months`.
struct TimeExpression {
  TimeBase base = TimeBase::now;
  std::vector<TimeStep> steps;
  Place place;
  friend bool operator==(const TimeExpression&, const TimeExpression&) = default;
};

using Literal = std::variant<StringLiteral, NumberLiteral, BoolLiteral, TimeExpression>;
using Operand = std::variant<Literal, Name>;

// ---- Tests ----------------------------------------------------------------------------------------------------------

// A bare `newsletter`.
struct IsTrue {
  friend bool operator==(const IsTrue&, const IsTrue&) = default;
};

struct Comparison {
  CompareOp op = CompareOp::equal;
  Operand operand;
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

struct Between {
  bool negated = false;
  Literal low;
  Literal high;
  friend bool operator==(const Between&, const Between&) = default;
};

struct InList {
  bool negated = false;
  std::vector<Literal> values;
  friend bool operator==(const InList&, const InList&) = default;
};

struct Like {
  bool negated = false;
  bool foldCase = false;
  StringLiteral pattern;
  friend bool operator==(const Like&, const Like&) = default;
};

struct IsNull {
  bool negated = false;
  friend bool operator==(const IsNull&, const IsNull&) = default;
};

// `has 'vip'` has exactly one value.
enum class HasKind : std::uint8_t { one, any, all, none };
struct Has {
  HasKind kind = HasKind::one;
  std::vector<Literal> values;
  friend bool operator==(const Has&, const Has&) = default;
};

struct HasLike {
  bool foldCase = false;
  StringLiteral pattern;
  friend bool operator==(const HasLike&, const HasLike&) = default;
};

// ---- Windows --------------------------------------------------------------------------------------------------------

enum class Direction : std::uint8_t { last, next };
enum class CalendarStep : std::uint8_t { last, current, next };

// `in last 90 days`, `in next 7 days`.
struct RelativeWindow {
  Direction direction = Direction::last;
  std::int64_t amount = 0;
  TimeUnit unit = TimeUnit::day;
  friend bool operator==(const RelativeWindow&, const RelativeWindow&) = default;
};

// `in this month`, `in last quarter`.
struct CalendarWindow {
  CalendarStep step = CalendarStep::current;
  TimeUnit unit = TimeUnit::month;
  friend bool operator==(const CalendarWindow&, const CalendarWindow&) = default;
};

// `today`, `yesterday`.
struct DayWindow {
  bool yesterday = false;
  friend bool operator==(const DayWindow&, const DayWindow&) = default;
};

struct SinceWindow {
  Literal from;
  friend bool operator==(const SinceWindow&, const SinceWindow&) = default;
};

struct BeforeWindow {
  Literal until;
  friend bool operator==(const BeforeWindow&, const BeforeWindow&) = default;
};

// `between T and T` is a Between: whether it is a window or a comparison, the field decides.
using Window = std::variant<RelativeWindow, CalendarWindow, DayWindow, SinceWindow, BeforeWindow>;

// Only the windows that start with `in` can be negated, by `not in last 30 days`.
struct InWindow {
  bool negated = false;
  Window window;
  Place place;
  friend bool operator==(const InWindow&, const InWindow&) = default;
};

using Test = std::variant<IsTrue, Comparison, Between, InList, Like, IsNull, Has, HasLike, InWindow>;

// ---- Events ---------------------------------------------------------------------------------------------------------

struct Predicate;

// `purchase in last 90 days where category = 'shoes'`. In a filter names are properties, and there are no leaves about
// events, keys or segments.
//
// A window right after a property's name is that property's in this tree, `where promo in last 90 days`: whether it is
// a time, and the window its own, the schema knows. It can be the set's where it stands behind the whole filter, and in
// no parentheses, which the tree keeps in no other way.
struct EventSet {
  Name event;
  std::optional<Test> window;     // an InWindow, or a Between
  std::vector<Predicate> filter;  // none or one (a vector, because the type is recursive)
  Place openTest = {};  // of the test that ends the filter; the text's first character if it is in parentheses
  friend bool operator==(const EventSet&, const EventSet&) = default;
};

// `then purchase within 3 days`, `then not purchase within 3 days`.
struct SequenceStep {
  bool negated = false;
  EventSet events;
  std::int64_t amount = 0;  // of units, within which the step follows the one before
  TimeUnit unit = TimeUnit::day;
  Place amountPlace = {};
  friend bool operator==(const SequenceStep&, const SequenceStep&) = default;
};

// `did E`, `did A then B within 3 days`. A negated step is the last.
struct DidTest {
  EventSet events;
  std::vector<SequenceStep> steps;
  friend bool operator==(const DidTest&, const DidTest&) = default;
};

using Aggregate = roster::Aggregate;

// `count(E) >= 3`, `sum(amount of E) > 500`; Comparison, Between or InList.
struct AggregateTest {
  Aggregate aggregate = Aggregate::count;
  std::optional<Name> property;  // of all but count and days
  EventSet events;
  Test test;
  Place testPlace;
  friend bool operator==(const AggregateTest&, const AggregateTest&) = default;
};

enum class EventEnd : std::uint8_t { first, last };

// `first(E) in last 30 days`, `last(E).store = 'Łódź'`. Without a property the test is one of the event's time.
struct EventEndTest {
  EventEnd end = EventEnd::first;
  EventSet events;
  std::optional<Name> property;
  Test test;
  Place testPlace;
  friend bool operator==(const EventEndTest&, const EventEndTest&) = default;
};

// ---- Leaves and connectives -----------------------------------------------------------------------------------------

struct FieldTest {
  Name field;
  Test test;
  Place testPlace;  // of what follows the name
  friend bool operator==(const FieldTest&, const FieldTest&) = default;
};

// `size(tags) >= 3`; Comparison, Between or InList.
struct SizeTest {
  Name field;
  Test test;
  Place testPlace;
  friend bool operator==(const SizeTest&, const SizeTest&) = default;
};

// `anniversary(birthday) in next 7 days`; RelativeWindow or DayWindow.
struct AnniversaryTest {
  Name field;
  InWindow window;
  friend bool operator==(const AnniversaryTest&, const AnniversaryTest&) = default;
};

// `key = 'a'`; Comparison for equality, InList of strings, or Like. Its strings are not normalised.
struct KeyTest {
  Test test;
  Place testPlace;
  friend bool operator==(const KeyTest&, const KeyTest&) = default;
};

// `bucket('spring-test') < 1000`; Comparison, Between or InList.
struct BucketTest {
  StringLiteral name;
  Test test;
  Place testPlace;
  friend bool operator==(const BucketTest&, const BucketTest&) = default;
};

// `segment 'vip'`.
struct SegmentTest {
  StringLiteral name;
  friend bool operator==(const SegmentTest&, const SegmentTest&) = default;
};

struct Constant {
  bool value = false;
  friend bool operator==(const Constant&, const Constant&) = default;
};

struct And {
  std::vector<Predicate> operands;
  friend bool operator==(const And&, const And&) = default;
};

struct Or {
  std::vector<Predicate> operands;
  friend bool operator==(const Or&, const Or&) = default;
};

// Exactly one operand (a vector, because the type is recursive).
struct Not {
  std::vector<Predicate> operand;
  friend bool operator==(const Not&, const Not&) = default;
};

enum class CountKind : std::uint8_t { atLeast, atMost, exactly };

// `at least 2 of (p, q, r)`; at least one operand.
struct CountOf {
  CountKind kind = CountKind::atLeast;
  std::uint32_t count = 0;
  std::vector<Predicate> operands;
  friend bool operator==(const CountOf&, const CountOf&) = default;
};

struct Predicate {
  std::variant<Constant, And, Or, Not, CountOf, FieldTest, SizeTest, AnniversaryTest, KeyTest, BucketTest, SegmentTest,
               DidTest, AggregateTest, EventEndTest>
      node;
  Place place;  // of its first word
  friend bool operator==(const Predicate&, const Predicate&) = default;
};

}  // namespace roster::ast
