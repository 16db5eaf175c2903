#include "index/io/ndjson_reader.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <simdjson.h>
#include <unordered_map>

#include "core/base/unicode.h"
#include "index/io/record_check.h"

namespace roster {

namespace {

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view withoutSpaceAfter(std::string_view text) {
  while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool isBlank(std::string_view text) { return withoutSpaceAfter(text).empty(); }

std::size_t countDigits(std::string_view text, std::size_t from) {
  std::size_t at = from;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at - from;
}

// JSON's grammar of numbers; simdjson would check it only by converting, which does not reach beyond 64 bits.
bool isJsonNumber(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = countDigits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return false;
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = countDigits(text, at + 1);
    if (fraction == 0) return false;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = countDigits(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

// A line without its end, and where it lies.
struct Line {
  std::string_view text;
  std::size_t next = 0;
};

Line lineAt(std::string_view text, std::size_t at) {
  const std::size_t lineFeed = text.find('\n', at);
  const std::size_t end = std::min(lineFeed, text.size());
  std::string_view line = text.substr(at, end - at);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return {line, lineFeed == std::string_view::npos ? text.size() : end + 1};
}

// What a value is taken as: its text in the input or unescaped, or why it cannot be read.
struct Scalar {
  enum class Kind : std::uint8_t { none, inPlace, unescaped, nested, broken };
  Kind kind = Kind::none;
  std::string_view text;
  std::string_view why;
};

Scalar readString(simdjson::ondemand::value& value, std::string_view token) {
  // Without an escape the text stands in the input as it is meant.
  if (token.find('\\') == std::string_view::npos) {
    if (token.size() < 2 || token.back() != '"') return {Scalar::Kind::broken, token, "is no JSON string"};
    return {Scalar::Kind::inPlace, token.substr(1, token.size() - 2), {}};
  }
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) {
    return {Scalar::Kind::broken, token, "has an escape that is not JSON"};
  }
  if (text.find('\0') != std::string_view::npos) return {Scalar::Kind::broken, token, "holds a NUL character"};
  return {Scalar::Kind::unescaped, text, {}};
}

Scalar readScalar(simdjson::ondemand::value& value) {
  const std::string_view token = withoutSpaceAfter(value.raw_json_token());
  switch (token.empty() ? '\0' : token.front()) {
    case '{':
    case '[': return {Scalar::Kind::nested, token, {}};
    case '"': return readString(value, token);
    case 'n':
      if (token == "null") return {};
      break;
    case 't':
    case 'f':
      if (token == "true" || token == "false") return {Scalar::Kind::inPlace, token, {}};
      break;
    default:
      if (isJsonNumber(token)) return {Scalar::Kind::inPlace, token, {}};
  }
  return {Scalar::Kind::broken, token, "is no JSON value"};
}

// The start of a text for a message, cut between characters.
std::string_view startOf(std::string_view text) {
  constexpr std::size_t kShown = 60;
  if (text.size() <= kShown) return text;
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return text.substr(0, end);
}

// Parses the lines of one block.
class BlockParser {
 public:
  BlockParser(ParsedRows& rows, const std::vector<std::string>& columns, Encoding encoding)
      : rows_(rows), columns_(columns), encoding_(encoding), seenIn_(columns.size(), 0) {
    for (std::size_t i = 0; i < columns.size(); ++i) index_.emplace(columns[i], i);
  }

  void run() {
    const std::string_view text = rows_.block().text();
    const bool sound = isSoundText(text);
    std::uint64_t lineNumber = 0;
    for (std::size_t at = 0; at < text.size(); ++lineNumber) {
      const Line line = lineAt(text, at);
      at = line.next;
      if (isBlank(line.text)) continue;
      problem_.clear();
      column_.clear();
      if (!sound && !isSoundText(line.text)) {
        problem_ = describeUnsoundByte(line.text, firstUnsoundByte(line.text).value_or(0), encoding_);
      } else {
        rows_.beginRow();
        takeObject(line.text);
      }
      if (problem_.empty()) {
        rows_.keepRow(lineNumber, line.text);
      } else {
        rows_.refuseRow(lineNumber, line.text, std::move(problem_), std::move(column_));
      }
    }
  }

 private:
  void takeObject(std::string_view line) {
    const auto room = static_cast<std::size_t>(rows_.block().bytes.data() + rows_.block().bytes.size() - line.data());
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    auto error = parser_.iterate(simdjson::padded_string_view(line.data(), line.size(), room)).get(document);
    if (error == simdjson::SUCCESS) error = document.get_object().get(object);
    if (error == simdjson::INCORRECT_TYPE) {
      problem_ = "not a JSON object";
      return;
    }
    ++stamp_;
    hint_ = 0;
    if (error == simdjson::SUCCESS) error = takeMembers(object);
    if (!problem_.empty()) return;
    if (error != simdjson::SUCCESS) {
      problem_ = fmt::format("not valid JSON: {}", simdjson::error_message(error));
    } else if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      problem_ = "not valid JSON: something follows the object";
    }
  }

  simdjson::error_code takeMembers(simdjson::ondemand::object& object) {
    for (auto member : object) {
      simdjson::ondemand::field field;
      if (const auto error = std::move(member).get(field)) return error;
      std::string_view name;
      if (const auto error = field.unescaped_key().get(name)) return error;
      const std::size_t column = find(name);
      if (column == columns_.size()) {
        rows_.countUnknownMember(name);
        continue;
      }
      if (seenIn_[column] == stamp_) {
        refuse(column, "the object has this member twice");
        return simdjson::SUCCESS;
      }
      seenIn_[column] = stamp_;
      simdjson::ondemand::value value = field.value();
      if (const auto error = takeValue(column, value)) return error;
      if (!problem_.empty()) return simdjson::SUCCESS;
    }
    return simdjson::SUCCESS;
  }

  // The column of a member: most objects have theirs in the order of the columns.
  std::size_t find(std::string_view name) {
    if (hint_ < columns_.size() && columns_[hint_] == name) return hint_++;
    auto found = index_.find(name);
    if (found == index_.end() && !isNfc(name)) found = index_.find(normalizeNfc(name));
    if (found == index_.end()) return columns_.size();
    hint_ = found->second + 1;
    return found->second;
  }

  simdjson::error_code takeValue(std::size_t column, simdjson::ondemand::value& value) {
    const Scalar scalar = readScalar(value);
    switch (scalar.kind) {
      case Scalar::Kind::none: break;
      case Scalar::Kind::inPlace: rows_.setText(column, scalar.text); break;
      case Scalar::Kind::unescaped: rows_.setCopied(column, scalar.text); break;
      case Scalar::Kind::broken: refuse(column, fmt::format("'{}' {}", startOf(scalar.text), scalar.why)); break;
      case Scalar::Kind::nested: {
        if (scalar.text.front() == '[') return takeArray(column, value);
        simdjson::ondemand::object object;
        if (const auto error = value.get_object().get(object)) return error;
        return setNested(column, object);
      }
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code takeArray(std::size_t column, simdjson::ondemand::value& value) {
    simdjson::ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    elements_.clear();
    bool nested = false;
    for (auto item : array) {
      simdjson::ondemand::value element;
      // NOLINTNEXTLINE(performance-move-const-arg): only what is moved from can be got
      if (const auto error = std::move(item).get(element)) return error;
      const Scalar scalar = readScalar(element);
      if (scalar.kind == Scalar::Kind::broken) {
        refuse(column, fmt::format("'{}' {}", startOf(scalar.text), scalar.why));
        return simdjson::SUCCESS;
      }
      nested = nested || scalar.kind == Scalar::Kind::nested;
      if (!scalar.text.empty() && !nested) elements_.push_back(scalar.text);
    }
    if (nested) return setNested(column, array);
    rows_.setArray(column, elements_);
    return simdjson::SUCCESS;
  }

  // An object, or an array that holds more than scalars: kept as it is written, for the message that refuses it.
  template <class Nested>
  simdjson::error_code setNested(std::size_t column, Nested& nested) {
    std::string_view written;
    if (const auto error = nested.raw_json().get(written)) return error;
    rows_.setUnusable(column, startOf(withoutSpaceAfter(written)));
    return simdjson::SUCCESS;
  }

  void refuse(std::size_t column, std::string reason) {
    problem_ = std::move(reason);
    column_ = columns_[column];
  }

  struct HashText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  ParsedRows& rows_;
  const std::vector<std::string>& columns_;
  Encoding encoding_;
  simdjson::ondemand::parser parser_;
  std::unordered_map<std::string, std::size_t, HashText, std::equal_to<>> index_;
  std::vector<std::uint64_t> seenIn_;  // by column, the stamp of the last record that had it
  std::uint64_t stamp_ = 0;
  std::size_t hint_ = 0;
  std::vector<std::string_view> elements_;
  std::string problem_;
  std::string column_;
};

// The names of one object's members, as far as they can be read.
void addMembers(simdjson::ondemand::object& object, std::vector<std::string>& names) {
  for (auto member : object) {
    simdjson::ondemand::field field;
    std::string_view raw;
    if (std::move(member).get(field) != simdjson::SUCCESS) return;
    if (field.unescaped_key().get(raw) != simdjson::SUCCESS) return;
    std::string name = normalizeNfc(raw);
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
}

}  // namespace

std::vector<std::string> ndjsonColumns(std::string_view start, bool complete) {
  std::vector<std::string> names;
  simdjson::ondemand::parser parser;
  std::string padded(start);
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  for (std::size_t at = 0; at < start.size();) {
    const Line line = lineAt(start, at);
    const bool torn = line.next == start.size() && !start.ends_with('\n') && !complete;
    const simdjson::padded_string_view json(padded.data() + at, line.text.size(), padded.size() - at);
    at = line.next;
    if (torn || isBlank(line.text) || !isSoundText(line.text)) continue;
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (parser.iterate(json).get(document) != simdjson::SUCCESS) continue;
    if (document.get_object().get(object) == simdjson::SUCCESS) addMembers(object, names);
  }
  return names;
}

ParsedRows parseNdjson(RecordBlock block, const std::vector<std::string>& columns, Encoding encoding) {
  ParsedRows rows(std::move(block), columns.size());
  if (rows.block().refusal.empty()) {
    BlockParser(rows, columns, encoding).run();
  } else {
    rows.refuseRow(0, rows.block().text(), rows.block().refusal);
  }
  return rows;
}

}  // namespace roster
