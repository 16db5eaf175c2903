#include "index/engine/dimension.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <optional>

#include "core/base/civil_time.h"
#include "core/base/decimal.h"
#include "core/query/event_fields.h"

namespace roster {

namespace {

constexpr std::array<std::pair<std::string_view, Grouping>, 5> kTimeGroupings{{{"day", Grouping::day},
                                                                               {"week", Grouping::week},
                                                                               {"month", Grouping::month},
                                                                               {"quarter", Grouping::quarter},
                                                                               {"year", Grouping::year}}};

FieldKind elementKind(const FieldType& type) { return type.kind == FieldKind::set ? type.element : type.kind; }

Result<Dimension> withTimeGrouping(const Field& field, std::string_view word) {
  for (const auto& [name, grouping] : kTimeGroupings) {
    if (word == name) return Dimension{field, grouping, 1};
  }
  const auto near = nearestWord(word, {"day", "week", "month", "quarter", "year"});
  return refuse(near
                    ? fmt::format("'{}' is no way to group times; did you mean '{}'?", word, *near)
                    : fmt::format("'{}' is no way to group times; there are day, week, month, quarter and year", word));
}

Result<Dimension> withStep(const Field& field, std::string_view word) {
  auto step = parseDecimal(word, field.type.kind == FieldKind::decimal ? field.type.digits : 0);
  if (!step)
    return refuse(fmt::format("the step of '{}' must be a number of its kind: {}", field.name, step.error().message));
  if (*step <= 0) return refuse(fmt::format("the step of '{}' must be above zero", field.name));
  return Dimension{field, Grouping::step, *step};
}

// A quoted name at the front of the text, which loses it; nullopt where the quote is not closed.
std::optional<std::string> takeQuoted(std::string_view& text) {
  std::string name;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] != '"') {
      name += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      name += '"';
      ++at;
    } else {
      text.remove_prefix(at + 1);
      return name;
    }
  }
  return std::nullopt;
}

// Where the first dimension of a text ends: at a comma outside of quotes, or at the text's end.
std::size_t endOfDimension(std::string_view text) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == ',' && !quoted) return at;
  }
  return text.size();
}

std::string numberText(std::int64_t value, const FieldType& type) {
  return formatDecimal(value, type.kind == FieldKind::decimal ? type.digits : 0);
}

std::string stepText(std::int64_t start, const Dimension& dimension) {
  const FieldType& type = dimension.field.type;
  std::string low = numberText(start, type);
  if (dimension.step == 1) return low;
  // Only a first group that begins below what 64 bits hold does not start at a multiple.
  std::int64_t last = start / dimension.step * dimension.step - 1;
  if (start % dimension.step == 0 && __builtin_add_overflow(start, dimension.step - 1, &last)) {
    last = std::numeric_limits<std::int64_t>::max();
  }
  return fmt::format("{}..{}", low, numberText(last, type));
}

std::string numberGroupText(std::int64_t start, const Dimension& dimension) {
  if (dimension.grouping == Grouping::value) return numberText(start, dimension.field.type);
  if (dimension.grouping == Grouping::step) return stepText(start, dimension);
  const CivilDate date = civilFromDay(start);
  switch (dimension.grouping) {
    case Grouping::value:
    case Grouping::step: break;
    case Grouping::day:
    case Grouping::week: return formatDay(start);
    case Grouping::month: return fmt::format("{:04}-{:02}", date.year, date.month);
    case Grouping::quarter: return fmt::format("{:04}-Q{}", date.year, (date.month - 1) / 3 + 1);
    case Grouping::year: return fmt::format("{:04}", date.year);
    case Grouping::weekday: return std::string(weekdayName(static_cast<std::size_t>(start)));
  }
  return {};
}

}  // namespace

Result<Field> fieldNamed(std::string_view name, const Schema& schema) {
  if (const Field* field = schema.find(name)) return *field;
  const auto near = schema.nearestName(name);
  return fail(ErrorCode::notFound,
              fmt::format("unknown field '{}'{}", name, near ? fmt::format("; did you mean '{}'?", *near) : ""));
}

Result<Dimension> parseDimension(std::string_view text, const Schema& schema) {
  std::string name(text);
  std::string_view suffix;
  bool hasSuffix = false;
  if (schema.find(text) == nullptr) {
    const bool quoted = text.starts_with('"');
    std::string_view rest = text;
    if (quoted) {
      auto taken = takeQuoted(rest);
      if (!taken || (!rest.empty() && rest.front() != ':')) {
        return refuse(fmt::format("in {} the double quotes do not enclose a field's name", text));
      }
      name = *std::move(taken);
    } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
      name = text.substr(0, colon);
      rest = text.substr(colon);
    } else {
      rest = {};
    }
    hasSuffix = !rest.empty();
    if (hasSuffix) suffix = rest.substr(1);
  }
  if (name == "key") return refuse("every contact has a key of its own: there is nothing to break down by");
  auto field = fieldNamed(name, schema);
  if (!field) return propagate(field);

  const FieldKind kind = elementKind(field->type);
  if (kind == FieldKind::text) {
    return refuse(
        fmt::format("'{}' is text, with about as many values as contacts; break down by a category, set, "
                    "bool, number or time",
                    field->name));
  }
  if (isTime(kind)) return hasSuffix ? withTimeGrouping(*field, suffix) : Dimension{*field, Grouping::day, 1};
  if (!hasSuffix) return Dimension{*field, Grouping::value, 1};
  if (kind == FieldKind::integer || kind == FieldKind::decimal) return withStep(*field, suffix);
  return refuse(fmt::format("'{}' is a {}, which goes by value; ':{}' is for numbers and times", field->name,
                            format(field->type), suffix));
}

Result<std::vector<Dimension>> parseDimensions(std::string_view text, const Schema& schema) {
  return parseDimensions(
      text, [&](std::string_view name) { return schema.find(name) != nullptr; },
      [&](std::string_view one) { return parseDimension(one, schema); });
}

Result<std::vector<Dimension>> parseDimensions(std::string_view text,
                                               const std::function<bool(std::string_view)>& isName,
                                               const std::function<Result<Dimension>(std::string_view)>& parse) {
  std::vector<Dimension> dimensions;
  for (std::string_view rest = text;;) {
    const std::size_t end = isName(rest) ? rest.size() : endOfDimension(rest);
    if (end == 0) return refuse("a breakdown goes by one field, or by two that are parted by a comma");
    auto dimension = parse(rest.substr(0, end));
    if (!dimension) return propagate(dimension);
    dimensions.push_back(*std::move(dimension));
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  if (dimensions.size() > 2) return refuse("a breakdown goes by two fields at most");
  return dimensions;
}

std::string groupText(const Group& group, const Dimension& dimension) {
  if (const auto* flag = std::get_if<bool>(&group)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&group)) return *text;
  if (const auto* start = std::get_if<std::int64_t>(&group)) return numberGroupText(*start, dimension);
  return "(no value)";
}

bool isBefore(const Group& a, const Group& b) {
  const bool aMissing = std::holds_alternative<std::monostate>(a);
  const bool bMissing = std::holds_alternative<std::monostate>(b);
  return aMissing || bMissing ? !aMissing && bMissing : a < b;
}

bool isBefore(const std::vector<Group>& a, const std::vector<Group>& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](const Group& x, const Group& y) { return isBefore(x, y); });
}

}  // namespace roster
