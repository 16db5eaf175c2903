// The encodings a file of contacts may come in, and their decoding to UTF-8 as it is read.
//
// A byte that an encoding leaves undefined is passed on as it is. It is never valid UTF-8 there, so whoever checks a
// record's UTF-8 finds it, in its record and column, and the rest of the file is read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "index/io/byte_source.h"

namespace roster {

enum class Encoding : std::uint8_t { utf8, windows1250, windows1251, latin2 };

// The encodings by their names, for help and messages.
inline constexpr std::string_view kEncodingNames = "utf-8, windows-1250, windows-1251, latin-2 or iso-8859-2";

// One of those names or their usual other ones, such as "cp1250", in any case.
Result<Encoding> parseEncoding(std::string_view name);
std::string_view nameOf(Encoding encoding);

// One byte of an 8-bit encoding as UTF-8.
struct DecodedByte {
  std::array<char, 3> text{};
  std::uint8_t length = 0;
};

// What the 256 bytes of an 8-bit encoding stand for, from ICU; internal if ICU does not know it.
Result<std::vector<DecodedByte>> decodingTable(Encoding encoding);

// A byte source as UTF-8, without byte order mark. Not thread-safe.
class DecodedSource {
 public:
  // Reads the start of the source. A byte order mark of UTF-16, or that of UTF-8 where another encoding was named, is
  // invalidArgument.
  static Result<DecodedSource> open(ByteSource source, Encoding encoding);

  // The first bytes that read() will give: `count` of them unless the source has fewer. Valid until the next call.
  Result<std::string_view> peek(std::size_t count);

  // Reads up to `capacity` bytes, which is at least 4; 0 only at the end.
  Result<std::size_t> read(char* into, std::size_t capacity);

  // Passes over `count` bytes that were peeked at.
  void discard(std::size_t count) { peekedAt_ += count; }

  Encoding encoding() const { return encoding_; }
  const ByteSource& source() const { return source_; }

 private:
  DecodedSource(ByteSource source, Encoding encoding, std::vector<DecodedByte> table);

  Result<void> passByteOrderMark();
  Result<std::size_t> readOn(char* into, std::size_t capacity);

  ByteSource source_;
  Encoding encoding_;
  std::vector<DecodedByte> table_;  // empty for UTF-8
  std::vector<char> raw_;           // undecoded bytes: [rawAt_, rawEnd_)
  std::size_t rawAt_ = 0;
  std::size_t rawEnd_ = 0;
  std::string peeked_;  // decoded bytes not yet read: from peekedAt_ on
  std::size_t peekedAt_ = 0;
};

}  // namespace roster
