#include "index/io/record_reader.h"

#include <algorithm>
#include <fmt/format.h>

#include "index/io/csv_reader.h"
#include "index/io/file_signature.h"
#include "index/io/ndjson_reader.h"

namespace roster {

namespace {

constexpr std::size_t kSampleBytes = std::size_t{1} << 20;

tl::unexpected<Error> refuseSource(const std::string& source, std::string_view what) {
  return fail(ErrorCode::invalidArgument, fmt::format("'{}' {}", source, what));
}

bool isDelimiter(char c) { return c != '"' && c != '\n' && c != '\r' && c != '\0' && static_cast<signed char>(c) > 0; }

}  // namespace

RecordReader::RecordReader(BlockCutter cutter, RecordFormat format, char delimiter, std::vector<std::string> columns,
                           std::size_t columnsFound)
    : cutter_(std::move(cutter)),
      format_(format),
      delimiter_(delimiter),
      columns_(std::move(columns)),
      columnsFound_(columnsFound) {}

Result<RecordReader> RecordReader::open(ByteSource source, const RecordOptions& options) {
  const std::string name = source.name();
  if (options.delimiter && !isDelimiter(*options.delimiter)) {
    return fail(ErrorCode::invalidArgument, "the delimiter is one ASCII character, neither a quote nor a line's end");
  }
  auto decoded = DecodedSource::open(std::move(source), options.encoding);
  if (!decoded) return propagate(decoded);
  auto peeked = decoded->peek(kSampleBytes);
  if (!peeked) return propagate(peeked);
  const std::string_view start = *peeked;
  const bool complete = start.size() < kSampleBytes;

  const std::size_t first = start.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos && complete) return refuseSource(name, "is empty");
  if (const auto foreign = recogniseForeign(start)) return refuseSource(name, fmt::format("is {}", *foreign));

  if (first != std::string_view::npos && start[first] == '{') {
    std::vector<std::string> columns = ndjsonColumns(start, complete);
    const std::size_t found = columns.size();
    for (const std::string& extra : options.extraColumns) {
      if (std::find(columns.begin(), columns.end(), extra) == columns.end()) columns.push_back(extra);
    }
    if (columns.empty()) return refuseSource(name, "begins like NDJSON, but none of its first lines is a JSON object");
    return RecordReader(BlockCutter(std::move(*decoded), std::nullopt, 1, options.limits), RecordFormat::ndjson, '\0',
                        std::move(columns), found);
  }

  const char delimiter = options.delimiter ? *options.delimiter : sniffDelimiter(start, complete);
  auto header = readCsvHeader(start, complete, delimiter, options.encoding, name);
  if (!header) return propagate(header);
  decoded->discard(header->bytes);
  const std::size_t found = header->names.size();
  return RecordReader(BlockCutter(std::move(*decoded), delimiter, 1 + header->lines, options.limits), RecordFormat::csv,
                      delimiter, std::move(header->names), found);
}

ParsedRows RecordReader::parse(RecordBlock block) const {
  return format_ == RecordFormat::csv ? parseCsv(std::move(block), columns_, delimiter_, encoding())
                                      : parseNdjson(std::move(block), columns_, encoding());
}

}  // namespace roster
