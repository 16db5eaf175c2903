#include "tools/command_line.h"

#include <fmt/format.h>
#include <vector>

#include "core/data/schema.h"
#include "tools/commands.h"

namespace roster::tools {

namespace {

constexpr std::size_t kDescriptionColumn = 34;

// The command that was named last: what the words after it were meant for.
const CLI::App& innermost(const CLI::App& program) {
  const CLI::App* app = &program;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().back();
  return *app;
}

// "roster segment save".
std::string pathOf(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : pathOf(*app.get_parent()) + ' ' + app.get_name();
}

std::vector<std::string> optionsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> commandsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::string withNearest(std::string text, const std::string& word, const std::vector<std::string>& known) {
  if (const auto nearest = nearestWord(word, known)) text += fmt::format("; did you mean {}?", *nearest);
  return text;
}

// `--order-by ltv desc` as the one word that the option takes: for CLI11 an option that may take two words takes the
// predicate for the second one.
std::vector<std::string> withOrdersJoined(int count, const char* const* words) {
  std::vector<std::string> joined(words, words + count);
  for (std::size_t i = 2; i < joined.size(); ++i) {
    const bool direction = joined[i] == "desc" || joined[i] == "asc";
    if (!direction || joined[i - 2] != "--order-by") continue;
    joined[i - 1] += ' ' + joined[i];
    joined.erase(joined.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return joined;
}

}  // namespace

CommandLine::CommandLine() : program_("Counts and exports audiences of contacts, exactly and at once.", "roster") {
  program_.get_formatter()->column_width(kDescriptionColumn);
  program_.get_formatter()->label("SUBCOMMAND", "COMMAND");
  program_.set_version_flag("--version", "roster " ROSTER_VERSION);
  program_.require_subcommand(1, 1);
  program_.footer(
      "Results go to standard output, everything else to standard error. The exit code is 0, or 1 where the\n"
      "data or the database is at fault, or 2 where the command line is: an option, a predicate, the name of a\n"
      "column, field or segment, or a place to write to that is not there.\n\n"
      "Example:\n"
      "  $ roster init shop\n"
      "  $ roster import contacts shop contacts.csv --key email\n"
      "  $ roster count shop \"city = 'Łódź' and age >= 18\"\n\n"
      "roster COMMAND --help says more about a command.");
  addInit(program_, chosen_);
  addSchema(program_, chosen_);
  addImport(program_, chosen_);
  addCount(program_, chosen_);
  addExport(program_, chosen_);
  addBreakdown(program_, chosen_);
  addStats(program_, chosen_);
  addOverlap(program_, chosen_);
  addExplain(program_, chosen_);
  addSegment(program_, chosen_);
  addContact(program_, chosen_);
  addContacts(program_, chosen_);
  addEvents(program_, chosen_);
  addCompact(program_, chosen_);
  addCheck(program_, chosen_);
  addBackup(program_, chosen_);
  addRestore(program_, chosen_);
  addGenerate(program_, chosen_);
  addServe(program_, chosen_);
  addBench(program_, chosen_);
  addCompletion(program_, chosen_);
}

Outcome<> CommandLine::parse(int count, const char* const* words, Console& console, Chosen& chosen) {
  try {
    std::vector<std::string> all = withOrdersJoined(count, words);
    std::vector<const char*> raw;
    raw.reserve(all.size());
    for (const std::string& word : all) raw.push_back(word.c_str());
    program_.parse(static_cast<int>(raw.size()), raw.data());
  } catch (const CLI::CallForHelp&) {
    console.print(program_.help());
    return ExitCode::ok;
  } catch (const CLI::CallForVersion& version) {
    console.print(std::string(version.what()) + '\n');
    return ExitCode::ok;
  } catch (const CLI::ParseError& mistake) {
    return refuse(explainMistake(mistake));
  }
  chosen = chosen_;
  return ExitCode::ok;
}

// A word nobody knows is the likelier mistake than what is missing because of it, so it is looked for first.
std::string CommandLine::explainMistake(const CLI::ParseError& mistake) const {
  const CLI::App& app = innermost(program_);
  const std::string help = fmt::format("\n{} --help says more", pathOf(app));
  for (const std::string& word : app.remaining()) {
    if (word.starts_with("--")) {
      const std::string name = word.substr(0, word.find('='));
      return withNearest(fmt::format("{} has no option {}", pathOf(app), name), name, optionsOf(app)) + help;
    }
    if (word.starts_with("-") && word != "-") return fmt::format("{} has no option {}", pathOf(app), word) + help;
    if (!commandsOf(app).empty()) {
      const std::string what = app.get_parent() == nullptr ? "there is no command" : pathOf(app) + " has no command";
      return withNearest(fmt::format("{} {}", what, word), word, commandsOf(app)) + help;
    }
    return fmt::format("{} takes no further argument '{}'; a predicate with spaces is one argument in quotes",
                       pathOf(app), word) +
           help;
  }
  if (app.get_subcommands({}).empty()) return std::string(mistake.what()) + help;
  return fmt::format("{} needs a command: {}", pathOf(app), fmt::join(commandsOf(app), ", ")) + help;
}

}  // namespace roster::tools
