// What the commands of `roster` have in common: what they are given to work with, and how they are declared.
//
// A command is a file of its own. Its `add…` declares it to CLI11 with options that are read into a struct; what it
// does is a function of that struct and the Program, run after the whole command line was found good.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "index/engine/clock.h"
#include "index/engine/host.h"
#include "tools/console.h"
#include "tools/interrupt.h"
#include "tools/outcome.h"

namespace roster::tools {

// Made in main().
struct Program {
  const Clock& clock;
  Console& console;
  Interrupt& interrupt;
  std::function<Host&()> host;  // made when first asked for: `--help` and `generate` need none
};

// The command that the command line named, ready to run.
using Chosen = std::function<Outcome<>(Program&)>;

// Declares a command; `example` are lines as one would type them, without the `$ `.
CLI::App& addCommand(CLI::App& parent, const std::string& name, const std::string& description,
                     const std::vector<std::string>& examples);

// A command that only holds others, such as `segment`.
CLI::App& addGroup(CLI::App& parent, const std::string& name, const std::string& description,
                   const std::vector<std::string>& examples);

// The positional DB.
void addDatabaseArgument(CLI::App& command, std::string& directory);

// The flag --json.
void addJsonFlag(CLI::App& command, bool& json);

// An option that takes one value each time it is given, however often.
CLI::Option* addRepeated(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                         const std::string& description);

// What runs when the command was named.
template <class Options>
void runs(CLI::App& command, Chosen& chosen, std::shared_ptr<Options> options,
          Outcome<> (*run)(const Options&, Program&)) {
  command.callback(
      [&chosen, options, run] { chosen = [options, run](Program& program) { return run(*options, program); }; });
}

// A whole number as people write it: 1000000, 1_000_000, 1,000,000, 500k, 1M, 1.5M.
Outcome<std::uint64_t> parseCount(std::string_view text);

}  // namespace roster::tools
