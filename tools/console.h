// Where a command writes: results to standard output, everything else to standard error.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string_view>

#include "core/base/error.h"

namespace roster::tools {

// Not thread-safe.
class Console {
 public:
  // Looks at whether the streams are terminals, and at NO_COLOR and TERM.
  Console(std::FILE* results, std::FILE* notes);

  // Text of the result, as it is.
  void print(std::string_view text);
  // A line that is no result; a line feed is added.
  void note(std::string_view line);
  // A line about what went wrong, with its first words in red where colours are wanted.
  void complain(std::string_view label, std::string_view message);
  // Takes back the last unfinished line of the notes and puts this one there; for progress on a terminal.
  void replaceLine(std::string_view line);

  bool resultsAreSeen() const { return resultsAreSeen_; }  // standard output is a terminal
  bool notesAreSeen() const { return notesAreSeen_; }      // standard error is a terminal
  std::size_t width() const;                               // columns of the terminal; 80 where there is none

  // All results have left the process; resourceExhausted where they could not be written.
  Result<void> finish();

 private:
  std::FILE* results_;
  std::FILE* notes_;
  bool resultsAreSeen_;
  bool notesAreSeen_;
  bool colour_;
};

}  // namespace roster::tools
