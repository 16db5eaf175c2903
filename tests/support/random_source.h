// Random choices for tests, repeatable from one number: properties take the seed from RapidCheck, which prints it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <vector>

namespace roster {

class RandomSource {
 public:
  explicit RandomSource(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  // 0 … count - 1.
  std::uint64_t below(std::uint64_t count) { return engine_() % count; }
  // Both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool chance(unsigned percent) { return below(100) < percent; }

  template <class T>
  T oneOf(std::initializer_list<T> from) {
    return from.begin()[below(from.size())];
  }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace roster
