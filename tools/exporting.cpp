#include "tools/exporting.h"

#include <chrono>
#include <fmt/format.h>

#include "index/io/exporter.h"
#include "index/io/json_writer.h"
#include "tools/predicates.h"
#include "tools/progress_bar.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

// The names between commas; a name that holds a comma stands in double quotes.
std::vector<std::string> splitNames(std::string_view text) {
  std::vector<std::string> names;
  std::string name;
  bool quoted = false;
  const auto end = [&] {
    const std::size_t first = name.find_first_not_of(' ');
    if (first != std::string::npos) names.push_back(name.substr(first, name.find_last_not_of(' ') - first + 1));
    name.clear();
  };
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) end();
    else name += c;
  }
  end();
  return names;
}

Outcome<std::optional<std::uint64_t>> optionalCount(const std::string& option, const std::string& text) {
  if (text.empty()) return std::optional<std::uint64_t>();
  const auto count = parseCount(text);
  if (!count) return refuse(fmt::format("{}: {}", option, count.error().message));
  return std::optional(*count);
}

// `FIELD`, `FIELD desc`, `FIELD asc`.
std::optional<ExportOrder> parseOrder(const std::string& text) {
  if (text.empty()) return std::nullopt;
  ExportOrder order{text, false};
  for (const std::string_view direction : {" desc", " asc"}) {
    if (!text.ends_with(direction)) continue;
    order.field.resize(text.size() - direction.size());
    order.descending = direction == " desc";
  }
  return order;
}

Outcome<ExportOptions> parseFlags(const ExportFlags& flags) {
  ExportOptions options;
  options.fields = splitNames(flags.fields);
  if (flags.format != "csv" && flags.format != "ndjson") {
    return refuse(fmt::format("--format is csv or ndjson, not '{}'", flags.format));
  }
  options.format = flags.format == "csv" ? ExportFormat::csv : ExportFormat::ndjson;
  const auto limit = optionalCount("--limit", flags.limit);
  if (!limit) return passOn(limit);
  options.limit = *limit;
  const auto sample = optionalCount("--sample", flags.sample);
  if (!sample) return passOn(sample);
  options.sample = *sample;
  options.seed = flags.seed;
  options.order = parseOrder(flags.orderBy);
  if (!flags.holdout.empty()) {
    auto holdout = parseHoldout(flags.holdout);
    if (!holdout) return failed(holdout.error());
    options.holdout = *std::move(holdout);
  }
  options.after = flags.after;
  options.dedupeBy = flags.dedupeBy;
  for (const std::string_view ending : {".xz", ".bz2", ".lz4", ".zip", ".7z"}) {
    if (!flags.output.ends_with(ending)) continue;
    return refuse(fmt::format("--output: a list is compressed as .gz or .zst, not as {}", ending));
  }
  return options;
}

// An empty variable of a shell must not become a list of every field.
std::string namesAnything(const std::string& text) {
  return splitNames(text).empty() ? "names no field; leave the option out for all fields" : "";
}

// What became of the audience, a line for each step that took anything or was asked for.
std::string exportSummaryText(const ExportSummary& summary, const ExportOptions& options, const std::string& output,
                              double seconds) {
  TextTable table({{"", Align::right}, {""}});
  table.addRow({grouped(summary.audience), "contacts match"});
  const auto taken = [&](std::uint64_t count, const std::string& by) { table.addRow({"-" + grouped(count), by}); };
  for (const SuppressionCount& suppression : summary.suppressed) {
    taken(suppression.count, "suppressed by " + suppression.name);
  }
  if (options.holdout) taken(summary.heldOut, "held out by " + options.holdout->name);
  if (!options.dedupeBy.empty()) taken(summary.duplicates, "duplicates by " + options.dedupeBy);
  if (options.sample) taken(summary.notSampled, "not in the sample");
  if (!options.after.empty()) taken(summary.beforeCursor, "before the cursor");
  if (options.limit) taken(summary.beyondLimit, "beyond the limit");
  const std::string where = output == "-" ? std::string("written") : "written to " + output;
  table.addRow({grouped(summary.written), fmt::format("{} in {}", where, duration(seconds))});
  std::string text = table.render();
  if (summary.cursor && summary.beyondLimit > 0) text += fmt::format("go on with: --after {}\n", *summary.cursor);
  text.pop_back();
  return text;
}

