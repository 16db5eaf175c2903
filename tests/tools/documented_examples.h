// The examples in a Markdown file: what is typed, what is shown below it, and predicates.
//
// A block tagged `console` is a session: lines that start with `$ ` are typed (a backslash at the end goes on in the
// next line), the lines after one are what it prints. `…` in a shown line stands for any text, a line that is `…` alone
// for any number of lines. A block tagged `roster` holds predicates, one a line; an indented line goes on with the one
// before.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace roster::testing {

struct DocumentedCommand {
  std::size_t line = 0;  // in the file, from 1
  std::string text;
  std::vector<std::string> shown;  // nothing where the document leaves the output out
};

struct DocumentedPredicate {
  std::size_t line = 0;
  std::string text;
};

struct DocumentedExamples {
  std::vector<DocumentedCommand> commands;
  std::vector<DocumentedPredicate> predicates;
};

DocumentedExamples readExamples(const std::string& markdown);

// Whether what was printed is what is shown.
bool matchesShown(const std::vector<std::string>& shown, const std::vector<std::string>& printed);

std::vector<std::string> linesOf(const std::string& text);

}  // namespace roster::testing
