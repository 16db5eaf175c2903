// Proposes a field for a column from a sample of its cells.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/data/field_type.h"
#include "index/io/parsed_rows.h"

namespace roster {

struct InferenceOptions {
  std::size_t maxRows = 10'000;
  char setSeparator = '|';
  bool decimalComma = false;           // the user says that ',' is the decimal mark; '.' then sets thousands apart
  std::string dateFormat;              // the user's, for dates that are not ISO 8601
  std::vector<std::string> nullTexts;  // as CellOptions
};

// What a column is taken as; decimalComma and dateFormat go into its CellOptions.
struct ProposedColumn {
  std::string name;
  FieldType type;
  bool decimalComma = false;
  std::string dateFormat;  // empty: ISO 8601, or no date
  std::size_t filled = 0;  // cells of the sample that have a value
  std::string example;     // the first of them
};

// Looks at one column of the sample, which is the first blocks of the input, parsed. Rules, the first that holds:
//   the user declared a type          that, and only how its numbers or dates are written is looked at
//   no values                         category
//   arrays, or a separator in use     set; of dates or integers where all elements are such
//   one pair of yes and no words      bool; both words seen where they could mean something else (1, t, no …)
//   numbers                           integer or decimal(n); not where leading zeros, a plus sign, the length or a
//                                     telephone's grouping tell that the digits are a name
//   dates, times                      date, timestamp
//   nearly as many values as rows     text
//   all else                          category
// Day and month in an order that cannot be told, numbers such as '1,234' that may be whole or not, and numbers such as
// '1.5' where the user says that ',' is the decimal mark, are invalidArgument with an example and what to say; so is a
// column that holds nested JSON only.
Result<ProposedColumn> inferColumn(const std::string& name, std::size_t column, std::span<const ParsedRows> sample,
                                   const std::optional<FieldType>& declared, const InferenceOptions& options);

}  // namespace roster
