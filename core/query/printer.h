// From a syntax tree to its canonical text: one line, keywords in lower case, as few parentheses as there can be.
#pragma once

#include <string>
#include <string_view>

#include "core/query/ast.h"

namespace roster {

// parse(print(tree)) == tree for every tree that keeps the invariants of ast.h.
std::string print(const ast::Predicate& predicate);

// How a comparison is written: "=", "!=", "<" …
std::string_view signOf(CompareOp op);

// A field's name as it is written in a predicate: in double quotes where it is no identifier or is reserved.
std::string printName(std::string_view name);

// The same of a property and the attribute that may follow it: `product."list price"`.
std::string printName(const ast::Name& name);

// A string in single quotes, a quote inside doubled.
std::string printString(std::string_view text);

}  // namespace roster
