// A column of integers in little room that is read in place: groups of 128, each as distances from its least number in
// as few bits as its greatest distance needs (frame of reference). Any number is found in O(1), and a group is taken
// apart in one go.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/byte_codec.h"

namespace roster {

// Views bytes that it does not own; safe to read from any thread.
//
// Layout, from an offset that 8 divides: the least number of each group (i64), where each group's bits end, in words of
// 16 bytes (u32), zeros up to 8 bytes, the bits, and 8 zeros, so that a number is read in one load.
class PackedNumbers {
 public:
  static constexpr std::uint32_t kGroup = 128;
  static constexpr std::uint32_t groupsOf(std::uint32_t count) { return (count + kGroup - 1) / kGroup; }

  PackedNumbers() = default;

  // Appends numbers in packed form; what is there already has a length that 8 divides, and so has the result.
  static void encode(std::span<const std::int64_t> numbers, ByteWriter& to);

  // Of `count` numbers at the start of `bytes`, which are aligned to 8; nothing where they cannot be that.
  static std::optional<PackedNumbers> view(std::string_view bytes, std::uint32_t count);

  std::uint32_t size() const { return size_; }
  // Of all of it, as encode() made it.
  std::size_t byteSize() const;
  std::int64_t operator[](std::uint32_t at) const;
  std::int64_t leastOf(std::uint32_t group) const { return least_[group]; }

  // Of a group whose numbers are its least one or the one above it, a bit each: whether it is that; nothing of others.
  using GroupBits = std::array<std::uint64_t, kGroup / 64>;
  std::optional<GroupBits> bitsOf(std::uint32_t group) const;

  // Writes the numbers of a group to `to`, which has room for kGroup; those beyond size() mean nothing.
  void expand(std::uint32_t group, std::int64_t* to) const;

  // Of numbers that ascend: how many at the front are below `bound`, and of those from `from` on at the earliest.
  std::uint32_t lowerBound(std::int64_t bound, std::uint32_t from = 0) const;

 private:
  std::uint32_t bitsBegin(std::uint32_t group) const { return group == 0 ? 0 : ends_[group - 1]; }
  // 16 bytes hold one bit of each number of a group.
  std::uint32_t widthOf(std::uint32_t group) const { return ends_[group] - bitsBegin(group); }

  const std::int64_t* least_ = nullptr;
  const std::uint32_t* ends_ = nullptr;
  const char* bits_ = nullptr;
  std::uint32_t size_ = 0;
};

}  // namespace roster
