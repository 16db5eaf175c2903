// Goes through CSV text field by field: the inner loop of parsing, eight bytes a step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "index/io/swar.h"

namespace roster {

enum class CsvFlaw : std::uint8_t { none, quoteInBareField, textAfterQuote, openQuote };

struct CsvField {
  std::string_view text;  // without the quotes around it
  bool doubledQuotes = false;
  bool lastOfRecord = false;
  CsvFlaw flaw = CsvFlaw::none;
};

// Undoes the doubling of quotes. `into` is overwritten.
inline void unquoteCsv(std::string_view text, std::string& into) {
  into.clear();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t quote = text.find('"', at);
    if (quote == std::string_view::npos) {
      into.append(text.substr(at));
      break;
    }
    into.append(text.substr(at, quote + 1 - at));
    at = quote + 2;
  }
}

// `text` starts with a record; at least eight zero bytes follow it.
class CsvCursor {
 public:
  CsvCursor(std::string_view text, char delimiter)
      : at_(text.data()),
        end_(text.data() + text.size()),
        word_(text.data()),
        mask_(text.empty() ? 0 : marks(text.data(), broadcast(delimiter))),
        delimiter_(broadcast(delimiter)) {}

  // What is left to read; its start is that of the next field.
  const char* position() const { return at_; }
  bool atEnd() const { return at_ == end_; }
  char delimiter() const { return static_cast<char>(delimiter_ & 0xFFU); }
  // Line feeds passed so far.
  std::uint64_t lines() const { return lines_; }

  // At the start of a record: passes over an empty line, if there is one.
  bool passEmptyLine() {
    const bool carriageReturn = *at_ == '\r';
    const char* lineFeed = at_ + (carriageReturn ? 1 : 0);
    if (lineFeed == end_ && carriageReturn) {
      at_ = end_;
      return true;
    }
    if (lineFeed == end_ || *lineFeed != '\n') return false;
    nextMark();
    lines_ += 1;
    at_ = lineFeed + 1;
    return true;
  }

  // Not at the end, or after a delimiter at the end. Inlined by force: the call is a third of what a short field costs.
  [[gnu::always_inline]] CsvField next() {
    CsvField field;
    if (at_ != end_ && *at_ == '"') {
      takeQuoted(field);
      return field;
    }
    const char* start = at_;
    const char* mark = nextMark();
    while (mark != end_ && *mark == '"') {
      field.flaw = CsvFlaw::quoteInBareField;
      mark = nextMark();
    }
    endAt(mark, field);
    const bool carriageReturn = field.lastOfRecord && mark != start && mark[-1] == '\r';
    field.text = {start, static_cast<std::size_t>(mark - start) - (carriageReturn ? 1 : 0)};
    return field;
  }

 private:
  static std::uint64_t marks(const char* at, std::uint64_t delimiter) {
    const std::uint64_t word = loadWord(at);
    return matchBytes(word, delimiter) | matchBytes(word, broadcast('\n')) | matchBytes(word, broadcast('"'));
  }

  // The next delimiter, line feed or quote, or the end.
  const char* nextMark() {
    while (mask_ == 0) {
      if (end_ - word_ <= 8) return end_;
      word_ += 8;
      mask_ = marks(word_, delimiter_);
    }
    const char* mark = word_ + firstMarked(mask_);
    mask_ &= mask_ - 1;
    return mark;
  }

  // A field ends at a delimiter, a line feed or the end of the text.
  void endAt(const char* mark, CsvField& field) {
    field.lastOfRecord = mark == end_ || *mark == '\n';
    if (mark == end_) {
      at_ = end_;
      return;
    }
    lines_ += *mark == '\n' ? 1 : 0;
    at_ = mark + 1;
  }

  [[gnu::always_inline]] void takeQuoted(CsvField& field) {
    const char* start = nextMark() + 1;
    const char* quote = nextMark();
    for (;; quote = nextMark()) {
      if (quote == end_) {
        field.flaw = CsvFlaw::openQuote;
        field.text = {start, static_cast<std::size_t>(end_ - start)};
        endAt(end_, field);
        return;
      }
      if (*quote == '\n') lines_ += 1;
      if (*quote != '"') continue;
      if (quote[1] != '"') break;
      field.doubledQuotes = true;
      nextMark();
    }
    field.text = {start, static_cast<std::size_t>(quote - start)};
    const char* mark = nextMark();
    while (mark != end_ && *mark == '"') mark = nextMark();
    endAt(mark, field);
    const bool carriageReturn = field.lastOfRecord && quote[1] == '\r';
    if (quote + 1 + (carriageReturn ? 1 : 0) != mark) field.flaw = CsvFlaw::textAfterQuote;
  }

  const char* at_;
  const char* end_;
  const char* word_;    // the eight bytes looked at
  std::uint64_t mask_;  // the marks in them that are still to come
  std::uint64_t delimiter_;
  std::uint64_t lines_ = 0;
};

}  // namespace roster
