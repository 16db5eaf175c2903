// What parsing and printing make of a text.
#pragma once

#include <string>
#include <string_view>

#include "core/query/parser.h"
#include "core/query/printer.h"

namespace roster {

// The canonical text, or the error as "line:column+length message".
inline std::string canonical(std::string_view text) {
  const auto tree = parse(text);
  if (tree) return print(*tree);
  const SourcePosition at = tree.error().position.value_or(SourcePosition{0, 0, 0});
  return std::to_string(at.line) + ":" + std::to_string(at.column) + "+" + std::to_string(at.length) + " " +
         tree.error().message;
}

}  // namespace roster
