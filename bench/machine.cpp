#include "bench/machine.h"

#include <fmt/format.h>
#include <fstream>
#include <malloc.h>
#include <sys/sysinfo.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace roster::bench {

namespace {

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name") && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  }
  return "unknown processor";
}

}  // namespace

std::string machineDescription() {
  struct sysinfo system {};
  const bool isKnown = ::sysinfo(&system) == 0;
  const std::uint64_t memory = isKnown ? std::uint64_t{system.totalram} * system.mem_unit : 0;
  return fmt::format("{}, {} cores, {} GiB", processorName(), std::thread::hardware_concurrency(), memory >> 30);
}

std::uint64_t residentBytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(file >> total >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t peakResidentBytes() {
  constexpr std::string_view kName = "VmHWM:";
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kName)) return std::stoull(line.substr(kName.size())) << 10;
  }
  return 0;
}

void forgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

void giveBackFreed() { ::malloc_trim(0); }

std::uint64_t bytesBelow(const std::filesystem::path& directory) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, ignored)) {
    if (entry.is_regular_file(ignored)) bytes += entry.file_size(ignored);
  }
  return bytes;
}

}  // namespace roster::bench
