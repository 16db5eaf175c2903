// The random data that kernels work on: containers of one chunk in a form of choice.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "core/data/bitmap.h"

namespace roster::bench {

// Not std's distributions: their results differ between libraries.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(engine_() % count); }

 private:
  std::mt19937_64 engine_;
};

// A container in a form of choice, which owns its bytes.
struct Held {
  ChunkWords words;
  std::vector<std::uint16_t> values;
  std::vector<Run> runs;
  ContainerKind kind = ContainerKind::bitset;

  ContainerView view() const;
};
using HeldPtr = std::shared_ptr<Held>;

// Takes the words as they are, and makes the other forms from them.
HeldPtr finish(HeldPtr held, ContainerKind kind);

// About one in `every` contacts.
HeldPtr scattered(Dice& dice, std::uint32_t every, ContainerKind kind);

// Import waves: a few long runs.
HeldPtr clustered(Dice& dice);

// An array of one in 200 contacts, a bitset of one in five, or import waves.
HeldPtr ofForm(Dice& dice, ContainerKind kind);

// A bitmap of one shard that holds this in its first chunk and nothing else.
Bitmap bitmapOf(const ContainerView& container);

// A plain loop over all contacts of the chunk.
template <class Condition>
std::uint32_t countWhere(const Condition& condition) {
  std::uint32_t count = 0;
  for (std::uint32_t place = 0; place < kChunkSize; ++place) count += condition(place);
  return count;
}

}  // namespace roster::bench
