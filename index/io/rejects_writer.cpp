#include "index/io/rejects_writer.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "index/io/byte_source.h"
#include "index/io/csv_writer.h"
#include "index/io/output_compressor.h"

namespace roster {

namespace {

constexpr std::size_t kPendingBytes = std::size_t{1} << 20;
constexpr std::string_view kHeader = "file,line,column,reason,record\n";

tl::unexpected<Error> failed(const std::string& path, int error) {
  const ErrorCode code = error == ENOSPC || error == EDQUOT  ? ErrorCode::resourceExhausted
                         : error == EACCES || error == EPERM ? ErrorCode::permissionDenied
                         : error == ENOENT                   ? ErrorCode::notFound
                                                             : ErrorCode::unavailable;
  return fail(code, fmt::format("the rejects file '{}' cannot be written: {}", path, std::strerror(error)));
}

// Whether a file is one of rejects, or empty: nothing else is ever removed or added to.
bool isRejectsFile(const std::string& path) {
  auto file = ByteSource::open(path);
  std::string start(kHeader.size(), '\0');
  std::size_t held = 0;
  while (file && held < start.size()) {
    const auto count = file->read(start.data() + held, start.size() - held);
    if (!count) return false;
    if (*count == 0) break;
    held += *count;
  }
  return file && (held == 0 || start == kHeader);
}

}  // namespace

Result<RejectsWriter> RejectsWriter::open(std::string path, bool append) {
  RejectsWriter writer(std::move(path));
  const std::filesystem::path folder = std::filesystem::absolute(writer.path_).parent_path();
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) return failed(writer.path_, ENOENT);
  struct stat status {};
  if (::stat(writer.path_.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return writer;
  if (!isRejectsFile(writer.path_)) {
    return fail(ErrorCode::conflict,
                fmt::format("'{}' is there already and is no file of rejects; name another", writer.path_));
  }
  // What an earlier import left there would be taken for this one's.
  if (!append && ::unlink(writer.path_.c_str()) != 0) return failed(writer.path_, errno);
  return writer;
}

RejectsWriter::RejectsWriter(RejectsWriter&& other) noexcept
    : path_(std::move(other.path_)),
      pending_(std::exchange(other.pending_, {})),
      packed_(std::exchange(other.packed_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      count_(other.count_) {}

RejectsWriter& RejectsWriter::operator=(RejectsWriter&& other) noexcept {
  if (this == &other) return *this;
  if (descriptor_ >= 0) ::close(descriptor_);
  path_ = std::move(other.path_);
  pending_ = std::exchange(other.pending_, {});
  packed_ = std::exchange(other.packed_, {});
  descriptor_ = std::exchange(other.descriptor_, -1);
  count_ = other.count_;
  return *this;
}

RejectsWriter::~RejectsWriter() {
  // Whoever needs to know that the file is whole has flushed it and looked at the result.
  static_cast<void>(flush());
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> RejectsWriter::write(const Reject& reject) {
  const std::string line = reject.line == 0 ? std::string() : std::to_string(reject.line);
  const std::array<std::string_view, 5> fields{reject.file, line, reject.column, reject.reason, reject.record};
  appendCsvRecord(pending_, fields);
  count_ += 1;
  return pending_.size() < kPendingBytes ? Result<void>() : flush();
}

Result<void> RejectsWriter::openFile() {
  constexpr mode_t kMode = 0600;  // rejects hold personal data
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode);
  struct stat status {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) return failed(path_, errno);
  if (status.st_size == 0) pending_.insert(0, kHeader);
  return {};
}

Result<void> RejectsWriter::packPending() {
  auto compressor = compressorFor(path_);
  if (!compressor) return propagate(compressor);
  const auto append = [&](std::string_view bytes) -> Result<void> {
    packed_.append(bytes);
    return {};
  };
  if (*compressor == nullptr) {
    packed_ += pending_;
  } else {
    if (auto written = (*compressor)->write(pending_, append); !written) return written;
    if (auto finished = (*compressor)->finish(append); !finished) return finished;
  }
  pending_.clear();
  return {};
}

Result<void> RejectsWriter::flush() {
  if (pending_.empty() && packed_.empty()) return {};
  if (descriptor_ < 0) {
    if (auto opened = openFile(); !opened) return propagate(opened);
  }
  if (!pending_.empty()) {
    if (auto packed = packPending(); !packed) return packed;
  }
  std::string_view rest = packed_;
  while (!rest.empty()) {
    const ::ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) {
      const int error = errno;
      packed_.erase(0, packed_.size() - rest.size());
      return failed(path_, error);
    }
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  packed_.clear();
  return {};
}

}  // namespace roster
