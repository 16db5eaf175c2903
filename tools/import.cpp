// roster import contacts: files into a database.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <set>

#include "index/io/import_schema_file.h"
#include "index/io/importer.h"
#include "tools/commands.h"
#include "tools/import_report.h"
#include "tools/open_database.h"
#include "tools/progress_bar.h"

namespace roster::tools {

namespace {

// An option of the import as it was given: its name without dashes, and its values.
struct GivenOption {
  std::string name;
  std::vector<std::string> values;
};

struct ImportCommandOptions {
  std::string directory;
  std::vector<std::string> files;
  std::string schemaFile;
  std::vector<GivenOption> given;
  bool dryRun = false;
  bool again = false;
  bool json = false;
};

// A column named twice would silently go to the last of its fields; only a schema file's may be named anew.
Outcome<> refuseRepeatedColumns(const std::vector<GivenOption>& given) {
  std::set<std::string> columns;
  std::set<std::string> computed;
  for (const GivenOption& option : given) {
    if (option.name != "field") continue;
    for (const std::string& value : option.values) {
      const auto spec = parseColumnSpec(value);
      if (!spec) continue;
      if (spec->expression && !computed.insert(spec->name).second) {
        return refuse(fmt::format("--field computes the field '{}' twice", spec->name));
      }
      if (!spec->expression && !columns.insert(spec->column).second) {
        return refuse(fmt::format("--field names the column '{}' twice; a column goes to one field", spec->column));
      }
    }
  }
  return ExitCode::ok;
}

// What the schema file says, then what the command line says.
Outcome<ImportOptions> settleOptions(const ImportCommandOptions& command) {
  ImportOptions options;
  options.files = command.files;
  options.again = command.again;
  if (!command.schemaFile.empty()) {
    const auto read = readImportSchema(command.schemaFile, options);
    if (!read) return failedOnName(read.error());
  }
  if (const auto once = refuseRepeatedColumns(command.given); !once) return passOn(once);
  for (const GivenOption& given : command.given) {
    for (const std::string& value : given.values) {
      const auto set = setImportOption(options, given.name, value);
      if (!set) return refuse(fmt::format("--{}: {}", given.name, set.error().message));
    }
  }
  if (std::ranges::count(options.files, "-") > 1) {
    return refuse("standard input can be read once: give - a single time");
  }
  if (options.generateKeys && !options.keyColumn.empty()) {
    return refuse("--key names the column of keys and --generate-keys says that there is none: give one of them");
  }
  if (!options.generateKeys && options.keyColumn.empty()) {
    return refuse(
        "say which column holds each contact's key with --key COLUMN, or --generate-keys for a file that has "
        "none");
  }
  return options;
}

bool infersKinds(const ImportOptions& options) {
  if (options.fields.empty()) return true;
  return std::ranges::any_of(options.fields, [](const ColumnSpec& field) { return !field.type; });
}

Outcome<> dryRun(const ImportOptions& options, const ImportPlan& plan, bool json, Program& program) {
  if (json) {
    program.console.print(planJson(plan, options.setSeparator));
    return ExitCode::ok;
  }
  program.console.print(fieldTable(plan));
  for (std::size_t file = 0; file < plan.files.size(); ++file) {
    program.console.print("\n" + firstRows(plan, file, options.setSeparator, program.console.width()));
  }
  program.console.note("a dry run: nothing was imported");
  return ExitCode::ok;
}

Result<ImportSummary> importWithProgress(Database& database, const ImportOptions& options, ImportPlan plan,
                                         Program& program) {
  program.interrupt.listen();
  ProgressBar bar(program.console, "rows");
  ImportHooks hooks;
  hooks.stop = &program.interrupt.flag();
  hooks.report = [&bar](const ImportProgressReport& report) {
    std::optional<double> fraction;
    if (report.totalBytes && *report.totalBytes > 0) {
      fraction = static_cast<double>(report.bytes) / static_cast<double>(*report.totalBytes);
    }
    bar.show(report.rows, fraction);
  };
  return importContacts(database, options, std::move(plan), hooks);
}

// A column that is not there, a place for rejects, and what has a place in an expression or a predicate were said on
// the command line; all else is the file's.
tl::unexpected<Failure> failedOnImport(const Error& error) {
  if (error.position) return refuse(error.message);
  return error.code == ErrorCode::notFound ? failedOnName(error) : failedOnData(error);
}

Outcome<> run(const ImportCommandOptions& command, Program& program) {
  const auto options = settleOptions(command);
  if (!options) return passOn(options);
  auto database = openDatabase(program, command.directory, command.dryRun ? Access::read : Access::write);
  if (!database) return passOn(database);
  const SnapshotPtr snapshot = (*database)->snapshot();
  auto plan = planImport(*options, *snapshot->schema, *snapshot->zone, program.clock.now());
  if (!plan) return failedOnImport(plan.error());
  if (command.dryRun) return dryRun(*options, *plan, command.json, program);

  const std::string fields = infersKinds(*options) ? fieldTable(*plan) : std::string();
  if (!fields.empty()) program.console.note(fields);
  const auto started = std::chrono::steady_clock::now();
  const auto summary = importWithProgress(**database, *options, *std::move(plan), program);
  if (!summary) return failedOnImport(summary.error());
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  program.console.note(summaryText(*summary, *options, elapsed.count()));
  if (command.json) program.console.print(summaryJson(*summary, elapsed.count()));
  return summary->interrupted ? ExitCode::data : ExitCode::ok;
}

void addOptions(CLI::App& command, ImportCommandOptions& options) {
  const auto text = [&](const std::string& name, const std::string& placeholder, const std::string& description) {
    const auto give = [&options, name](const std::string& value) { options.given.push_back({name, {value}}); };
    command.add_option_function<std::string>("--" + name, give, description)->type_name(placeholder);
  };
  const auto texts = [&](const std::string& name, const std::string& placeholder, const std::string& description) {
    const auto give = [&options, name](const std::vector<std::string>& values) {
      options.given.push_back({name, values});
    };
    command.add_option_function<std::vector<std::string>>("--" + name, give, description)
        ->allow_extra_args(false)
        ->type_name(placeholder);
  };
  const auto flag = [&](const std::string& name, const std::string& description) {
    command.add_flag_callback(
        "--" + name,
        [&options, name] {
          options.given.push_back({name, {"true"}});
        },
        description);
  };
  text("key", "COLUMN", "The column that holds each contact's key");
  texts("field", "COLUMN[:kind[:name]]",
        "Take this column, as a field of this kind and name; a colon in a column's name "
        "is written \\:. Or NAME:kind=EXPRESSION, a field computed from columns with + - * and parentheses, such as "
        "'amount:decimal(2)=quantity*price'. Repeat it; without it every column is taken");
  text("where", "PREDICATE",
       "Leave out the rows for which this does not hold: a predicate over the file's columns, taken or not");
  command.add_option("--schema", options.schemaFile, "A TOML file that says the same as these options")
      ->type_name("FILE");
  text("mode", "upsert|insert|replace", "What becomes of contacts that are there already (default upsert)");
  text("set-mode", "add|replace|remove", "What becomes of the values a set holds already (default add)");
  text("set-separator", "CHARACTER", "Between the values of a set in a cell (default |)");
  text("delimiter", "CHARACTER", "Between cells: , ; | or tab (default: found out)");
  text("encoding", "NAME", std::string(kEncodingNames) + " (default utf-8)");
  texts("null", "TEXT", "A text that means no value; repeat it for several");
  text("date-format", "FORMAT",
       "How dates are written that are not ISO 8601, such as %d.%m.%Y; its order of day and month holds for such dates "
       "with "
       "another time of day, too");
  flag("decimal-comma", "1 234,50 is a number");
  text("rejects", "FILE", "Write the rows that do not go in to this file, with line, column and reason");
  flag("generate-keys", "The file has no key: every row becomes a new contact with the next free number as its key");
  command.add_flag("--dry-run", options.dryRun, "Show the fields and the first rows as they would be stored, and stop");
  command.add_flag("--again", options.again, "Import once more what was imported already");
}

}  // namespace

void addImport(CLI::App& program, Chosen& chosen) {
  CLI::App& group =
      addGroup(program, "import", "Import files", {"roster import contacts shop contacts.csv --key email"});
  auto options = std::make_shared<ImportCommandOptions>();
  CLI::App& command =
      addCommand(group, "contacts", "Import contacts from CSV or NDJSON files, also .gz and .zst; - is standard input",
                 {"roster import contacts shop contacts.csv --key email",
                  "roster import contacts shop crm.csv --key id --field 'Miasto:category:city' "
                  "--encoding windows-1250",
                  "roster import contacts shop orders.csv --generate-keys --field 'amount:decimal(2)=quantity*price' "
                  "--where \"status = 'paid'\"",
                  "roster import contacts shop contacts.csv --key email --dry-run"});
  addDatabaseArgument(command, options->directory);
  command.add_option("FILE", options->files, "The files, in order")->required();
  addOptions(command, *options);
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
