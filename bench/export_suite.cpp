#include "bench/export_suite.h"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>

#include "bench/query_runner.h"
#include "bench/suite_setup.h"
#include "index/io/csv_writer.h"
#include "index/io/exporter.h"
#include "index/io/record_reader.h"

namespace roster::bench {

namespace {

// A list of the audience suite, or one like it, in a format.
struct ExportCase {
  BenchQuery query;
  ExportFormat format = ExportFormat::csv;
  std::string extension;
};

std::vector<ExportCase> exportCases() {
  const auto list = [](std::string name, std::string description, std::string predicate,
                       std::vector<std::string> fields, std::uint64_t limit) {
    return BenchQuery{std::move(name),
                      std::move(description),
                      QueryClass::listing,
                      QueryTask::list,
                      {std::move(predicate)},
                      std::move(fields),
                      limit};
  };
  const std::pair<ExportFormat, std::string> formats[] = {
      {ExportFormat::csv, "csv"},       {ExportFormat::csv, "csv.gz"},       {ExportFormat::csv, "csv.zst"},
      {ExportFormat::ndjson, "ndjson"}, {ExportFormat::ndjson, "ndjson.gz"}, {ExportFormat::ndjson, "ndjson.zst"}};
  std::vector<ExportCase> cases;
  const auto add = [&](const BenchQuery& query, const std::string& extension, ExportFormat format) {
    cases.push_back({query, format, extension});
    cases.back().query.name += "." + extension;
  };
  const std::string klient = "tags has 'klient' and city = 'Warszawa'";
  add(list("page", "the first page of 50", klient, {"key", "email", "city"}, 50), "csv", ExportFormat::csv);
  add(list("few", "all of a narrow audience", klient, {"key", "email", "city"}, 0), "csv", ExportFormat::csv);
  for (const auto& [format, extension] : formats) {
    add(list("three-tenths", "three tenths of the contacts", "newsletter and orders >= 1", {"key", "city", "ltv"}, 0),
        extension, format);
  }
  return cases;
}

// What a list holds, read back from its file.
struct ReadBack {
  ListChecksum checksum;
  std::uint64_t textBytes = 0;  // uncompressed
};

Result<ReadBack> readBack(const std::filesystem::path& path, const std::vector<std::string>& fields) {
  auto source = ByteSource::open(path.string());
  if (!source) return propagate(source);
  RecordOptions options;
  options.extraColumns = fields;
  auto reader = RecordReader::open(*std::move(source), options);
  if (!reader) return propagate(reader);
  std::vector<std::size_t> places;
  for (const std::string& field : fields) {
    const auto found = std::ranges::find(reader->columns(), field);
    if (found == reader->columns().end()) return fail(ErrorCode::internal, fmt::format("no column {}", field));
    places.push_back(static_cast<std::size_t>(found - reader->columns().begin()));
  }
  ReadBack back;
  std::string line;
  std::vector<std::string_view> cells(fields.size());
  for (;;) {
    auto block = reader->next();
    if (!block) return propagate(block);
    if (!*block) return back;
    const ParsedRows rows = reader->parse(std::move(**block));
    if (!rows.problems().empty()) return fail(ErrorCode::internal, rows.problems().front().reason);
    back.textBytes += rows.block().text().size();
    for (std::size_t row = 0; row < rows.rowCount(); ++row) {
      for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = rows.cell(places[i], row).text;
      line.clear();
      appendCsvRecord(line, cells);
      line.pop_back();
      back.checksum.addRow(line);
    }
  }
}

class ExportSuite {
 public:
  ExportSuite(const SuiteOptions& options, SnapshotPtr snapshot)
      : options_(options), snapshot_(std::move(snapshot)), single_(1), several_(options.threads) {}

  Result<ReportLine> run(const ExportCase& each, const Answer& right) const {
    const auto path = options_.directory / fmt::format("export-{}.{}", snapshot_->liveCount(), each.extension);
    auto line = runTo(each, right, path);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    return line;
  }

  const SnapshotPtr& snapshot() const { return snapshot_; }
  const Executor& executor() const { return several_; }

 private:
  Result<void> write(const ExportCase& each, const Executor& executor, const std::filesystem::path& path) const {
    auto query = Query::compile(each.query.predicates.front(), snapshot_, benchNow());
    if (!query) return propagate(query);
    auto audience = evaluate(*query, executor);
    if (!audience) return propagate(audience);
    ExportOptions options;
    options.fields = each.query.fields;
    options.format = each.format;
    if (each.query.limit != 0) options.limit = each.query.limit;
    auto summary = exportToFile(*audience, options, executor, path.string());
    if (!summary) return propagate(summary);
    return {};
  }

  Result<ReportLine> runTo(const ExportCase& each, const Answer& right, const std::filesystem::path& path) const {
    ReportLine line = lineOf(each.query);
    std::uint64_t textBytes = 0;
    const std::tuple<const char*, std::string, const Executor&> ways[] = {
        {"text", "one thread", single_}, {"textThreaded", fmt::format("{} threads", several_.threads()), several_}};
    for (const auto& [key, title, executor] : ways) {
      if (auto written = write(each, executor, path); !written) return propagate(written);
      const auto back = readBack(path, each.query.fields);
      if (!back) return tl::unexpected(back.error());
      line.answer = back->checksum.answer();
      textBytes = back->textBytes;
      if (line.answer != right) return wrongAnswer(line.name, title, line.answer, right);
      const Executor& chosen = executor;
      auto timing = measure(options_.seconds, [&] { return write(each, chosen, path); });
      if (!timing) return propagate(timing);
      line.timings.push_back({key, title, *timing, false});
    }
    const double seconds = line.timings.back().timing.p50 / 1e6;
    const auto rows = static_cast<double>(contactsOf(line).value_or(0));
    line.figures = {
        {"rowsPerSecond", "rows", rows / seconds, Unit::perSecond},
        {"textPerSecond", "text", static_cast<double>(textBytes) / seconds, Unit::bytesPerSecond},
        {"fileBytes", "file", static_cast<double>(std::filesystem::file_size(path)), Unit::bytes},
    };
    return line;
  }

  const SuiteOptions& options_;
  SnapshotPtr snapshot_;
  Executor single_;
  Executor several_;
};

}  // namespace

Result<Report> runExportSuite(const SuiteOptions& options, Host& host) {
  Report report = beginReport("export", options, host);
  const auto data = openSuiteData(options, host, report);
  if (!data) return tl::unexpected(data.error());
  const ExportSuite suite(options, data->database->snapshot());
  const std::vector<ExportCase> cases = exportCases();
  std::vector<BenchQuery> queries;
  queries.reserve(cases.size());
  for (const ExportCase& each : cases) queries.push_back(each.query);
  const auto right = rightAnswers(queries, suite.snapshot(), suite.executor(), data->answers, options.note);
  if (!right) return tl::unexpected(right.error());
  options.note("checking and timing");
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto line = suite.run(cases[i], (*right)[i]);
    if (!line) return propagate(line);
    report.lines.push_back(*std::move(line));
  }
  return report;
}

}  // namespace roster::bench
