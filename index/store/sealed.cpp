#include "index/store/sealed.h"

#include <fmt/format.h>

#include "core/base/hash.h"

namespace roster {

namespace {

constexpr std::size_t kChecksumBytes = 8;

void appendLittleEndian(std::string& bytes, std::uint64_t number) {
  for (std::size_t i = 0; i < kChecksumBytes; ++i) bytes.push_back(static_cast<char>((number >> (8 * i)) & 0xff));
}

std::uint64_t readLittleEndian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = kChecksumBytes; i-- > 0;) number = (number << 8) | static_cast<unsigned char>(bytes[i]);
  return number;
}

}  // namespace

void sealInPlace(std::string& payload, std::uint8_t kind, std::uint8_t version) {
  payload.reserve(payload.size() + kSealBytes);
  payload.push_back(static_cast<char>(kind));
  payload.push_back(static_cast<char>(version));
  appendLittleEndian(payload, hashBytes(payload));
}

std::string seal(std::uint8_t kind, std::uint8_t version, std::string_view payload) {
  std::string bytes;
  bytes.reserve(payload.size() + kSealBytes);
  bytes.append(payload);
  sealInPlace(bytes, kind, version);
  return bytes;
}

Result<UnsealedPiece> unseal(std::uint8_t expectedKind, std::uint8_t newestVersion, std::string_view bytes,
                             std::string_view name) {
  if (bytes.size() < kSealBytes) {
    return fail(ErrorCode::dataLoss, fmt::format("{} is damaged: it is cut short at {} bytes", name, bytes.size()));
  }
  const std::string_view checked = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (hashBytes(checked) != readLittleEndian(bytes.substr(checked.size()))) {
    return fail(ErrorCode::dataLoss, fmt::format("{} is damaged: its checksum does not match its content", name));
  }
  const auto kind = static_cast<std::uint8_t>(checked[checked.size() - 2]);
  const auto version = static_cast<std::uint8_t>(checked[checked.size() - 1]);
  if (kind != expectedKind) {
    return fail(ErrorCode::dataLoss,
                fmt::format("{} is damaged: it holds a piece of kind {} where one of kind {} belongs", name, kind,
                            expectedKind));
  }
  if (version > newestVersion) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("{} was written by a newer Roster (version {} of its layout; this one reads up to {})",
                            name, version, newestVersion));
  }
  return UnsealedPiece{version, checked.substr(0, checked.size() - 2)};
}

}  // namespace roster
