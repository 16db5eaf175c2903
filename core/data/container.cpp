#include "core/data/container.h"

#include <algorithm>

namespace roster {

bool ContainerView::contains(std::uint16_t value) const {
  switch (kind) {
    case ContainerKind::array: return std::binary_search(array().begin(), array().end(), value);
    case ContainerKind::bitset: return (words()[value >> 6] >> (value & 63)) & 1;
    case ContainerKind::run: {
      const auto all = runSpan();
      auto after = std::upper_bound(all.begin(), all.end(), value,
                                    [](std::uint16_t wanted, const Run& run) { return wanted < run.first; });
      return after != all.begin() && value <= (after - 1)->last();
    }
  }
  return false;
}

void setRange(ChunkWords& words, std::uint32_t first, std::uint32_t last) {
  constexpr std::uint64_t kAll = ~std::uint64_t{0};
  const std::uint32_t length = last - first;  // less one
  const std::uint32_t firstWord = first >> 6;
  if ((first & 63) + length < 64) {
    words.words[firstWord] |= kAll >> (63 - length) << (first & 63);
    return;
  }
  const std::uint32_t lastWord = last >> 6;
  words.words[firstWord] |= kAll << (first & 63);
  for (std::uint32_t w = firstWord + 1; w < lastWord; ++w) words.words[w] = kAll;
  words.words[lastWord] |= kAll >> (63 - (last & 63));
}

void addTo(const ContainerView& container, ChunkWords& words) {
  if (container.empty()) return;
  switch (container.kind) {
    case ContainerKind::array:
      for (const std::uint16_t value : container.array()) words.set(value);
      return;
    case ContainerKind::bitset: {
      const std::uint64_t* from = container.words();
      for (std::uint32_t w = 0; w < kChunkWords; ++w) words.words[w] |= from[w];
      return;
    }
    case ContainerKind::run:
      for (const Run run : container.runSpan()) setRange(words, run.first, run.last());
      return;
  }
}

void expand(const ContainerView& container, ChunkWords& words) {
  if (container.kind == ContainerKind::bitset && !container.empty()) {
    std::memcpy(words.data(), container.data, sizeof(ChunkWords));
    return;
  }
  words.clear();
  addTo(container, words);
}

std::uint32_t countBits(const ChunkWords& words) {
  std::uint32_t count = 0;
  for (const std::uint64_t word : words.words) count += static_cast<std::uint32_t>(std::popcount(word));
  return count;
}

std::uint32_t countRuns(const std::uint64_t* words, std::uint32_t limit) {
  // A run starts at every set bit whose predecessor is not set.
  std::uint32_t runs = 0;
  std::uint64_t carry = 0;
  for (std::uint32_t w = 0; w < kChunkWords && runs <= limit; ++w) {
    runs += static_cast<std::uint32_t>(std::popcount(words[w] & ~((words[w] << 1) | carry)));
    carry = words[w] >> 63;
  }
  return runs;
}

}  // namespace roster
