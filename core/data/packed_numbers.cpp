#include "core/data/packed_numbers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

namespace roster {

namespace {

constexpr std::uint32_t kGroup = PackedNumbers::kGroup;
constexpr std::uint32_t kWordBytes = kGroup / 8;  // one bit of each number of a group
constexpr std::size_t kTail = 8;

// A number of up to so many bits lies within the 8 bytes from the one it begins in; longer ones take all 64.
constexpr std::uint32_t kLongestUnaligned = 56;

std::uint32_t bitWidthFor(std::uint64_t greatest) {
  const auto width = static_cast<std::uint32_t>(std::bit_width(greatest));
  return width > kLongestUnaligned ? 64 : width;
}

std::uint64_t loadWord(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

std::uint64_t distanceOf(std::int64_t number, std::int64_t least) {
  return static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(least);
}

// The other way round; without signs, since a distance may be longer than the longest positive number.
std::int64_t numberAt(std::int64_t least, std::uint64_t distance) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + distance);
}

// Appends the distances of a group, each in `width` bits.
void appendBits(std::span<const std::int64_t> group, std::int64_t least, std::uint32_t width, ByteWriter& to) {
  std::array<std::uint64_t, kGroup> words{};
  for (std::uint32_t i = 0; i < group.size(); ++i) {
    const std::uint64_t distance = distanceOf(group[i], least);
    const std::uint32_t bit = i * width;
    words[bit / 64] |= distance << (bit % 64);
    if (bit % 64 + width > 64) words[bit / 64 + 1] |= distance >> (64 - bit % 64);
  }
  to.raw(words.data(), std::size_t{width} * kWordBytes);
}

// Of what stands before the bits.
std::size_t headerBytes(std::size_t groups) {
  return groups * sizeof(std::int64_t) + (groups * sizeof(std::uint32_t) + 7) / 8 * 8;
}

// With the width known, all shifts are constants: eight numbers take as many bytes as one takes bits.
template <std::uint32_t Width>
void expandGroup(const char* bits, std::int64_t least, std::int64_t* to) {
  constexpr std::uint64_t kMask = Width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << Width % 64) - 1;
  for (std::uint32_t eight = 0; eight < kGroup / 8; ++eight, bits += Width, to += 8) {
    for (std::uint32_t i = 0; i < 8; ++i) {
      const std::uint32_t bit = i * Width;
      to[i] = numberAt(least, (loadWord(bits + bit / 8) >> (bit % 8)) & kMask);
    }
  }
}

using ExpandGroup = void (*)(const char* bits, std::int64_t least, std::int64_t* to);

template <std::uint32_t... Widths>
constexpr std::array<ExpandGroup, sizeof...(Widths)> expandersOf(std::integer_sequence<std::uint32_t, Widths...>) {
  return {&expandGroup<Widths>...};
}
constexpr auto kExpanders = expandersOf(std::make_integer_sequence<std::uint32_t, 65>());

}  // namespace

void PackedNumbers::encode(std::span<const std::int64_t> numbers, ByteWriter& to) {
  const std::uint32_t groups = groupsOf(static_cast<std::uint32_t>(numbers.size()));
  std::vector<std::uint32_t> widths(groups);
  const auto groupAt = [&](std::uint32_t group) {
    const std::size_t begin = std::size_t{group} * kGroup;
    return numbers.subspan(begin, std::min<std::size_t>(kGroup, numbers.size() - begin));
  };
  std::vector<std::int64_t> least(groups);
  for (std::uint32_t group = 0; group < groups; ++group) {
    const auto [low, high] = std::ranges::minmax(groupAt(group));
    least[group] = low;
    widths[group] = bitWidthFor(distanceOf(high, low));
    to.fixed(low);
  }
  std::uint32_t end = 0;
  for (const std::uint32_t width : widths) to.fixed(end += width);
  to.align(8);
  for (std::uint32_t group = 0; group < groups; ++group) appendBits(groupAt(group), least[group], widths[group], to);
  to.fixed(std::uint64_t{0});
}

std::optional<PackedNumbers> PackedNumbers::view(std::string_view bytes, std::uint32_t count) {
  const std::size_t groups = groupsOf(count);
  const std::size_t header = headerBytes(groups);
  if (bytes.size() < header + kTail) return std::nullopt;
  PackedNumbers packed;
  packed.size_ = count;
  packed.least_ = reinterpret_cast<const std::int64_t*>(bytes.data());
  packed.ends_ = reinterpret_cast<const std::uint32_t*>(bytes.data() + groups * sizeof(std::int64_t));
  packed.bits_ = bytes.data() + header;
  std::uint32_t before = 0;
  for (std::uint32_t group = 0; group < groups; ++group) {
    const std::uint32_t end = packed.ends_[group];
    if (end < before || (end - before > kLongestUnaligned && end - before != 64)) return std::nullopt;
    before = end;
  }
  if (bytes.size() < header + std::size_t{before} * kWordBytes + kTail) return std::nullopt;
  return packed;
}

std::size_t PackedNumbers::byteSize() const {
  const std::uint32_t groups = groupsOf(size_);
  return headerBytes(groups) + (groups == 0 ? 0 : std::size_t{ends_[groups - 1]} * kWordBytes) + kTail;
}

std::int64_t PackedNumbers::operator[](std::uint32_t at) const {
  const std::uint32_t group = at / kGroup;
  const std::uint32_t place = at % kGroup;
  const std::uint32_t width = widthOf(group);
  const char* const bits = bits_ + std::size_t{bitsBegin(group)} * kWordBytes;
  const std::uint32_t bit = place * width;
  const std::uint64_t mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  return numberAt(leastOf(group), (loadWord(bits + bit / 8) >> (bit % 8)) & mask);
}

std::optional<PackedNumbers::GroupBits> PackedNumbers::bitsOf(std::uint32_t group) const {
  GroupBits bits{};
  const std::uint32_t width = widthOf(group);
  if (width > 1) return std::nullopt;
  if (width == 1) std::memcpy(bits.data(), bits_ + std::size_t{bitsBegin(group)} * kWordBytes, sizeof bits);
  return bits;
}

void PackedNumbers::expand(std::uint32_t group, std::int64_t* to) const {
  kExpanders[widthOf(group)](bits_ + std::size_t{bitsBegin(group)} * kWordBytes, leastOf(group), to);
}

std::uint32_t PackedNumbers::lowerBound(std::int64_t bound, std::uint32_t from) const {
  // The last group that begins below the bound is where it lies.
  std::uint32_t low = from / kGroup;
  std::uint32_t high = groupsOf(size_);
  while (low < high) {
    const std::uint32_t middle = (low + high) / 2;
    if (leastOf(middle) < bound) low = middle + 1;
    else high = middle;
  }
  const std::uint32_t group = low == 0 ? 0 : low - 1;
  std::uint32_t first = std::max(from, group * kGroup);
  std::uint32_t last = std::min(size_, low * kGroup);
  while (first < last) {
    const std::uint32_t middle = (first + last) / 2;
    if ((*this)[middle] < bound) first = middle + 1;
    else last = middle;
  }
  return std::max(first, from);
}

}  // namespace roster
