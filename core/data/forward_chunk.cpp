#include "core/data/forward_chunk.h"

#include <algorithm>
#include <limits>

#include "core/base/hash.h"

namespace roster {

namespace {

// Codes and sets open with u32 entries, u32 width; numbers with i64 base, u32 entries, u32 width; strings with u32
// entries. All values that follow are aligned to their width.
constexpr std::size_t kCodeHeader = 8;
constexpr std::size_t kNumberHeader = 16;
constexpr std::size_t kEndsHeader = StringChunk::kHeader;

tl::unexpected<Error> damaged(const char* what) { return fail(ErrorCode::dataLoss, std::string(what) + " is damaged"); }

std::uint32_t readU32(const Buffer& bytes, std::size_t offset) { return *bytes.at<std::uint32_t>(offset); }
void writeU32(Buffer& bytes, std::size_t offset, std::uint32_t value) { *bytes.at<std::uint32_t>(offset) = value; }

std::uint8_t widthFor(std::uint64_t largest) {
  if (largest == 0) return 0;
  if (largest <= 0xFF) return 1;
  if (largest <= 0xFFFF) return 2;
  if (largest <= 0xFFFFFFFF) return 4;
  return 8;
}

// Calls f with a pointer to values of `width` bytes at `body`; not at all for width 0.
template <class Byte, class F>
void visitWidth(std::uint8_t width, Byte* body, F&& f) {
  constexpr bool kIsConst = std::is_const_v<Byte>;
  const auto as = [&]<class T>(T) {
    using Value = std::conditional_t<kIsConst, const T, T>;
    f(reinterpret_cast<Value*>(body));
  };
  switch (width) {
    case 1: return as(std::uint8_t{});
    case 2: return as(std::uint16_t{});
    case 4: return as(std::uint32_t{});
    case 8: return as(std::uint64_t{});
    default: return;
  }
}

bool isWidth(std::uint32_t width, std::uint32_t largest) {
  return width == 0 || (width <= largest && (width == 1 || width == 2 || width == 4 || width == 8));
}

// Whether ends ascend, the first `count` of them, up to `limit`, which the last reaches.
bool endsAreSound(const std::uint32_t* ends, std::uint32_t count, std::size_t limit) {
  if (count == 0) return limit == 0;
  std::uint32_t descents = 0;  // counted to the end, since compilers do so with vectors
  for (std::uint32_t i = 1; i < count; ++i) descents += ends[i] < ends[i - 1] ? 1 : 0;
  return descents == 0 && ends[count - 1] == limit;
}

Buffer encodeEnds(std::span<const std::uint32_t> ends, const void* body, std::size_t bodyBytes) {
  Buffer bytes(kEndsHeader + ends.size_bytes() + bodyBytes);
  writeU32(bytes, 0, static_cast<std::uint32_t>(ends.size()));
  if (!ends.empty()) std::memcpy(bytes.data() + kEndsHeader, ends.data(), ends.size_bytes());
  if (bodyBytes != 0) std::memcpy(bytes.data() + kEndsHeader + ends.size_bytes(), body, bodyBytes);
  return bytes;
}

// The entries of a chunk that opens with ends; nullopt-like maximum where the bytes cannot hold them.
bool readEndsHeader(const Buffer& bytes, std::uint32_t& entries) {
  if (bytes.size() < kEndsHeader) return false;
  entries = readU32(bytes, 0);
  return entries <= kChunkSize && (bytes.size() - kEndsHeader) / 4 >= entries;
}

// Whether each contact's codes ascend and none is that of no value. All ends are sound.
template <class Sets, class CodesAt>
bool setsAscend(const Sets& sets, const CodesAt& codesAt) {
  for (std::uint32_t i = 0; i < sets.size(); ++i) {
    const std::span<const Code> codes = codesAt(i);
    const bool ascends = std::adjacent_find(codes.begin(), codes.end(), std::greater_equal<>()) == codes.end();
    if (!ascends || (!codes.empty() && codes[0] == kNoCode)) return false;
  }
  return true;
}

// Where a patch's ends begin.
std::size_t endsOfPatch(std::uint32_t entries) { return 4 + (std::size_t{entries} + entries % 2) * 2; }

std::uint32_t hash32(std::string_view text) { return static_cast<std::uint32_t>(hashBytes(text)); }

}  // namespace

CodeChunk CodeChunk::encode(std::span<const Code> codes) {
  while (!codes.empty() && codes.back() == kNoCode) codes = codes.first(codes.size() - 1);
  CodeChunk chunk;
  chunk.size_ = static_cast<std::uint32_t>(codes.size());
  chunk.width_ = codes.empty() ? 0 : widthFor(*std::max_element(codes.begin(), codes.end()));
  chunk.bytes_ = Buffer(kCodeHeader + codes.size() * chunk.width_);
  writeU32(chunk.bytes_, 0, chunk.size_);
  writeU32(chunk.bytes_, 4, chunk.width_);
  visitWidth(chunk.width_, chunk.bytes_.data() + kCodeHeader, [&](auto* to) {
    for (std::size_t i = 0; i < codes.size(); ++i)
      to[i] = static_cast<std::remove_reference_t<decltype(*to)>>(codes[i]);
  });
  return chunk;
}

Result<CodeChunk> CodeChunk::decode(Buffer&& bytes) {
  if (bytes.size() < kCodeHeader) return damaged("a column of codes");
  const std::uint32_t size = readU32(bytes, 0);
  const std::uint32_t width = readU32(bytes, 4);
  if (size > kChunkSize || !isWidth(width, 4) || bytes.size() != kCodeHeader + std::size_t{size} * width) {
    return damaged("a column of codes");
  }
  CodeChunk chunk;
  chunk.bytes_ = std::move(bytes);
  chunk.size_ = size;
  chunk.width_ = static_cast<std::uint8_t>(width);
  return chunk;
}

Code CodeChunk::operator[](std::uint32_t at) const {
  Code code = kNoCode;
  if (at >= size_) return code;
  visitWidth(width_, bytes_.data() + kCodeHeader, [&](const auto* from) { code = static_cast<Code>(from[at]); });
  return code;
}

std::vector<Code> CodeChunk::expand(std::uint32_t count) const {
  std::vector<Code> codes(count, kNoCode);
  if (size_ == 0) return codes;
  visitWidth(width_, bytes_.data() + kCodeHeader, [&](const auto* from) {
    for (std::uint32_t i = 0; i < std::min(count, size_); ++i) codes[i] = static_cast<Code>(from[i]);
  });
  return codes;
}

NumberChunk NumberChunk::encode(std::span<const std::int64_t> numbers) {
  NumberChunk chunk;
  chunk.size_ = static_cast<std::uint32_t>(numbers.size());
  if (!numbers.empty()) {
    const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
    chunk.base_ = *least;
    chunk.width_ = widthFor(static_cast<std::uint64_t>(*most) - static_cast<std::uint64_t>(*least));
  }
  chunk.bytes_ = Buffer(kNumberHeader + numbers.size() * chunk.width_);
  std::memcpy(chunk.bytes_.data(), &chunk.base_, 8);
  writeU32(chunk.bytes_, 8, chunk.size_);
  writeU32(chunk.bytes_, 12, chunk.width_);
  const auto base = static_cast<std::uint64_t>(chunk.base_);
  visitWidth(chunk.width_, chunk.bytes_.data() + kNumberHeader, [&](auto* to) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      to[i] = static_cast<std::remove_reference_t<decltype(*to)>>(static_cast<std::uint64_t>(numbers[i]) - base);
    }
  });
  return chunk;
}

