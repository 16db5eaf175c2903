// Stored bytes damaged in small ways: what a decoder must refuse or survive.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace roster {

// Calls f(damaged) with the bytes cut off at every length, and with every single byte changed in several ways. Of long
// pieces the first and last bytes, and every so many between.
template <class F>
void forEachDamage(std::string_view bytes, F&& f) {
  constexpr std::size_t kEdge = 600;
  const std::size_t step = std::max<std::size_t>(1, bytes.size() / 500);
  const auto next = [&](std::size_t at) {
    const bool atEdge = at < kEdge || at + kEdge >= bytes.size();
    return at + (atEdge ? 1 : step);
  };
  for (std::size_t at = 0; at < bytes.size(); at = next(at)) {
    f(std::string(bytes.substr(0, at)));
    const char old = bytes[at];
    for (const char changed : {static_cast<char>(old ^ 1), static_cast<char>(old ^ 0x80), static_cast<char>(old + 1),
                               static_cast<char>(0xFF), static_cast<char>(0)}) {
      if (changed == old) continue;
      std::string damaged(bytes);
      damaged[at] = changed;
      f(std::move(damaged));
    }
  }
  f(std::string(bytes) + '\0');
}

}  // namespace roster
