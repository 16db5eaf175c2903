// Forward columns: what is true of each contact of one chunk, indexed by its place in the chunk. From these derive the
// structures that answer (value bitmaps, slices); an update reads the old value here, an export the value itself.
//
// Each class is one immutable run of bytes, used in place, safe to read from any thread. A chunk holds `size()`
// entries; contacts beyond it have no value. `decode` takes stored bytes, checks all offsets and fails with dataLoss.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/base/ids.h"

namespace roster {

// Codes of a single-valued field in as few bytes as the largest needs; kNoCode is "no value".
class CodeChunk {
 public:
  CodeChunk() = default;
  static CodeChunk encode(std::span<const Code> codes);
  static Result<CodeChunk> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }
  std::uint32_t size() const { return size_; }
  Code operator[](std::uint32_t at) const;

  // Calls f(at, code) for each of `places` (any range of 16-bit values); the width is looked at once.
  template <class Places, class F>
  void forEachAt(const Places& places, F&& f) const;

  // Calls f(codes) with all codes as they are stored, a span of unsigned integers of the chunk's width; not at all
  // where nobody has a value.
  template <class F>
  void visit(F&& f) const;

  // All codes, kNoCode from size() up to `count`.
  std::vector<Code> expand(std::uint32_t count) const;

 private:
  Buffer bytes_;
  std::uint32_t size_ = 0;
  std::uint8_t width_ = 0;  // bytes a code: 0 (all without a value), 1, 2 or 4
};

// Numbers as distances from the smallest, in as few bytes as the largest needs. Whether a contact has a value at all is
// the field's `present` bitmap's to say; without one, the entry is the base.
class NumberChunk {
 public:
  NumberChunk() = default;
  static NumberChunk encode(std::span<const std::int64_t> numbers);
  static Result<NumberChunk> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }
  std::uint32_t size() const { return size_; }
  std::int64_t operator[](std::uint32_t at) const;
  std::int64_t base() const { return base_; }

  // The numbers of size() contacts, written to `to`.
  void expandTo(std::int64_t* to) const;

 private:
  Buffer bytes_;
  std::int64_t base_ = 0;
  std::uint32_t size_ = 0;
  std::uint8_t width_ = 0;  // bytes a number: 0, 1, 2, 4 or 8
};

// The codes of a set field: ascending and distinct for each contact.
class SetChunk {
 public:
  SetChunk() = default;
  // `ends[i]` is where contact i's codes end in `codes`; they begin where the contact's before end.
  static SetChunk encode(std::span<const std::uint32_t> ends, std::span<const Code> codes);
  static Result<SetChunk> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }
  std::uint32_t size() const { return size_; }
  std::span<const Code> operator[](std::uint32_t at) const;

  // The codes of contacts begin … end-1, one contact's after the other's; end is at most size().
  std::span<const Code> codes(std::uint32_t begin, std::uint32_t end) const;
  // Where each contact's codes end among all codes.
  const std::uint32_t* ends() const;

 private:
  Buffer bytes_;
  std::uint32_t size_ = 0;
};

// Sets that stand over those of a SetChunk (set_patch.h), with the places of the contacts that have them.
class SetPatch {
 public:
  SetPatch() = default;
  // Places ascend strictly; contact places[i]'s codes end at ends[i], as a SetChunk's do.
  static SetPatch encode(std::span<const std::uint16_t> places, std::span<const std::uint32_t> ends,
                         std::span<const Code> codes);
  static Result<SetPatch> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size() + held_.size() * sizeof(std::uint64_t); }
  std::uint32_t size() const { return size_; }
  // Of the i-th contact that it holds.
  std::uint16_t place(std::uint32_t i) const { return places()[i]; }
  std::span<const Code> codesAt(std::uint32_t i) const;

  // Whether it has a set, perhaps the empty one, for a contact; and that set. O(1), and O(log size).
  bool holds(std::uint32_t place) const { return size_ != 0 && ((held_[place >> 6] >> (place & 63)) & 1) != 0; }
  std::span<const Code> find(std::uint32_t place) const;

 private:
  const std::uint16_t* places() const { return bytes_.at<std::uint16_t>(4); }
  const std::uint32_t* ends() const;
  void markHeld();

  Buffer bytes_;
  std::uint32_t size_ = 0;
  std::vector<std::uint64_t> held_;  // a bit for each place that it holds; made on loading
};

// Strings: a text field's values, or the contacts' keys. The empty string is "no value".
class StringChunk {
 public:
  static constexpr std::size_t kHeader = 4;  // bytes before the ends

  StringChunk() = default;
  // `ends[i]` is where string i ends in `bytes`.
  static StringChunk encode(std::span<const std::uint32_t> ends, std::string_view bytes);
  static Result<StringChunk> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }
  std::uint32_t size() const { return size_; }
  std::string_view operator[](std::uint32_t at) const {
    if (at >= size_) return {};
    const std::uint32_t begin = at == 0 ? 0 : ends()[at - 1];
    return {reinterpret_cast<const char*>(ends().data() + size_) + begin, ends()[at] - begin};
  }

  // All strings, one after the other, and where in that the at-th ends (0 … size()-1).
  std::string_view text() const;
  std::size_t endOf(std::uint32_t at) const { return ends()[at]; }
  // All of these.
  std::span<const std::uint32_t> ends() const { return {bytes_.at<std::uint32_t>(kHeader), size_}; }
  // The string that the byte at `offset` of text() belongs to, which is the one at `from` or behind it: the nearer to
  // it, the sooner it is found.
  std::uint32_t placeAt(std::size_t offset, std::uint32_t from = 0) const;

 private:
  Buffer bytes_;
  std::uint32_t size_ = 0;
};

// An index of one chunk of a text field for equality: places ordered by a hash of their value.
class TextIndexChunk {
 public:
  TextIndexChunk() = default;
  static TextIndexChunk build(const StringChunk& strings);
  static Result<TextIndexChunk> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }

  // The places whose value may be `text`: those with its hash. The caller compares.
  std::vector<std::uint16_t> candidates(std::string_view text) const;

 private:
  const std::uint32_t* hashes() const { return bytes_.at<std::uint32_t>(4); }
  const std::uint16_t* places() const { return bytes_.at<std::uint16_t>(4 + 4 * std::size_t{size_}); }

  Buffer bytes_;
  std::uint32_t size_ = 0;
};

template <class Places, class F>
void CodeChunk::forEachAt(const Places& places, F&& f) const {
  if (size_ == 0 || width_ == 0) {
    for (const auto at : places) f(at, kNoCode);
    return;
  }
  visit([&](const auto codes) {
    for (const auto at : places) f(at, at < size_ ? static_cast<Code>(codes[at]) : kNoCode);
  });
}

template <class F>
void CodeChunk::visit(F&& f) const {
  if (size_ == 0) return;
  const std::byte* body = bytes_.data() + 8;
  switch (width_) {
    case 1: return f(std::span(reinterpret_cast<const std::uint8_t*>(body), size_));
    case 2: return f(std::span(reinterpret_cast<const std::uint16_t*>(body), size_));
    case 4: return f(std::span(reinterpret_cast<const std::uint32_t*>(body), size_));
    default: return;
  }
}

}  // namespace roster
