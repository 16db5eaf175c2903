#include "index/io/encoding.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <unicode/ucnv.h>
#include <unicode/utf8.h>

namespace roster {

namespace {

constexpr std::size_t kStartBlock = 4 * 1024;  // enough for a byte order mark; UTF-8 is then read past this buffer
constexpr std::size_t kRawBlock = 256 * 1024;
constexpr std::size_t kPeekStep = 64 * 1024;

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

struct EncodingName {
  std::string_view name;
  Encoding encoding;
};

constexpr std::array kNames{
    EncodingName{"utf-8", Encoding::utf8},
    EncodingName{"utf8", Encoding::utf8},
    EncodingName{"windows-1250", Encoding::windows1250},
    EncodingName{"cp1250", Encoding::windows1250},
    EncodingName{"windows-1251", Encoding::windows1251},
    EncodingName{"cp1251", Encoding::windows1251},
    EncodingName{"iso-8859-2", Encoding::latin2},
    EncodingName{"latin-2", Encoding::latin2},
    EncodingName{"latin2", Encoding::latin2},
};

std::string lowercase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower;
}

bool isControlOfC1(UChar32 c) { return c >= 0x80 && c <= 0x9F; }

DecodedByte encodeUtf8(UChar32 c) {
  DecodedByte decoded;
  U8_APPEND_UNSAFE(decoded.text.data(), decoded.length, c);
  return decoded;
}

}  // namespace

Result<Encoding> parseEncoding(std::string_view name) {
  const std::string lower = lowercase(name);
  for (const EncodingName& known : kNames) {
    if (known.name == lower) return known.encoding;
  }
  return fail(ErrorCode::invalidArgument, fmt::format("encoding '{}' is not known; write {}", name, kEncodingNames));
}

std::string_view nameOf(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8: return "utf-8";
    case Encoding::windows1250: return "windows-1250";
    case Encoding::windows1251: return "windows-1251";
    case Encoding::latin2: return "latin-2";
  }
  return "?";
}

Result<std::vector<DecodedByte>> decodingTable(Encoding encoding) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, CloseConverter> converter(
      ucnv_open(std::string(nameOf(encoding)).c_str(), &status));
  std::vector<DecodedByte> table(256);
  for (unsigned value = 0; value < table.size() && U_SUCCESS(status) != 0; ++value) {
    const char byte = static_cast<char>(value);
    const char* at = &byte;
    const UChar32 c = ucnv_getNextUChar(converter.get(), &at, &byte + 1, &status);
    // ICU makes a control character of C1 of a byte that the encoding leaves undefined. No such control character is
    // ever meant in a file of contacts: in latin-2 it is a letter of windows-1250.
    if (isControlOfC1(c)) {
      table[value] = {{byte}, 1};
    } else {
      table[value] = encodeUtf8(c);
    }
  }
  if (U_FAILURE(status) != 0) {
    return fail(ErrorCode::internal, fmt::format("ICU cannot decode {}: {}", nameOf(encoding), u_errorName(status)));
  }
  return table;
}

DecodedSource::DecodedSource(ByteSource source, Encoding encoding, std::vector<DecodedByte> table)
    : source_(std::move(source)),
      encoding_(encoding),
      table_(std::move(table)),
      raw_(table_.empty() ? kStartBlock : kRawBlock) {}

Result<DecodedSource> DecodedSource::open(ByteSource source, Encoding encoding) {
  std::vector<DecodedByte> table;
  if (encoding != Encoding::utf8) {
    auto made = decodingTable(encoding);
    if (!made) return propagate(made);
    table = std::move(*made);
  }
  DecodedSource decoded(std::move(source), encoding, std::move(table));
  if (auto passed = decoded.passByteOrderMark(); !passed) return propagate(passed);
  return decoded;
}

Result<void> DecodedSource::passByteOrderMark() {
  while (rawEnd_ < 3) {
    auto count = source_.read(raw_.data() + rawEnd_, raw_.size() - rawEnd_);
    if (!count) return propagate(count);
    if (*count == 0) break;
    rawEnd_ += *count;
  }
  const std::string_view start(raw_.data(), rawEnd_);
  if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff")) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("'{}' is UTF-16 (it begins with its byte order mark); save it as UTF-8", source_.name()));
  }
  if (!start.starts_with("\xef\xbb\xbf")) return {};
  if (encoding_ != Encoding::utf8) {
    return fail(ErrorCode::invalidArgument, fmt::format("'{}' begins with the byte order mark of UTF-8; it is not {}",
                                                        source_.name(), nameOf(encoding_)));
  }
  rawAt_ = 3;
  return {};
}

Result<std::string_view> DecodedSource::peek(std::size_t count) {
  peeked_.erase(0, peekedAt_);
  peekedAt_ = 0;
  std::size_t have = peeked_.size();
  while (have < count) {
    peeked_.resize(have + kPeekStep);
    auto more = readOn(peeked_.data() + have, peeked_.size() - have);
    if (!more) return propagate(more);
    have += *more;
    if (*more == 0) break;
  }
  peeked_.resize(have);
  return std::string_view(peeked_).substr(0, count);
}

Result<std::size_t> DecodedSource::read(char* into, std::size_t capacity) {
  if (peekedAt_ == peeked_.size()) return readOn(into, capacity);
  const std::size_t count = std::min(capacity, peeked_.size() - peekedAt_);
  std::memcpy(into, peeked_.data() + peekedAt_, count);
  peekedAt_ += count;
  if (peekedAt_ == peeked_.size()) {
    peeked_ = {};
    peekedAt_ = 0;
  }
  return count;
}

Result<std::size_t> DecodedSource::readOn(char* into, std::size_t capacity) {
  if (rawAt_ == rawEnd_ && table_.empty()) return source_.read(into, capacity);
  if (rawAt_ == rawEnd_) {
    auto count = source_.read(raw_.data(), raw_.size());
    if (!count) return propagate(count);
    rawAt_ = 0;
    rawEnd_ = *count;
  }
  if (table_.empty()) {
    const std::size_t count = std::min(capacity, rawEnd_ - rawAt_);
    std::memcpy(into, raw_.data() + rawAt_, count);
    rawAt_ += count;
    return count;
  }
  constexpr std::size_t kLongest = 3;
  std::size_t written = 0;
  for (; rawAt_ < rawEnd_ && written + kLongest <= capacity; ++rawAt_) {
    const DecodedByte& decoded = table_[static_cast<unsigned char>(raw_[rawAt_])];
    std::memcpy(into + written, decoded.text.data(), kLongest);
    written += decoded.length;
  }
  return written;
}

}  // namespace roster
