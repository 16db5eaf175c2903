#include "index/io/row_filter.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>

#include "core/data/set_element.h"
#include "core/eval/naive_evaluator.h"
#include "core/query/ast_operands.h"
#include "core/query/binder.h"
#include "core/query/parser.h"
#include "core/query/rename.h"

namespace roster {

namespace {

// A schema has no field called key, so that such a column goes by what the predicate writes for it.
constexpr std::string_view kKeyColumn = "\"key\"";

// What a leaf asks about that rows do not have, for a message; empty for columns.
std::string_view beyondColumns(const ast::Predicate& leaf) {
  if (std::holds_alternative<ast::KeyTest>(leaf.node)) return "a contact's key is";
  if (std::holds_alternative<ast::BucketTest>(leaf.node)) return "a contact's bucket is";
  if (std::holds_alternative<ast::SegmentTest>(leaf.node)) return "a segment is";
  const bool events = std::holds_alternative<ast::DidTest>(leaf.node) ||
                      std::holds_alternative<ast::AggregateTest>(leaf.node) ||
                      std::holds_alternative<ast::EventEndTest>(leaf.node);
  return events ? "events are" : "";
}

// The first leaf that a test holds for; null where there is none.
template <class Test>
const ast::Predicate* findLeaf(const ast::Predicate& predicate, const Test& test) {
  const auto* operands = operandsOf(predicate);
  if (operands == nullptr) return test(predicate) ? &predicate : nullptr;
  for (const ast::Predicate& operand : *operands) {
    if (const auto* found = findLeaf(operand, test)) return found;
  }
  return nullptr;
}

bool isString(const ast::Literal& literal) { return std::holds_alternative<ast::StringLiteral>(literal); }

bool hasString(const ast::Test& test) {
  if (const auto* list = std::get_if<ast::InList>(&test)) {
    return std::any_of(list->values.begin(), list->values.end(), isString);
  }
  const auto* comparison = std::get_if<ast::Comparison>(&test);
  const auto* literal = comparison == nullptr ? nullptr : std::get_if<ast::Literal>(&comparison->operand);
  return literal != nullptr && isString(*literal);
}

using OptionalValue = std::optional<FieldValue>;

template <class Value>
Result<OptionalValue> asOptional(Result<Value> value) {
  if (!value) return propagate(value);
  return OptionalValue(*std::move(value));
}

// The elements of a set as a contact's record has them; none where there is no element.
Result<OptionalValue> elementsOf(const Cell& cell, const CellParser& parser, char separator) {
  if (cell.kind == Cell::Kind::value && parser.isMissing(cell.text)) return std::nullopt;
  std::set<std::string> elements;
  std::optional<Error> failed;
  std::string scratch;
  forEachElement(cell, separator, [&](std::string_view element) {
    if (failed || parser.isMissing(element)) return;
    if (parser.type().element == FieldKind::category) {
      elements.emplace(parser.string(element, scratch));
      return;
    }
    auto number = parser.number(element);
    if (number) elements.insert(writeElement(*number));
    else failed = std::move(number.error());
  });
  if (failed) return tl::unexpected(*std::move(failed));
  if (elements.empty()) return std::nullopt;
  return FieldValue(std::vector<std::string>(elements.begin(), elements.end()));
}

// What a cell holds; none where it has no value.
Result<OptionalValue> valueOf(const Cell& cell, const CellParser& parser, char separator) {
  const FieldKind kind = parser.type().kind;
  if (kind == FieldKind::set) return elementsOf(cell, parser, separator);
  if (parser.isMissing(cell.text)) return std::nullopt;
  if (kind == FieldKind::boolean) return asOptional(parser.boolean(cell.text));
  if (isNumeric(kind)) return asOptional(parser.number(cell.text));
  std::string scratch;
  return FieldValue(std::string(parser.string(cell.text, scratch)));
}

}  // namespace

Result<ast::Predicate> parseRowPredicate(std::string_view text) {
  auto predicate = parse(text);
  if (!predicate) return predicate;
  const auto* beyond = findLeaf(*predicate, [](const ast::Predicate& leaf) { return !beyondColumns(leaf).empty(); });
  if (beyond == nullptr) return predicate;
  const bool isKey = std::holds_alternative<ast::KeyTest>(beyond->node);
  return refuse(fmt::format("rows are chosen by their columns, which {} not{}", beyondColumns(*beyond),
                            isKey ? "; a column of that name is written \"key\", in double quotes" : ""),
                beyond->place.at);
}

bool comparesWithStrings(const ast::Predicate& predicate, std::string_view column, FieldKind kind) {
  const bool takesStrings = kind == FieldKind::category || kind == FieldKind::text || kind == FieldKind::set;
  return !takesStrings && findLeaf(predicate, [&](const ast::Predicate& leaf) {
                            const auto* test = std::get_if<ast::FieldTest>(&leaf.node);
                            if (test == nullptr || test->field.text != column) return false;
                            // Days and times are written as strings in the language, too.
                            return std::holds_alternative<ast::Like>(test->test) ||
                                   (!isTime(kind) && hasString(test->test));
                          }) != nullptr;
}

Result<RowFilter> RowFilter::create(const ast::Predicate& predicate, const Context& context) {
  RowFilter filter;
  const std::set<std::string> named = fieldsOf(predicate);
  for (std::size_t column = 0; column < context.columns.size(); ++column) {
    const std::string& name = context.columns[column];
    FieldType type;
    std::optional<CellParser> parser;
    if (named.contains(name)) {
      auto made = context.parserOf(column);
      if (!made) return propagate(made);
      parser = *std::move(made);
      type = parser->type();
    }
    // A name that no field can have cannot be asked about.
    auto extended = filter.schema_.withField(name == "key" ? kKeyColumn : name, type);
    if (!extended) continue;
    if (parser) filter.columns_.push_back({name, column, filter.schema_.nextId(), *std::move(parser)});
    filter.schema_ = *std::move(extended);
  }
  const SegmentCatalog noSegments;
  const BindContext binding{filter.schema_, noSegments, context.zone, context.now, nullptr, NameKind::column};
  auto bound = bind(withFieldRenamed(predicate, "key", kKeyColumn), binding);
  if (!bound) return propagate(bound);
  filter.predicate_ = *std::move(bound);
  filter.setSeparator_ = context.setSeparator;
  filter.zone_ = context.zone;
  return filter;
}

tl::expected<bool, RejectReason> RowFilter::takes(const ParsedRows& rows, std::size_t row) const {
  ContactRecord record;
  for (const Column& column : columns_) {
    const Cell cell = rows.cell(column.column, row);
    if (std::string why = whyNotFor(column.parser.type(), cell); !why.empty()) {
      return tl::unexpected(RejectReason{column.name, std::move(why)});
    }
    auto value = valueOf(cell, column.parser, setSeparator_);
    if (!value) return tl::unexpected(RejectReason{column.name, std::move(value.error().message)});
    if (*value) record.values.emplace(column.field, **std::move(value));
  }
  return matches(predicate_, record, schema_, zone_);
}

}  // namespace roster
