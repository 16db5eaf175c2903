#include "tests/support/random_containers.h"

#include <algorithm>
#include <set>

namespace roster {

namespace {

std::vector<std::uint16_t> scattered(std::size_t count, RandomSource& random) {
  std::vector<bool> held(kChunkSize);
  for (std::size_t i = 0; i < count;) {
    const std::uint64_t value = random.below(kChunkSize);
    if (held[value]) continue;
    held[value] = true;
    ++i;
  }
  std::vector<std::uint16_t> values;
  for (std::uint32_t value = 0; value < kChunkSize; ++value) {
    if (held[value]) values.push_back(static_cast<std::uint16_t>(value));
  }
  return values;
}

std::vector<std::uint16_t> runs(std::uint64_t longestRun, std::uint64_t longestGap, RandomSource& random) {
  std::vector<std::uint16_t> values;
  for (std::uint64_t at = random.below(longestGap); at < kChunkSize; at += 1 + random.below(longestGap)) {
    for (std::uint64_t left = 2 + random.below(longestRun); left != 0 && at < kChunkSize; --left, ++at) {
      values.push_back(static_cast<std::uint16_t>(at));
    }
  }
  return values;
}

std::vector<std::uint16_t> range(std::uint32_t first, std::uint32_t last) {
  std::vector<std::uint16_t> values;
  for (std::uint32_t value = first; value <= last; ++value) values.push_back(static_cast<std::uint16_t>(value));
  return values;
}

}  // namespace

std::vector<std::uint16_t> valuesOf(ChunkShape shape, RandomSource& random) {
  switch (shape) {
    case ChunkShape::empty: return {};
    case ChunkShape::first: return {0};
    case ChunkShape::last: return {kChunkSize - 1};
    case ChunkShape::few: return scattered(2 + random.below(60), random);
    case ChunkShape::longestArray: return scattered(kMaxArrayCardinality, random);
    case ChunkShape::leastBitset: return scattered(kMaxArrayCardinality + 1, random);
    case ChunkShape::bitset: return scattered(kChunkSize / 2, random);
    case ChunkShape::oneRun: {
      const auto first = static_cast<std::uint32_t>(random.below(kChunkSize));
      return range(first, static_cast<std::uint32_t>(first + random.below(kChunkSize - first)));
    }
    case ChunkShape::fewRuns: return runs(3000, 4000, random);
    case ChunkShape::manyRuns: return runs(2, 3, random);
    case ChunkShape::allButOne: {
      auto values = range(0, kChunkSize - 1);
      values.erase(values.begin() + static_cast<std::ptrdiff_t>(random.below(kChunkSize)));
      return values;
    }
    case ChunkShape::full: return range(0, kChunkSize - 1);
  }
  return {};
}

std::vector<std::uint16_t> randomValues(RandomSource& random) {
  return valuesOf(static_cast<ChunkShape>(random.below(kChunkShapes)), random);
}

OwnedContainer::OwnedContainer(const std::vector<std::uint16_t>& values) {
  ContainerPackBuilder builder;
  builder.addArray(0, values);
  bytes_ = Buffer(builder.packedSize());
  builder.writeTo(bytes_.data());
  const ContainerPackView pack(bytes_.data());
  view_ = pack.find(pack.tagMask(), 0);
}

OwnedContainer::OwnedContainer(const std::vector<std::uint16_t>& values, ContainerKind kind) {
  view_.kind = kind;
  view_.cardinality = static_cast<std::uint32_t>(values.size());
  if (kind == ContainerKind::bitset) {
    bytes_ = Buffer::zeroed(sizeof(ChunkWords));
    auto* words = bytes_.at<std::uint64_t>(0);
    for (const std::uint16_t value : values) words[value >> 6] |= std::uint64_t{1} << (value & 63);
  } else if (kind == ContainerKind::run) {
    std::vector<Run> runs;
    for (const std::uint16_t value : values) {
      if (!runs.empty() && runs.back().last() + 1 == value) ++runs.back().lengthMinusOne;
      else runs.push_back({value, 0});
    }
    view_.runs = static_cast<std::uint32_t>(runs.size());
    bytes_ = Buffer::copyOf({reinterpret_cast<const char*>(runs.data()), runs.size() * sizeof(Run)});
  } else {
    bytes_ = Buffer::copyOf({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(std::uint16_t)});
  }
  view_.data = bytes_.data();
}

std::vector<OwnedContainer> formsOf(const std::vector<std::uint16_t>& values) {
  std::vector<OwnedContainer> forms;
  if (values.empty()) return forms;
  forms.emplace_back(values, ContainerKind::bitset);
  forms.emplace_back(values, ContainerKind::run);
  if (values.size() <= kMaxArrayCardinality) forms.emplace_back(values, ContainerKind::array);
  return forms;
}

std::vector<std::uint16_t> toVector(const ContainerView& container) {
  std::vector<std::uint16_t> values;
  forEachValue(container, [&](std::uint16_t value) { values.push_back(value); });
  return values;
}

std::string faultOf(const ContainerView& container) {
  const auto values = toVector(container);
  if (values.size() != container.cardinality) return "its cardinality is not the number of its values";
  if (std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) != values.end())
    return "it does not ascend";
  const bool array = container.kind == ContainerKind::array;
  if (array && container.cardinality > kMaxArrayCardinality) return "its array is too long";
  if (container.kind == ContainerKind::run && container.empty()) return "it has no runs";
  return "";
}

}  // namespace roster
