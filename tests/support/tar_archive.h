// Tar archives for tests, header by header, so that any part can be damaged.
#pragma once

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace roster {

inline constexpr std::size_t kTarBlock = 512;

// Writes the checksum into a header.
inline void signTarHeader(std::string& header) {
  header.replace(148, 8, "        ");
  std::uint32_t sum = 0;
  for (const char byte : header.substr(0, kTarBlock)) sum += static_cast<unsigned char>(byte);
  header.replace(148, 8, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
}

// One entry: '0' is a file, '5' a folder.
inline std::string tarEntry(std::string_view name, std::string_view content, char type = '0') {
  std::string entry(kTarBlock, '\0');
  entry.replace(0, name.size(), name);
  entry.replace(124, 11, fmt::format("{:011o}", content.size()));
  entry[156] = type;
  entry.replace(257, 8, std::string_view("ustar\00000", 8));
  signTarHeader(entry);
  entry += content;
  entry.resize((entry.size() + kTarBlock - 1) / kTarBlock * kTarBlock, '\0');
  return entry;
}

// Two blocks of zeros.
inline std::string tarEnd() { return std::string(2 * kTarBlock, '\0'); }

}  // namespace roster
