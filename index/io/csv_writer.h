// CSV as it is written: by RFC 4180, quoted where it must be and nowhere else.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace roster {

// Appends one field. It is quoted when it holds the delimiter, a quote, CR or LF.
inline void appendCsvField(std::string& out, std::string_view text, char delimiter = ',') {
  const bool quoted =
      text.find(delimiter) != std::string_view::npos || text.find_first_of("\"\r\n") != std::string_view::npos;
  if (!quoted) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

// Appends a record and its line feed. A record of one empty field is written `""`, since an empty line is no record.
inline void appendCsvRecord(std::string& out, std::span<const std::string_view> fields, char delimiter = ',') {
  bool first = true;
  for (const std::string_view field : fields) {
    if (!first) out += delimiter;
    first = false;
    appendCsvField(out, field, delimiter);
  }
  if (fields.size() == 1 && fields.front().empty()) out += "\"\"";
  out += '\n';
}

}  // namespace roster
