// roster breakdown: counts and shares of an audience, or of what it did, by the values of a field or two.
#include "index/engine/breakdown.h"

#include <algorithm>
#include <optional>

#include "index/engine/event_breakdown.h"
#include "index/engine/event_dimension.h"
#include "tools/breakdown_report.h"
#include "tools/commands.h"
#include "tools/open_database.h"
#include "tools/predicates.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct BreakdownOptions {
  std::string directory;
  std::string predicate;
  std::string events;
  std::string by;
  std::string sum;
  std::string top;
  std::string asOf;
  bool json = false;
};

// 0 where all groups are asked for.
Outcome<std::size_t> topOf(const BreakdownOptions& options) {
  if (options.top.empty()) return 0;
  const auto count = parseCount(options.top);
  if (!count) return passOn(count);
  if (*count == 0) return refuse("--top takes a number above 0");
  return *count;
}

// Numbers and times read best in their own order, unless the largest are asked for.
bool hasOrder(const std::vector<Dimension>& dimensions) {
  return std::ranges::any_of(dimensions, [](const Dimension& dimension) {
    return dimension.grouping != Grouping::value || isNumeric(dimension.field.type.kind);
  });
}

template <class AnyBreakdown>
void show(AnyBreakdown& result, const BreakdownOptions& options, std::size_t top, Console& console) {
  if (top == 0 && hasOrder(result.dimensions)) sortByGroup(result);
  if (options.json) {
    console.print(breakdownJson(result, top));
  } else if (result.dimensions.size() == 1) {
    console.print(breakdownTable(result, top, console.resultsAreSeen() ? console.width() : 0));
  } else {
    console.print(breakdownGrid(result, top));
  }
  const std::string left = leftOut(result, top);
  if (!left.empty()) console.note(left);
}

Outcome<> breakDownEvents(const BreakdownOptions& options, std::size_t top, const SnapshotPtr& snapshot,
                          Program& program) {
  const auto now = evaluationInstant(options.asOf, *snapshot->zone, program.clock);
  if (!now) return passOn(now);
  const auto events = compileEvents(options.events, snapshot, *now);
  if (!events) return passOn(events);
  const auto dimensions = parseEventDimensions(options.by, *events);
  if (!dimensions) return failedOnName(dimensions.error());
  std::optional<Field> summed;
  if (!options.sum.empty()) {
    const auto field = eventFieldNamed(options.sum, *events);
    if (!field) return failedOnName(field.error());
    summed = *field;
  }
  const auto audience = findAudience(options.predicate, *now, snapshot, program);
  if (!audience) return passOn(audience);
  auto result = breakdown(*audience, *events, *dimensions, summed, program.host().executor());
  if (!result) return failed(result.error());
  show(*result, options, top, program.console);
  if (!options.json) program.console.note(totalsOf(*result));
  return ExitCode::ok;
}

Outcome<> run(const BreakdownOptions& options, Program& program) {
  const auto top = topOf(options);
  if (!top) return passOn(top);
  if (options.events.empty() && !options.sum.empty()) {
    return refuse(
        "--sum adds up a property of events; say which ones by --of, such as --of 'purchase in last 90 days'");
  }
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  if (!options.events.empty()) return breakDownEvents(options, *top, snapshot, program);
  const auto dimensions = parseDimensions(options.by, *snapshot->schema);
  if (!dimensions) return failedOnName(dimensions.error());
  const auto audience = findAudience(options.predicate, options.asOf, snapshot, program);
  if (!audience) return passOn(audience);
  auto result = breakdown(*audience, *dimensions, program.host().executor());
  if (!result) return failed(result.error());
  show(*result, options, *top, program.console);
  return ExitCode::ok;
}

}  // namespace

void addBreakdown(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<BreakdownOptions>();
  CLI::App& command =
      addCommand(program, "breakdown", "Counts and shares of an audience, or of what it did, by the values of a field",
                 {"roster breakdown shop newsletter --by city --top 10", "roster breakdown shop newsletter --by age:10",
                  "roster breakdown shop newsletter --by signup:month,plan",
                  "roster breakdown shop newsletter --of 'purchase in last 365 days' --by time:month --sum amount"});
  addDatabaseArgument(command, options->directory);
  command.add_option("PREDICATE", options->predicate, "Which contacts")->required();
  command
      .add_option("--of", options->events,
                  "Break down what the contacts did: events, such as purchase in last 365 days where promo")
      ->type_name("EVENTS");
  command
      .add_option("--by", options->by,
                  "A field, or two parted by a comma; numbers by a step, age:10; times by day, week, month, quarter or "
                  "year, signup:month. Of events time, hour, weekday, day_of_month, month, properties, product.price "
                  "for an attribute, contact.city for a field of the contact")
      ->required()
      ->type_name("FIELD[,FIELD]");
  command.add_option("--sum", options->sum, "With --of, add up this property or attribute, of which shares are then")
      ->type_name("PROPERTY");
  command.add_option("--top", options->top, "Only the largest groups; in a grid, the largest of each field")
      ->type_name("N");
  addAsOf(command, options->asOf);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
