// The strings of a coded field and their codes.
//
// A code is given in order of first appearance, from 1, and never reused within an epoch. A Dictionary is immutable:
// readers of a snapshot keep theirs while the writer appends. It is a short list of segments whose sizes grow
// geometrically towards the front, merged as a log-structured tree is, so appending n strings one batch after another
// costs O(n log n) in all and a look-up tries O(log n) segments.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/data/piece.h"

namespace roster {

// Strings with consecutive codes, and a hash table over them. Immutable, used in place.
//
// Layout: u32 first code, u32 strings, u32 table size (a power of two), u32 zero; the table (u32: place + 1, 0 is
// free); where each string ends (u32); the strings.
class DictionarySegment {
 public:
  DictionarySegment() = default;
  static DictionarySegment build(Code first, std::span<const std::string_view> strings);
  static Result<DictionarySegment> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }

  Code first() const { return first_; }
  std::uint32_t size() const { return size_; }
  std::string_view operator[](std::uint32_t place) const;
  // kNoCode where it is not here. `hash` is hashBytes(text).
  Code find(std::string_view text, std::uint64_t hash) const;

 private:
  const std::uint32_t* table() const { return bytes_.at<std::uint32_t>(16); }
  const std::uint32_t* ends() const { return table() + tableSize_; }

  Buffer bytes_;
  Code first_ = 1;
  std::uint32_t size_ = 0;
  std::uint32_t tableSize_ = 0;
};

// One segment as the snapshot knows it without loading it.
struct DictionaryPart {
  Code first = 1;
  std::uint32_t size = 0;
  SlotPtr<DictionarySegment> segment;
};

// A dictionary with all its segments in memory: what look-ups work on. Cheap to copy; thread-safe to read.
// dataLoss: a column holds what its dictionary does not.
tl::unexpected<Error> failUnknownCode();

class LoadedDictionary {
 public:
  explicit LoadedDictionary(std::vector<std::shared_ptr<const DictionarySegment>> segments)
      : segments_(std::move(segments)) {}

  // kNoCode where the string was never given a code.
  Code find(std::string_view text) const;
  // The string of a code that was given; empty where it was erased.
  std::string_view operator[](Code code) const;
  // The same of a code from a column, which may be damaged: dataLoss where the code was never given.
  Result<std::string_view> stringOf(Code code) const;
  Code lastCode() const {
    return segments_.empty() ? kNoCode : segments_.back()->first() + segments_.back()->size() - 1;
  }

  // Calls f(Code, std::string_view) for every code, ascending.
  template <class F>
  void forEach(F&& f) const {
    for (const auto& segment : segments_) {
      for (std::uint32_t i = 0; i < segment->size(); ++i) f(segment->first() + i, (*segment)[i]);
    }
  }

 private:
  std::vector<std::shared_ptr<const DictionarySegment>> segments_;
};

class Dictionary {
 public:
  Dictionary() = default;
  explicit Dictionary(std::vector<DictionaryPart> parts) : parts_(std::move(parts)) {}

  const std::vector<DictionaryPart>& parts() const { return parts_; }
  Code nextCode() const { return parts_.empty() ? 1 : parts_.back().first + parts_.back().size; }

  Result<LoadedDictionary> load() const;

  // This dictionary with new strings appended (distinct, none of them known), in order from nextCode().
  Result<Dictionary> withAppended(std::span<const std::string_view> strings) const;

  // This dictionary with the strings of these codes (ascending) made empty; the codes stay used up.
  Result<Dictionary> withErased(std::span<const Code> codes) const;

 private:
  std::vector<DictionaryPart> parts_;
};

}  // namespace roster
