// roster breakdown: counts and shares of an audience by the values of a field or two.
#include "index/engine/breakdown.h"

#include <algorithm>
#include <fmt/format.h>

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
  std::string by;
  std::string top;
  std::string asOf;
  bool json = false;
};

// Numbers and times read best in their own order, unless the largest are asked for.
bool hasOrder(const Breakdown& result) {
  return std::ranges::any_of(result.dimensions, [](const Dimension& dimension) {
    return dimension.grouping != Grouping::value || isNumeric(dimension.field.type.kind);
  });
}

Outcome<> run(const BreakdownOptions& options, Program& program) {
  std::size_t top = 0;
  if (!options.top.empty()) {
    const auto count = parseCount(options.top);
    if (!count) return passOn(count);
    if (*count == 0) return refuse("--top takes a number above 0");
    top = *count;
  }
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto dimensions = parseDimensions(options.by, *snapshot->schema);
  if (!dimensions) return failedOnName(dimensions.error());
  const auto audience = findAudience(options.predicate, options.asOf, snapshot, program);
  if (!audience) return passOn(audience);
  auto result = breakdown(*audience, *dimensions, program.host().executor());
  if (!result) return failed(result.error());

  Console& console = program.console;
  if (top == 0 && hasOrder(*result)) sortByGroup(*result);
  if (options.json) {
    console.print(breakdownJson(*result, top));
  } else if (result->dimensions.size() == 1) {
    console.print(breakdownTable(*result, top, console.resultsAreSeen() ? console.width() : 0));
  } else {
    console.print(breakdownGrid(*result, top));
  }
  const std::string left = leftOut(*result, top);
  if (!left.empty()) console.note(left);
  return ExitCode::ok;
}

}  // namespace

void addBreakdown(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<BreakdownOptions>();
  CLI::App& command =
      addCommand(program, "breakdown", "Counts and shares of an audience by the values of a field",
                 {"roster breakdown shop newsletter --by city --top 10", "roster breakdown shop newsletter --by age:10",
                  "roster breakdown shop newsletter --by signup:month,plan"});
  addDatabaseArgument(command, options->directory);
  command.add_option("PREDICATE", options->predicate, "Which contacts")->required();
  command
      .add_option("--by", options->by,
                  "A field, or two parted by a comma; numbers by a step, age:10; times by day, week, month, quarter or "
                  "year, signup:month")
      ->required()
      ->type_name("FIELD[,FIELD]");
  command.add_option("--top", options->top, "Only the largest groups; in a grid, the largest of each field")
      ->type_name("N");
  addAsOf(command, options->asOf);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
