// Tables for people: columns aligned by what the characters take on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace roster::tools {

enum class Align : std::uint8_t { left, right };

// Two spaces between columns, no lines; a header where one is given.
class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::left;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns. Control characters are shown as symbols.
  void addRow(std::vector<std::string> cells);
  std::size_t rowCount() const { return rows_.size(); }

  // Every line ends in a line feed and has no spaces before it.
  std::string render() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Control characters as symbols (␊ for a line feed), and bytes that are no UTF-8 as �, so that a value can neither
// break a line nor drive the terminal.
std::string printable(std::string_view text);

// At most `width` cells, the last one `…` where something was left out.
std::string shorten(std::string_view text, std::size_t width);

// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number);

// "1 contact", "1,234 contacts".
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

// "12.3%".
std::string percent(std::uint64_t part, std::uint64_t whole);

// "512 B", "1.2 MB".
std::string byteSize(std::uint64_t bytes);

}  // namespace roster::tools
