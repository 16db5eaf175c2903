// The command line as a whole: all commands, and what is said where it cannot be understood.
#pragma once

#include <string>

#include "tools/program.h"

namespace roster::tools {

class CommandLine {
 public:
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // Finds the command and its options. Help and version are printed and end in an empty `chosen`.
  Outcome<> parse(int count, const char* const* words, Console& console, Chosen& chosen);

 private:
  std::string explainMistake(const CLI::ParseError& mistake) const;

  CLI::App program_;
  Chosen chosen_;
};

}  // namespace roster::tools
