#include "index/io/row_converter.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <unordered_map>

#include "core/base/hash.h"
#include "core/data/set_element.h"

namespace roster {

namespace {

constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();

struct TextHash {
  std::size_t operator()(std::string_view text) const { return hashBytes(text); }
};

class RowConverter {
 public:
  RowConverter(const ParsedRows& rows, const PlannedFile& file, std::size_t fileIndex, char setSeparator,
               std::size_t skip)
      : rows_(rows), file_(file), setSeparator_(setSeparator), skip_(skip), reasons_(rows.rowCount()) {
    converted_.file = fileIndex;
    converted_.records = rows.recordCount() - std::min(skip, rows.recordCount());
    converted_.consumed = rows.block().consumed;
  }

  ConvertedRows convert(bool keepRaw) {
    if (file_.filter) leaveOutRows();
    if (file_.keyColumn) checkKeys();
    for (const PlannedColumn& column : file_.columns) convertColumn(column);
    numberGoodRows(keepRaw);
    for (ConvertedColumn& column : converted_.columns) renumber(column);
    collectRejects();
    return std::move(converted_);
  }

 private:
  bool skipped(std::size_t row) const { return rows_.ordinal(row) < skip_; }
  bool isLeftOut(std::size_t row) const { return !leftOut_.empty() && leftOut_[row]; }

  void reject(std::size_t row, const std::string& column, std::string reason) {
    if (!reasons_[row].reason.empty()) return;
    reasons_[row] = {column, std::move(reason)};
  }

  void leaveOutRows() {
    leftOut_.resize(rows_.rowCount());
    for (std::size_t row = 0; row < rows_.rowCount(); ++row) {
      auto taken = file_.filter->takes(rows_, row);
      if (!taken) reject(row, taken.error().column, std::move(taken.error().reason));
      leftOut_[row] = taken && !*taken;
      converted_.leftOut += leftOut_[row] && !skipped(row) ? 1 : 0;
    }
  }

  // Calls f(row) for every row that is not left out.
  template <class F>
  void eachRow(const F& f) const {
    for (std::size_t row = 0; row < rows_.rowCount(); ++row) {
      if (!isLeftOut(row)) f(row);
    }
  }

  void checkKeys() {
    const std::string& name = rows_.columnCount() > *file_.keyColumn ? file_.reader.columns()[*file_.keyColumn] : "";
    eachRow([&](std::size_t row) {
      const Cell cell = rows_.cell(*file_.keyColumn, row);
      if (cell.kind == Cell::Kind::missing) reject(row, name, "the key is missing");
      else if (cell.kind != Cell::Kind::value) reject(row, name, "a key is a single value");
      else if (cell.text.size() > kMaxKeyBytes)
        reject(row, name, fmt::format("the key is longer than {} bytes", kMaxKeyBytes));
    });
  }

  void convertColumn(const PlannedColumn& column) {
    ConvertedColumn& to = converted_.columns.emplace_back();
    to.rows.reserve(rows_.rowCount());
    to.values.reserve(rows_.rowCount());
    if (column.computed) return compute(*column.computed, to);
    switch (column.type.kind) {
      case FieldKind::boolean:
        return eachCell(column, [&](std::size_t row, std::string_view text) {
          const auto value = column.parser.boolean(text);
          if (!value) return reject(row, column.columnName, value.error().message);
          add(to, row, *value ? 1 : 0);
        });
      case FieldKind::integer:
      case FieldKind::decimal:
      case FieldKind::date:
      case FieldKind::timestamp:
        return eachCell(column, [&](std::size_t row, std::string_view text) {
          const auto number = column.parser.number(text);
          if (!number) return reject(row, column.columnName, number.error().message);
          add(to, row, *number);
        });
      case FieldKind::text:
        return eachCell(column, [&](std::size_t row, std::string_view text) {
          add(to, row, static_cast<std::int64_t>(to.strings.size()));
          to.strings.append(column.parser.string(text, scratch_));
        });
      case FieldKind::category: {
        Interner interner(to.strings);
        return eachCell(column, [&](std::size_t row, std::string_view text) {
          add(to, row, interner.intern(column.parser.string(text, scratch_)));
        });
      }
      case FieldKind::set: return convertSet(column, to);
    }
  }

  void compute(const ComputedColumn& column, ConvertedColumn& to) {
    eachRow([&](std::size_t row) {
      auto value = column.valueOf(rows_, row);
      if (!value) return reject(row, value.error().column, std::move(value.error().reason));
      if (*value) add(to, row, **value);
    });
  }

  // Gives equal strings equal numbers.
  class Interner {
   public:
    explicit Interner(StringColumn& strings) : strings_(strings) {}

    std::int64_t intern(std::string_view text) {
      // Rows in a row often hold the same value.
      if (last_ >= 0 && strings_[static_cast<std::size_t>(last_)] == text) return last_;
      const auto found = numbers_.find(text);
      if (found != numbers_.end()) return last_ = found->second;
      last_ = static_cast<std::int64_t>(strings_.size());
      strings_.append(text);
      numbers_.emplace(std::string(text), last_);
      return last_;
    }

