#include "index/io/output_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/io/output_compressor.h"

namespace roster {

namespace {

constexpr mode_t kListMode = 0600;  // lists hold personal data

tl::unexpected<Error> failed(const std::string& name, const char* what, int error) {
  const ErrorCode code = error == ENOSPC || error == EDQUOT || error == EFBIG  ? ErrorCode::resourceExhausted
                         : error == EACCES || error == EPERM || error == EROFS ? ErrorCode::permissionDenied
                         : error == ENOENT                                     ? ErrorCode::notFound
                         : error == EISDIR || error == ENOTDIR                 ? ErrorCode::invalidArgument
                                                                               : ErrorCode::unavailable;
  return fail(code, fmt::format("{} cannot be {}: {}", name, what, std::strerror(error)));
}

Result<void> syncDirectoryOf(const std::string& path, const std::string& name) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  // Some file systems cannot sync a directory; the rename is as good as they make it then.
  if (!synced && error != EINVAL) return failed(name, "made durable", error);
  return {};
}

}  // namespace

class OutputFile::Impl {
 public:
  explicit Impl(const std::string& path)
      : path_(path), name_(path == "-" ? "standard output" : fmt::format("'{}'", path)) {}
  ~Impl() {
    if (!committed_ && aside()) ::unlink(partPath_.c_str());
    if (descriptor_ >= 0 && descriptor_ != STDOUT_FILENO) ::close(descriptor_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> open() {
    auto compressor = compressorFor(path_);
    if (!compressor) return propagate(compressor);
    compressor_ = *std::move(compressor);
    if (path_ == "-") {
      descriptor_ = STDOUT_FILENO;
      return {};
    }
    struct stat status {};
    const bool exists = ::stat(path_.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) return failed(name_, "written", EISDIR);
    if (!exists || S_ISREG(status.st_mode)) return openAside();
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    return descriptor_ >= 0 ? Result<void>() : failed(name_, "written", errno);
  }

  Result<void> write(std::string_view bytes) {
    if (compressor_ == nullptr) return put(bytes);
    return compressor_->write(bytes, [this](std::string_view ready) { return put(ready); });
  }

  Result<void> commit() {
    if (compressor_ != nullptr) {
      auto finished = compressor_->finish([this](std::string_view ready) { return put(ready); });
      if (!finished) return finished;
    }
    if (aside()) {
      if (::fsync(descriptor_) != 0) return failed(name_, "made durable", errno);
      if (std::rename(partPath_.c_str(), path_.c_str()) != 0) return failed(name_, "put in its place", errno);
      committed_ = true;
      if (auto synced = syncDirectoryOf(path_, name_); !synced) return synced;
    }
    committed_ = true;
    return {};
  }

  std::uint64_t size() const { return size_; }

 private:
  bool aside() const { return !partPath_.empty(); }

  // Opens the file aside and locks it, so that two exports never write into one.
  Result<void> openAside() {
    const std::string part = path_ + ".part";
    for (;;) {
      const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kListMode);
      if (descriptor < 0) return failed(name_, "written", errno);
      descriptor_ = descriptor;
      if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        return fail(ErrorCode::conflict, fmt::format("{} is being written by another process", name_));
      }
      struct stat opened {};
      struct stat named {};
      const bool same = ::fstat(descriptor, &opened) == 0 && ::stat(part.c_str(), &named) == 0 &&
                        opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
      if (same) break;
      // Whoever held the lock has renamed or removed it in between.
      ::close(descriptor);
      descriptor_ = -1;
    }
    partPath_ = part;
    if (::ftruncate(descriptor_, 0) != 0) return failed(name_, "written", errno);
    return {};
  }

  Result<void> put(std::string_view bytes) {
    while (!bytes.empty()) {
      const ::ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed(name_, "written", errno);
      size_ += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  std::string path_;
  std::string name_;      // for messages
  std::string partPath_;  // empty where it is written directly
  std::unique_ptr<OutputCompressor> compressor_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  bool committed_ = false;
};

OutputFile::OutputFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OutputFile::OutputFile(OutputFile&&) noexcept = default;
OutputFile& OutputFile::operator=(OutputFile&&) noexcept = default;
OutputFile::~OutputFile() = default;

Result<OutputFile> OutputFile::open(const std::string& path) {
  auto impl = std::make_unique<Impl>(path);
  if (auto opened = impl->open(); !opened) return propagate(opened);
  return OutputFile(std::move(impl));
}

Result<void> OutputFile::write(std::string_view bytes) { return impl_->write(bytes); }
Result<void> OutputFile::commit() { return impl_->commit(); }
std::uint64_t OutputFile::size() const { return impl_->size(); }

}  // namespace roster
