// How every stored piece is framed: what it is, in which version of its layout, and a checksum over all of it.
//
//   payload | kind (1 byte) | version (1 byte) | XXH3-64 of all before (8 bytes, little-endian)
//
// The frame is at the end, so that the payload of a piece read into aligned memory is aligned as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace roster {

inline constexpr std::size_t kSealBytes = 10;

// Appends the frame to a payload.
void sealInPlace(std::string& payload, std::uint8_t kind, std::uint8_t version);
std::string seal(std::uint8_t kind, std::uint8_t version, std::string_view payload);

struct UnsealedPiece {
  std::uint8_t version = 0;
  std::string_view payload;  // within the bytes given
};

// Checks the frame. dataLoss, naming the piece by `name`, where the bytes are not what seal() made or are of another
// kind; `newestVersion` is the last one the caller can read, and a later one is invalidArgument.
Result<UnsealedPiece> unseal(std::uint8_t expectedKind, std::uint8_t newestVersion, std::string_view bytes,
                             std::string_view name);

}  // namespace roster
