// A compiled `like` pattern.
//
// `%` matches any run of characters, the empty one too, `_` exactly one code point, and `\` takes the character after
// it as it is. A folding pattern compares pattern and value after full case folding, so that `_` then stands for one
// code point of the folded value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roster {

// Immutable after construction; safe to use from any thread.
class LikePattern {
 public:
  // Every text is a pattern: a `\` at its very end stands for itself. Valid UTF-8.
  explicit LikePattern(std::string_view pattern, bool foldCase = false);

  // Whether the whole value, valid UTF-8, is like the pattern. Linear in the value for patterns without `_`.
  bool matches(std::string_view value) const;

  // Without `%` and `_`: the pattern is one text, and matching is equality with literalPrefix().
  bool isLiteral() const { return shape_ == Shape::literal; }

  // Only `%`: every value matches, the empty one too.
  bool matchesEverything() const { return shape_ == Shape::everything; }

  // Every value that matches starts with these bytes, once folded where the pattern folds: the start of a range scan.
  const std::string& literalPrefix() const { return prefix_; }

  // A text that occurs in every value that matches, the longest there is; empty where there is none, or where the
  // pattern folds.
  std::string_view requiredText() const { return required_; }

  bool foldsCase() const { return foldCase_; }

 private:
  enum class Shape { literal, everything, prefix, suffix, contains, prefixAndSuffix, general };

  // A stretch between two `%`: texts with gaps of any `gap` characters before each.
  struct Part {
    std::size_t gap = 0;
    std::string text;
  };
  using Segment = std::vector<Part>;

  void compile(std::string_view pattern);
  void classify();
  bool matchesNormal(std::string_view value) const;
  bool matchesGeneral(std::string_view value) const;

  bool foldCase_ = false;
  Shape shape_ = Shape::literal;
  std::vector<Segment> segments_;  // one more than there are runs of `%`
  std::string prefix_;
  std::string required_;
};

}  // namespace roster
