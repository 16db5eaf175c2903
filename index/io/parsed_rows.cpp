#include "index/io/parsed_rows.h"

#include <algorithm>
#include <cstring>

namespace roster {

namespace {

// Names of unknown members that are kept; a file whose member names are data would have no end of them.
constexpr std::size_t kMaxUnknownMembers = 100;

// Room for every line of a block. An odd number of cache lines, or the columns' ends would all fall into one cache set.
std::size_t strideFor(const RecordBlock& block) {
  constexpr std::size_t kCellsPerCacheLine = 8;
  return (((block.lines + 1) / kCellsPerCacheLine + 1) | 1U) * kCellsPerCacheLine;
}

}  // namespace

ParsedRows::ParsedRows(RecordBlock block, std::size_t columnCount)
    : block_(std::move(block)),
      columnCount_(columnCount),
      stride_(strideFor(block_)),
      cells_(std::make_unique_for_overwrite<PackedCell[]>(stride_ * columnCount)) {
  rows_.reserve(block_.lines + 1);
}

void ParsedRows::beginRow() {
  for (std::size_t column = 0; column < columnCount_; ++column) current(column) = {};
}

void ParsedRows::setUnusable(std::size_t column, std::string_view text) {
  const auto at = static_cast<std::size_t>(text.data() - block_.bytes.data());
  current(column) = pack(at, text.size(), false, Cell::Kind::unusable);
}

void ParsedRows::setCopied(std::size_t column, std::string_view text) {
  const std::string_view kept = copy(text);
  const auto at = static_cast<std::size_t>(kept.data() - copies_.get());
  current(column) = pack(at, kept.size(), true, kept.empty() ? Cell::Kind::missing : Cell::Kind::value);
}

void ParsedRows::setArray(std::size_t column, std::span<const std::string_view> elements) {
  current(column) = pack(elements_.size(), elements.size(), false, Cell::Kind::array);
  for (const std::string_view element : elements) elements_.push_back(copy(element));
}

std::string_view ParsedRows::copy(std::string_view text) {
  if (copies_ == nullptr) copies_ = std::make_unique_for_overwrite<char[]>(block_.bytes.size());
  char* at = copies_.get() + copied_;
  std::memcpy(at, text.data(), text.size());
  copied_ += text.size();
  return {at, text.size()};
}

void ParsedRows::keepRow(std::uint64_t lineInBlock, std::string_view raw) {
  rows_.push_back({static_cast<std::uint32_t>(lineInBlock), static_cast<std::uint32_t>(recordCount()),
                   static_cast<std::uint32_t>(raw.data() - block_.bytes.data()),
                   static_cast<std::uint32_t>(raw.size())});
}

void ParsedRows::refuseRow(std::uint64_t lineInBlock, std::string_view raw, std::string reason, std::string column) {
  problems_.push_back({block_.firstLine + lineInBlock, static_cast<std::uint32_t>(recordCount()), std::move(column),
                       std::move(reason), raw});
}

void ParsedRows::countUnknownMember(std::string_view name) {
  const auto known = std::find_if(unknownMembers_.begin(), unknownMembers_.end(),
                                  [&](const auto& member) { return member.first == name; });
  if (known != unknownMembers_.end()) {
    known->second += 1;
  } else if (unknownMembers_.size() < kMaxUnknownMembers) {
    unknownMembers_.emplace_back(name, 1);
  }
}

}  // namespace roster
