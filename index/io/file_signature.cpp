#include "index/io/file_signature.h"

#include <algorithm>
#include <array>

namespace roster {

namespace {

struct Signature {
  std::string_view start;
  std::string_view what;
};

using namespace std::string_view_literals;

constexpr std::array kSignatures{
    Signature{"PK\x03\x04"sv, "an Excel workbook or another zip archive; save the sheet as CSV"},
    Signature{"\xD0\xCF\x11\xE0"sv, "an old Excel workbook; save the sheet as CSV"},
    Signature{"%PDF"sv, "a PDF document"},
    Signature{"SQLite format 3\0"sv, "an SQLite database; export the table as CSV"},
    Signature{"PAR1"sv, "a Parquet file; convert it to CSV"},
    Signature{"Obj\x01"sv, "an Avro file; convert it to NDJSON"},
    Signature{"ORC"sv, "an ORC file; convert it to CSV"},
    Signature{"ARROW1"sv, "an Arrow file; convert it to CSV"},
    Signature{"BZh"sv, "compressed with bzip2; decompress it first"},
    Signature{"\xFD\x37zXZ"sv, "compressed with xz; decompress it first"},
    Signature{"\x04\x22\x4D\x18"sv, "compressed with lz4; decompress it first"},
    Signature{"7z\xBC\xAF"sv, "a 7-Zip archive; unpack it first"},
    Signature{"Rar!"sv, "a RAR archive; unpack it first"},
    Signature{"\x89PNG"sv, "an image"},
    Signature{"\xFF\xD8\xFF"sv, "an image"},
    Signature{"\x7F\x45LF"sv, "a program"},
    Signature{"<!DOCTYPE"sv, "a web page"},
    Signature{"<!doctype"sv, "a web page"},
    Signature{"<html"sv, "a web page"},
    Signature{"<?xml"sv, "an XML document"},
    Signature{"{\\rtf"sv, "an RTF document; save it as CSV"},
};

bool looksLikeUtf16(std::string_view start) {
  // ASCII in UTF-16 has a NUL in every other byte.
  const std::string_view looked = start.substr(0, 64);
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < looked.size(); ++i) zeros[i % 2] += looked[i] == '\0' ? 1 : 0;
  return looked.size() >= 8 && (zeros[0] == 0) != (zeros[1] == 0) && zeros[0] + zeros[1] > looked.size() / 3;
}

}  // namespace

std::optional<std::string_view> recogniseForeign(std::string_view start) {
  for (const Signature& signature : kSignatures) {
    if (start.starts_with(signature.start)) return signature.what;
  }
  constexpr std::size_t kTarMagicAt = 257;
  if (start.size() > kTarMagicAt && start.substr(kTarMagicAt).starts_with("ustar")) {
    return "a tar archive; unpack it first";
  }
  // A stray NUL costs its record; a file full of them is no text.
  if (const auto zeros = static_cast<std::size_t>(std::count(start.begin(), start.end(), '\0'));
      zeros * 100 > start.size()) {
    return looksLikeUtf16(start) ? "UTF-16; save it as UTF-8" : "no text: it holds NUL bytes";
  }
  const std::size_t first = start.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && start[first] == '[') {
    const std::size_t inside = start.find_first_not_of(" \t\r\n", first + 1);
    if (inside != std::string_view::npos && start[inside] == '{') {
      return "a JSON array; write one object a line (NDJSON), as `jq -c '.[]'` does";
    }
  }
  return std::nullopt;
}

}  // namespace roster
