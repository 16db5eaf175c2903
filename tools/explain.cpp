// roster explain: what a predicate is evaluated as, and with --analyze what is true of every part of it.
#include "index/engine/explain.h"

#include <fmt/format.h>

#include "index/io/json_writer.h"
#include "tools/commands.h"
#include "tools/open_database.h"
#include "tools/predicates.h"

namespace roster::tools {

namespace {

struct ExplainOptions {
  std::string directory;
  std::string predicate;
  std::string asOf;
  bool analyze = false;
  bool json = false;
};

double milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

void writeNode(JsonWriter& json, const ExplainNode& node) {
  json.beginObject().key("node").string(node.text).key("estimate").number(node.estimate);
  json.key("certain").boolean(node.certain);
  if (node.count) {
    json.key("count").number(*node.count);
    json.key("ownMilliseconds").number(milliseconds(node.time));
  }
  json.key("notes").beginArray();
  for (const std::string& note : node.notes) json.string(note);
  json.endArray().key("operands").beginArray();
  for (const ExplainNode& operand : node.operands) writeNode(json, operand);
  json.endArray().endObject();
}

void printJson(Console& console, const Explanation& explanation) {
  JsonWriter json;
  json.beginObject().key("predicate").string(explanation.predicate).key("live").number(explanation.live).key("plan");
  writeNode(json, explanation.root);
  json.key("fields").beginArray();
  for (const FieldGap& field : explanation.fields) {
    json.beginObject().key("field").string(field.field).key("missing").number(field.missing).endObject();
  }
  json.endArray();
  if (explanation.analyzed) {
    json.key("queryMilliseconds").number(milliseconds(explanation.queryTime));
    json.key("waterfall").beginArray();
    for (const WaterfallLine& line : explanation.waterfall) {
      json.beginObject().key("clause").string(line.clause).key("count").number(line.count);
      json.key("without").number(line.without).key("removes").number(line.removes).endObject();
    }
    json.endArray();
  }
  json.endObject();
  console.print(json.text());
}

Outcome<> run(const ExplainOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto now = evaluationInstant(options.asOf, *snapshot->zone, program.clock);
  if (!now) return passOn(now);
  const auto explanation = explain(options.predicate, snapshot, *now, options.analyze, program.host().executor());
  if (!explanation) return failedOnPredicate(explanation.error(), options.predicate);
  if (options.json) printJson(program.console, *explanation);
  else program.console.print(explainText(*explanation));
  return ExitCode::ok;
}

}  // namespace

void addExplain(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App& command = addCommand(program, "explain", "Show how a predicate is evaluated, with estimates",
                                 {"roster explain shop \"city = 'Łódź' and ltv > 500\" --analyze"});
  addDatabaseArgument(command, options->directory);
  command.add_option("PREDICATE", options->predicate, "What to explain")->required();
  command.add_flag("--analyze", options->analyze,
                   "Count and time every part too, and say what each clause of a top-level AND alone removes");
  addAsOf(command, options->asOf);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
