// Contents of a chunk in every form a container can take, and at the edges between the forms.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/buffer.h"
#include "core/data/container_pack.h"
#include "tests/support/random_source.h"

namespace roster {

enum class ChunkShape : std::uint8_t {
  empty,
  first,         // 0 alone
  last,          // 65535 alone
  few,           // a handful of scattered values
  longestArray,  // 4,096 values
  leastBitset,   // 4,097 values
  bitset,        // half of all values
  oneRun,
  fewRuns,
  manyRuns,  // runs of two or three: shortest as bits
  allButOne,
  full,
};
inline constexpr std::uint64_t kChunkShapes = static_cast<std::uint64_t>(ChunkShape::full) + 1;

// Ascending, distinct values of this shape.
std::vector<std::uint16_t> valuesOf(ChunkShape shape, RandomSource& random);
std::vector<std::uint16_t> randomValues(RandomSource& random);

// A container of these values that owns its bytes.
class OwnedContainer {
 public:
  // In its shortest form.
  explicit OwnedContainer(const std::vector<std::uint16_t>& values);
  // In the form asked for, however long: as bits, or as runs. Values are not empty; an array has at most 4,096.
  OwnedContainer(const std::vector<std::uint16_t>& values, ContainerKind kind);

  const ContainerView& view() const { return view_; }

 private:
  Buffer bytes_;
  ContainerView view_;
};

// All forms that hold the values, short or not, and as evaluation meets them; none of no values.
std::vector<OwnedContainer> formsOf(const std::vector<std::uint16_t>& values);

// The container's values.
std::vector<std::uint16_t> toVector(const ContainerView& container);

// Why a view breaks the invariants of its kind; empty where it keeps them.
std::string faultOf(const ContainerView& container);

}  // namespace roster
