#include "index/io/export_cursor.h"

#include <charconv>
#include <fmt/format.h>

#include "core/base/hash.h"

namespace roster {

namespace {

// 'c', epoch and contact as 8 hexadecimal digits each, and 4 more that tell a mistyped or cut cursor.
constexpr std::size_t kBodySize = 17;
constexpr std::size_t kCursorSize = kBodySize + 4;

std::string withChecksum(std::string body) {
  const std::uint64_t checksum = hashBytes(body) & 0xFFFF;
  return fmt::format("{}{:04x}", body, checksum);
}

std::uint32_t hexadecimal(std::string_view digits) {
  std::uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

}  // namespace

std::string formatCursor(const ExportCursor& cursor) {
  return withChecksum(fmt::format("c{:08x}{:08x}", cursor.epoch, cursor.contact));
}

Result<ExportCursor> parseCursor(std::string_view text) {
  if (text.size() != kCursorSize || withChecksum(std::string(text.substr(0, kBodySize))) != text) {
    return fail(ErrorCode::invalidArgument, fmt::format("'{}' is not a cursor that an export gave", text));
  }
  const ExportCursor cursor{hexadecimal(text.substr(1, 8)), hexadecimal(text.substr(9, 8))};
  if (formatCursor(cursor) != text) {
    return fail(ErrorCode::invalidArgument, fmt::format("'{}' is not a cursor that an export gave", text));
  }
  return cursor;
}

}  // namespace roster
