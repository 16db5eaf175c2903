// How far a parse came and what it hoped for there, from which a syntax error is told: the farthest place where a
// token did not fit is nearly always the place the author has to look at.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace roster::grammar {

// A mistake that is known for what it is; thrown through PEGTL and caught in parse().
struct SyntaxFailure {
  const char* begin = nullptr;
  const char* end = nullptr;
  std::string message;
};

class Progress {
 public:
  // What was hoped for when a rule started, so that its name can take the place of its parts' names.
  struct Mark {
    const char* farthest = nullptr;
    std::size_t count = 0;
  };

  Mark mark() const { return {farthest_, expected_.size()}; }

  // `what`, a static text, did not fit at `at`.
  void failed(const char* at, std::string_view what) {
    if (farthest_ != nullptr && at < farthest_) return;
    if (at != farthest_) expected_.clear();
    farthest_ = at;
    if (std::find(expected_.begin(), expected_.end(), what) == expected_.end()) expected_.push_back(what);
  }

  // As failed, and forgets what the parts of the rule that began here with `mark` hoped for at the same place.
  void failedAsWhole(const char* at, const Mark& mark, std::string_view what) {
    if (farthest_ == at) expected_.resize(std::min(expected_.size(), mark.farthest == at ? mark.count : 0));
    failed(at, what);
  }

  const char* farthest() const { return farthest_; }
  const std::vector<std::string_view>& expected() const { return expected_; }

  std::size_t depth = 0;

 private:
  const char* farthest_ = nullptr;
  std::vector<std::string_view> expected_;
};

}  // namespace roster::grammar
