// How much the oracle tests do.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace roster::oracle {

// The sanitizer makes everything several times slower.
#ifdef __SANITIZE_ADDRESS__
inline constexpr int kSlower = 5;
#else
inline constexpr int kSlower = 1;
#endif

inline constexpr const char* kZone = "Europe/Warsaw";

// ROSTER_LONG asks for more predicates, on all of the data.
inline bool isLong() { return std::getenv("ROSTER_LONG") != nullptr; }

// Another one each time, which failures print; ROSTER_SEED repeats a run.
inline std::uint64_t anySeed() {
  const char* given = std::getenv("ROSTER_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

}  // namespace roster::oracle
