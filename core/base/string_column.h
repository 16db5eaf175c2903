// Many strings in two runs of memory instead of an object each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roster {

class StringColumn {
 public:
  void append(std::string_view text) {
    bytes_.append(text);
    ends_.push_back(bytes_.size());
  }

  std::size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  std::size_t byteSize() const { return bytes_.size() + ends_.size() * sizeof(std::size_t); }
  std::string_view operator[](std::size_t at) const {
    const std::size_t begin = at == 0 ? 0 : ends_[at - 1];
    return std::string_view(bytes_).substr(begin, ends_[at] - begin);
  }

  void reserve(std::size_t strings, std::size_t bytes) {
    ends_.reserve(strings);
    bytes_.reserve(bytes);
  }
  void clear() {
    ends_.clear();
    bytes_.clear();
  }

  friend bool operator==(const StringColumn&, const StringColumn&) = default;

 private:
  std::vector<std::size_t> ends_;
  std::string bytes_;
};

}  // namespace roster
