#include "index/engine/log.h"

#include <fmt/format.h>

#include "index/store/key_codec.h"
#include "index/store/sealed.h"

namespace roster {

namespace {

constexpr std::uint8_t kLogKind = 0x4C;
constexpr std::uint8_t kLogVersion = 1;
constexpr std::size_t kInstantBytes = 8;

}  // namespace

std::string encodeLogRecord(Instant instant, const ChangeBatch& batch) {
  std::string bytes;
  appendBigEndian64(bytes, static_cast<std::uint64_t>(instant));
  bytes += encode(batch);
  sealInPlace(bytes, kLogKind, kLogVersion);
  return bytes;
}

Result<LogRecord> decodeLogRecord(Sequence sequence, std::string_view bytes) {
  const std::string name = fmt::format("log record {}", sequence);
  auto unsealed = unseal(kLogKind, kLogVersion, bytes, name);
  if (!unsealed) return propagate(unsealed);
  if (unsealed->payload.size() < kInstantBytes) return fail(ErrorCode::dataLoss, name + " is cut off");
  const auto instant = static_cast<Instant>(readBigEndian64(unsealed->payload));
  auto batch = decodeChangeBatch(unsealed->payload.substr(kInstantBytes));
  if (!batch) return propagate(batch);
  return LogRecord{sequence, instant, *std::move(batch)};
}

std::string logKey(Sequence sequence) {
  std::string key;
  appendBigEndian64(key, sequence);
  return key;
}

Result<void> replayLog(const Store& store, Sequence from, const std::function<Result<void>(LogRecord&&)>& visitor) {
  Sequence expected = from;
  return store.scan(Family::log, {logKey(from), ""}, [&](std::string_view key, std::string_view value) -> Result<bool> {
    const Sequence sequence = key.size() == 8 ? readBigEndian64(key) : 0;
    if (sequence != expected) {
      return fail(ErrorCode::dataLoss,
                  fmt::format("the log goes on with record {} where {} is due", sequence, expected));
    }
    ++expected;
    auto record = decodeLogRecord(sequence, value);
    if (!record) return propagate(record);
    if (auto done = visitor(*std::move(record)); !done) return propagate(done);
    return true;
  });
}

}  // namespace roster
