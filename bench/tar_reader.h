// The regular files of a tar archive, one after another, from any source of bytes.
//
// Reads what `tar --format=ustar` and, for names of up to 100 bytes, GNU tar write. Nothing of an archive is trusted:
// every header's checksum is looked at, and an archive without its end mark was cut off.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "index/io/byte_source.h"

namespace roster::bench {

struct TarFile {
  std::string name;  // with its folders
  std::string content;
};

// Not thread-safe.
class TarReader {
 public:
  explicit TarReader(ByteSource source) : source_(std::move(source)) {}

  // The next file; folders are passed over, and nothing comes after the end mark. dataLoss, with the archive's name,
  // where the bytes are no tar archive or only a part of one; invalidArgument for an entry that is neither file nor
  // folder, and for a file of more than a gibibyte.
  Result<std::optional<TarFile>> next();

 private:
  // Fills `size` bytes; false where the source ends before the first of them.
  Result<bool> fill(char* into, std::size_t size);
  // The rest of the archive after its first block of zeros.
  Result<void> readEnd();
  Result<std::string> readContent(std::size_t size);

  ByteSource source_;
  bool atEnd_ = false;
};

}  // namespace roster::bench
