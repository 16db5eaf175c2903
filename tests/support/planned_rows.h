// The rows of a text as an import would take them, without a database.
#pragma once

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "index/io/import_plan.h"
#include "index/io/import_schema_file.h"
#include "index/io/row_converter.h"

namespace roster::testing {

inline constexpr Instant kPlannedNow = 1'790'000'000'000;  // 2026-09-21T13:33:20Z

// Options by their names and values, as the command line has them; without a key.
inline ImportOptions optionsOf(const std::vector<std::pair<std::string, std::string>>& given) {
  ImportOptions options;
  options.generateKeys = true;
  for (const auto& [name, value] : given) {
    const auto set = setImportOption(options, name, value);
    EXPECT_TRUE(set) << set.error().message;
  }
  return options;
}

inline Result<ImportPlan> planOf(const std::string& text, const ImportOptions& options) {
  return planImport(options, ByteSource::fromMemory(text, "memory"), Snapshot(), kPlannedNow);
}

// Why there is no plan; empty where there is one.
inline std::string refusalOf(const std::string& text, const ImportOptions& options) {
  const auto plan = planOf(text, options);
  return plan ? std::string() : plan.error().message;
}

inline ConvertedRows rowsOf(const ImportPlan& plan, const ImportOptions& options) {
  const PlannedFile& file = plan.files.front();
  return convertRows(file.sample.front(), file, 0, options.setSeparator, 0, false);
}

// The value that each row has in a column of numbers.
inline std::vector<std::optional<std::int64_t>> valuesOf(const ConvertedRows& rows, std::size_t column) {
  std::vector<std::optional<std::int64_t>> values(rows.rowCount());
  const ConvertedColumn& converted = rows.columns[column];
  for (std::size_t i = 0; i < converted.rows.size(); ++i) values[converted.rows[i]] = converted.values[i];
  return values;
}

// "3 Price: 'x' is not a number" for each reject.
inline std::vector<std::string> rejectsOf(const ConvertedRows& rows) {
  std::vector<std::string> rejects;
  for (const RejectedRecord& reject : rows.rejects) {
    rejects.push_back(std::to_string(reject.line) + " " + reject.column + ": " + reject.reason);
  }
  return rejects;
}

}  // namespace roster::testing