   private:
    struct Hash : TextHash {
      using is_transparent = void;
    };
    StringColumn& strings_;
    std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> numbers_;
    std::int64_t last_ = -1;
  };

  void convertSet(const PlannedColumn& column, ConvertedColumn& to) {
    Interner interner(to.strings);
    eachRow([&](std::size_t row) {
      const Cell cell = rows_.cell(column.column, row);
      if (std::string why = whyNotFor(column.type, cell); !why.empty()) {
        return reject(row, column.columnName, std::move(why));
      }
      if (cell.kind == Cell::Kind::value && column.parser.isMissing(cell.text)) return;
      forEachElement(cell, setSeparator_, [&](std::string_view element) {
        if (column.parser.isMissing(element)) return;
        if (column.type.element == FieldKind::category) {
          return add(to, row, interner.intern(column.parser.string(element, scratch_)));
        }
        const auto number = column.parser.number(element);
        if (!number) return reject(row, column.columnName, number.error().message);
        add(to, row, interner.intern(writeElement(*number)));
      });
    });
  }

  // Shows f every cell of a single-valued column that has a value.
  template <class F>
  void eachCell(const PlannedColumn& column, const F& f) {
    eachRow([&](std::size_t row) {
      const Cell cell = rows_.cell(column.column, row);
      const bool isMissing =
          cell.kind == Cell::Kind::missing || (cell.kind == Cell::Kind::value && column.parser.isMissing(cell.text));
      if (isMissing) {
        if (column.role != ColumnRole::field) reject(row, column.columnName, whyNeeded(column.role));
      } else if (cell.kind != Cell::Kind::value) {
        reject(row, column.columnName, whyNotFor(column.type, cell));
      } else {
        f(row, cell.text);
      }
    });
  }

  static std::string whyNeeded(ColumnRole role) {
    return role == ColumnRole::time ? "the time is missing" : "the id is missing";
  }

  static void add(ConvertedColumn& to, std::size_t row, std::int64_t value) {
    to.rows.push_back(static_cast<std::uint32_t>(row));
    to.values.push_back(value);
  }

  // Only good rows that are neither skipped nor left out have a number from here on.
  void numberGoodRows(bool keepRaw) {
    numbers_.assign(rows_.rowCount(), kNoRow);
    for (std::size_t row = 0; row < rows_.rowCount(); ++row) {
      if (!reasons_[row].reason.empty() || skipped(row) || isLeftOut(row)) continue;
      numbers_[row] = static_cast<std::uint32_t>(converted_.rowCount());
      converted_.lines.push_back(rows_.line(row));
      if (keepRaw) converted_.raw.append(rows_.raw(row));
      if (!file_.keyColumn) continue;
      const std::string_view key = rows_.cell(*file_.keyColumn, row).text;
      converted_.keys.append(key);
      converted_.keyHashes.push_back(hashBytes(key));
    }
  }

  void renumber(ConvertedColumn& column) const {
    if (converted_.rowCount() == rows_.rowCount()) return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      const std::uint32_t number = numbers_[column.rows[i]];
      if (number == kNoRow) continue;
      column.rows[kept] = number;
      column.values[kept++] = column.values[i];
    }
    column.rows.resize(kept);
    column.values.resize(kept);
  }

  void collectRejects() {
    for (std::size_t row = 0; row < rows_.rowCount(); ++row) {
      auto& [column, reason] = reasons_[row];
      if (reason.empty() || skipped(row)) continue;
      converted_.rejects.push_back(
          {converted_.file, rows_.line(row), std::move(column), std::move(reason), std::string(rows_.raw(row))});
    }
    for (const RowProblem& problem : rows_.problems()) {
      if (problem.ordinal < skip_) continue;
      converted_.rejects.push_back(
          {converted_.file, problem.line, problem.column, problem.reason, std::string(problem.raw)});
    }
    std::stable_sort(converted_.rejects.begin(), converted_.rejects.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
  }

  const ParsedRows& rows_;
  const PlannedFile& file_;
  const char setSeparator_;
  const std::size_t skip_;
  std::vector<RejectReason> reasons_;   // by row; empty for a good one
  std::vector<bool> leftOut_;           // by row; empty where there is no filter
  std::vector<std::uint32_t> numbers_;  // by row: its number among the good ones
  std::string scratch_;
  ConvertedRows converted_;
};

}  // namespace

std::size_t ConvertedRows::byteSize() const {
  std::size_t bytes = keys.byteSize() + raw.byteSize() + 16 * lines.size();
  for (const ConvertedColumn& column : columns) {
    bytes += column.rows.size() * 4 + column.values.size() * 8 + column.strings.byteSize();
  }
  return bytes;
}

ConvertedRows convertRows(const ParsedRows& rows, const PlannedFile& file, std::size_t fileIndex, char setSeparator,
                          std::size_t skip, bool keepRaw) {
  return RowConverter(rows, file, fileIndex, setSeparator, skip).convert(keepRaw);
}

}  // namespace roster
