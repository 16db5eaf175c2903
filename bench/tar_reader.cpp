#include "bench/tar_reader.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

namespace roster::bench {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kReadAtOnce = 128 * kBlock;
constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 30;

using Block = std::array<char, kBlock>;

// Where fields lie in a header, as POSIX has it.
struct FieldPlace {
  std::size_t offset;
  std::size_t size;
};
constexpr FieldPlace kName{0, 100};
constexpr FieldPlace kSize{124, 12};
constexpr FieldPlace kChecksum{148, 8};
constexpr FieldPlace kMagic{257, 6};
constexpr FieldPlace kPrefix{345, 155};
constexpr std::size_t kType = 156;

std::string_view fieldOf(const Block& header, FieldPlace place) {
  return std::string_view(header.data(), header.size()).substr(place.offset, place.size);
}

std::string_view textOf(const Block& header, FieldPlace place) {
  const std::string_view field = fieldOf(header, place);
  return field.substr(0, field.find('\0'));
}

// Octal digits, perhaps after spaces and before a space or a zero byte; nothing where there is anything else.
std::optional<std::uint64_t> numberOf(const Block& header, FieldPlace place) {
  std::string_view digits = textOf(header, place);
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  digits = digits.substr(0, digits.find(' '));
  if (digits.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '7') return std::nullopt;
    number = number * 8 + static_cast<std::uint64_t>(digit - '0');
  }
  return number;
}

bool isZero(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char byte) { return byte == '\0'; });
}

// The sum of the header's bytes, with spaces in the place of the sum itself.
bool hasRightChecksum(const Block& header) {
  std::uint64_t sum = kChecksum.size * std::uint64_t{' '};
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool isOfChecksum = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    if (!isOfChecksum) sum += static_cast<unsigned char>(header[i]);
  }
  return numberOf(header, kChecksum) == sum;
}

std::string nameOf(const Block& header) {
  const std::string name(textOf(header, kName));
  const bool isPosix = fieldOf(header, kMagic) == std::string_view("ustar\0", 6);
  const std::string_view prefix = isPosix ? textOf(header, kPrefix) : std::string_view();
  return prefix.empty() ? name : fmt::format("{}/{}", prefix, name);
}

tl::unexpected<Error> damaged(const ByteSource& source, std::string_view what) {
  return fail(ErrorCode::dataLoss, fmt::format("'{}' is {}", source.name(), what));
}

}  // namespace

Result<bool> TarReader::fill(char* into, std::size_t size) {
  std::size_t filled = 0;
  while (filled < size) {
    const auto count = source_.read(into + filled, size - filled);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) {
      if (filled == 0) return false;
      return damaged(source_, "no tar archive, or was cut off: it ends inside a block of 512 bytes");
    }
    filled += *count;
  }
  return true;
}

Result<void> TarReader::readEnd() {
  Block block;
  for (bool isFirst = true;; isFirst = false) {
    const auto isThere = fill(block.data(), block.size());
    if (!isThere) return tl::unexpected(isThere.error());
    if (!*isThere && isFirst) return damaged(source_, "cut off: it ends in the middle of its end mark");
    if (!*isThere) break;
    if (!isZero({block.data(), block.size()})) return damaged(source_, "damaged: there is something after its end");
  }
  atEnd_ = true;
  return {};
}

Result<std::string> TarReader::readContent(std::size_t size) {
  std::string content;
  std::size_t padded = (size + kBlock - 1) / kBlock * kBlock;
  while (padded != 0) {
    // Room is made for what comes, not for what the header says.
    const std::size_t at = content.size();
    const std::size_t part = std::min(padded, kReadAtOnce);
    content.resize(at + part);
    const auto isThere = fill(content.data() + at, part);
    if (!isThere) return tl::unexpected(isThere.error());
    if (!*isThere) return damaged(source_, "cut off: it ends inside a file");
    padded -= part;
  }
  content.resize(size);
  return content;
}

Result<std::optional<TarFile>> TarReader::next() {
  while (!atEnd_) {
    Block header;
    const auto isThere = fill(header.data(), header.size());
    if (!isThere) return tl::unexpected(isThere.error());
    if (!*isThere) return damaged(source_, "no tar archive, or was cut off: it has no end mark");
    if (isZero({header.data(), header.size()})) {
      if (auto ended = readEnd(); !ended) return propagate(ended);
      break;
    }
    if (!hasRightChecksum(header)) return damaged(source_, "no tar archive, or damaged: a header has another checksum");
    const std::string name = nameOf(header);
    const auto size = numberOf(header, kSize);
    if (!size) return damaged(source_, fmt::format("damaged: '{}' has no size", name));
    if (*size > kLargestFile) {
      return fail(ErrorCode::invalidArgument, fmt::format("'{}' in '{}' is too large", name, source_.name()));
    }
    const char type = header[kType];
    const bool isFile = type == '0' || type == '\0';
    if (!isFile && type != '5') {
      return fail(ErrorCode::invalidArgument,
                  fmt::format("'{}' in '{}' is neither a file nor a folder; pack it with tar --format=ustar", name,
                              source_.name()));
    }
    auto content = readContent(*size);
    if (!content) return propagate(content);
    if (isFile) return TarFile{name, *std::move(content)};
  }
  return std::nullopt;
}

}  // namespace roster::bench
