// An owned run of bytes, aligned for vector loads. The one form in which stored pieces live in memory: a piece is used
// in place, so what is on disk and what is computed on are the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>

namespace roster {

inline constexpr std::size_t kCacheLine = 64;

// Movable, not copyable; aligned to a cache line where it is long enough for that to matter, else as malloc aligns.
class Buffer {
 public:
  Buffer() = default;
  // Uninitialised bytes.
  explicit Buffer(std::size_t size) : data_(allocate(size)), size_(size) {}

  static Buffer zeroed(std::size_t size) {
    Buffer buffer(size);
    std::memset(buffer.data(), 0, size);
    return buffer;
  }
  static Buffer copyOf(std::string_view bytes) {
    Buffer buffer(bytes.size());
    if (!bytes.empty()) std::memcpy(buffer.data(), bytes.data(), bytes.size());
    return buffer;
  }

  std::byte* data() { return data_.get(); }
  const std::byte* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Forgets the bytes from `size` on.
  void truncate(std::size_t size) { size_ = size < size_ ? size : size_; }
  std::string_view view() const { return {reinterpret_cast<const char*>(data_.get()), size_}; }

  // The bytes from `offset` on as values of T; the caller knows that they are there and aligned.
  template <class T>
  const T* at(std::size_t offset) const {
    return reinterpret_cast<const T*>(data_.get() + offset);
  }
  template <class T>
  T* at(std::size_t offset) {
    return reinterpret_cast<T*>(data_.get() + offset);
  }

 private:
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };

  static std::byte* allocate(std::size_t size) {
    if (size == 0) return nullptr;
    const bool large = size >= 16 * kCacheLine;
    const std::size_t rounded = (size + kCacheLine - 1) / kCacheLine * kCacheLine;
    void* bytes = large ? std::aligned_alloc(kCacheLine, rounded) : std::malloc(size);
    if (bytes == nullptr) throw std::bad_alloc();
    return static_cast<std::byte*>(bytes);
  }

  std::unique_ptr<std::byte, Free> data_;
  std::size_t size_ = 0;
};

}  // namespace roster