std::string exportSummaryJson(const ExportSummary& summary, double seconds) {
  JsonWriter json;
  json.beginObject().key("audience").number(summary.audience).key("suppressed").beginArray();
  for (const SuppressionCount& suppression : summary.suppressed) {
    json.beginObject().key("predicate").string(suppression.name).key("contacts").number(suppression.count).endObject();
  }
  json.endArray().key("heldOut").number(summary.heldOut).key("duplicates").number(summary.duplicates);
  json.key("notSampled").number(summary.notSampled).key("beforeCursor").number(summary.beforeCursor);
  json.key("beyondLimit").number(summary.beyondLimit).key("written").number(summary.written).key("cursor");
  if (summary.cursor) json.string(*summary.cursor);
  else json.null();
  json.key("seconds").number(seconds).endObject();
  std::string text = json.text();
  text.pop_back();
  return text;
}

Outcome<ExportSummary> write(const Audience& audience, ExportOptions& options, const std::string& output,
                             Program& program) {
  program.interrupt.listen();
  ProgressBar bar(program.console, "contacts");
  // A list that scrolls by on the terminal is progress enough.
  if (output != "-" || !program.console.resultsAreSeen()) {
    options.progress = [&bar](const ExportProgress& progress) {
      const auto total = static_cast<double>(std::max<std::uint64_t>(progress.total, 1));
      bar.show(progress.written, static_cast<double>(progress.written) / total);
    };
  }
  options.cancelled = &program.interrupt.flag();
  auto summary = exportToFile(audience, options, program.host().executor(), output);
  if (summary) return *std::move(summary);
  if (summary.error().code != ErrorCode::cancelled) return failedOnName(summary.error());
  return failedOnData({ErrorCode::cancelled,
                       output == "-" ? std::string("interrupted: the list is not whole")
                                     : fmt::format("interrupted: {} was not written", output),
                       {}});
}

}  // namespace

void addExportFlags(CLI::App& command, ExportFlags& flags) {
  command.add_option("--fields", flags.fields, "Which fields, parted by commas; key is the key (default: all)")
      ->type_name("FIELD,FIELD…")
      ->check(namesAnything);
  command.add_option("--format", flags.format, "csv or ndjson (default csv)")->type_name("FORMAT");
  command.add_option("--output", flags.output, "A file, also .gz or .zst; it appears when it is whole")
      ->type_name("FILE");
  command.add_option("--limit", flags.limit, "At most so many contacts")->type_name("N");
  command.add_option("--order-by", flags.orderBy, "Order by a field; desc after it puts the largest first")
      ->type_name("FIELD [desc]");
  command.add_option("--sample", flags.sample, "So many contacts at random")->type_name("N");
  command.add_option("--seed", flags.seed, "The same seed takes the same sample (default 0)")->type_name("S");
  command.add_option("--after", flags.after, "Go on after the cursor that an earlier export gave")->type_name("CURSOR");
  addRepeated(command, "--suppress", flags.suppress, "Leave out contacts that match; repeat it for several")
      ->type_name("PREDICATE");
  command.add_option("--holdout", flags.holdout, "Leave out a share of all, always the same for a name")
      ->type_name("NAME:5%");
  command.add_option("--dedupe-by", flags.dedupeBy, "Only the first contact of those with the same value of a field")
      ->type_name("FIELD");
  command.add_flag("--json", flags.json, "Print the summary on standard error as JSON");
}

Outcome<> exportContacts(Program& program, const Database& database, const std::string& predicate,
                         const std::string& asOf, const ExportFlags& flags) {
  auto options = parseFlags(flags);
  if (!options) return passOn(options);
  const auto started = std::chrono::steady_clock::now();
  const SnapshotPtr snapshot = database.snapshot();
  const auto audience = findAudience(predicate, asOf, snapshot, program);
  if (!audience) return passOn(audience);
  for (const std::string& suppression : flags.suppress) {
    auto suppressed = findAudience(suppression, asOf, snapshot, program);
    if (!suppressed) return passOn(suppressed);
    options->suppressions.push_back({suppression, *std::move(suppressed)});
  }
  const auto summary = write(*audience, *options, flags.output, program);
  if (!summary) return passOn(summary);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  program.console.note(flags.json ? exportSummaryJson(*summary, elapsed.count())
                                  : exportSummaryText(*summary, *options, flags.output, elapsed.count()));
  return ExitCode::ok;
}

}  // namespace roster::tools
