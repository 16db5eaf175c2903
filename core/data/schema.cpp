#include "core/data/schema.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "core/base/unicode.h"

namespace roster {

namespace {

// Code points, so that a diacritic counts as one difference.
std::u32string charactersOf(std::string_view text) {
  std::u32string characters;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    UChar32 character = 0;
    U8_NEXT_OR_FFFD(bytes, at, text.size(), character);
    characters.push_back(static_cast<char32_t>(character));
  }
  return characters;
}

// The restricted Damerau-Levenshtein distance: insertions, deletions, substitutions, swaps of neighbours.
std::size_t editDistance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::size_t> beforeLast(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], beforeLast[j - 2] + 1);
    }
    std::swap(beforeLast, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

// A third of the longer word may differ, and never more than three characters: beyond that it is another word.
std::size_t tolerance(std::size_t a, std::size_t b) { return std::min<std::size_t>(3, std::max(a, b) / 3); }

// Longer names are no names anybody means, and would make storage keys and messages unwieldy.
constexpr std::size_t kMaxNameBytes = 256;

// Why a text cannot be a field's name; nullopt where it can.
std::optional<std::string> faultOf(std::string_view name) {
  if (name.empty()) return "a field's name must not be empty";
  if (!isValidUtf8(name)) return "a field's name must be UTF-8";
  if (name.size() > kMaxNameBytes) {
    return fmt::format("a field's name has at most {} bytes; '{}…' has {}", kMaxNameBytes,
                       isValidUtf8(name.substr(0, 32)) ? name.substr(0, 32) : "", name.size());
  }
  for (const char32_t character : charactersOf(name)) {
    if (u_charType(static_cast<UChar32>(character)) == U_CONTROL_CHAR) {
      return "a field's name must not have control characters such as a tab or a new line";
    }
  }
  if (!isNfc(name)) return fmt::format("the field's name '{}' is not in Unicode normalisation form C", name);
  if (name == "key") return "'key' cannot be a field's name: it stands for the contact's key; choose another name";
  return std::nullopt;
}

std::optional<std::string> faultOf(const FieldType& type) {
  if (type.kind == FieldKind::decimal && type.digits > 18) return "a decimal has 0 to 18 fraction digits";
  const bool elementFits =
      type.element == FieldKind::category ||
      (type.kind == FieldKind::set && (type.element == FieldKind::integer || type.element == FieldKind::date));
  if (!elementFits) return "a set holds strings, integers or dates";
  return std::nullopt;
}

}  // namespace

const Field* Schema::find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const Field& f) { return f.name == name; });
  return found == fields_.end() ? nullptr : &*found;
}

const Field* Schema::find(FieldId id) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const Field& f) { return f.id == id; });
  return found == fields_.end() ? nullptr : &*found;
}

std::optional<std::string> Schema::nearestName(std::string_view name) const {
  std::vector<std::string> names;
  names.reserve(fields_.size());
  for (const Field& field : fields_) names.push_back(field.name);
  return nearestWord(name, names);
}

Result<Schema> Schema::withField(std::string_view name, const FieldType& type) const {
  if (auto fault = faultOf(name)) return fail(ErrorCode::invalidArgument, std::move(*fault));
  if (auto fault = faultOf(type)) return fail(ErrorCode::invalidArgument, std::move(*fault));
  if (const Field* existing = find(name)) {
    return fail(ErrorCode::conflict,
                fmt::format("there is a field '{}' already; it is a {}", name, format(existing->type)));
  }
  Schema changed = *this;
  changed.fields_.push_back({nextId_, std::string(name), type});
  ++changed.nextId_;
  return changed;
}

Result<Schema> Schema::withRenamed(std::string_view from, std::string_view to) const {
  const Field* field = find(from);
  if (field == nullptr) {
    const auto near = nearestName(from);
    return fail(ErrorCode::notFound,
                fmt::format("unknown field '{}'{}", from, near ? fmt::format("; did you mean '{}'?", *near) : ""));
  }
  if (from == to) return *this;
  if (auto fault = faultOf(to)) return fail(ErrorCode::invalidArgument, std::move(*fault));
  if (find(to) != nullptr) return fail(ErrorCode::conflict, fmt::format("there is a field '{}' already", to));
  Schema changed = *this;
  changed.fields_[static_cast<std::size_t>(field - fields_.data())].name = std::string(to);
  return changed;
}

Result<Schema> Schema::without(std::string_view name) const {
  const Field* field = find(name);
  if (field == nullptr) {
    const auto near = nearestName(name);
    return fail(ErrorCode::notFound,
                fmt::format("unknown field '{}'{}", name, near ? fmt::format("; did you mean '{}'?", *near) : ""));
  }
  Schema changed = *this;
  changed.fields_.erase(changed.fields_.begin() + (field - fields_.data()));
  return changed;
}

Result<Schema> Schema::fromParts(std::vector<Field> fields, FieldId nextId) {
  std::set<FieldId> ids;
  std::set<std::string_view> names;
  for (const Field& field : fields) {
    const auto nameFault = faultOf(field.name);
    if (nameFault) return fail(ErrorCode::dataLoss, fmt::format("the stored schema is damaged: {}", *nameFault));
    if (const auto fault = faultOf(field.type)) {
      return fail(ErrorCode::dataLoss, fmt::format("the stored schema is damaged at '{}': {}", field.name, *fault));
    }
    if (!names.insert(field.name).second) {
      return fail(ErrorCode::dataLoss, fmt::format("the stored schema is damaged: two fields '{}'", field.name));
    }
    if (field.id == 0 || field.id >= nextId || !ids.insert(field.id).second) {
      return fail(ErrorCode::dataLoss,
                  fmt::format("the stored schema is damaged: field '{}' has the number {}", field.name, field.id));
    }
  }
  if (nextId == 0) return fail(ErrorCode::dataLoss, "the stored schema is damaged: its next field number is 0");
  Schema schema;
  schema.fields_ = std::move(fields);
  schema.nextId_ = nextId;
  return schema;
}

std::optional<std::string> nearestWord(std::string_view word, const std::vector<std::string>& candidates) {
  if (!isValidUtf8(word)) return std::nullopt;
  const std::u32string wanted = charactersOf(foldCase(word));
  const std::string* nearest = nullptr;
  std::size_t nearestDistance = 0;
  for (const std::string& candidate : candidates) {
    const std::u32string offered = charactersOf(foldCase(candidate));
    const std::size_t limit = tolerance(wanted.size(), offered.size());
    const std::size_t gap =
        wanted.size() > offered.size() ? wanted.size() - offered.size() : offered.size() - wanted.size();
    if (gap > limit) continue;
    const std::size_t distance = editDistance(wanted, offered);
    if (distance > limit) continue;
    if (nearest == nullptr || distance < nearestDistance || (distance == nearestDistance && candidate < *nearest)) {
      nearest = &candidate;
      nearestDistance = distance;
    }
  }
  if (nearest == nullptr) return std::nullopt;
  return *nearest;
}

}  // namespace roster
