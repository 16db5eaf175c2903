// Compression of a stream of bytes as gzip or zstd.
#pragma once

#include <memory>
#include <string_view>

#include "core/base/error.h"
#include "index/io/byte_sink.h"

namespace roster {

// Not thread-safe.
class OutputCompressor {
 public:
  virtual ~OutputCompressor() = default;

  // Takes more bytes and hands what is ready to the sink.
  virtual Result<void> write(std::string_view bytes, const ByteSink& sink) = 0;
  // Hands over the rest and ends the stream.
  virtual Result<void> finish(const ByteSink& sink) = 0;
};

// By the ending of a file's name, `.gz` or `.zst`; null for any other.
Result<std::unique_ptr<OutputCompressor>> compressorFor(std::string_view path);

}  // namespace roster
