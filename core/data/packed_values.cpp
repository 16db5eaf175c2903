#include "core/data/packed_values.h"

#include <algorithm>
#include <cstring>

namespace roster {

namespace {

template <class T>
bool ascendsStrictly(std::span<const T> values) {
  return std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
}

}  // namespace

PackedValues PackedValues::encode(std::span<const Code> codes, std::span<const std::uint32_t> ends,
                                  std::span<const LocalId> contacts) {
  PackedValues packed;
  packed.size_ = static_cast<std::uint32_t>(codes.size());
  packed.bytes_ = Buffer(8 + codes.size_bytes() + ends.size_bytes() + contacts.size_bytes());
  auto* to = packed.bytes_.at<std::uint32_t>(0);
  *to++ = packed.size_;
  *to++ = static_cast<std::uint32_t>(contacts.size());
  for (const auto part : {codes, ends, contacts}) {
    if (part.empty()) continue;  // has no address that may be copied from
    std::memcpy(to, part.data(), part.size_bytes());
    to += part.size();
  }
  return packed;
}

Result<PackedValues> PackedValues::decode(Buffer&& bytes) {
  const auto damaged = [] { return fail(ErrorCode::dataLoss, "a block of rare values is damaged"); };
  if (bytes.size() < 8) return damaged();
  PackedValues packed;
  packed.size_ = *bytes.at<std::uint32_t>(0);
  const std::uint32_t memberships = *bytes.at<std::uint32_t>(4);
  if (bytes.size() != 8 + 8 * std::size_t{packed.size_} + 4 * std::size_t{memberships}) return damaged();
  packed.bytes_ = std::move(bytes);
  if (!ascendsStrictly(packed.codes()) || (packed.size_ != 0 && packed.codes()[0] == kNoCode)) return damaged();
  const std::uint32_t* ends = packed.array(packed.size_);
  std::uint32_t begin = 0;
  for (std::uint32_t i = 0; i < packed.size_; ++i) {
    if (ends[i] <= begin || ends[i] > memberships) return damaged();
    begin = ends[i];
    const auto contacts = packed.contactsAt(i);
    if (!ascendsStrictly(contacts) || contacts.back() >= kShardSize) return damaged();
  }
  if (begin != memberships) return damaged();
  return packed;
}

std::span<const LocalId> PackedValues::contactsAt(std::uint32_t index) const {
  const std::uint32_t* ends = array(size_);
  const std::uint32_t begin = index == 0 ? 0 : ends[index - 1];
  return {ends + size_ + begin, ends[index] - begin};
}

std::span<const LocalId> PackedValues::find(Code code) const {
  if (size_ == 0) return {};
  const auto all = codes();
  const auto found = std::lower_bound(all.begin(), all.end(), code);
  if (found == all.end() || *found != code) return {};
  return contactsAt(static_cast<std::uint32_t>(found - all.begin()));
}

}  // namespace roster
