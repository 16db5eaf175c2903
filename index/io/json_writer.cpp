#include "index/io/json_writer.h"

#include <cmath>
#include <fmt/format.h>

#include "core/base/unicode.h"
#include "index/io/value_format.h"

namespace roster {

namespace {

// For text of unknown origin, such as a path: every byte beyond ASCII becomes the replacement character.
std::string withoutBadBytes(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : std::string("�");
  return out;
}

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
  beginValue();
  appendJsonString(out_, name);
  out_ += layout_ == Layout::compact ? ":" : ": ";
  afterKey_ = true;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  beginValue();
  appendJsonString(out_, isValidUtf8(text) ? std::string(text) : withoutBadBytes(text));
  return *this;
}

JsonWriter& JsonWriter::number(double value) { return std::isfinite(value) ? raw(fmt::format("{}", value)) : null(); }

JsonWriter& JsonWriter::open(char bracket) {
  beginValue();
  out_ += bracket;
  hasMembers_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  const bool filled = hasMembers_.back();
  hasMembers_.pop_back();
  if (filled) newLine();
  out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view text) {
  beginValue();
  out_ += text;
  return *this;
}

void JsonWriter::beginValue() {
  if (afterKey_) {
    afterKey_ = false;
    return;
  }
  if (hasMembers_.empty()) return;
  if (hasMembers_.back()) out_ += ',';
  hasMembers_.back() = true;
  newLine();
}

void JsonWriter::newLine() {
  if (layout_ == Layout::compact) return;
  out_ += '\n';
  out_.append(2 * hasMembers_.size(), ' ');
}

}  // namespace roster
