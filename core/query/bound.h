// The typed predicate: what binding makes of the syntax tree, what rewriting works on and evaluation runs.
//
// Everything the language writes in many ways has one form here. Names are field ids, literals have the field's unit,
// `now` and the time zone are gone: every window is an interval of days or instants. Negative leaves are gone too:
// `city != 'x'` is present(city) and not (city in {x}). A leaf is false for a contact that has no value.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/base/ids.h"
#include "core/base/wide_integer.h"
#include "core/data/segment_catalog.h"

namespace roster {

struct Bound;

// A closed interval of integers; empty where low > high.
template <class Number>
struct IntervalOf {
  Number low = kLeastOf<Number>;
  Number high = kMostOf<Number>;

  bool contains(Number value) const { return low <= value && value <= high; }
  friend bool operator==(const IntervalOf&, const IntervalOf&) = default;
};

// Ascending, disjoint, not adjacent, none empty.
template <class Number>
using IntervalsOf = std::vector<IntervalOf<Number>>;

// Of the 64 bits that a field's number has, and of what sums and averages take.
using Interval = IntervalOf<std::int64_t>;
using Intervals = IntervalsOf<std::int64_t>;
using WideInterval = IntervalOf<WideInteger>;
using WideIntervals = IntervalsOf<WideInteger>;

// `%` matches any run of characters, `_` one character, `\` escapes. For foldCase, pattern and value are both folded.
struct LikeSpec {
  std::string pattern;
  bool foldCase = false;

