#include "bench/sync_latency.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <unistd.h>

namespace roster::bench {

Result<Timing> measureSyncs(const std::filesystem::path& directory, double seconds) {
  const std::string path = (directory / "sync-latency").string();
  const std::string bytes(4096, 'x');
  const auto cannot = [&] {
    return fail(ErrorCode::unavailable, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return cannot();
  auto timing = measure(seconds, [&]() -> Result<void> {
    const bool isWritten = ::write(file, bytes.data(), bytes.size()) == static_cast<::ssize_t>(bytes.size());
    if (!isWritten || ::fsync(file) != 0) return cannot();
    return {};
  });
  ::close(file);
  ::unlink(path.c_str());
  return timing;
}

}  // namespace roster::bench
