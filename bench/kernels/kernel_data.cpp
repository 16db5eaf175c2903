#include "bench/kernels/kernel_data.h"

#include <algorithm>
#include <utility>

namespace roster::bench {

HeldPtr finish(HeldPtr held, ContainerKind kind) {
  held->kind = kind;
  forEachBit(held->words.data(), [&](std::uint16_t value) {
    held->values.push_back(value);
    if (!held->runs.empty() && held->runs.back().last() + 1 == value) ++held->runs.back().lengthMinusOne;
    else held->runs.push_back({value, 0});
  });
  return held;
}

ContainerView Held::view() const {
  const auto cardinality = static_cast<std::uint32_t>(values.size());
  switch (kind) {
    case ContainerKind::array: return {values.data(), cardinality, 0, kind};
    case ContainerKind::bitset: return {words.data(), cardinality, 0, kind};
    case ContainerKind::run: return {runs.data(), cardinality, static_cast<std::uint32_t>(runs.size()), kind};
  }
  return {};
}

HeldPtr scattered(Dice& dice, std::uint32_t every, ContainerKind kind) {
  auto held = std::make_shared<Held>();
  held->words.clear();
  for (std::uint32_t place = 0; place < kChunkSize; ++place) {
    if (dice.below(every) == 0) held->words.set(place);
  }
  return finish(std::move(held), kind);
}

HeldPtr clustered(Dice& dice) {
  auto held = std::make_shared<Held>();
  held->words.clear();
  for (std::uint32_t first = dice.below(2000); first < kChunkSize; first += 4000 + dice.below(4000)) {
    setRange(held->words, first, std::min(first + 500 + dice.below(2000), kChunkSize - 1));
  }
  return finish(std::move(held), ContainerKind::run);
}

HeldPtr ofForm(Dice& dice, ContainerKind kind) {
  switch (kind) {
    case ContainerKind::array: return scattered(dice, 200, kind);
    case ContainerKind::bitset: return scattered(dice, 5, kind);
    case ContainerKind::run: return clustered(dice);
  }
  return {};
}

Bitmap bitmapOf(const ContainerView& container) {
  ContainerPackBuilder builder;
  builder.add(0, container);
  return Bitmap::fromBuilder(std::move(builder));
}

}  // namespace roster::bench
