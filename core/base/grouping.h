// Many things by a few groups, in linear time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace roster {

// Indices by the group that each is in: those of one group together, ascending.
class Grouping {
 public:
  // In no group.
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // Of 0 … count-1, of which `groupOf` tells each one's group, below `groups`, or kNone; asked twice.
  template <class F>
  Grouping(std::uint32_t count, std::uint32_t groups, const F& groupOf) : ends_(groups, 0) {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (const std::uint32_t group = groupOf(i); group != kNone) ++ends_[group];
    }
    std::uint32_t next = 0;
    for (std::uint32_t& end : ends_) {
      const std::uint32_t size = end;
      end = next;  // where the group begins, and, once its indices have been put there, where it ends
      next += size;
    }
    order_.resize(next);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (const std::uint32_t group = groupOf(i); group != kNone) order_[ends_[group]++] = i;
    }
  }

  std::uint32_t groups() const { return static_cast<std::uint32_t>(ends_.size()); }
  std::span<const std::uint32_t> operator[](std::uint32_t group) const {
    const std::uint32_t begin = group == 0 ? 0 : ends_[group - 1];
    return std::span(order_).subspan(begin, ends_[group] - begin);
  }
  // Of all groups, one behind the other.
  std::span<const std::uint32_t> all() const { return order_; }

 private:
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint32_t> order_;
};

}  // namespace roster
