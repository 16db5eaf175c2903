// CSV as it is written: by RFC 4180, quoted where it must be and nowhere else.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "index/io/swar.h"

namespace roster {

// Whether a field must be quoted: it holds the delimiter, a quote, CR or LF.
inline bool needsQuotes(std::string_view text, char delimiter = ',') {
  if (text.size() < 8) {
    return std::any_of(text.begin(), text.end(),
                       [&](char c) { return c == delimiter || c == '"' || c == '\r' || c == '\n'; });
  }
  const auto special = [delimiters = broadcast(delimiter)](const char* at) {
    const std::uint64_t word = loadWord(at);
    return matchBytes(word, delimiters) | matchBytes(word, broadcast('"')) | matchBytes(word, broadcast('\r')) |
           matchBytes(word, broadcast('\n'));
  };
  std::uint64_t found = special(text.data() + text.size() - 8);  // may overlap the last of those before
  for (std::size_t at = 0; at + 8 < text.size(); at += 8) found |= special(text.data() + at);
  return found != 0;
}

// Appends one field, quoted where it must be.
inline void appendCsvField(std::string& out, std::string_view text, char delimiter = ',') {
  if (!needsQuotes(text, delimiter)) {
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
