#include "core/eval/value_compare.h"

#include "core/base/decimal.h"
#include "core/data/batch_values.h"

namespace roster {

namespace {

__extension__ using Wide = __int128;

bool holds(int order, CompareOp op) {
  switch (op) {
    case CompareOp::equal: return order == 0;
    case CompareOp::notEqual: return order != 0;
    case CompareOp::less: return order < 0;
    case CompareOp::lessEqual: return order <= 0;
    case CompareOp::greater: return order > 0;
    case CompareOp::greaterEqual: return order >= 0;
  }
  return false;
}

template <class T>
int orderOf(T left, T right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

// Where an instant lies relative to a day: before its start, within it, or from its end on. A day from a damaged column
// may be any number, and its start one that 64 bits do not hold.
int orderOfInstantAndDay(Instant instant, Day day, const TimeZone& zone) {
  if (!isInCalendar(FieldKind::date, day)) return day < 0 ? 1 : -1;
  if (instant < zone.startOfDay(day)) return -1;
  return instant < zone.startOfDay(day + 1) ? 0 : 1;
}

}  // namespace

bool isOnDayOfYear(const std::bitset<12 * 31>& marked, Day day) {
  const CivilDate date = civilFromDay(day);
  return marked.test(static_cast<std::size_t>((date.month - 1) * 31 + date.day - 1));
}

bool compareValues(std::int64_t left, const FieldType& leftType, CompareOp op, std::int64_t right,
                   const FieldType& rightType, const TimeZone& zone) {
  if (leftType.kind == rightType.kind && leftType.digits == rightType.digits) return holds(orderOf(left, right), op);
  if (leftType.kind == FieldKind::timestamp) return holds(orderOfInstantAndDay(left, right, zone), op);
  if (rightType.kind == FieldKind::timestamp) return holds(-orderOfInstantAndDay(right, left, zone), op);
  // Numbers of unlike scale meet at the product of both scales, which 128 bits hold.
  const Wide leftScaled = Wide{left} * powerOfTen(rightType.digits);
  const Wide rightScaled = Wide{right} * powerOfTen(leftType.digits);
  return holds(orderOf(leftScaled, rightScaled), op);
}

}  // namespace roster
