#include "index/io/csv_reader.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "core/base/unicode.h"
#include "index/io/csv_cursor.h"
#include "index/io/record_check.h"

namespace roster {

namespace {

constexpr std::size_t kSniffedBytes = 64 * 1024;
constexpr std::size_t kSniffedRecords = 100;

// How a delimiter would cut the start of the input.
struct Cut {
  std::size_t columns = 0;     // in the first record
  std::size_t records = 0;     // whole ones looked at
  std::size_t consistent = 0;  // of them, those with as many columns and no flaw
};

Cut cutWith(std::string_view padded, bool complete, char delimiter) {
  Cut cut;
  CsvCursor cursor(padded, delimiter);
  while (!cursor.atEnd() && cut.records < kSniffedRecords) {
    if (cursor.passEmptyLine()) continue;
    std::size_t columns = 0;
    bool flawed = false;
    for (bool last = false; !last; ++columns) {
      const CsvField field = cursor.next();
      last = field.lastOfRecord;
      flawed = flawed || field.flaw != CsvFlaw::none;
    }
    const bool torn = cursor.atEnd() && !complete;
    if (torn && cut.records > 0) break;
    if (cut.records == 0) cut.columns = columns;
    cut.records += 1;
    cut.consistent += columns == cut.columns && !flawed ? 1 : 0;
  }
  return cut;
}

std::string paddedCopy(std::string_view text) {
  std::string padded(text);
  padded.append(kBlockPadding, '\0');
  return padded;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view describe(CsvFlaw flaw) {
  switch (flaw) {
    case CsvFlaw::none: break;
    case CsvFlaw::quoteInBareField: return "a quote in the middle of a field that does not begin with one";
    case CsvFlaw::textAfterQuote: return "text after the closing quote of a field";
    case CsvFlaw::openQuote: return "a quote is opened and never closed";
  }
  return "";
}

// The checks on one column name, and what is kept of it.
Result<std::string> acceptName(std::string_view raw, const std::vector<std::string>& before, Encoding encoding,
                               const std::string& source) {
  if (const auto at = firstUnsoundByte(raw)) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("'{}': the header's column {} has {}; name the file's encoding with --encoding", source,
                            before.size() + 1, describeUnsoundByte(raw, *at, encoding)));
  }
  std::string name = normalizeNfc(trimmed(raw));
  if (name.empty()) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("'{}': column {} has no name in the header", source, before.size() + 1));
  }
  if (std::find(before.begin(), before.end(), name) != before.end()) {
    return fail(ErrorCode::invalidArgument, fmt::format("'{}': two columns are called '{}'", source, name));
  }
  return name;
}

// Parses the records of one block.
class BlockParser {
 public:
  BlockParser(ParsedRows& rows, const std::vector<std::string>& columns, char delimiter, Encoding encoding)
      : rows_(rows),
        columns_(columns),
        encoding_(encoding),
        cursor_(rows.block().text(), delimiter),
        blockIsSound_(isSoundText(rows.block().text())) {}

  void run() {
    while (!cursor_.atEnd()) {
      if (!cursor_.passEmptyLine()) takeRecord();
    }
  }

 private:
  void takeRecord() {
    const char* start = cursor_.position();
    const std::uint64_t line = cursor_.lines();
    CsvFlaw flaw = CsvFlaw::none;
    std::size_t flawedColumn = 0;
    std::size_t count = 0;
    for (bool last = false; !last; ++count) {
      const CsvField field = cursor_.next();
      last = field.lastOfRecord;
      if (field.flaw != CsvFlaw::none && flaw == CsvFlaw::none) {
        flaw = field.flaw;
        flawedColumn = count;
      }
      if (count < columns_.size()) setCell(count, field);
    }
    const std::string_view raw = withoutLineEnd(start, cursor_.position());
    if (flaw != CsvFlaw::none) {
      rows_.refuseRow(line, raw, std::string(describe(flaw)), columnName(flawedColumn));
    } else if (count != columns_.size()) {
      rows_.refuseRow(line, raw,
                      fmt::format("{} field{} where the header has {}", count, count == 1 ? "" : "s", columns_.size()));
    } else if (!blockIsSound_ && !isSoundText(raw)) {
      refuseUnsound(line, raw);
    } else {
      rows_.keepRow(line, raw);
    }
  }

