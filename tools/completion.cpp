// roster completion: completion for the shell, made from what the commands declare.
#include <algorithm>
#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/completion_script.h"

namespace roster::tools {

namespace {

struct CompletionOptions {
  std::string shell;
  const CLI::App* program = nullptr;
};

Outcome<> run(const CompletionOptions& options, Program& program) {
  const auto script = completionScript(*options.program, options.shell);
  if (!script) return refuse(fmt::format("there is completion for bash, zsh and fish, not for '{}'", options.shell));
  program.console.print(*script);
  return ExitCode::ok;
}

}  // namespace

void addCompletion(CLI::App& program, Chosen& chosen) {
  auto options = std::make_shared<CompletionOptions>();
  options->program = &program;
  CLI::App& command = addCommand(program, "completion", "Print completion for a shell: bash, zsh or fish",
                                 {"source <(roster completion bash)", "roster completion zsh > ~/.zfunc/_roster",
                                  "roster completion fish > ~/.config/fish/completions/roster.fish"});
  command.add_option("SHELL", options->shell, "bash, zsh or fish")->required();
  runs(command, chosen, options, run);
}

}  // namespace roster::tools