  friend bool operator==(const LikeSpec&, const LikeSpec&) = default;
};

enum class CompareOp : std::uint8_t { equal, notEqual, less, lessEqual, greater, greaterEqual };

// Every live contact, or none.
struct BoundConstant {
  bool value = false;
  friend bool operator==(const BoundConstant&, const BoundConstant&) = default;
};

struct BoundAnd {
  std::vector<Bound> operands;
  friend bool operator==(const BoundAnd&, const BoundAnd&) = default;
};

struct BoundOr {
  std::vector<Bound> operands;
  friend bool operator==(const BoundOr&, const BoundOr&) = default;
};

// The complement within the live contacts. Exactly one operand (a vector, because the type is recursive).
struct BoundNot {
  std::vector<Bound> operand;
  friend bool operator==(const BoundNot&, const BoundNot&) = default;
};

// The number of operands that hold lies in [minimum, maximum].
struct BoundCountOf {
  std::uint32_t minimum = 0;
  std::uint32_t maximum = 0;
  std::vector<Bound> operands;
  friend bool operator==(const BoundCountOf&, const BoundCountOf&) = default;
};

// The contact has a value; for a set, at least one.
struct BoundPresent {
  FieldId field = 0;
  friend bool operator==(const BoundPresent&, const BoundPresent&) = default;
};

// A coded field (bool, category, set of strings) holds any of these strings; a bool's are "true" and "false".
// Ascending, distinct. A value the field has never held selects nobody.
struct BoundValueIn {
  FieldId field = 0;
  std::vector<std::string> values;
  friend bool operator==(const BoundValueIn&, const BoundValueIn&) = default;
};

// A category, or any element of a set of strings, is like the pattern.
struct BoundValueLike {
  FieldId field = 0;
  LikeSpec like;
  friend bool operator==(const BoundValueLike&, const BoundValueLike&) = default;
};

// A numeric field, or any element of a set of integers or dates, lies in one of the intervals.
struct BoundNumberIn {
  FieldId field = 0;
  Intervals intervals;
  friend bool operator==(const BoundNumberIn&, const BoundNumberIn&) = default;
};

// The month and day of a date, of any element of a set of dates, or of a timestamp's local day, is one of those
// marked: index (month - 1) * 31 + (day - 1). Only days that there are get marked, 29 February among them.
struct BoundDayOfYearIn {
  FieldId field = 0;
  std::bitset<12 * 31> days;
  friend bool operator==(const BoundDayOfYearIn&, const BoundDayOfYearIn&) = default;
};

// Two numeric fields compared: both integers or decimals, or both dates or timestamps. A day against an instant is
// the day's local interval: the binder's time zone rules are kept by name and looked up in the snapshot.
struct BoundFieldCompare {
  FieldId left = 0;
  CompareOp op = CompareOp::equal;
  FieldId right = 0;
  friend bool operator==(const BoundFieldCompare&, const BoundFieldCompare&) = default;
};

// The number of elements of a set lies in one of the intervals. A contact with none has size 0.
struct BoundSetSize {
  FieldId field = 0;
  Intervals intervals;
  friend bool operator==(const BoundSetSize&, const BoundSetSize&) = default;
};

// A text field is one of these strings (ascending, distinct), or like the pattern.
struct BoundTextIn {
  FieldId field = 0;
  std::vector<std::string> values;
  friend bool operator==(const BoundTextIn&, const BoundTextIn&) = default;
};
struct BoundTextLike {
  FieldId field = 0;
  LikeSpec like;
  friend bool operator==(const BoundTextLike&, const BoundTextLike&) = default;
};

// Contacts named by their key, byte for byte.
struct BoundKeyIn {
  std::vector<std::string> keys;  // ascending, distinct
  friend bool operator==(const BoundKeyIn&, const BoundKeyIn&) = default;
};
struct BoundKeyLike {
  LikeSpec like;
  friend bool operator==(const BoundKeyLike&, const BoundKeyLike&) = default;
};

inline constexpr std::int64_t kBuckets = 10'000;

// XXH3-64 of name, a zero byte and the key, modulo kBuckets, lies in one of the intervals.
struct BoundBucket {
  std::string name;
  Intervals intervals;
  friend bool operator==(const BoundBucket&, const BoundBucket&) = default;
};

// The contacts of a frozen list. (A saved predicate is bound in place of its name.)
struct BoundList {
  ListId list = 0;
  friend bool operator==(const BoundList&, const BoundList&) = default;
};

// ---- Events ---------------------------------------------------------------------------------------------------------

// The events of a type whose time lies in one of the intervals, none after `now`, and for which the filter holds: a
// predicate over the fields of event_fields.h.
struct BoundEventSet {
  std::uint32_t event = 0;  // an EventId
  Intervals times;
  std::vector<Bound> filter;  // none or one (a vector, because the type is recursive)
  friend bool operator==(const BoundEventSet&, const BoundEventSet&) = default;
};

// Calendar months on the local clock, clamped to the month's end, then milliseconds.
struct EventDistance {
  std::int64_t months = 0;
  std::int64_t milliseconds = 0;
  friend bool operator==(const EventDistance&, const EventDistance&) = default;
};

// An event follows the one before it: strictly later, and no later than `within` after it. A negated step is the last;
// it asks that there is none, and that this time has passed by `now`.
struct BoundEventStep {
  BoundEventSet events;
  EventDistance within;
  bool negated = false;
  friend bool operator==(const BoundEventStep&, const BoundEventStep&) = default;
};

// At least one event is in the set, and is followed by one of each step.
struct BoundDid {
  BoundEventSet events;
  std::vector<BoundEventStep> steps;
  std::int64_t now = 0;  // 0 where no step is negated, which alone asks for it
  friend bool operator==(const BoundDid&, const BoundDid&) = default;
};

enum class Aggregate : std::uint8_t { count, days, distinct, sum, avg, min, max };

// The number that an aggregate makes of the set lies in one of the intervals. Count, days, distinct and sum of no event
// are 0; of the others the leaf is false. Sums and extremes are in the property's unit, an average in halves of 10^-18
// of it (averageInHalves). All are exact: 128 bits hold every sum and average, and what no extreme reaches is cut off.
struct BoundEventNumber {
  Aggregate aggregate = Aggregate::count;
  FieldId property = 0;  // a field of event_fields.h; 0 for count and days
  BoundEventSet events;
  Intervals numbers;      // of count, days, distinct, min and max
  WideIntervals amounts;  // of sum and avg
  friend bool operator==(const BoundEventNumber&, const BoundEventNumber&) = default;
};

// There is an event in the set, and a predicate over the fields of event_fields.h, the time among them, holds for the
// first or the last one: of those at one instant, for the one recorded last.
struct BoundEventEnd {
  bool last = false;
  BoundEventSet events;
  std::vector<Bound> test;  // exactly one
  friend bool operator==(const BoundEventEnd&, const BoundEventEnd&) = default;
};

struct Bound {
  std::variant<BoundConstant, BoundAnd, BoundOr, BoundNot, BoundCountOf, BoundPresent, BoundValueIn, BoundValueLike,
               BoundNumberIn, BoundDayOfYearIn, BoundFieldCompare, BoundSetSize, BoundTextIn, BoundTextLike, BoundKeyIn,
               BoundKeyLike, BoundBucket, BoundList, BoundDid, BoundEventNumber, BoundEventEnd>
      node;

  friend bool operator==(const Bound&, const Bound&) = default;
};

}  // namespace roster