Result<NumberChunk> NumberChunk::decode(Buffer&& bytes) {
  if (bytes.size() < kNumberHeader) return damaged("a column of numbers");
  NumberChunk chunk;
  std::memcpy(&chunk.base_, bytes.data(), 8);
  chunk.size_ = readU32(bytes, 8);
  const std::uint32_t width = readU32(bytes, 12);
  if (chunk.size_ > kChunkSize || !isWidth(width, 8) ||
      bytes.size() != kNumberHeader + std::size_t{chunk.size_} * width) {
    return damaged("a column of numbers");
  }
  chunk.width_ = static_cast<std::uint8_t>(width);
  chunk.bytes_ = std::move(bytes);
  return chunk;
}

std::int64_t NumberChunk::operator[](std::uint32_t at) const {
  std::uint64_t distance = 0;
  if (at < size_) {
    visitWidth(width_, bytes_.data() + kNumberHeader, [&](const auto* from) { distance = from[at]; });
  }
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(base_) + distance);
}

void NumberChunk::expandTo(std::int64_t* to) const {
  if (size_ == 0) return;
  std::fill_n(to, size_, base_);
  visitWidth(width_, bytes_.data() + kNumberHeader, [&](const auto* from) {
    for (std::uint32_t i = 0; i < size_; ++i) {
      to[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(base_) + from[i]);
    }
  });
}

