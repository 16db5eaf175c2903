#include "tests/oracle/csv_contacts.h"

#include <stdexcept>
#include <vector>

#include "tests/oracle/sql_translator.h"

namespace roster::oracle {

namespace {

// Takes one record off the front of the text.
std::vector<std::string> nextRecord(std::string_view& csv) {
  std::vector<std::string> cells(1);
  bool inQuotes = false;
  std::size_t at = 0;
  for (; at < csv.size(); ++at) {
    const char c = csv[at];
    if (c == '"') {
      // A doubled quote closes and opens again.
      if (!inQuotes && at > 0 && csv[at - 1] == '"') cells.back() += '"';
      inQuotes = !inQuotes;
    } else if (!inQuotes && c == ',') {
      cells.emplace_back();
    } else if (!inQuotes && c == '\n') {
      break;
    } else if (inQuotes || c != '\r') {
      cells.back() += c;
    }
  }
  csv.remove_prefix(std::min(at + 1, csv.size()));
  return cells;
}

FieldValue valueOf(const std::string& cell, const FieldType& type, const WallClock& clock) {
  switch (type.kind) {
    case FieldKind::boolean:
      if (cell == "1" || cell == "true" || cell == "yes") return true;
      if (cell == "0" || cell == "false" || cell == "no") return false;
      throw std::runtime_error("no bool: " + cell);
    case FieldKind::integer:
    case FieldKind::decimal: return scaledNumber(cell, type.digits);
    case FieldKind::date: return parseDay(cell);
    case FieldKind::timestamp: return isDay(cell) ? clock.startOfDay(parseDay(cell)) : clock.parseInstant(cell);
    case FieldKind::set: {
      std::vector<std::string> elements;
      for (std::size_t at = 0; at <= cell.size();) {
        const std::size_t end = std::min(cell.find('|', at), cell.size());
        if (end > at) elements.push_back(cell.substr(at, end - at));
        at = end + 1;
      }
      return elements;
    }
    default: return cell;
  }
}

}  // namespace

void readCsvContacts(std::string_view csv, const Schema& schema, const std::string& keyColumn, const WallClock& clock,
                     const std::function<void(const ContactRecord&)>& take) {
  const std::vector<std::string> header = nextRecord(csv);
  for (std::int64_t row = 1; !csv.empty(); ++row) {
    const std::vector<std::string> cells = nextRecord(csv);
    ContactRecord contact;
    if (keyColumn.empty()) contact.key = std::to_string(row);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].empty()) continue;
      const std::string& column = header.at(i);
      if (column == keyColumn) contact.key = cells[i];
      if (const Field* field = schema.find(column)) contact.values[field->id] = valueOf(cells[i], field->type, clock);
    }
    if (!contact.key.empty()) take(contact);
  }
}

}  // namespace roster::oracle
