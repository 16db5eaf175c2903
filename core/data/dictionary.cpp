#include "core/data/dictionary.h"

#include <algorithm>
#include <bit>

#include "core/base/hash.h"

namespace roster {

namespace {

constexpr std::size_t kSegmentHeaderBytes = 16;

// A segment is merged into the one before it while that is less than this many times its size.
constexpr std::uint32_t kGrowth = 4;

// Offsets in a segment have 32 bits, so what would not fit is not merged.
constexpr std::size_t kMaxSegmentBytes = std::size_t{1} << 31;

Result<std::shared_ptr<const DictionarySegment>> segmentOf(const DictionaryPart& part) {
  auto segment = load(part.segment);
  if (segment && ((*segment)->first() != part.first || (*segment)->size() != part.size)) {
    return fail(ErrorCode::dataLoss, "a dictionary holds other codes than its directory says");
  }
  return segment;
}

}  // namespace

DictionarySegment DictionarySegment::build(Code first, std::span<const std::string_view> strings) {
  std::size_t length = 0;
  for (const std::string_view text : strings) length += text.size();
  DictionarySegment segment;
  segment.first_ = first;
  segment.size_ = static_cast<std::uint32_t>(strings.size());
  segment.tableSize_ = std::bit_ceil(segment.size_ + segment.size_ / 2 + 1);
  segment.bytes_ = Buffer::zeroed(kSegmentHeaderBytes + 4 * (std::size_t{segment.tableSize_} + segment.size_) + length);
  auto* header = segment.bytes_.at<std::uint32_t>(0);
  header[0] = first;
  header[1] = segment.size_;
  header[2] = segment.tableSize_;

  auto* table = header + 4;
  auto* ends = table + segment.tableSize_;
  char* to = reinterpret_cast<char*>(ends + segment.size_);
  std::uint32_t end = 0;
  for (std::uint32_t place = 0; place < segment.size_; ++place) {
    const std::string_view text = strings[place];
    if (!text.empty()) std::memcpy(to + end, text.data(), text.size());
    end += static_cast<std::uint32_t>(text.size());
    ends[place] = end;
    if (text.empty()) continue;  // an erased string is found by nobody
    std::uint32_t at = static_cast<std::uint32_t>(hashBytes(text)) & (segment.tableSize_ - 1);
    while (table[at] != 0) at = (at + 1) & (segment.tableSize_ - 1);
    table[at] = place + 1;
  }
  return segment;
}

Result<DictionarySegment> DictionarySegment::decode(Buffer&& bytes) {
  const auto damaged = [] { return fail(ErrorCode::dataLoss, "a dictionary is damaged"); };
  if (bytes.size() < kSegmentHeaderBytes) return damaged();
  DictionarySegment segment;
  const auto* header = bytes.at<std::uint32_t>(0);
  segment.first_ = header[0];
  segment.size_ = header[1];
  segment.tableSize_ = header[2];
  const std::size_t fixed = kSegmentHeaderBytes + 4 * (std::size_t{segment.tableSize_} + segment.size_);
  if (segment.first_ == kNoCode || !std::has_single_bit(segment.tableSize_) || segment.tableSize_ <= segment.size_ ||
      bytes.size() < fixed) {
    return damaged();
  }
  segment.bytes_ = std::move(bytes);
  std::uint32_t used = 0;
  for (std::uint32_t i = 0; i < segment.tableSize_; ++i) {
    if (segment.table()[i] > segment.size_) return damaged();
    used += segment.table()[i] != 0;
  }
  // A free place ends every search.
  if (used >= segment.tableSize_) return damaged();
  std::uint32_t before = 0;
  for (std::uint32_t i = 0; i < segment.size_; ++i) {
    if (segment.ends()[i] < before) return damaged();
    before = segment.ends()[i];
  }
  if (fixed + before != segment.bytes_.size()) return damaged();
  return segment;
}

std::string_view DictionarySegment::operator[](std::uint32_t place) const {
  const std::uint32_t begin = place == 0 ? 0 : ends()[place - 1];
  return {reinterpret_cast<const char*>(ends() + size_) + begin, ends()[place] - begin};
}

Code DictionarySegment::find(std::string_view text, std::uint64_t hash) const {
  if (size_ == 0 || text.empty()) return kNoCode;
  for (std::uint32_t at = static_cast<std::uint32_t>(hash) & (tableSize_ - 1);; at = (at + 1) & (tableSize_ - 1)) {
    const std::uint32_t entry = table()[at];
    if (entry == 0) return kNoCode;
    if ((*this)[entry - 1] == text) return first_ + entry - 1;
  }
}

Code LoadedDictionary::find(std::string_view text) const {
  const std::uint64_t hash = hashBytes(text);
  for (const auto& segment : segments_) {
    if (const Code code = segment->find(text, hash); code != kNoCode) return code;
  }
  return kNoCode;
}

std::string_view LoadedDictionary::operator[](Code code) const {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), code,
                                      [](Code wanted, const auto& segment) { return wanted < segment->first(); });
  if (after == segments_.begin()) return {};
  const DictionarySegment& segment = **(after - 1);
  const std::uint32_t place = code - segment.first();
  return place < segment.size() ? segment[place] : std::string_view();
}