SetChunk SetChunk::encode(std::span<const std::uint32_t> ends, std::span<const Code> codes) {
  SetChunk chunk;
  chunk.size_ = static_cast<std::uint32_t>(ends.size());
  chunk.bytes_ = encodeEnds(ends, codes.data(), codes.size_bytes());
  return chunk;
}

Result<SetChunk> SetChunk::decode(Buffer&& bytes) {
  SetChunk chunk;
  if (!readEndsHeader(bytes, chunk.size_)) return damaged("a column of sets");
  const std::size_t body = bytes.size() - kEndsHeader - 4 * std::size_t{chunk.size_};
  chunk.bytes_ = std::move(bytes);
  if (body % 4 != 0 || !endsAreSound(chunk.ends(), chunk.size_, body / 4) ||
      !setsAscend(chunk, [&](std::uint32_t i) { return chunk[i]; })) {
    return damaged("a column of sets");
  }
  return chunk;
}

const std::uint32_t* SetChunk::ends() const { return bytes_.at<std::uint32_t>(kEndsHeader); }

std::span<const Code> SetChunk::operator[](std::uint32_t at) const {
  if (at >= size_) return {};
  const std::uint32_t begin = at == 0 ? 0 : ends()[at - 1];
  return {ends() + size_ + begin, ends()[at] - begin};
}

std::span<const Code> SetChunk::codes(std::uint32_t begin, std::uint32_t end) const {
  if (begin >= end) return {};
  const std::uint32_t from = begin == 0 ? 0 : ends()[begin - 1];
  return {ends() + size_ + from, ends()[end - 1] - from};
}

// u32 entries, their places, zeros up to a multiple of four bytes; then as a column of sets has them.
SetPatch SetPatch::encode(std::span<const std::uint16_t> places, std::span<const std::uint32_t> ends,
                          std::span<const Code> codes) {
  SetPatch patch;
  patch.size_ = static_cast<std::uint32_t>(places.size());
  patch.bytes_ = Buffer::zeroed(endsOfPatch(patch.size_) + ends.size_bytes() + codes.size_bytes());
  writeU32(patch.bytes_, 0, patch.size_);
  std::copy(places.begin(), places.end(), patch.bytes_.at<std::uint16_t>(4));
  auto* to = std::copy(ends.begin(), ends.end(), patch.bytes_.at<std::uint32_t>(endsOfPatch(patch.size_)));
  std::copy(codes.begin(), codes.end(), to);
  patch.markHeld();
  return patch;
}

Result<SetPatch> SetPatch::decode(Buffer&& bytes) {
  SetPatch patch;
  const auto fault = [] { return damaged("a patch of sets"); };
  if (bytes.size() < 4) return fault();
  patch.size_ = readU32(bytes, 0);
  const std::size_t fixed = endsOfPatch(patch.size_) + 4 * std::size_t{patch.size_};
  if (patch.size_ == 0 || patch.size_ > kChunkSize || bytes.size() < fixed || (bytes.size() - fixed) % 4 != 0) {
    return fault();
  }
  patch.bytes_ = std::move(bytes);
  const auto* places = patch.places();
  const bool ascend = std::adjacent_find(places, places + patch.size_, std::greater_equal<>()) == places + patch.size_;
  if (!ascend || !endsAreSound(patch.ends(), patch.size_, (patch.bytes_.size() - fixed) / 4) ||
      !setsAscend(patch, [&](std::uint32_t i) { return patch.codesAt(i); })) {
    return fault();
  }
  patch.markHeld();
  return patch;
}

