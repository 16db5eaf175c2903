#include "bench/generated_facts.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <string_view>

namespace roster::bench {

namespace {

// The cells of one row by RFC 4180.
void splitCells(std::string_view row, std::vector<std::string>& cells) {
  cells.assign(1, {});
  bool isQuoted = false;
  for (const char c : row) {
    if (c == '"') isQuoted = !isQuoted;  // a doubled quote closes and opens; no fact depends on quotes within
    else if (c == ',' && !isQuoted) cells.emplace_back();
    else cells.back() += c;
  }
}

// A row may go on in the next line, where a quote is open.
bool nextRow(std::istream& file, std::string& row) {
  if (!std::getline(file, row)) return false;
  std::string more;
  while (std::ranges::count(row, '"') % 2 != 0 && std::getline(file, more)) row += '\n' + more;
  return true;
}

bool hasElement(std::string_view set, std::string_view element) {
  while (!set.empty()) {
    const std::size_t end = std::min(set.find('|'), set.size());
    if (set.substr(0, end) == element) return true;
    set.remove_prefix(std::min(end + 1, set.size()));
  }
  return false;
}

// A predicate and what it says of the text of one cell.
struct CellTest {
  std::string_view predicate;
  std::string_view column;
  bool (*holds)(std::string_view cell);
};

constexpr CellTest kTests[] = {
    {"true", "key", [](std::string_view) { return true; }},
    {"key = 'c00000007'", "key", [](std::string_view cell) { return cell == "c00000007"; }},
    {"tags has 'klient'", "tags", [](std::string_view cell) { return hasElement(cell, "klient"); }},
    {"city = 'Warszawa'", "city", [](std::string_view cell) { return cell == "Warszawa"; }},
    {"newsletter", "newsletter", [](std::string_view cell) { return cell == "true"; }},
    {"orders >= 3", "orders",
     [](std::string_view cell) { return !cell.empty() && std::stoll(std::string(cell)) >= 3; }},
    {"ltv > 500", "ltv", [](std::string_view cell) { return !cell.empty() && std::stod(std::string(cell)) > 500; }},
    {"birthday between '1980-01-01' and '1989-12-31'", "birthday",
     [](std::string_view cell) { return cell >= "1980-01-01" && cell <= "1989-12-31"; }},
    {"email like '%kowalsk%'", "email",
     [](std::string_view cell) { return cell.find("kowalsk") != std::string_view::npos; }},
    {"note is null", "note", [](std::string_view cell) { return cell.empty(); }},
};

}  // namespace

Result<std::vector<GeneratedFact>> factsOf(const std::filesystem::path& csv) {
  std::ifstream file(csv, std::ios::binary);
  std::string row;
  if (!nextRow(file, row)) return fail(ErrorCode::notFound, fmt::format("cannot read {}", csv.string()));
  std::vector<std::string> header;
  splitCells(row, header);
  std::vector<GeneratedFact> facts;
  std::vector<std::size_t> places;
  for (const CellTest& test : kTests) {
    facts.push_back({std::string(test.predicate), 0});
    places.push_back(static_cast<std::size_t>(std::ranges::find(header, test.column) - header.begin()));
    if (places.back() == header.size()) {
      return fail(ErrorCode::dataLoss, fmt::format("{} has no column {}", csv.string(), test.column));
    }
  }
  std::vector<std::string> cells;
  while (nextRow(file, row)) {
    splitCells(row, cells);
    if (cells.size() != header.size()) {
      return fail(ErrorCode::dataLoss, fmt::format("{}: a row of {} cells", csv.string(), cells.size()));
    }
    for (std::size_t i = 0; i < facts.size(); ++i) facts[i].contacts += kTests[i].holds(cells[places[i]]) ? 1U : 0U;
  }
  return facts;
}

}  // namespace roster::bench
