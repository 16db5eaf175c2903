#include "index/io/block_cutter.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "index/io/swar.h"

namespace roster {

namespace {

// Of a refused record so much is kept for the rejects file.
constexpr std::size_t kRefusedText = 4096;

}  // namespace

void RecordEnds::foundLineFeeds(std::string_view buffer, std::size_t from, std::size_t to) {
  const std::string_view region = buffer.substr(from, to - from);
  const std::size_t last = region.rfind('\n');
  if (last == std::string_view::npos) return;
  if (complete_ == 0) first_ = from + region.find('\n') + 1;
  complete_ = from + last + 1;
}

bool RecordEnds::opensField(std::string_view buffer, std::size_t quote) const {
  return quote == 0 || buffer[quote - 1] == *delimiter_ || buffer[quote - 1] == '\n';
}

void RecordEnds::scan(std::string_view buffer, bool atEnd) {
  while (scanned_ < buffer.size()) {
    const std::size_t found = delimiter_ ? buffer.find('"', scanned_) : std::string_view::npos;
    const std::size_t quote = std::min(found, buffer.size());
    if (!insideQuotes_) {
      foundLineFeeds(buffer, scanned_, quote);
      insideQuotes_ = quote < buffer.size() && opensField(buffer, quote);
      scanned_ = std::min(quote + 1, buffer.size());
    } else if (quote == buffer.size()) {
      scanned_ = quote;
    } else if (quote + 1 == buffer.size() && !atEnd) {
      // Whether this quote closes the field or is doubled is for the next byte to say.
      scanned_ = quote;
      return;
    } else {
      insideQuotes_ = quote + 1 < buffer.size() && buffer[quote + 1] == '"';
      scanned_ = quote + (insideQuotes_ ? 2 : 1);
    }
  }
  if (atEnd && !insideQuotes_ && complete_ < buffer.size()) {
    if (complete_ == 0) first_ = buffer.size();
    complete_ = buffer.size();
  }
}

BlockCutter::BlockCutter(DecodedSource source, std::optional<char> delimiter, std::uint64_t firstLine,
                         const BlockLimits& limits)
    : source_(std::move(source)), ends_(delimiter), limits_(limits), line_(firstLine) {
  // A block no longer than the longest record: then only the first record of a buffer can be too long.
  limits_.blockSize = std::clamp<std::size_t>(limits_.blockSize, 4, std::max<std::size_t>(4, limits_.maxRecord));
}

Result<void> BlockCutter::fill(std::size_t size) {
  // Decoding writes up to four bytes at once.
  if (buffer_.size() < size + 4) buffer_.resize(size + 4);
  while (held_ < size && !sourceEnded_) {
    auto count = source_.read(buffer_.data() + held_, buffer_.size() - held_);
    if (!count) return propagate(count);
    held_ += *count;
    sourceEnded_ = *count == 0;
  }
  return {};
}

Result<std::optional<RecordBlock>> BlockCutter::next() {
  for (std::size_t size = limits_.blockSize;; size += limits_.blockSize) {
    if (auto filled = fill(size); !filled) return propagate(filled);
    if (held_ == 0) return std::nullopt;
    // Only so much as was asked for is looked at, so that the cut does not depend on how much came.
    const std::size_t seen = std::min(size, held_);
    const bool seenAll = sourceEnded_ && seen == held_;
    ends_.scan({buffer_.data(), seen}, seenAll);
    if (ends_.complete() == 0 && !seenAll && seen <= limits_.maxRecord) continue;
    if (ends_.complete() > 0 && ends_.first() <= limits_.maxRecord) return cut(ends_.complete());
    auto refused = cutRefused();
    if (!refused) return propagate(refused);
    return std::move(*refused);
  }
}

RecordBlock BlockCutter::cut(std::size_t size) {
  RecordBlock block;
  block.index = index_++;
  block.firstLine = line_;
  block.lines = countByte({buffer_.data(), size}, '\n');
  block.consumed = source_.source().consumed();
  line_ += block.lines;

  // The rest moves to a new buffer and the block takes this one, with no copy of the records themselves.
  std::vector<char> rest(std::max(held_ - size, limits_.blockSize) + kBlockPadding);
  std::memcpy(rest.data(), buffer_.data() + size, held_ - size);
  buffer_.resize(size);
  buffer_.resize(size + kBlockPadding, '\0');
  block.bytes = std::exchange(buffer_, std::move(rest));
  held_ -= size;
  ends_.reset();
  return block;
}

Result<RecordBlock> BlockCutter::cutRefused() {
  const bool tooLong = ends_.complete() > 0 || held_ > limits_.maxRecord;
  const std::string_view held(buffer_.data(), held_);
  const std::size_t lineFeed = held.find('\n');
  const std::size_t lineEnd = lineFeed == std::string_view::npos ? held_ : lineFeed + 1;
  RecordBlock block = cut(lineEnd);
  block.refusal = tooLong ? fmt::format("the record is longer than {} bytes; a quote may be opened and never closed",
                                        limits_.maxRecord)
                          : std::string("a quote is opened and never closed");
  if (lineFeed == std::string_view::npos) {
    if (auto passed = passLine(); !passed) return propagate(passed);
  }
  if (const std::size_t kept = std::min(kRefusedText, limits_.maxRecord); block.text().size() > kept) {
    block.bytes.resize(kept);
    block.bytes.resize(kept + kBlockPadding, '\0');
  }
  return block;
}

Result<void> BlockCutter::passLine() {
  while (!sourceEnded_ || held_ > 0) {
    if (auto filled = fill(limits_.blockSize); !filled) return propagate(filled);
    const std::size_t lineFeed = std::string_view(buffer_.data(), held_).find('\n');
    const bool found = lineFeed != std::string_view::npos;
    const std::size_t passed = found ? lineFeed + 1 : held_;
    std::memmove(buffer_.data(), buffer_.data() + passed, held_ - passed);
    held_ -= passed;
    if (found) {
      line_ += 1;
      break;
    }
  }
  return {};
}

}  // namespace roster
