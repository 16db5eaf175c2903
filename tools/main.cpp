// The `roster` program: makes its parts, finds the command, runs it.
#include <exception>
#include <fmt/format.h>
#include <optional>

#include "tools/command_line.h"

namespace roster::tools {

namespace {

int runProgram(int count, char** words) {
  Console console(stdout, stderr);
  Interrupt interrupt;
  const SystemClock clock;
  std::optional<Host> host;
  Program program{clock, console, interrupt, [&]() -> Host& { return host ? *host : host.emplace(clock); }};

  CommandLine commandLine;
  Chosen chosen;
  auto outcome = commandLine.parse(count, words, console, chosen);
  if (outcome && chosen) outcome = chosen(program);
  if (const auto written = console.finish(); outcome && !written) outcome = failedOnData(written.error());
  if (outcome) return static_cast<int>(*outcome);
  const Failure& failure = outcome.error();
  if (failure.isDiagnostic) console.note(failure.message);
  else console.complain("roster", failure.message);
  return static_cast<int>(failure.exit);
}

}  // namespace

}  // namespace roster::tools

int main(int count, char** words) {
  try {
    return roster::tools::runProgram(count, words);
  } catch (const std::exception& defect) {
    // Out of memory, or a defect: nothing in Roster throws on data.
    fmt::print(stderr, "roster: stopped by an unexpected failure: {}\n", defect.what());
    return static_cast<int>(roster::tools::ExitCode::data);
  }
}
