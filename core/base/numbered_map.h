// A map from numbers that are given from 1 on and seldom taken back, such as those of fields and codes, in one array.
//
// A number is at its own place but for those before it that are missing. So most are found at the first look, in one
// place in memory, where a tree of a few dozen would be walked from node to node.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace roster {

// The first of the elements, ascending strictly by number, whose number is not below `number`.
template <class T, class NumberOf>
std::size_t numberedPlace(std::span<const T> elements, std::uint32_t number, const NumberOf& numberOf) {
  const std::size_t end = std::min<std::size_t>(number, elements.size());
  if (end != 0 && numberOf(elements[end - 1]) == number) return end - 1;
  const auto below = [&](const T& element, std::uint32_t wanted) { return numberOf(element) < wanted; };
  return static_cast<std::size_t>(std::lower_bound(elements.begin(), elements.end(), number, below) - elements.begin());
}

template <class T>
class NumberedMap {
 public:
  using value_type = std::pair<std::uint32_t, T>;
  using iterator = typename std::vector<value_type>::iterator;
  using const_iterator = typename std::vector<value_type>::const_iterator;

  iterator begin() { return entries_.begin(); }
  iterator end() { return entries_.end(); }
  const_iterator begin() const { return entries_.begin(); }
  const_iterator end() const { return entries_.end(); }
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }

  const_iterator find(std::uint32_t number) const {
    const auto at = begin() + static_cast<std::ptrdiff_t>(place(number));
    return at != end() && at->first == number ? at : end();
  }
  iterator find(std::uint32_t number) {
    return entries_.begin() + (std::as_const(*this).find(number) - std::as_const(*this).begin());
  }
  bool contains(std::uint32_t number) const { return find(number) != end(); }

  // The value of a number, added where it is not there.
  T& operator[](std::uint32_t number) { return emplace(number, T()).first->second; }

  // As std::map does, leaves a value that is there already.
  std::pair<iterator, bool> emplace(std::uint32_t number, T value) {
    const auto at = begin() + static_cast<std::ptrdiff_t>(place(number));
    if (at != end() && at->first == number) return {at, false};
    return {entries_.emplace(at, number, std::move(value)), true};
  }

  void erase(std::uint32_t number) {
    if (const auto found = find(number); found != end()) entries_.erase(found);
  }
  // Those for which gone(entry) holds.
  template <class Gone>
  void eraseIf(const Gone& gone) {
    std::erase_if(entries_, gone);
  }

 private:
  std::size_t place(std::uint32_t number) const {
    return numberedPlace(std::span<const value_type>(entries_), number,
                         [](const value_type& entry) { return entry.first; });
  }

  std::vector<value_type> entries_;  // ascending
};

}  // namespace roster
