#include "index/io/raw_input.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace roster {

namespace {

tl::unexpected<Error> failToOpen(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR: return fail(ErrorCode::notFound, fmt::format("there is no file '{}'", path));
    case EACCES:
    case EPERM: return fail(ErrorCode::permissionDenied, fmt::format("'{}' may not be read by this user", path));
    default: return fail(ErrorCode::unavailable, fmt::format("'{}' cannot be opened: {}", path, std::strerror(error)));
  }
}

}  // namespace

Result<RawInput> RawInput::open(const std::string& path) {
  const bool standardInput = path == "-";
  RawInput input;
  input.name_ = standardInput ? "standard input" : path;
  // A duplicate, so that closing a source leaves the process its standard input.
  input.descriptor_ = standardInput ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (input.descriptor_ < 0) return failToOpen(input.name_, errno);
  struct stat status {};
  if (::fstat(input.descriptor_, &status) != 0) return failToOpen(input.name_, errno);
  if (S_ISDIR(status.st_mode)) {
    return fail(ErrorCode::invalidArgument, fmt::format("'{}' is a directory, not a file", input.name_));
  }
  if (S_ISREG(status.st_mode)) input.size_ = static_cast<std::uint64_t>(status.st_size);
  return input;
}

RawInput RawInput::fromMemory(std::string bytes, std::string name) {
  RawInput input;
  input.size_ = bytes.size();
  input.memory_ = std::move(bytes);
  input.name_ = std::move(name);
  return input;
}

RawInput RawInput::fromFunction(ReadFunction read, std::string name) {
  RawInput input;
  input.function_ = std::move(read);
  input.name_ = std::move(name);
  return input;
}

RawInput::RawInput(RawInput&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      function_(std::move(other.function_)),
      memory_(std::move(other.memory_)),
      name_(std::move(other.name_)),
      size_(other.size_),
      consumed_(other.consumed_) {}

RawInput& RawInput::operator=(RawInput&& other) noexcept {
  if (this == &other) return *this;
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  function_ = std::move(other.function_);
  memory_ = std::move(other.memory_);
  name_ = std::move(other.name_);
  size_ = other.size_;
  consumed_ = other.consumed_;
  return *this;
}

RawInput::~RawInput() { close(); }

void RawInput::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

Result<std::size_t> RawInput::read(char* into, std::size_t capacity) {
  if (function_) {
    auto count = function_(into, capacity);
    if (count) consumed_ += *count;
    return count;
  }
  if (descriptor_ < 0) {
    const std::size_t count = std::min<std::size_t>(capacity, memory_.size() - consumed_);
    std::memcpy(into, memory_.data() + consumed_, count);
    consumed_ += count;
    return count;
  }
  for (;;) {
    const ::ssize_t count = ::read(descriptor_, into, capacity);
    if (count >= 0) {
      consumed_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) {
      return fail(ErrorCode::unavailable,
                  fmt::format("reading '{}' failed after {} bytes: {}", name_, consumed_, std::strerror(errno)));
    }
  }
}

}  // namespace roster
