#include "index/io/byte_source.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <vector>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

namespace roster {

namespace {

constexpr std::size_t kStartBlock = 4 * 1024;  // what is not compressed is then read past this buffer
constexpr std::size_t kRawBlock = 256 * 1024;

enum class Compression : std::uint8_t { none, gzip, zstd };

Compression detect(std::string_view start) {
  if (start.starts_with("\x1f\x8b")) return Compression::gzip;
  if (start.starts_with("\x28\xb5\x2f\xfd")) return Compression::zstd;
  // A skippable frame, 0x184D2A50 … 5F, may come before the first real one.
  if (start.size() >= 4 && (static_cast<unsigned char>(start[0]) & 0xF0U) == 0x50 &&
      start.substr(1, 3) == "\x2a\x4d\x18") {
    return Compression::zstd;
  }
  return Compression::none;
}

struct FreeZstd {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

struct EndInflate {
  void operator()(z_stream* stream) const {
    inflateEnd(stream);
    delete stream;
  }
};

}  // namespace

class ByteSource::Impl {
 public:
  explicit Impl(RawInput raw) : raw_(std::move(raw)), buffer_(kStartBlock) {}

  const RawInput& raw() const { return raw_; }

  Result<std::size_t> read(char* into, std::size_t capacity) {
    if (!started_) {
      if (const auto ready = start(); !ready) return tl::unexpected<Error>(ready.error());
    }
    switch (compression_) {
      case Compression::gzip: return readGzip(into, capacity);
      case Compression::zstd: return readZstd(into, capacity);
      case Compression::none: break;
    }
    return readPlain(into, capacity);
  }

 private:
  std::size_t held() const { return end_ - at_; }

  tl::unexpected<Error> damaged(std::string_view what) const {
    return fail(ErrorCode::dataLoss, fmt::format("'{}' is {}", raw_.name(), what));
  }

  // Reads enough of the start to know the compression, and prepares for it.
  Result<void> start() {
    while (held() < 4) {
      auto count = raw_.read(buffer_.data() + end_, buffer_.size() - end_);
      if (!count) return propagate(count);
      if (*count == 0) break;
      end_ += *count;
    }
    compression_ = detect({buffer_.data(), held()});
    started_ = true;
    if (compression_ != Compression::none) buffer_.resize(kRawBlock);
    if (compression_ == Compression::zstd) zstd_.reset(ZSTD_createDCtx());
    if (compression_ == Compression::gzip) {
      auto stream = std::make_unique<z_stream>();
      constexpr int kGzipOnly = MAX_WBITS + 16;
      if (inflateInit2(stream.get(), kGzipOnly) == Z_OK) gzip_.reset(stream.release());
    }
    if ((compression_ == Compression::zstd && !zstd_) || (compression_ == Compression::gzip && !gzip_)) {
      return fail(ErrorCode::resourceExhausted, fmt::format("no memory to decompress '{}'", raw_.name()));
    }
    return {};
  }

  // Refills the empty buffer; false at the end.
  Result<bool> refill() {
    auto count = raw_.read(buffer_.data(), buffer_.size());
    if (!count) return propagate(count);
    at_ = 0;
    end_ = *count;
    return *count > 0;
  }

  Result<std::size_t> readPlain(char* into, std::size_t capacity) {
    if (held() == 0) return raw_.read(into, capacity);
    const std::size_t count = std::min(capacity, held());
    std::memcpy(into, buffer_.data() + at_, count);
    at_ += count;
    return count;
  }

  Result<std::size_t> readZstd(char* into, std::size_t capacity) {
    ZSTD_outBuffer out{into, capacity, 0};
    while (out.pos == 0) {
      if (held() == 0) {
        auto more = refill();
        if (!more) return propagate(more);
        if (!*more) {
          if (insideFrame_) return damaged("truncated: it ends in the middle of a zstd frame");
          return std::size_t{0};
        }
      }
      ZSTD_inBuffer in{buffer_.data() + at_, held(), 0};
      const std::size_t status = ZSTD_decompressStream(zstd_.get(), &out, &in);
      at_ += in.pos;
      if (ZSTD_isError(status) != 0) {
        return damaged(
            fmt::format("damaged zstd data near byte {}: {}", raw_.consumed() - held(), ZSTD_getErrorName(status)));
      }
      insideFrame_ = status != 0;
    }
    return out.pos;
  }

