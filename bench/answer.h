// An answer as text, the same for Roster, the naive evaluator and every peer, so that a comparison is one of strings.
//
//   counts      one line, the number; of several predicates a line each, "index<tab>number"
//   breakdowns  "group<tab>number", of a grid "group<tab>group<tab>number"; ascending by bytes
//   statistics  "count<tab>…", "missing<tab>…", "sum<tab>…", then "p1<tab>…" and so on
//   overlaps    "queries<tab>number" for every region; bit i of `queries` stands for predicate i; ascending by bytes
//   lists       "rows<tab>number" and "checksum<tab>number", see ListChecksum
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roster::bench {

using Answer = std::vector<std::string>;

// What stands for a contact without a value in a breakdown.
inline constexpr std::string_view kNoValue = "(no value)";

inline std::string answerLine(std::string_view name, std::string_view value) {
  std::string line(name);
  line += '\t';
  line += value;
  return line;
}

// Rows of a list as CSV without its header: their number, and the sum of FNV-1a over 32 bits of each line without its
// end. It does not depend on their order, and is quickly written in any language.
class ListChecksum {
 public:
  void addRow(std::string_view line) {
    std::uint32_t hash = 2166136261U;
    for (const char byte : line) hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
    sum_ += hash;
    ++rows_;
  }
  void add(const ListChecksum& other) {
    sum_ += other.sum_;
    rows_ += other.rows_;
  }
  std::uint64_t rows() const { return rows_; }
  Answer answer() const {
    return {answerLine("rows", std::to_string(rows_)), answerLine("checksum", std::to_string(sum_))};
  }

 private:
  std::uint32_t sum_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace roster::bench
