// Whatever the bytes: reading CSV in small blocks gives what reading it in one does, and nothing crashes.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/support/record_rows.h"

namespace {

roster::Result<roster::FlatRecords> read(const std::string& text, std::size_t blockSize) {
  roster::RecordOptions options;
  options.limits = {blockSize, 200};
  return roster::readFlat(roster::ByteSource::fromMemory(text, "input"), options);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto whole = read(text, 200);
  for (const std::size_t blockSize : {4U, 7U, 33U}) {
    const auto cut = read(text, blockSize);
    if (cut.has_value() != whole.has_value() || (cut && !(*cut == *whole))) std::abort();
  }
  return 0;
}
