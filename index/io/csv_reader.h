// CSV by RFC 4180: the header, the delimiter, and the fields of a block of records.
//
// A quote opens a quoted field only at the field's start; inside, a doubled quote stands for one, and line feeds and
// delimiters are text. Lines end with LF or CR LF. Empty lines are no records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "index/io/encoding.h"
#include "index/io/parsed_rows.h"
#include "index/io/record_block.h"

namespace roster {

struct CsvHeader {
  std::vector<std::string> names;  // NFC, without spaces around, not empty, distinct
  std::size_t bytes = 0;           // that the header and empty lines before it take
  std::uint64_t lines = 0;
};

// The delimiter, of `, ; tab |`, that cuts the first records into the same number of columns, the most of them where
// several do; a comma where there is one column only. `complete` says that `start` is the whole input.
char sniffDelimiter(std::string_view start, bool complete);

// Reads the header from the start of an input; `source` names it in messages. A duplicate or empty name, a broken
// encoding and a header that does not end are invalidArgument.
Result<CsvHeader> readCsvHeader(std::string_view start, bool complete, char delimiter, Encoding encoding,
                                const std::string& source);

// Parses one block. For any number of threads at once, each with its own block; some 500 MB/s each.
ParsedRows parseCsv(RecordBlock block, const std::vector<std::string>& columns, char delimiter, Encoding encoding);

}  // namespace roster
