#include "tools/console.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>

namespace roster::tools {

namespace {

bool wantsColour() {
  const char* refused = std::getenv("NO_COLOR");
  if (refused != nullptr && *refused != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

void write(std::FILE* file, std::string_view text) { std::fwrite(text.data(), 1, text.size(), file); }

}  // namespace

Console::Console(std::FILE* results, std::FILE* notes)
    : results_(results),
      notes_(notes),
      resultsAreSeen_(::isatty(::fileno(results)) == 1),
      notesAreSeen_(::isatty(::fileno(notes)) == 1),
      colour_(notesAreSeen_ && wantsColour()) {}

void Console::print(std::string_view text) { write(results_, text); }

void Console::note(std::string_view line) {
  // What was printed before stands before it, where both go to one place.
  std::fflush(results_);
  write(notes_, std::string(line) + '\n');
}

void Console::complain(std::string_view label, std::string_view message) {
  note(colour_ ? fmt::format("\033[31m{}:\033[0m {}", label, message) : fmt::format("{}: {}", label, message));
}

void Console::replaceLine(std::string_view line) {
  write(notes_, fmt::format("\r\033[K{}", line));
  std::fflush(notes_);
}

std::size_t Console::width() const {
  winsize size{};
  const int terminal = ::fileno(resultsAreSeen_ ? results_ : notes_);
  if (::ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

Result<void> Console::finish() {
  if (std::fflush(results_) == 0 && std::ferror(results_) == 0) return {};
  return fail(ErrorCode::resourceExhausted,
              fmt::format("the results could not be written to standard output: {}", std::strerror(errno)));
}

}  // namespace roster::tools