  void setCell(std::size_t column, const CsvField& field) {
    if (!field.doubledQuotes) {
      rows_.setText(column, field.text);
    } else {
      unquoteCsv(field.text, unquoted_);
      rows_.setCopied(column, unquoted_);
    }
  }

  void refuseUnsound(std::uint64_t line, std::string_view raw) {
    const std::size_t at = firstUnsoundByte(raw).value_or(0);
    // The record has no other flaw, so going over it once more finds the field that the byte lies in.
    const std::string padded = paddedCopy(raw);
    CsvCursor cursor({padded.data(), raw.size()}, cursor_.delimiter());
    std::size_t column = 0;
    for (; column + 1 < columns_.size(); ++column) {
      cursor.next();
      if (cursor.position() > padded.data() + at) break;
    }
    rows_.refuseRow(line, raw, describeUnsoundByte(raw, at, encoding_), columnName(column));
  }

  static std::string_view withoutLineEnd(const char* start, const char* end) {
    std::string_view raw(start, static_cast<std::size_t>(end - start));
    if (raw.ends_with('\n')) raw.remove_suffix(1);
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    return raw;
  }

  std::string columnName(std::size_t index) const { return index < columns_.size() ? columns_[index] : std::string(); }

  ParsedRows& rows_;
  const std::vector<std::string>& columns_;
  Encoding encoding_;
  CsvCursor cursor_;
  bool blockIsSound_;
  std::string unquoted_;
};

}  // namespace

char sniffDelimiter(std::string_view start, bool complete) {
  const std::string_view looked = start.substr(0, kSniffedBytes);
  const std::string padded = paddedCopy(looked);
  const std::string_view text(padded.data(), looked.size());
  char best = ',';
  Cut bestCut;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const Cut cut = cutWith(text, complete && looked.size() == start.size(), delimiter);
    if (cut.columns < 2) continue;
    // Shares of consistent records, compared by cross-multiplication; then the number of columns.
    const std::size_t share = cut.consistent * bestCut.records;
    const std::size_t bestShare = bestCut.consistent * cut.records;
    if (bestCut.records == 0 || share > bestShare || (share == bestShare && cut.columns > bestCut.columns)) {
      best = delimiter;
      bestCut = cut;
    }
  }
  return best;
}

Result<CsvHeader> readCsvHeader(std::string_view start, bool complete, char delimiter, Encoding encoding,
                                const std::string& source) {
  const std::string padded = paddedCopy(start);
  CsvCursor cursor({padded.data(), start.size()}, delimiter);
  while (!cursor.atEnd() && cursor.passEmptyLine()) continue;
  if (cursor.atEnd()) return fail(ErrorCode::invalidArgument, fmt::format("'{}' has no header", source));
  CsvHeader header;
  std::string unquoted;
  for (bool last = false; !last;) {
    const CsvField field = cursor.next();
    last = field.lastOfRecord;
    if (field.flaw != CsvFlaw::none) {
      return fail(ErrorCode::invalidArgument, fmt::format("'{}': the header's column {} has {}", source,
                                                          header.names.size() + 1, describe(field.flaw)));
    }
    if (field.text.find('\r') != std::string_view::npos && field.text.find('\n') == std::string_view::npos) {
      return fail(ErrorCode::invalidArgument,
                  fmt::format("'{}': its lines end with CR alone; save it with LF or CR LF", source));
    }
    unquoteCsv(field.text, unquoted);
    auto name =
        acceptName(field.doubledQuotes ? std::string_view(unquoted) : field.text, header.names, encoding, source);
    if (!name) return propagate(name);
    header.names.push_back(std::move(*name));
  }
  header.bytes = static_cast<std::size_t>(cursor.position() - padded.data());
  header.lines = cursor.lines();
  if (cursor.atEnd() && !complete) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("'{}': the first {} bytes hold no whole header; this is no CSV", source, start.size()));
  }
  return header;
}

ParsedRows parseCsv(RecordBlock block, const std::vector<std::string>& columns, char delimiter, Encoding encoding) {
  ParsedRows rows(std::move(block), columns.size());
  if (rows.block().refusal.empty()) {
    BlockParser(rows, columns, delimiter, encoding).run();
  } else {
    rows.refuseRow(0, rows.block().text(), rows.block().refusal);
  }
  return rows;
}

}  // namespace roster
