#include "core/query/bound_text.h"

#include <fmt/format.h>
#include <string_view>

#include "core/base/civil_time.h"
#include "core/base/decimal.h"
#include "core/query/event_fields.h"
#include "core/query/grammar/words.h"
#include "core/query/intervals.h"
#include "core/query/printer.h"

namespace roster {

namespace {

std::string valueText(std::int64_t value, const FieldType& type) {
  const FieldKind kind = type.kind == FieldKind::set ? type.element : type.kind;
  switch (kind) {
    case FieldKind::decimal: return formatDecimal(value, type.digits);
    case FieldKind::date: return formatDay(value);
    case FieldKind::timestamp: return formatInstant(value);
    default: return fmt::format("{}", value);
  }
}

std::string valueText(WideInteger value, const FieldType& type) { return formatWide(value, type.digits); }

template <class Number>
std::string intervalsText(const IntervalsOf<Number>& intervals, const FieldType& type) {
  std::string text = "{";
  for (const IntervalOf<Number>& interval : intervals) {
    if (text.size() > 1) text += ", ";
    if (interval.low == interval.high) {
      text += valueText(interval.low, type);
      continue;
    }
    const bool openLow = interval.low == kLeastOf<Number>;
    const bool openHigh = interval.high == kMostOf<Number>;
    text += fmt::format("{}..{}", openLow ? "" : valueText(interval.low, type),
                        openHigh ? "" : valueText(interval.high, type));
  }
  return text + "}";
}

// Without needless zeros: "12.5".
std::string averageText(WideInteger scaled, int digits) {
  std::string text = formatWide(scaled, digits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// Of averages in halves, of which the odd ones lie between two numbers: `>12.5` and `<12.5` at the ends of an interval.
std::string averagesText(const WideIntervals& intervals, const FieldType& type) {
  const int digits = type.digits + kAverageDigits;
  std::string text = "{";
  for (const WideInterval& interval : intervals) {
    if (text.size() > 1) text += ", ";
    const bool isLowOpen = interval.low % 2 != 0;
    const bool isHighOpen = interval.high % 2 != 0;
    if (interval.low == interval.high && !isLowOpen) {
      text += averageText(interval.low / 2, digits);
      continue;
    }
    if (interval.low != kLeastOf<WideInteger>) {
      text += (isLowOpen ? ">" : "") + averageText((interval.low - isLowOpen) / 2, digits);
    }
    text += "..";
    if (interval.high != kMostOf<WideInteger>) {
      text += (isHighOpen ? "<" : "") + averageText((interval.high + isHighOpen) / 2, digits);
    }
  }
  return text + "}";
}

std::string stringsText(const std::vector<std::string>& values) {
  std::string text = "{";
  for (const std::string& value : values) text += (text.size() > 1 ? ", " : "") + printString(value);
  return text + "}";
}

std::string likeText(const LikeSpec& like) {
  return fmt::format("{} {}", like.foldCase ? "ilike" : "like", printString(like.pattern));
}

std::string daysText(const std::bitset<12 * 31>& days) {
  std::string text = "{";
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (days.test(i)) text += fmt::format("{}{:02}-{:02}", text.size() > 1 ? ", " : "", i / 31 + 1, i % 31 + 1);
  }
  return text + "}";
}

// `product.price` is an attribute, and `.time` the time; names of properties have no dots.
std::string propertyText(const std::string& name) {
  const auto dot = name.find('.');
  if (dot == std::string::npos) return printName(name);
  return (dot == 0 ? "" : printName(name.substr(0, dot)) + ".") + printName(name.substr(dot + 1));
}

class Writer {
 public:
  Writer(const Schema& schema, const EventSchema* events) : schema_(schema), events_(events) {}

  // Of the fields of a filter of events, in which `product.price` is an attribute.
  static Writer ofProperties(const Schema& fields) {
    Writer writer(fields, nullptr);
    writer.ofProperties_ = true;
    return writer;
  }

  std::string text(const Bound& bound) const {
    return std::visit([this](const auto& node) { return textOf(node); }, bound.node);
  }

 private:
  std::string nameOf(FieldId id) const {
    const Field* field = schema_.find(id);
    if (field == nullptr) return fmt::format("#{}", id);
    return ofProperties_ ? propertyText(field->name) : printName(field->name);
  }
  FieldType typeOf(FieldId id) const {
    const Field* field = schema_.find(id);
    return field == nullptr ? FieldType{FieldKind::integer} : field->type;
  }
  std::string call(std::string_view name, const std::vector<Bound>& operands) const {
    std::string result(name);
    result += '(';
    for (std::size_t i = 0; i < operands.size(); ++i) result += (i > 0 ? ", " : "") + text(operands[i]);
    return result + ")";
  }

  std::string textOf(const BoundConstant& node) const { return node.value ? "true" : "false"; }
  std::string textOf(const BoundAnd& node) const { return call("and", node.operands); }
  std::string textOf(const BoundOr& node) const { return call("or", node.operands); }
  std::string textOf(const BoundNot& node) const { return call("not", node.operand); }
  std::string textOf(const BoundCountOf& node) const {
    return call(fmt::format("count[{}..{}]", node.minimum, node.maximum), node.operands);
  }
  std::string textOf(const BoundPresent& node) const { return fmt::format("present({})", nameOf(node.field)); }
  std::string textOf(const BoundValueIn& node) const {
    return fmt::format("{} in {}", nameOf(node.field), stringsText(node.values));
  }
  std::string textOf(const BoundValueLike& node) const {
    return fmt::format("{} {}", nameOf(node.field), likeText(node.like));
  }
  std::string textOf(const BoundNumberIn& node) const {
    return fmt::format("{} in {}", nameOf(node.field), intervalsText(node.intervals, typeOf(node.field)));
  }
  std::string textOf(const BoundDayOfYearIn& node) const {
    return fmt::format("anniversary({}) in {}", nameOf(node.field), daysText(node.days));
  }
  std::string textOf(const BoundFieldCompare& node) const {
    return fmt::format("{} {} {}", nameOf(node.left), signOf(node.op), nameOf(node.right));
  }
  std::string textOf(const BoundSetSize& node) const {
    return fmt::format("size({}) in {}", nameOf(node.field), intervalsText(node.intervals, {FieldKind::integer}));
  }
  std::string textOf(const BoundTextIn& node) const {
    return fmt::format("{} in {}", nameOf(node.field), stringsText(node.values));
  }
  std::string textOf(const BoundTextLike& node) const {
    return fmt::format("{} {}", nameOf(node.field), likeText(node.like));
  }
  std::string textOf(const BoundKeyIn& node) const { return "key in " + stringsText(node.keys); }
  std::string textOf(const BoundKeyLike& node) const { return "key " + likeText(node.like); }
  std::string textOf(const BoundBucket& node) const {
    return fmt::format("bucket({}) in {}", printString(node.name), intervalsText(node.intervals, {FieldKind::integer}));
  }
  std::string textOf(const BoundList& node) const { return fmt::format("list({})", node.list); }

  const EventType* typeOf(const BoundEventSet& set) const {
    return events_ == nullptr ? nullptr : events_->findType(EventId{set.event});
  }
  // What a filter's fields are called.
  Schema fieldsOf(const BoundEventSet& set) const {
    const EventType* type = typeOf(set);
    return type == nullptr ? Schema() : filterSchemaOf(*type, *events_);
  }
  std::string textOf(const BoundEventSet& set) const {
    const EventType* type = typeOf(set);
    std::string text = type == nullptr ? fmt::format("#{}", set.event) : printName(type->name);
    if (set.times != everyNumber()) text += " in " + intervalsText(set.times, {FieldKind::timestamp});
    if (!set.filter.empty()) {
      const Schema fields = fieldsOf(set);
      text += " where " + ofProperties(fields).text(set.filter.front());
    }
    return text;
  }
  static std::string distanceText(const EventDistance& distance) {
    return distance.months != 0 ? fmt::format("{} months", distance.months)
                                : fmt::format("{} ms", distance.milliseconds);
  }
  std::string textOf(const BoundDid& node) const {
    std::string text = "did(" + textOf(node.events);
    for (const BoundEventStep& step : node.steps) {
      text += fmt::format(" then {}{} within {}", step.negated ? "not " : "", textOf(step.events),
                          distanceText(step.within));
    }
    return text + ")";
  }
  std::string textOf(const BoundEventNumber& node) const {
    const Schema fields = fieldsOf(node.events);
    const Field* property = fields.find(node.property);
    const std::string of = node.property == 0 ? "" : ofProperties(fields).nameOf(node.property) + " of ";
    return fmt::format("{}({}{}) in {}", grammar::wordOf(node.aggregate), of, textOf(node.events),
                       numbersText(node, property == nullptr ? FieldType{FieldKind::integer} : property->type));
  }
  static std::string numbersText(const BoundEventNumber& node, const FieldType& property) {
    switch (node.aggregate) {
      case Aggregate::sum: return intervalsText(node.amounts, property);
      case Aggregate::avg: return averagesText(node.amounts, property);
      case Aggregate::min:
      case Aggregate::max: return intervalsText(node.numbers, property);
      default: return intervalsText(node.numbers, {FieldKind::integer});
    }
  }
  std::string textOf(const BoundEventEnd& node) const {
    const EventType* type = typeOf(node.events);
    const Schema all = type == nullptr ? Schema() : endSchemaOf(*type, *events_);
    return fmt::format("{}({}, {})", node.last ? "last" : "first", textOf(node.events),
                       ofProperties(all).text(node.test.front()));
  }

  const Schema& schema_;
  const EventSchema* events_;
  bool ofProperties_ = false;
};

}  // namespace

std::string boundText(const Bound& bound, const Schema& schema, const EventSchema* events) {
  return Writer(schema, events).text(bound);
}

}  // namespace roster
