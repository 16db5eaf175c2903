// The values of a coded field that few contacts of a shard hold, packed in one sorted block: tens of bytes a value
// instead of a bitmap each.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/base/ids.h"

namespace roster {

// Immutable, used in place, safe to read from any thread. Codes ascend; the contacts of each ascend and are not empty.
//
// Layout: u32 values, u32 memberships; codes; where each value's contacts end; the contacts.
class PackedValues {
 public:
  PackedValues() = default;
  static PackedValues encode(std::span<const Code> codes, std::span<const std::uint32_t> ends,
                             std::span<const LocalId> contacts);
  static Result<PackedValues> decode(Buffer&& bytes);

  std::string_view encoded() const { return bytes_.view(); }
  std::size_t byteSize() const { return bytes_.size(); }

  std::uint32_t size() const { return size_; }
  std::span<const Code> codes() const {
    return size_ == 0 ? std::span<const Code>() : std::span<const Code>(array(0), size_);
  }
  std::span<const LocalId> contactsAt(std::uint32_t index) const;

  // The contacts that hold a value; empty where it is not here.
  std::span<const LocalId> find(Code code) const;

 private:
  const std::uint32_t* array(std::size_t skip) const {
    return size_ == 0 ? nullptr : bytes_.at<std::uint32_t>(8 + 4 * skip);
  }

  Buffer bytes_;
  std::uint32_t size_ = 0;
};

}  // namespace roster
