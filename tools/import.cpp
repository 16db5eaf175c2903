// roster import contacts|events|catalog: files into a database.
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
  ImportTarget::Kind target = ImportTarget::Kind::contacts;
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
    if (option.name != "field" && option.name != "property") continue;
    for (const std::string& value : option.values) {
      const auto spec = parseColumnSpec(value);
      if (!spec) continue;
      if (spec->expression && !computed.insert(spec->name).second) {
        return refuse(fmt::format("--{0} computes the {0} '{1}' twice", option.name, spec->name));
      }
      if (!spec->expression && !columns.insert(spec->column).second) {
        return refuse(
            fmt::format("--{0} names the column '{1}' twice; a column goes to one {0}", option.name, spec->column));
      }
    }
  }
  return ExitCode::ok;
}

// What the schema file says, then what the command line says.
Outcome<ImportOptions> settleOptions(const ImportCommandOptions& command) {
  ImportOptions options;
  options.target.kind = command.target;
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
  if (options.target.kind != command.target) {
    return refuse("the schema file is of another import: it names an event or a catalog that the command does not");
  }
  if (options.target.kind != ImportTarget::Kind::contacts) {
    if (const auto named = requireColumns(options); !named) return refuse(named.error().message);
  } else if (!options.generateKeys && options.keyColumn.empty()) {
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
  return runImport(database, options, std::move(plan), hooks);
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
  auto plan = planImport(*options, *snapshot, program.clock.now());
  if (!plan) return failedOnImport(plan.error());
  if (command.dryRun) return dryRun(*options, *plan, command.json, program);

  const std::string fields = infersKinds(*options) ? fieldTable(*plan) : std::string();
  if (!fields.empty()) program.console.note(fields);
  const auto started = std::chrono::steady_clock::now();
  const auto summary = importWithProgress(**database, *options, *std::move(plan), program);
  if (!summary) return failedOnImport(summary.error());
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  program.console.note(summaryText(*summary, *options, elapsed.count()));
  if (command.json) program.console.print(summaryJson(*summary, *options, elapsed.count()));
  return summary->interrupted ? ExitCode::data : ExitCode::ok;
}

// Declares options that are given by name, as the schema file may have them.
class GivenOptions {
 public:
  GivenOptions(CLI::App& command, ImportCommandOptions& options) : command_(command), options_(options) {}

  void text(const std::string& name, const std::string& placeholder, const std::string& description) {
    const auto give = [&options = options_, name](const std::string& value) {
      options.given.push_back({name, {value}});
    };
    command_.add_option_function<std::string>("--" + name, give, description)->type_name(placeholder);
  }
  void texts(const std::string& name, const std::string& placeholder, const std::string& description) {
    const auto give = [&options = options_, name](const std::vector<std::string>& values) {
      options.given.push_back({name, values});
    };
    command_.add_option_function<std::vector<std::string>>("--" + name, give, description)
        ->allow_extra_args(false)
        ->type_name(placeholder);
  }
  void flag(const std::string& name, const std::string& description) {
    const auto give = [&options = options_, name] { options.given.push_back({name, {"true"}}); };
    command_.add_flag_callback("--" + name, give, description);
  }

 private:
  CLI::App& command_;
  ImportCommandOptions& options_;
};

void addFieldOption(GivenOptions& given) {
  given.texts(
      "field", "COLUMN[:kind[:name]]",
      "Take this column, as a field of this kind and name; a colon in a column's name "
      "is written \\:. Or NAME:kind=EXPRESSION, a field computed from columns with + - * and parentheses, such as "
      "'amount:decimal(2)=quantity*price'. Repeat it; without it every column is taken");
}

// What all imports have: which rows, how they are written, and what becomes of those that do not go in.
void addFileOptions(CLI::App& command, ImportCommandOptions& options, GivenOptions& given) {
  given.text("where", "PREDICATE",
             "Leave out the rows for which this does not hold: a predicate over the file's columns, taken or not");
  command.add_option("--schema", options.schemaFile, "A TOML file that says the same as these options")
      ->type_name("FILE");
  given.text("delimiter", "CHARACTER", "Between cells: , ; | or tab (default: found out)");
  given.text("encoding", "NAME", std::string(kEncodingNames) + " (default utf-8)");
  given.texts("null", "TEXT", "A text that means no value; repeat it for several");
  given.text("date-format", "FORMAT",
             "How dates are written that are not ISO 8601, such as %d.%m.%Y; its order of day and month holds for such "
             "dates with another time of day, too");
  given.flag("decimal-comma", "1 234,50 is a number");
  given.text("rejects", "FILE", "Write the rows that do not go in to this file, with line, column and reason");
  command.add_flag("--dry-run", options.dryRun, "Show the fields and the first rows as they would be stored, and stop");
  command.add_flag("--again", options.again, "Import once more what was imported already");
}

// A command whose options are read into a struct of its own.
CLI::App& addTarget(CLI::App& group, Chosen& chosen, ImportTarget::Kind target, const std::string& name,
                    const std::string& description, const std::vector<std::string>& examples,
                    std::shared_ptr<ImportCommandOptions>& options) {
  options = std::make_shared<ImportCommandOptions>();
  options->target = target;
  CLI::App& command = addCommand(group, name, description, examples);
  addDatabaseArgument(command, options->directory);
  command.add_option("FILE", options->files, "The files, in order")->required();
  addJsonFlag(command, options->json);
  runs(command, chosen, options, run);
  return command;
}

void addContactsImport(CLI::App& group, Chosen& chosen) {
  std::shared_ptr<ImportCommandOptions> options;
  CLI::App& command =
      addTarget(group, chosen, ImportTarget::Kind::contacts, "contacts",
                "Import contacts from CSV or NDJSON files, also .gz and .zst; - is standard input",
                {"roster import contacts shop contacts.csv --key email",
                 "roster import contacts shop crm.csv --key id --field 'Miasto:category:city' "
                 "--encoding windows-1250",
                 "roster import contacts shop orders.csv --generate-keys --field 'amount:decimal(2)=quantity*price' "
                 "--where \"status = 'paid'\"",
                 "roster import contacts shop contacts.csv --key email --dry-run"},
                options);
  GivenOptions given(command, *options);
  given.text("key", "COLUMN", "The column that holds each contact's key");
  addFieldOption(given);
  given.text("mode", "upsert|insert|replace", "What becomes of contacts that are there already (default upsert)");
  given.text("set-mode", "add|replace|remove", "What becomes of the values a set holds already (default add)");
  given.text("set-separator", "CHARACTER", "Between the values of a set in a cell (default |)");
  given.flag("generate-keys",
             "The file has no key: every row becomes a new contact with the next free number as its key");
  addFileOptions(command, *options, given);
}

void addEventsImport(CLI::App& group, Chosen& chosen) {
  std::shared_ptr<ImportCommandOptions> options;
  CLI::App& command =
      addTarget(group, chosen, ImportTarget::Kind::events, "events",
                "Import what contacts did from CSV or NDJSON files, also .gz and .zst; - is standard input",
                {"roster import events shop orders.csv --event purchase --contact customer --time ordered "
                 "--id order_id --property 'total:decimal(2):amount' --property 'sku:ref(products):product'",
                 "roster import events shop mails.csv --event open --contact email --time at --create-contacts"},
                options);
  GivenOptions given(command, *options);
  given.text("event", "NAME", "The type of the events, such as purchase");
  given.text("contact", "COLUMN", "The column that holds the key of the contact");
  given.text("time", "COLUMN", "The column that holds the time");
  given.text("id", "COLUMN",
             "The column that holds an id of each event: an id is taken once, from whatever file, for as long as its "
             "event is retained");
  given.texts(
      "property", "COLUMN[:kind[:name]]",
      "Take this column, as a property of this kind and name: bool, category, integer, decimal(n), timestamp or "
      "ref(CATALOG). Or NAME:kind=EXPRESSION, computed from columns with + - * and parentheses, such as "
      "'amount:decimal(2)=quantity*price'. Repeat it; without it every other column is taken");
  given.flag("create-contacts", "Create the contacts that are not there yet, instead of rejecting their events");
  addFileOptions(command, *options, given);
}

void addCatalogImport(CLI::App& group, Chosen& chosen) {
  std::shared_ptr<ImportCommandOptions> options;
  CLI::App& command =
      addTarget(group, chosen, ImportTarget::Kind::catalog, "catalog",
                "Import a table that events refer to, such as products; imported again, it changes what "
                "its items are",
                {"roster import catalog shop products.csv --catalog products --key sku"}, options);
  GivenOptions given(command, *options);
  given.text("catalog", "NAME", "The catalog's name, as in ref(NAME)");
  given.text("key", "COLUMN", "The column that holds each item's key");
  addFieldOption(given);
  given.text("mode", "upsert|insert|replace", "What becomes of items that are there already (default upsert)");
  addFileOptions(command, *options, given);
}

}  // namespace

void addImport(CLI::App& program, Chosen& chosen) {
  CLI::App& group =
      addGroup(program, "import", "Import files", {"roster import contacts shop contacts.csv --key email"});
  addContactsImport(group, chosen);
  addEventsImport(group, chosen);
  addCatalogImport(group, chosen);
}

}  // namespace roster::tools
