#include "core/data/container_pack.h"

#include <algorithm>

namespace roster {

namespace {

constexpr std::size_t kPackHeaderBytes = 8;
constexpr std::size_t kBitsetBytes = kChunkWords * 8;
constexpr std::size_t kRunCountBytes = 2;

constexpr std::size_t alignUp(std::size_t value, std::size_t to) { return (value + to - 1) / to * to; }

constexpr std::size_t alignmentOf(ContainerKind kind) { return kind == ContainerKind::bitset ? 64 : 2; }

bool ascends(std::span<const std::uint16_t> values) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i - 1] >= values[i]) return false;
  }
  return true;
}

// The number of values in runs that ascend and do not touch; 0 where they are not so.
std::uint32_t cardinalityOf(std::span<const Run> runs) {
  std::uint32_t cardinality = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].last() >= kChunkSize) return 0;
    if (i > 0 && runs[i].first <= runs[i - 1].last() + 1) return 0;
    cardinality += std::uint32_t{runs[i].lengthMinusOne} + 1;
  }
  return cardinality;
}

std::vector<Run> runsOf(std::span<const std::uint16_t> values) {
  std::vector<Run> runs;
  for (const std::uint16_t value : values) {
    if (!runs.empty() && runs.back().last() + 1 == value) ++runs.back().lengthMinusOne;
    else runs.push_back({value, 0});
  }
  return runs;
}

std::size_t countRuns(std::span<const std::uint16_t> values) {
  std::size_t runs = values.empty() ? 0 : 1;
  for (std::size_t i = 1; i < values.size(); ++i) runs += values[i] != values[i - 1] + 1;
  return runs;
}

std::vector<Run> runsOf(const std::uint64_t* words, std::uint32_t count) {
  std::vector<Run> runs;
  runs.reserve(count);
  std::uint32_t at = 0;
  const auto nextBit = [&](bool wanted) {
    while (at < kChunkSize) {
      std::uint64_t word = words[at >> 6];
      if (!wanted) word = ~word;
      word &= ~std::uint64_t{0} << (at & 63);
      if (word != 0) {
        at = (at & ~63U) + static_cast<std::uint32_t>(std::countr_zero(word));
        return;
      }
      at = (at & ~63U) + 64;
    }
  };
  for (nextBit(true); at < kChunkSize; nextBit(true)) {
    const std::uint32_t first = at;
    nextBit(false);
    runs.push_back({static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(at - first - 1)});
  }
  return runs;
}

tl::unexpected<Error> damaged(const char* why) {
  return fail(ErrorCode::dataLoss, std::string("a bitmap is damaged: ") + why);
}

}  // namespace

Result<ContainerPackView> ContainerPackView::validate(const std::byte* start, std::size_t size) {
  if (size < kPackHeaderBytes) return damaged("it is cut off");
  const ContainerPackView pack(start);
  const std::size_t count = pack.size();
  if (count > (size - kPackHeaderBytes) / sizeof(Entry)) return damaged("its directory is cut off");
  std::uint64_t cardinality = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Entry entry = pack.entries()[i];
    const ContainerKind kind = entry.kind;
    if (kind > ContainerKind::run) return damaged("a container is of no known kind");
    if (entry.tag >= kMaxPackTags || (i > 0 && entry.tag <= pack.entries()[i - 1].tag)) {
      return damaged("its containers are out of order");
    }
    if (entry.offset % alignmentOf(kind) != 0) return damaged("a container is misaligned");
    const auto fits = [&](std::size_t bytes) { return entry.offset <= size && bytes <= size - entry.offset; };
    if (!fits(kind == ContainerKind::run ? kRunCountBytes : 0)) return damaged("a container is cut off");
    const ContainerView view = pack[i];
    switch (kind) {
      case ContainerKind::array:
        // Who works on arrays reserves no more than a bitset's bytes for one.
        if (view.cardinality > kMaxArrayCardinality) return damaged("an array is too long");
        if (!fits(view.cardinality * sizeof(std::uint16_t))) return damaged("an array is cut off");
        if (!ascends(view.array())) return damaged("an array does not ascend");
        break;
      case ContainerKind::bitset: {
        if (!fits(kBitsetBytes)) return damaged("a bitset is cut off");
        std::uint32_t bits = 0;
        for (std::uint32_t w = 0; w < kChunkWords; ++w)
          bits += static_cast<std::uint32_t>(std::popcount(view.words()[w]));
        if (bits != view.cardinality) return damaged("a bitset has another number of bits");
        break;
      }
      case ContainerKind::run:
        if (!fits(kRunCountBytes + view.runs * sizeof(Run))) return damaged("runs are cut off");
        if (cardinalityOf(view.runSpan()) != view.cardinality) return damaged("runs overlap or add up otherwise");
        break;
    }
    cardinality += view.cardinality;
  }
  if (cardinality != pack.cardinality()) return damaged("its containers add up otherwise");
  return pack;
}

std::uint64_t ContainerPackView::tagMask() const {
  std::uint64_t mask = 0;
  for (std::uint32_t i = 0; i < size(); ++i) mask |= std::uint64_t{1} << tag(i);
  return mask;
}

