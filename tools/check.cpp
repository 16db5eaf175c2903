// roster check: every checksum and every invariant.
#include "index/engine/check.h"

#include <fmt/format.h>

#include "index/io/json_writer.h"
#include "tools/commands.h"
#include "tools/open_database.h"
#include "tools/text_table.h"

namespace roster::tools {

namespace {

struct CheckOptions {
  std::string directory;
  bool json = false;
};

void printJson(Console& console, const CheckReport& report) {
  JsonWriter json;
  json.beginObject().key("contacts").number(report.contacts).key("pieces").number(report.pieces);
  json.key("bytes").number(report.bytes).key("damage").beginArray();
  for (const std::string& damage : report.damage) json.string(damage);
  json.endArray().endObject();
  console.print(json.text());
}

Outcome<> run(const CheckOptions& options, Program& program) {
  const auto database = openDatabase(program, options.directory, Access::read);
  if (!database) return passOn(database);
  const auto report = checkDatabase(**database);
  if (!report) return failedOnData(report.error());
  if (options.json) {
    printJson(program.console, *report);
  } else {
    for (const std::string& damage : report->damage) program.console.print(printable(damage) + "\n");
    if (report->damage.empty()) {
      program.console.print(fmt::format("sound: {}, {} and {} were verified\n",
                                        counted(report->contacts, "contact", "contacts"),
                                        counted(report->pieces, "piece", "pieces"), byteSize(report->bytes)));
    }
  }
  if (report->damage.empty()) return ExitCode::ok;
  return failedOnData({ErrorCode::dataLoss,
                       fmt::format("{} in {}; restore a backup with: roster restore FROM {}",
                                   counted(report->damage.size(), "damage was found", "damages were found"),
                                   options.directory, options.directory),
                       {}});
}

}  // namespace

void addCheck(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App& command =
      addCommand(program, "check", "Verify every checksum and invariant of a database", {"roster check shop"});
  addDatabaseArgument(command, options->directory);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
