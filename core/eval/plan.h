// A predicate bound to one snapshot: names of values are codes, keys are contacts. The same for every shard.
//
// Planning touches dictionaries and the index of keys, never bitmaps. `like` over a dictionary and comparisons of a
// set's elements are answered here, once, by going through the dictionary.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/base/like_pattern.h"
#include "core/data/snapshot.h"
#include "core/eval/anniversary_days.h"
#include "core/query/bound.h"

namespace roster {

struct EventLeaf;
class LeafResults;
struct PlanNode;

struct PlanConstant {
  bool value = false;
};
enum class PlanCombination : std::uint8_t { all, any };
struct PlanCombine {
  PlanCombination combination = PlanCombination::all;
  std::vector<PlanNode> operands;
};
struct PlanNot {
  std::vector<PlanNode> operand;  // exactly one
};
struct PlanCountOf {
  std::uint32_t minimum = 0;
  std::uint32_t maximum = 0;
  std::vector<PlanNode> operands;
};
struct PlanPresent {
  FieldId field = 0;
};
// The contacts that hold any of these codes. Of a single-valued field no contact holds two, so counts add up.
struct PlanCodes {
  FieldId field = 0;
  std::vector<Code> codes;  // ascending
  bool disjoint = false;
};
struct PlanNumbers {
  FieldId field = 0;
  Intervals intervals;
};
// Contacts by id, ascending: those that keys name.
struct PlanContacts {
  std::vector<ContactId> contacts;
};
struct PlanList {
  ListId list = 0;
};

// What has no index and is looked at contact by contact, for candidates only.
struct PlanDayOfYear {
  FieldId field = 0;
  std::shared_ptr<const AnniversaryDays> days;
  std::shared_ptr<const TimeZone> zone;  // of a timestamp, whose local day counts; null for a date
};
struct PlanFieldCompare {
  FieldId left = 0;
  FieldType leftType;
  CompareOp op = CompareOp::equal;
  FieldId right = 0;
  FieldType rightType;
  std::shared_ptr<const TimeZone> zone;
};
struct PlanSetSize {
  FieldId field = 0;
  Intervals intervals;
};
struct PlanTextIn {
  FieldId field = 0;
  std::vector<std::string> values;  // ascending
  bool indexed = false;
};
struct PlanTextLike {
  FieldId field = 0;
  std::shared_ptr<const LikePattern> pattern;
};
struct PlanKeyLike {
  std::shared_ptr<const LikePattern> pattern;
};
struct PlanBucket {
  std::string name;
  Intervals intervals;  // of buckets
};
struct PlanEvents {
  std::shared_ptr<const EventLeaf> leaf;
  std::shared_ptr<LeafResults> kept;  // null where nothing is kept of its answers
};
using PlanScan = std::variant<PlanDayOfYear, PlanFieldCompare, PlanSetSize, PlanTextIn, PlanTextLike, PlanKeyLike,
                              PlanBucket, PlanEvents>;

struct PlanNode {
  std::variant<PlanConstant, PlanCombine, PlanNot, PlanCountOf, PlanPresent, PlanCodes, PlanNumbers, PlanContacts,
               PlanList, PlanScan>
      node;
};

// dataLoss where a dictionary or key piece cannot be loaded; internal where the predicate names a field the snapshot
// does not have (it was bound to another schema).
Result<PlanNode> plan(const Bound& predicate, const Snapshot& snapshot);

}  // namespace roster
