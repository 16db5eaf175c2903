#include "core/data/key_index.h"

#include <algorithm>
#include <iterator>

namespace roster {

namespace {

constexpr std::size_t kRunHeaderBytes = 8;
constexpr std::size_t kPieceEntries = std::size_t{1} << 16;

// A run is merged into the one before it while that is less than this many times its size.
constexpr std::size_t kGrowth = 4;

// The piece of a run that holds a hash, if any does: the last one that begins at or before it. Entries of one hash
// never straddle pieces.
template <class Parts>
const auto* partOf(const Parts& run, std::uint64_t hash) {
  const auto after = std::upper_bound(run.begin(), run.end(), hash,
                                      [](std::uint64_t wanted, const auto& part) { return wanted < part.firstHash; });
  return after == run.begin() ? nullptr : &*(after - 1);
}

KeyIndex::Run cutInPieces(std::span<const KeyEntry> sorted) {
  KeyIndex::Run run;
  for (std::size_t at = 0; at < sorted.size();) {
    std::size_t end = std::min(at + kPieceEntries, sorted.size());
    while (end < sorted.size() && sorted[end].hash == sorted[end - 1].hash) ++end;
    const std::uint64_t firstHash = at == 0 ? 0 : sorted[at].hash;
    run.push_back(
        {firstHash, static_cast<std::uint32_t>(end - at), makeSlot(KeyIndexRun::build(sorted.subspan(at, end - at)))});
    at = end;
  }
  return run;
}

std::size_t sizeOf(const KeyIndex::Run& run) {
  std::size_t size = 0;
  for (const KeyIndexPart& part : run) size += part.size;
  return size;
}

Result<std::vector<KeyEntry>> entriesOf(const KeyIndex::Run& run) {
  std::vector<KeyEntry> entries;
  for (const KeyIndexPart& part : run) {
    auto loaded = load(part.run);
    if (!loaded) return propagate(loaded);
    for (std::uint32_t i = 0; i < (*loaded)->size(); ++i) entries.push_back((**loaded)[i]);
  }
  return entries;
}

}  // namespace

KeyIndexRun KeyIndexRun::build(std::span<const KeyEntry> sorted) {
  KeyIndexRun run;
  run.size_ = static_cast<std::uint32_t>(sorted.size());
  run.bytes_ = Buffer::zeroed(kRunHeaderBytes + sorted.size() * 12);
  *run.bytes_.at<std::uint32_t>(0) = run.size_;
  auto* hashes = run.bytes_.at<std::uint64_t>(kRunHeaderBytes);
  auto* contacts = run.bytes_.at<std::uint32_t>(kRunHeaderBytes + 8 * sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    hashes[i] = sorted[i].hash;
    contacts[i] = sorted[i].contact;
  }
  return run;
}

Result<KeyIndexRun> KeyIndexRun::decode(Buffer&& bytes) {
  const auto damaged = [] { return fail(ErrorCode::dataLoss, "the index of keys is damaged"); };
  if (bytes.size() < kRunHeaderBytes) return damaged();
  KeyIndexRun run;
  run.size_ = *bytes.at<std::uint32_t>(0);
  if (bytes.size() != kRunHeaderBytes + std::size_t{run.size_} * 12) return damaged();
  run.bytes_ = std::move(bytes);
  if (!std::is_sorted(run.hashes(), run.hashes() + run.size_)) return damaged();
  return run;
}

void KeyIndexRun::find(std::uint64_t hash, std::vector<ContactId>& found) const {
  if (size_ == 0) return;
  const std::uint64_t* begin = hashes();
  const std::uint64_t* end = begin + size_;
  // The guess by interpolation is off by about the square root of the entries; a gallop from there brackets the hash.
  const std::uint64_t span = end[-1] - begin[0];
  std::size_t low = 0;
  std::size_t high = size_;
  if (span != 0 && hash >= begin[0] && hash <= end[-1]) {
    const double share = static_cast<double>(hash - begin[0]) / static_cast<double>(span);
    const auto guess = std::min<std::size_t>(static_cast<std::size_t>(share * static_cast<double>(size_)), size_ - 1);
    std::size_t step = 16;
    if (begin[guess] < hash) {
      low = guess;
      while (low + step < high && begin[low + step] < hash) low += step, step *= 2;
      high = std::min(high, low + step + 1);
    } else {
      high = guess + 1;
      while (high > step && begin[high - step] >= hash) high -= step, step *= 2;
      low = high > step ? high - step : 0;
    }
  }
  const auto* at = std::lower_bound(begin + low, begin + high, hash);
  for (; at != end && *at == hash; ++at) found.push_back(contacts()[at - begin]);
}

Result<std::vector<ContactId>> KeyIndex::find(std::uint64_t hash) const {
  std::vector<ContactId> found;
  for (const Run& run : runs_) {
    const KeyIndexPart* part = partOf(run, hash);
    if (part == nullptr) continue;
    auto loaded = roster::load(part->run);
    if (!loaded) return propagate(loaded);
    (*loaded)->find(hash, found);
  }
  return found;
}

Result<KeyIndex> KeyIndex::withAppended(std::vector<KeyEntry> entries) const {
  if (entries.empty()) return *this;
  std::sort(entries.begin(), entries.end());
  std::vector<Run> runs = runs_;
  while (!runs.empty() && sizeOf(runs.back()) < kGrowth * entries.size()) {
    auto older = entriesOf(runs.back());
    if (!older) return propagate(older);
    std::vector<KeyEntry> merged(older->size() + entries.size());
    std::merge(older->begin(), older->end(), entries.begin(), entries.end(), merged.begin());
    entries = std::move(merged);
    runs.pop_back();
  }
  runs.push_back(cutInPieces(entries));
  return KeyIndex(std::move(runs));
}

Result<std::vector<KeyEntry>> KeyIndex::allEntries() const {
  std::vector<KeyEntry> all;
  for (const Run& run : runs_) {
    auto entries = entriesOf(run);
    if (!entries) return propagate(entries);
    all.insert(all.end(), entries->begin(), entries->end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

Result<KeyIndex> KeyIndex::filtered(const std::function<bool(ContactId)>& keep) const {
  auto kept = allEntries();
  if (!kept) return propagate(kept);
  std::erase_if(*kept, [&](const KeyEntry& entry) { return !keep(entry.contact); });
  if (kept->empty()) return KeyIndex();
  return KeyIndex({cutInPieces(*kept)});
}

Result<KeyIndex> KeyIndex::without(std::vector<KeyEntry> entries) const {
  auto all = allEntries();
  if (!all) return propagate(all);
  std::sort(entries.begin(), entries.end());
  std::vector<KeyEntry> kept;
  std::set_difference(all->begin(), all->end(), entries.begin(), entries.end(), std::back_inserter(kept));
  if (kept.empty()) return KeyIndex();
  return KeyIndex({cutInPieces(kept)});
}

Result<LoadedKeyIndex> LoadedKeyIndex::load(const KeyIndex& index) {
  LoadedKeyIndex loaded;
  for (const KeyIndex::Run& run : index.runs()) {
    auto& parts = loaded.runs_.emplace_back();
    for (const KeyIndexPart& part : run) {
      auto piece = roster::load(part.run);
      if (!piece) return propagate(piece);
      parts.push_back({part.firstHash, *std::move(piece)});
    }
  }
  return loaded;
}

void LoadedKeyIndex::find(std::uint64_t hash, std::vector<ContactId>& found) const {
  for (const auto& run : runs_) {
    if (const Part* part = partOf(run, hash)) part->run->find(hash, found);
  }
}

}  // namespace roster
