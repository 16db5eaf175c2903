// Loops over rows of events and what is gathered of them, compiled for several levels of vector instructions and chosen
// at run time, as word_kernels.h has it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace roster {

struct EventKernels {
  std::string_view level;

  // Sets bit i % 64 of found[i / 64] where rows[i] is one of the places, and clears it elsewhere. There are a multiple
  // of 64 rows and at least one place.
  void (*find)(std::span<const std::uint16_t> rows, std::span<const std::uint16_t> places, std::uint64_t* found);

  // Sets bit i % 64 of found[i / 64] where numbers[i] is in low … high, and clears it elsewhere. There are a multiple
  // of 64 numbers.
  void (*within)(std::span<const std::int64_t> numbers, std::int64_t low, std::int64_t high, std::uint64_t* found);
};

// For this machine.
const EventKernels& eventKernels();

// One for each level that this machine has, for tests.
std::vector<EventKernels> allEventKernels();

}  // namespace roster
