#include "index/engine/piece_store.h"

#include <fmt/format.h>

#include "index/engine/piece_keys.h"
#include "index/store/sealed.h"

namespace roster {

namespace {

constexpr std::uint8_t kPieceVersion = 1;

thread_local int memoryOnly = 0;  // how many MemoryOnly live on this thread

}  // namespace

MemoryOnly::MemoryOnly() { ++memoryOnly; }

MemoryOnly::~MemoryOnly() { --memoryOnly; }

bool MemoryOnly::isOn() { return memoryOnly != 0; }

PieceStore::~PieceStore() { cache_.eraseOwner(this); }

Result<PieceSource::KeptPtr> PieceStore::fetch(const PieceKey& key, Decode decode) {
  if (auto cached = cache_.find(this, key)) return cached;
  if (MemoryOnly::isOn()) return fail(ErrorCode::unavailable, describe(key) + " is not in memory");
  auto stored = store_.getAligned(familyOf(key.kind), encodePieceKey(key));
  if (!stored) {
    stored.error().message = fmt::format("{}: {}", describe(key), stored.error().message);
    return propagate(stored);
  }
  if (!*stored) return fail(ErrorCode::dataLoss, describe(key) + " is missing from the store");
  auto unsealed = unseal(static_cast<std::uint8_t>(key.kind), kPieceVersion, (*stored)->view(), describe(key));
  if (!unsealed) return propagate(unsealed);
  (*stored)->truncate(unsealed->payload.size());
  auto decoded = decode(std::move(**stored));
  if (!decoded) {
    decoded.error().message = fmt::format("{}: {}", describe(key), decoded.error().message);
    return propagate(decoded);
  }
  return cache_.insert(this, key, *std::move(decoded));
}

PieceSource::KeptPtr PieceStore::keep(const PieceKey& key, Decoded decoded) {
  return cache_.insert(this, key, std::move(decoded));
}

void PieceStore::release(const PieceKey& key) noexcept {
  if (closed_) return;
  cache_.erase(this, key);
  const std::lock_guard lock(mutex_);
  released_.push_back(key);
}

std::vector<PieceKey> PieceStore::takeReleased() {
  const std::lock_guard lock(mutex_);
  return std::exchange(released_, {});
}

std::string sealPiece(PieceKind kind, std::string_view encoded) {
  return seal(static_cast<std::uint8_t>(kind), kPieceVersion, encoded);
}

}  // namespace roster
