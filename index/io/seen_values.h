// Which values were seen before: the memory of a de-duplication.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace roster {

// A set of numbers or of texts, one kind a set. Numbers are kept as they are; texts as a hash of 128 bits, for which
// the chance that any two of ten million differ and are taken for one is 10^-25. 16 bytes a slot, at most 3/4 of them
// used.
class SeenValues {
 public:
  // Whether the value is new.
  bool insert(std::int64_t number);
  bool insert(std::string_view text);

 private:
  struct Key {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    bool empty() const { return high == 0 && low == 0; }
    friend bool operator==(const Key&, const Key&) = default;
  };

  bool insert(const Key& key);
  Key& slotOf(const Key& key);
  void grow();

  std::vector<Key> slots_;  // a power of two, open addressing
  std::size_t used_ = 0;
};

}  // namespace roster
