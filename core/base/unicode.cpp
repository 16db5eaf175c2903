#include "core/base/unicode.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace roster {

namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

// The length of the longest prefix, in steps of eight bytes and then of one, that is ASCII.
std::size_t asciiPrefix(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

bool isAscii(std::string_view text) { return asciiPrefix(text) == text.size(); }

constexpr bool isContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// ICU counts in 32 bits; texts here are far shorter.
icu::StringPiece pieceOf(std::string_view text) { return {text.data(), static_cast<std::int32_t>(text.size())}; }

// ICU's own data is linked in, so the instance exists; a failure to get it would be a broken installation.
const icu::Normalizer2* nfc() {
  UErrorCode status = U_ZERO_ERROR;
  return icu::Normalizer2::getNFCInstance(status);
}

}  // namespace

bool isValidUtf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t at = asciiPrefix(text);
  while (at < text.size()) {
    UChar32 character = 0;
    U8_NEXT(bytes, at, text.size(), character);
    if (character < 0) return false;
  }
  return true;
}

std::size_t countCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !isContinuation(c); }));
}

std::size_t characterLength(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && isContinuation(text[end])) ++end;
  return end - at;
}

std::size_t displayWidth(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t at = asciiPrefix(text);
  std::size_t width = at;
  while (at < text.size()) {
    UChar32 character = 0;
    U8_NEXT(bytes, at, text.size(), character);
    const std::int8_t category = u_charType(character);
    if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR) continue;
    const std::int32_t eastAsian = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
    width += eastAsian == U_EA_WIDE || eastAsian == U_EA_FULLWIDTH ? 2 : 1;
  }
  return width;
}

std::string normalizeNfc(std::string_view text) {
  if (isNfc(text)) return std::string(text);
  std::string normal;
  icu::StringByteSink<std::string> sink(&normal, static_cast<std::int32_t>(text.size()));
  UErrorCode status = U_ZERO_ERROR;
  nfc()->normalizeUTF8(0, pieceOf(text), sink, nullptr, status);
  return U_SUCCESS(status) ? normal : std::string(text);
}

bool isNfc(std::string_view text) {
  if (isAscii(text)) return true;
  UErrorCode status = U_ZERO_ERROR;
  return nfc()->isNormalizedUTF8(pieceOf(text), status) && U_SUCCESS(status);
}

std::string foldCase(std::string_view text) {
  std::string folded(text);
  if (isAscii(text)) {
    for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return folded;
  }
  folded.clear();
  icu::StringByteSink<std::string> sink(&folded, static_cast<std::int32_t>(text.size()));
  UErrorCode status = U_ZERO_ERROR;
  // Composed before as well as after: a decomposed letter may fold differently from the composed one.
  const std::string composed = normalizeNfc(text);
  icu::CaseMap::utf8Fold(0, pieceOf(composed), sink, nullptr, status);
  return normalizeNfc(U_SUCCESS(status) ? folded : composed);
}

}  // namespace roster
