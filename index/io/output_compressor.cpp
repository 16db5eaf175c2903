#include "index/io/output_compressor.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace roster {

namespace {

constexpr std::size_t kOutputBytes = std::size_t{1} << 17;

class GzipCompressor final : public OutputCompressor {
 public:
  static Result<std::unique_ptr<OutputCompressor>> make() {
    std::unique_ptr<GzipCompressor> made(new GzipCompressor);
    constexpr int kGzipWindow = 15 + 16;  // the largest window, in gzip's framing
    constexpr int kMemoryLevel = 8;
    if (deflateInit2(&made->stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      return fail(ErrorCode::resourceExhausted, "gzip compression cannot be started: out of memory");
    }
    made->begun_ = true;
    return std::unique_ptr<OutputCompressor>(std::move(made));
  }
  ~GzipCompressor() override {
    if (begun_) deflateEnd(&stream_);
  }
  GzipCompressor(const GzipCompressor&) = delete;
  GzipCompressor& operator=(const GzipCompressor&) = delete;

  Result<void> write(std::string_view bytes, const ByteSink& sink) override {
    while (!bytes.empty()) {
      const std::size_t taken = std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max());
      if (auto done = run(bytes.substr(0, taken), Z_NO_FLUSH, sink); !done) return done;
      bytes.remove_prefix(taken);
    }
    return {};
  }
  Result<void> finish(const ByteSink& sink) override { return run({}, Z_FINISH, sink); }

 private:
  GzipCompressor() : output_(kOutputBytes) {}

  Result<void> run(std::string_view bytes, int flush, const ByteSink& sink) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
      stream_.avail_out = static_cast<uInt>(output_.size());
      if (deflate(&stream_, flush) == Z_STREAM_ERROR) return fail(ErrorCode::internal, "gzip compression failed");
      const std::size_t ready = output_.size() - stream_.avail_out;
      if (ready == 0) continue;
      if (auto taken = sink({output_.data(), ready}); !taken) return taken;
    } while (stream_.avail_out == 0);
    return {};
  }

  z_stream stream_{};
  bool begun_ = false;
  std::vector<char> output_;
};

class ZstdCompressor final : public OutputCompressor {
 public:
  static Result<std::unique_ptr<OutputCompressor>> make() {
    std::unique_ptr<ZstdCompressor> made(new ZstdCompressor);
    if (made->stream_ == nullptr) {
      return fail(ErrorCode::resourceExhausted, "zstd compression cannot be started: out of memory");
    }
    // So that a reader notices a damaged or cut file.
    ZSTD_CCtx_setParameter(made->stream_.get(), ZSTD_c_checksumFlag, 1);
    return std::unique_ptr<OutputCompressor>(std::move(made));
  }

  Result<void> write(std::string_view bytes, const ByteSink& sink) override {
    return run(bytes, ZSTD_e_continue, sink);
  }
  Result<void> finish(const ByteSink& sink) override { return run({}, ZSTD_e_end, sink); }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* stream) const { ZSTD_freeCCtx(stream); }
  };

  ZstdCompressor() : stream_(ZSTD_createCCtx()), output_(kOutputBytes) {}

  Result<void> run(std::string_view bytes, ZSTD_EndDirective directive, const ByteSink& sink) {
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    for (;;) {
      ZSTD_outBuffer output{output_.data(), output_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(stream_.get(), &output, &input, directive);
      if (ZSTD_isError(left)) {
        return fail(ErrorCode::internal, fmt::format("zstd compression failed: {}", ZSTD_getErrorName(left)));
      }
      if (output.pos != 0) {
        if (auto taken = sink({output_.data(), output.pos}); !taken) return taken;
      }
      if (directive == ZSTD_e_end ? left == 0 : input.pos == input.size) return {};
    }
  }

  std::unique_ptr<ZSTD_CCtx, Free> stream_;
  std::vector<char> output_;
};

}  // namespace

Result<std::unique_ptr<OutputCompressor>> compressorFor(std::string_view path) {
  if (path.ends_with(".gz")) return GzipCompressor::make();
  if (path.ends_with(".zst")) return ZstdCompressor::make();
  return nullptr;
}

}  // namespace roster
