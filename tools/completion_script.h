// Scripts that complete commands and options in a shell. Positional arguments complete to files.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace roster::tools {

// For "bash", "zsh" or "fish"; nothing for another shell.
std::optional<std::string> completionScript(const CLI::App& program, std::string_view shell);

}  // namespace roster::tools
