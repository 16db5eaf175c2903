// roster stats: count, sum, extremes, mean and percentiles of a field, or of a property of events.
#include <fmt/format.h>

#include "index/engine/event_dimension.h"
#include "index/engine/event_statistics.h"
#include "index/io/json_writer.h"
#include "index/io/value_format.h"
#include "tools/commands.h"
#include "tools/open_database.h"
#include "tools/predicates.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct StatsOptions {
  std::string directory;
  std::string predicate;
  std::string property;
  std::string of;
  std::string asOf;
  bool perContact = false;
  bool json = false;
};

void printJson(Console& console, const Statistics& figures) {
  const FieldType& type = figures.field.type;
  JsonWriter json;
  const auto number = [&](const std::string& name, const std::optional<WideInteger>& value) {
    json.key(name);
    if (!value) json.null();
    else if (isTime(type.kind)) json.string(formatFigure(*value, type));
    else json.json(formatFigure(*value, type));
  };
  json.beginObject().key("field").string(figures.field.name).key("audience").number(figures.audience);
  json.key("count").number(figures.count).key("missing").number(figures.missing);
  number("sum", figures.sum);
  json.key("mean");
  if (figures.sum && figures.count > 0) json.json(formatMean(*figures.sum, figures.count, type.digits));
  else json.null();
  number("min", figures.minimum);
  number("max", figures.maximum);
  json.key("percentiles").beginObject();
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    const auto value = figures.percentiles ? std::optional((*figures.percentiles)[i]) : std::nullopt;
    number(std::to_string(kPercentiles[i]), value);
  }
  json.endObject().endObject();
  console.print(json.text());
}

void printTable(Console& console, const Statistics& figures) {
  const FieldType& type = figures.field.type;
  TextTable table({{""}, {"", Align::right}});
  table.addRow({"count", grouped(figures.count)});
  table.addRow({"missing", grouped(figures.missing)});
  if (figures.sum && figures.count > 0) {
    table.addRow({"sum", formatFigure(*figures.sum, type)});
    table.addRow({"mean", formatMean(*figures.sum, figures.count, type.digits)});
  }
  if (figures.minimum) table.addRow({"min", formatFigure(*figures.minimum, type)});
  for (std::size_t i = 0; figures.percentiles && i < kPercentiles.size(); ++i) {
    table.addRow({fmt::format("{}%", kPercentiles[i]), formatFigure((*figures.percentiles)[i], type)});
  }
  if (figures.maximum) table.addRow({"max", formatFigure(*figures.maximum, type)});
  console.print(table.render());
}

Outcome<Statistics> ofEvents(const StatsOptions& options, const SnapshotPtr& snapshot, Program& program) {
  const auto now = evaluationInstant(options.asOf, *snapshot->zone, program.clock);
  if (!now) return passOn(now);
  const auto events = compileEvents(options.of, snapshot, *now);
  if (!events) return passOn(events);
  const auto field = eventFieldNamed(options.property, *events);
  if (!field) return failedOnName(field.error());
  const auto audience = findAudience(options.predicate, *now, snapshot, program);
  if (!audience) return passOn(audience);
  const Executor& executor = program.host().executor();
  auto figures = options.perContact ? statisticsPerContact(*audience, *events, *field, executor)
                                    : statistics(*audience, *events, *field, executor);
  if (!figures) return failed(figures.error());
  return *std::move(figures);
}

Outcome<Statistics> ofContacts(const StatsOptions& options, const SnapshotPtr& snapshot, Program& program) {
  const auto audience = findAudience(options.predicate, options.asOf, snapshot, program);
  if (!audience) return passOn(audience);
  auto figures = statistics(*audience, options.of, program.host().executor());
  if (!figures) return failedOnName(figures.error());
  return *std::move(figures);
}

Outcome<> run(const StatsOptions& options, Program& program) {
  if (options.perContact && options.property.empty()) {
    return refuse(
        "--per-contact adds up a property of each contact's events; name it before --of: amount --of purchase");
  }
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto figures =
      options.property.empty() ? ofContacts(options, snapshot, program) : ofEvents(options, snapshot, program);
  if (!figures) return passOn(figures);
  if (options.json) printJson(program.console, *figures);
  else printTable(program.console, *figures);
  return ExitCode::ok;
}

}  // namespace

void addStats(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<StatsOptions>();
  CLI::App& command = addCommand(program, "stats",
                                 "Sum, mean, extremes and percentiles of a field or of a property of events, all exact",
                                 {"roster stats shop \"country = 'PL'\" --of ltv",
                                  "roster stats shop newsletter amount --of 'purchase in last 90 days'",
                                  "roster stats shop newsletter amount --of purchase --per-contact"});
  addDatabaseArgument(command, options->directory);
  command.add_option("PREDICATE", options->predicate, "Over which contacts")->required();
  command.add_option("PROPERTY", options->property,
                     "A property of the events of --of, an attribute such as product.price, or time");
  command
      .add_option("--of", options->of,
                  "A field of numbers or times; after a PROPERTY the events that have it, such as purchase where promo")
      ->required()
      ->type_name("FIELD|EVENTS");
  command.add_flag("--per-contact", options->perContact,
                   "Of each contact's sum of the property, for those who have any of the events");
  addAsOf(command, options->asOf);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