tl::unexpected<Error> failUnknownCode() {
  return fail(ErrorCode::dataLoss, "a column holds a code that stands for no value");
}

Result<std::string_view> LoadedDictionary::stringOf(Code code) const {
  if (code > lastCode()) return failUnknownCode();
  return (*this)[code];
}

Result<LoadedDictionary> Dictionary::load() const {
  std::vector<std::shared_ptr<const DictionarySegment>> segments;
  segments.reserve(parts_.size());
  for (const DictionaryPart& part : parts_) {
    auto segment = segmentOf(part);
    if (!segment) return propagate(segment);
    segments.push_back(*std::move(segment));
  }
  return LoadedDictionary(std::move(segments));
}

Result<Dictionary> Dictionary::withAppended(std::span<const std::string_view> strings) const {
  if (strings.empty()) return *this;
  std::vector<DictionaryPart> parts = parts_;
  std::vector<std::shared_ptr<const DictionarySegment>> merged;  // the last of them first
  auto size = static_cast<std::uint32_t>(strings.size());
  std::size_t bytes = 0;
  for (const std::string_view text : strings) bytes += text.size();
  if (bytes > kMaxSegmentBytes) {
    return fail(ErrorCode::resourceExhausted,
                "the new values of a field are too long: a batch holds 2 GiB of them at most");
  }
  while (!parts.empty() && parts.back().size < kGrowth * std::size_t{size}) {
    auto segment = segmentOf(parts.back());
    if (!segment) return propagate(segment);
    if (bytes + (*segment)->byteSize() > kMaxSegmentBytes) break;
    bytes += (*segment)->byteSize();
    size += parts.back().size;
    merged.push_back(*std::move(segment));
    parts.pop_back();
  }
  std::vector<std::string_view> all;
  all.reserve(size);
  for (auto segment = merged.rbegin(); segment != merged.rend(); ++segment) {
    for (std::uint32_t i = 0; i < (*segment)->size(); ++i) all.push_back((**segment)[i]);
  }
  all.insert(all.end(), strings.begin(), strings.end());
  const Code first = parts.empty() ? 1 : parts.back().first + parts.back().size;
  parts.push_back({first, size, makeSlot(DictionarySegment::build(first, all))});
  return Dictionary(std::move(parts));
}

Result<Dictionary> Dictionary::withErased(std::span<const Code> codes) const {
  std::vector<DictionaryPart> parts = parts_;
  for (DictionaryPart& part : parts) {
    const auto from = std::lower_bound(codes.begin(), codes.end(), part.first);
    const auto to = std::lower_bound(from, codes.end(), part.first + part.size);
    if (from == to) continue;
    auto segment = segmentOf(part);
    if (!segment) return propagate(segment);
    std::vector<std::string_view> strings;
    for (std::uint32_t i = 0; i < part.size; ++i) {
      strings.push_back(std::binary_search(from, to, part.first + i) ? std::string_view() : (**segment)[i]);
    }
    part.segment = makeSlot(DictionarySegment::build(part.first, strings));
  }
  return Dictionary(std::move(parts));
}

}  // namespace roster
