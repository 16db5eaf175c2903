// How much the oracle tests do.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace roster::oracle {

// Release builds do all; the others, sanitizers among them, are several times slower.
#ifdef NDEBUG
inline constexpr int kSlower = 1;
#else
inline constexpr int kSlower = 5;
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
