#include "core/base/like_pattern.h"

#include <optional>

#include "core/base/unicode.h"

namespace roster {

namespace {

// The offset `count` code points after `at`; nullopt where the text ends before.
std::optional<std::size_t> skipCharacters(std::string_view text, std::size_t at, std::size_t count) {
  for (; count > 0; --count) {
    if (at >= text.size()) return std::nullopt;
    at += characterLength(text, at);
  }
  return at;
}

// Where a segment ends that starts exactly at `at`; nullopt where it does not match there.
template <class Segment>
std::optional<std::size_t> matchAt(const Segment& segment, std::string_view value, std::size_t at) {
  for (const auto& part : segment) {
    const auto start = skipCharacters(value, at, part.gap);
    if (!start || value.substr(*start, part.text.size()) != part.text) return std::nullopt;
    at = *start + part.text.size();
  }
  return at;
}

// The end of the leftmost match at or after `at`.
template <class Segment>
std::optional<std::size_t> findFrom(const Segment& segment, std::string_view value, std::size_t at) {
  if (segment.size() == 1 && segment[0].gap == 0) {
    const std::size_t found = value.find(segment[0].text, at);
    if (found == std::string_view::npos) return std::nullopt;
    return found + segment[0].text.size();
  }
  for (;; at += characterLength(value, at)) {
    if (const auto end = matchAt(segment, value, at)) return end;
    if (at >= value.size()) return std::nullopt;
  }
}

// The number of code points a segment takes.
template <class Segment>
std::size_t lengthOf(const Segment& segment) {
  std::size_t length = 0;
  for (const auto& part : segment) length += part.gap + countCharacters(part.text);
  return length;
}

// Where the last `count` code points of a text start; nullopt where it has fewer.
std::optional<std::size_t> startOfLast(std::string_view text, std::size_t count) {
  std::size_t at = text.size();
  for (; count > 0; --count) {
    if (at == 0) return std::nullopt;
    do --at;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
  }
  return at;
}

}  // namespace

LikePattern::LikePattern(std::string_view pattern, bool foldCase) : foldCase_(foldCase) {
  compile(foldCase ? roster::foldCase(pattern) : std::string(pattern));
  classify();
}

void LikePattern::compile(std::string_view pattern) {
  segments_.emplace_back();
  const auto open = [&]() -> Part& {
    Segment& segment = segments_.back();
    if (segment.empty()) segment.emplace_back();
    return segment.back();
  };
  bool afterPercent = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '%') {
      if (!afterPercent) segments_.emplace_back();
      afterPercent = true;
      continue;
    }
    afterPercent = false;
    if (c == '_') {
      Segment& segment = segments_.back();
      if (segment.empty() || !segment.back().text.empty()) segment.emplace_back();
      ++segment.back().gap;
      continue;
    }
    if (c == '\\' && i + 1 < pattern.size()) ++i;
    open().text += pattern[i];
  }
}

void LikePattern::classify() {
  const Segment& first = segments_.front();
  if (!first.empty() && first[0].gap == 0) prefix_ = first[0].text;
  for (const Segment& segment : segments_) {
    for (const Part& part : segment) {
      if (!foldCase_ && part.text.size() > required_.size()) required_ = part.text;
    }
  }
  const auto plain = [](const Segment& segment) {
    return segment.empty() || (segment.size() == 1 && segment[0].gap == 0);
  };
  bool allPlain = true;
  for (const Segment& segment : segments_) allPlain = allPlain && plain(segment);
  const std::size_t count = segments_.size();
  if (!allPlain || count > 3) shape_ = Shape::general;
  else if (count == 1) shape_ = Shape::literal;
  else if (count == 3) shape_ = first.empty() && segments_[2].empty() ? Shape::contains : Shape::general;
  else if (first.empty()) shape_ = segments_[1].empty() ? Shape::everything : Shape::suffix;
  else shape_ = segments_[1].empty() ? Shape::prefix : Shape::prefixAndSuffix;
}

bool LikePattern::matches(std::string_view value) const {
  return foldCase_ ? matchesNormal(foldCase(value)) : matchesNormal(value);
}

bool LikePattern::matchesNormal(std::string_view value) const {
  switch (shape_) {
    case Shape::literal: return value == prefix_;
    case Shape::everything: return true;
    case Shape::prefix: return value.starts_with(prefix_);
    case Shape::suffix: return value.ends_with(segments_[1][0].text);
    case Shape::contains: return value.find(segments_[1][0].text) != std::string_view::npos;
    case Shape::prefixAndSuffix: {
      const std::string& suffix = segments_[1][0].text;
      return value.size() >= prefix_.size() + suffix.size() && value.starts_with(prefix_) && value.ends_with(suffix);
    }
    case Shape::general: return matchesGeneral(value);
  }
  return false;
}

// The first and last segments are anchored; each one between is matched as far left as it can be, which leaves the
// most for those after it and so never misses a match.
bool LikePattern::matchesGeneral(std::string_view value) const {
  auto at = matchAt(segments_.front(), value, 0);
  if (!at) return false;
  if (segments_.size() == 1) return *at == value.size();
  for (std::size_t i = 1; i + 1 < segments_.size(); ++i) {
    if (segments_[i].empty()) continue;
    at = findFrom(segments_[i], value, *at);
    if (!at) return false;
  }
  const auto tail = startOfLast(value, lengthOf(segments_.back()));
  return tail && *tail >= *at && matchAt(segments_.back(), value, *tail) == value.size();
}

}  // namespace roster
