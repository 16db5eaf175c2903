#include "index/store/sync_witness.h"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/base/hash.h"

namespace roster {

namespace {

using Record = std::array<char, 16>;  // the number, and the checksum of its bytes

std::uint64_t checksumOf(std::uint64_t sequence) {
  return hashBytes({reinterpret_cast<const char*>(&sequence), sizeof sequence});
}

}  // namespace

std::uint64_t SyncWitness::read(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  Record record{};
  const ssize_t got = ::pread(file, record.data(), record.size(), 0);
  ::close(file);
  if (got != static_cast<ssize_t>(record.size())) return 0;
  std::uint64_t sequence = 0;
  std::uint64_t checksum = 0;
  std::memcpy(&sequence, record.data(), sizeof sequence);
  std::memcpy(&checksum, record.data() + sizeof sequence, sizeof checksum);
  return checksum == checksumOf(sequence) ? sequence : 0;
}

SyncWitness::SyncWitness(std::filesystem::path path)
    : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666)), recorded_(read(path)) {}

SyncWitness::~SyncWitness() {
  if (file_ >= 0) ::close(file_);
}

void SyncWitness::record(std::uint64_t sequence) {
  const std::uint64_t checksum = checksumOf(sequence);
  Record record{};
  std::memcpy(record.data(), &sequence, sizeof sequence);
  std::memcpy(record.data() + sizeof sequence, &checksum, sizeof checksum);
  const std::lock_guard lock(mutex_);
  if (file_ < 0 || sequence <= recorded_) return;
  if (::pwrite(file_, record.data(), record.size(), 0) == static_cast<ssize_t>(record.size())) recorded_ = sequence;
}

Result<void> checkRecovered(const std::filesystem::path& store, std::uint64_t witnessed, std::uint64_t recovered) {
  if (recovered >= witnessed) return {};
  return fail(ErrorCode::dataLoss,
              fmt::format("{} is damaged: {} acknowledged changes of its write-ahead log ({}/*.log) cannot be read; "
                          "restore a backup",
                          store.parent_path().string(), witnessed - recovered, store.string()));
}

}  // namespace roster