void SetPatch::markHeld() {
  held_.assign(kChunkSize / 64, 0);
  for (std::uint32_t i = 0; i < size_; ++i) held_[place(i) >> 6] |= std::uint64_t{1} << (place(i) & 63);
}

const std::uint32_t* SetPatch::ends() const { return bytes_.at<std::uint32_t>(endsOfPatch(size_)); }

std::span<const Code> SetPatch::codesAt(std::uint32_t i) const {
  const std::uint32_t begin = i == 0 ? 0 : ends()[i - 1];
  return {ends() + size_ + begin, ends()[i] - begin};
}

std::span<const Code> SetPatch::find(std::uint32_t place) const {
  const auto* at = std::lower_bound(places(), places() + size_, place);
  return codesAt(static_cast<std::uint32_t>(at - places()));
}

StringChunk StringChunk::encode(std::span<const std::uint32_t> ends, std::string_view bytes) {
  StringChunk chunk;
  chunk.size_ = static_cast<std::uint32_t>(ends.size());
  chunk.bytes_ = encodeEnds(ends, bytes.data(), bytes.size());
  return chunk;
}

Result<StringChunk> StringChunk::decode(Buffer&& bytes) {
  StringChunk chunk;
  if (!readEndsHeader(bytes, chunk.size_)) return damaged("a column of strings");
  const std::size_t body = bytes.size() - kEndsHeader - 4 * std::size_t{chunk.size_};
  chunk.bytes_ = std::move(bytes);
  if (!endsAreSound(chunk.ends().data(), chunk.size_, body)) return damaged("a column of strings");
  return chunk;
}

std::string_view StringChunk::text() const {
  if (size_ == 0) return {};
  return {reinterpret_cast<const char*>(ends().data() + size_), ends()[size_ - 1]};
}

std::uint32_t StringChunk::placeAt(std::size_t offset, std::uint32_t from) const {
  std::uint32_t step = 1;
  std::uint32_t low = from;
  while (low + step < size_ && ends()[low + step] <= offset) {
    low += step;
    step *= 2;
  }
  const std::uint32_t high = std::min(low + step, size_);
  const std::uint32_t* first = ends().data();
  return static_cast<std::uint32_t>(std::upper_bound(first + low, first + high, offset) - first);
}

TextIndexChunk TextIndexChunk::build(const StringChunk& strings) {
  std::vector<std::uint64_t> entries;  // hash above place: ordered by both
  for (std::uint32_t i = 0; i < strings.size(); ++i) {
    if (!strings[i].empty()) entries.push_back(std::uint64_t{hash32(strings[i])} << 16 | i);
  }
  std::sort(entries.begin(), entries.end());
  TextIndexChunk chunk;
  chunk.size_ = static_cast<std::uint32_t>(entries.size());
  chunk.bytes_ = Buffer(4 + entries.size() * 6);
  writeU32(chunk.bytes_, 0, chunk.size_);
  auto* hashes = chunk.bytes_.at<std::uint32_t>(4);
  auto* places = chunk.bytes_.at<std::uint16_t>(4 + 4 * entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    hashes[i] = static_cast<std::uint32_t>(entries[i] >> 16);
    places[i] = static_cast<std::uint16_t>(entries[i]);
  }
  return chunk;
}

Result<TextIndexChunk> TextIndexChunk::decode(Buffer&& bytes) {
  TextIndexChunk chunk;
  if (bytes.size() < 4) return damaged("a text index");
  chunk.size_ = readU32(bytes, 0);
  if (chunk.size_ > kChunkSize || bytes.size() != 4 + std::size_t{chunk.size_} * 6) return damaged("a text index");
  chunk.bytes_ = std::move(bytes);
  if (!std::is_sorted(chunk.hashes(), chunk.hashes() + chunk.size_)) return damaged("a text index");
  return chunk;
}

std::vector<std::uint16_t> TextIndexChunk::candidates(std::string_view text) const {
  if (size_ == 0) return {};
  const auto [from, to] = std::equal_range(hashes(), hashes() + size_, hash32(text));
  return {places() + (from - hashes()), places() + (to - hashes())};
}

}  // namespace roster
