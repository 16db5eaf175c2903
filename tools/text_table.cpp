#include "tools/text_table.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "core/base/unicode.h"

namespace roster::tools {

namespace {

constexpr std::string_view kGap = "  ";

std::size_t widthOf(std::string_view text) { return isValidUtf8(text) ? displayWidth(text) : text.size(); }

void appendCell(std::string& line, std::string_view cell, std::size_t width, Align align) {
  const std::string padding(width - std::min(width, widthOf(cell)), ' ');
  line += align == Align::right ? padding + std::string(cell) : std::string(cell) + padding;
}

// U+2400 … U+2421 are the symbols of the control characters.
void appendControlSymbol(std::string& out, unsigned char control) {
  const unsigned symbol = control == 0x7F ? 0x21U : control;
  out += "\xE2\x90";
  out += static_cast<char>(0x80U + symbol);
}

}  // namespace

void TextTable::addRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string TextTable::render() const {
  std::vector<std::size_t> widths;
  std::vector<std::string> titles;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = widthOf(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, widthOf(row[i]));
    widths.push_back(width);
    titles.push_back(columns_[i].title);
  }
  std::string out;
  const auto appendLine = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += kGap;
      appendCell(line, cells[i], widths[i], columns_[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  };
  if (std::ranges::any_of(titles, [](const std::string& title) { return !title.empty(); })) appendLine(titles);
  for (const auto& row : rows_) appendLine(row);
  return out;
}

std::string printable(std::string_view text) {
  if (!isValidUtf8(text)) {
    std::string ascii;
    for (const char c : text) ascii += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : std::string("�");
    return printable(ascii);
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 … U+009F are control characters too, and terminals obey them.
    const bool secondControl = byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (secondControl) {
      out += "�";
      ++i;
    } else if (byte < 0x20 || byte == 0x7F) {
      appendControlSymbol(out, byte);
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string shorten(std::string_view text, std::size_t width) {
  std::string shown = printable(text);
  if (displayWidth(shown) <= width) return shown;
  std::size_t end = 0;
  while (end < shown.size()) {
    const std::size_t next = end + characterLength(shown, end);
    if (displayWidth(std::string_view(shown).substr(0, next)) + 1 > width) break;
    end = next;
  }
  return shown.substr(0, end) + "…";
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0.0%";
  return fmt::format("{:.1f}%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string byteSize(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (size >= 999.95 && unit + 1 < kUnits.size()) {
    size /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

}  // namespace roster::tools
