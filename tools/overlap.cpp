// roster overlap: every region of a Venn diagram, and how alike each two audiences are.
#include "index/engine/overlap.h"

#include <fmt/format.h>

#include "index/io/json_writer.h"
#include "tools/commands.h"
#include "tools/open_database.h"
#include "tools/predicates.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct OverlapOptions {
  std::string directory;
  std::vector<std::string> predicates;
  std::string asOf;
  bool json = false;
};

// Predicates are called A, B, C … in the tables.
std::string letter(std::size_t index) { return std::string(1, static_cast<char>('A' + index)); }

// The name of a region: the predicates that all its contacts match, the others dots.
std::string regionName(std::uint32_t queries, std::size_t count) {
  std::string name;
  for (std::size_t i = 0; i < count; ++i) name += ((queries >> i) & 1U) != 0 ? letter(i) : "·";
  return name;
}

void printTables(Console& console, const Overlap& overlap, const std::vector<std::string>& predicates) {
  TextTable audiences({{""}, {"contacts", Align::right}, {"predicate"}});
  for (std::size_t i = 0; i < predicates.size(); ++i) {
    audiences.addRow({letter(i), grouped(overlap.counts[i]), predicates[i]});
  }
  audiences.addRow({"any", grouped(overlap.any), ""});
  console.print(audiences.render());

  TextTable regions({{"region"}, {"contacts", Align::right}, {"share", Align::right}});
  for (const OverlapRegion& region : overlap.regions) {
    regions.addRow(
        {regionName(region.queries, predicates.size()), grouped(region.count), percent(region.count, overlap.any)});
  }
  console.print("\n" + regions.render());

  if (overlap.pairs.empty()) return;
  TextTable pairs({{"pair"}, {"both", Align::right}, {"either", Align::right}, {"Jaccard", Align::right}});
  for (const OverlapPair& pair : overlap.pairs) {
    const auto similarity = pair.similarity();
    pairs.addRow({letter(pair.first) + letter(pair.second), grouped(pair.both), grouped(pair.either),
                  similarity ? fmt::format("{:.4f}", *similarity) : "–"});
  }
  console.print("\n" + pairs.render());
}

void printJson(Console& console, const Overlap& overlap, const std::vector<std::string>& predicates) {
  JsonWriter json;
  json.beginObject().key("predicates").beginArray();
  for (std::size_t i = 0; i < predicates.size(); ++i) {
    json.beginObject().key("predicate").string(predicates[i]).key("count").number(overlap.counts[i]).endObject();
  }
  json.endArray().key("any").number(overlap.any).key("regions").beginArray();
  for (const OverlapRegion& region : overlap.regions) {
    json.beginObject().key("in").beginArray();
    for (std::size_t i = 0; i < predicates.size(); ++i) {
      if (((region.queries >> i) & 1U) != 0) json.number(std::uint64_t{i});
    }
    json.endArray().key("count").number(region.count).endObject();
  }
  json.endArray().key("pairs").beginArray();
  for (const OverlapPair& pair : overlap.pairs) {
    json.beginObject().key("first").number(std::uint64_t{pair.first}).key("second").number(std::uint64_t{pair.second});
    json.key("both").number(pair.both).key("either").number(pair.either).key("jaccard");
    if (const auto similarity = pair.similarity()) json.number(*similarity);
    else json.null();
    json.endObject();
  }
  json.endArray().endObject();
  console.print(json.text());
}

Outcome<> run(const OverlapOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  const auto now = evaluationInstant(options.asOf, *snapshot->zone, program.clock);
  if (!now) return passOn(now);
  const auto queries = compilePredicates(options.predicates, snapshot, *now);
  if (!queries) return passOn(queries);
  const auto found = overlap(*queries, program.host().executor());
  if (!found) return failed(found.error());
  if (options.json) printJson(program.console, *found, options.predicates);
  else printTables(program.console, *found, options.predicates);
  return ExitCode::ok;
}

}  // namespace

void addOverlap(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<OverlapOptions>();
  CLI::App& command = addCommand(program, "overlap", "How up to eight audiences overlap, region by region",
                                 {"roster overlap shop newsletter sms_consent \"tags has 'vip'\""});
  addDatabaseArgument(command, options->directory);
  command.add_option("PREDICATE", options->predicates, "The audiences, up to eight")->required();
  addAsOf(command, options->asOf);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
