// The typed predicate: what binding makes of the syntax tree, what rewriting works on and evaluation runs.
//
// Everything the language writes in many ways has one form here. Names are field ids, literals have the field's unit,
// `now` and the time zone are gone: every window is an interval of days or instants. Negative leaves are gone too:
// `city != 'x'` is present(city) and not (city in {x}). A leaf is false for a contact that has no value.
#pragma once

#include <bitset>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/base/ids.h"
#include "core/data/segment_catalog.h"

namespace roster {

struct Bound;

// A closed interval of 64-bit integers; empty where low > high.
struct Interval {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();

  bool contains(std::int64_t value) const { return low <= value && value <= high; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// Ascending, disjoint, not adjacent, none empty.
using Intervals = std::vector<Interval>;

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

// Behaviour leaves join this variant with the issue on events.
struct Bound {
  std::variant<BoundConstant, BoundAnd, BoundOr, BoundNot, BoundCountOf, BoundPresent, BoundValueIn, BoundValueLike,
               BoundNumberIn, BoundDayOfYearIn, BoundFieldCompare, BoundSetSize, BoundTextIn, BoundTextLike, BoundKeyIn,
               BoundKeyLike, BoundBucket, BoundList>
      node;

  friend bool operator==(const Bound&, const Bound&) = default;
};

}  // namespace roster