  Result<std::size_t> readGzip(char* into, std::size_t capacity) {
    const auto chunk = static_cast<uInt>(std::min<std::size_t>(capacity, 1U << 30));
    gzip_->next_out = reinterpret_cast<Bytef*>(into);
    gzip_->avail_out = chunk;
    while (gzip_->avail_out == chunk) {
      if (held() == 0) {
        auto more = refill();
        if (!more) return propagate(more);
        if (!*more) {
          if (insideFrame_) return damaged("truncated: it ends in the middle of gzip data");
          return std::size_t{0};
        }
      }
      if (!insideFrame_ && atPadding()) continue;
      insideFrame_ = true;
      gzip_->next_in = reinterpret_cast<Bytef*>(buffer_.data() + at_);
      gzip_->avail_in = static_cast<uInt>(held());
      const int status = inflate(gzip_.get(), Z_NO_FLUSH);
      at_ = end_ - gzip_->avail_in;
      if (status == Z_STREAM_END) {
        insideFrame_ = false;
        members_ += 1;
        inflateReset(gzip_.get());
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        return damaged(fmt::format("damaged gzip data near byte {}{}{}", raw_.consumed() - held(),
                                   gzip_->msg != nullptr ? ": " : "", gzip_->msg != nullptr ? gzip_->msg : ""));
      }
    }
    return std::size_t{chunk - gzip_->avail_out};
  }

  // Between members tapes and disks leave zeros, which gzip itself passes over.
  bool atPadding() {
    if (members_ == 0 || buffer_[at_] != '\0') return false;
    while (held() > 0 && buffer_[at_] == '\0') ++at_;
    return true;
  }

  RawInput raw_;
  std::vector<char> buffer_;  // raw bytes not yet used: [at_, end_)
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  bool started_ = false;
  bool insideFrame_ = false;
  std::size_t members_ = 0;
  Compression compression_ = Compression::none;
  std::unique_ptr<ZSTD_DCtx, FreeZstd> zstd_;
  std::unique_ptr<z_stream, EndInflate> gzip_;
};

ByteSource::ByteSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

Result<ByteSource> ByteSource::open(const std::string& path) {
  auto raw = RawInput::open(path);
  if (!raw) return propagate(raw);
  return ByteSource(std::make_unique<Impl>(std::move(*raw)));
}

ByteSource ByteSource::fromMemory(std::string bytes, std::string name) {
  return ByteSource(std::make_unique<Impl>(RawInput::fromMemory(std::move(bytes), std::move(name))));
}

ByteSource ByteSource::fromFunction(ReadFunction read, std::string name) {
  return ByteSource(std::make_unique<Impl>(RawInput::fromFunction(std::move(read), std::move(name))));
}

Result<std::size_t> ByteSource::read(char* into, std::size_t capacity) { return impl_->read(into, capacity); }
const std::string& ByteSource::name() const { return impl_->raw().name(); }
std::optional<std::uint64_t> ByteSource::size() const { return impl_->raw().size(); }
std::uint64_t ByteSource::consumed() const { return impl_->raw().consumed(); }

Result<std::optional<FileFingerprint>> fileFingerprint(const std::string& path) {
  if (path == "-") return std::nullopt;
  auto raw = RawInput::open(path);
  if (!raw) return propagate(raw);
  if (!raw->size()) return std::nullopt;
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(), XXH3_freeState);
  XXH3_128bits_reset(state.get());
  std::vector<char> buffer(kRawBlock);
  for (;;) {
    auto count = raw->read(buffer.data(), buffer.size());
    if (!count) return propagate(count);
    if (*count == 0) break;
    XXH3_128bits_update(state.get(), buffer.data(), *count);
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  return FileFingerprint{hash.high64, hash.low64, raw->consumed()};
}

}  // namespace roster