void ContainerPackBuilder::append(std::uint32_t tag, ContainerKind kind, std::uint32_t cardinality, const void* data,
                                  std::size_t bytes) {
  pending_.push_back(
      {data_.size(), static_cast<std::uint32_t>(bytes), cardinality, kind, static_cast<std::uint8_t>(tag)});
  data_.append(static_cast<const char*>(data), bytes);
  cardinality_ += cardinality;
}

void ContainerPackBuilder::appendRuns(std::uint32_t tag, std::uint32_t cardinality, std::span<const Run> runs) {
  append(tag, ContainerKind::run, cardinality, runs.data(), runs.size_bytes());
}

void ContainerPackBuilder::add(std::uint32_t tag, const ContainerView& container) {
  if (container.empty()) return;
  switch (container.kind) {
    case ContainerKind::array:
      return append(tag, ContainerKind::array, container.cardinality, container.data, container.array().size_bytes());
    case ContainerKind::bitset:
      return append(tag, ContainerKind::bitset, container.cardinality, container.data, kBitsetBytes);
    case ContainerKind::run: return appendRuns(tag, container.cardinality, container.runSpan());
  }
}

void ContainerPackBuilder::addArray(std::uint32_t tag, std::span<const std::uint16_t> values) {
  if (values.empty()) return;
  const std::size_t runs = countRuns(values);
  const auto cardinality = static_cast<std::uint32_t>(values.size());
  if (kRunCountBytes + runs * sizeof(Run) < std::min(values.size_bytes(), kBitsetBytes)) {
    return appendRuns(tag, cardinality, runsOf(values));
  }
  if (cardinality <= kMaxStoredArray) {
    return append(tag, ContainerKind::array, cardinality, values.data(), values.size_bytes());
  }
  ChunkWords words;
  words.clear();
  for (const std::uint16_t value : values) words.set(value);
  append(tag, ContainerKind::bitset, cardinality, words.data(), kBitsetBytes);
}

void ContainerPackBuilder::addWords(std::uint32_t tag, const std::uint64_t* words, std::uint32_t cardinality) {
  if (cardinality == 0) return;
  const std::uint32_t runs = roster::countRuns(words, kBitsetBytes / sizeof(Run));  // more are longer than a bitset
  const std::size_t runBytes = kRunCountBytes + runs * sizeof(Run);
  if (runBytes < std::min<std::size_t>(cardinality * 2, kBitsetBytes)) {
    return appendRuns(tag, cardinality, runsOf(words, runs));
  }
  if (cardinality > kMaxStoredArray) return append(tag, ContainerKind::bitset, cardinality, words, kBitsetBytes);
  std::array<std::uint16_t, kMaxStoredArray> values;
  std::size_t count = 0;
  forEachBit(words, [&](std::uint16_t value) { values[count++] = value; });
  append(tag, ContainerKind::array, cardinality, values.data(), count * sizeof(std::uint16_t));
}

void ContainerPackBuilder::addFull(std::uint32_t tag) {
  const Run all{0, static_cast<std::uint16_t>(kChunkSize - 1)};
  appendRuns(tag, kChunkSize, {&all, 1});
}

std::size_t ContainerPackBuilder::packedSize() const {
  std::size_t size = kPackHeaderBytes + pending_.size() * sizeof(ContainerPackView::Entry);
  for (const Pending& pending : pending_) {
    size = alignUp(size, alignmentOf(pending.kind)) + pending.bytes +
           (pending.kind == ContainerKind::run ? kRunCountBytes : 0);
  }
  return size;
}

void ContainerPackBuilder::writeTo(std::byte* to) {
  const auto count = static_cast<std::uint32_t>(pending_.size());
  std::memcpy(to, &count, 4);
  std::memcpy(to + 4, &cardinality_, 4);
  std::size_t offset = kPackHeaderBytes + pending_.size() * sizeof(ContainerPackView::Entry);
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const Pending& pending = pending_[i];
    const std::size_t aligned = alignUp(offset, alignmentOf(pending.kind));
    // Padding is stored: it is zeroed, so that equal bitmaps are equal bytes.
    std::memset(to + offset, 0, aligned - offset);
    offset = aligned;
    const ContainerPackView::Entry entry{static_cast<std::uint32_t>(offset),
                                         static_cast<std::uint16_t>(pending.cardinality - 1), pending.kind,
                                         pending.tag};
    if (pending.kind == ContainerKind::run) {
      const auto runs = static_cast<std::uint16_t>(pending.bytes / sizeof(Run));
      std::memcpy(to + offset, &runs, kRunCountBytes);
      offset += kRunCountBytes;
    }
    std::memcpy(to + offset, data_.data() + pending.at, pending.bytes);
    offset += pending.bytes;
    std::memcpy(to + kPackHeaderBytes + i * sizeof(entry), &entry, sizeof(entry));
  }
  clear();
}

void ContainerPackBuilder::clear() {
  pending_.clear();
  data_.clear();
  cardinality_ = 0;
}

}  // namespace roster
