#include "tools/program.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "core/base/decimal.h"

namespace roster::tools {

CLI::App& addCommand(CLI::App& parent, const std::string& name, const std::string& description,
                     const std::vector<std::string>& examples) {
  // What is not said here would be taken over from the parent.
  CLI::App& command = *parent.add_subcommand(name, description)->group("Commands");
  std::string footer = examples.size() == 1 ? "Example:" : "Examples:";
  for (const std::string& example : examples) footer += "\n  $ " + example;
  command.footer(footer);
  return command;
}

CLI::App& addGroup(CLI::App& parent, const std::string& name, const std::string& description,
                   const std::vector<std::string>& examples) {
  CLI::App& group = addCommand(parent, name, description, examples);
  group.require_subcommand(1, 1);
  return group;
}

void addDatabaseArgument(CLI::App& command, std::string& directory) {
  command.add_option("DB", directory, "The database's directory")->required();
}

void addJsonFlag(CLI::App& command, bool& json) { command.add_flag("--json", json, "Print JSON"); }

CLI::Option* addRepeated(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                         const std::string& description) {
  return command.add_option(name, values, description)->allow_extra_args(false);
}

Outcome<std::uint64_t> parseCount(std::string_view text) {
  std::string digits(text);
  std::erase_if(digits, [](char c) { return c == '_' || c == ','; });
  int zeros = 0;
  if (!digits.empty()) {
    switch (digits.back()) {
      case 'k':
      case 'K': zeros = 3; break;
      case 'm':
      case 'M': zeros = 6; break;
      case 'g':
      case 'G': zeros = 9; break;
      default: break;
    }
    if (zeros > 0) digits.pop_back();
  }
  const auto number = parseDecimal(digits, zeros);
  if (!number || *number < 0) return refuse(fmt::format("'{}' is no number such as 1000, 1_000, 500k or 1.5M", text));
  return static_cast<std::uint64_t>(*number);
}

}  // namespace roster::tools
