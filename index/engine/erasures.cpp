#include "index/engine/erasures.h"

#include <fmt/format.h>
#include <sodium.h>

namespace roster {

namespace {

constexpr std::string_view kSecretName = "secret";
constexpr std::string_view kPrefix = "erasure/";

}  // namespace

Result<void> KeyHasher::createSecret(StoreBatch& batch) {
  if (sodium_init() < 0) return fail(ErrorCode::unavailable, "the machine gives no random numbers");
  std::string secret(crypto_generichash_KEYBYTES, '\0');
  randombytes_buf(secret.data(), secret.size());
  batch.put(Family::meta, kSecretName, secret);
  return {};
}

Result<KeyHasher> KeyHasher::read(const Store& store) {
  auto secret = store.get(Family::meta, kSecretName);
  if (!secret) return propagate(secret);
  if (!*secret || (*secret)->size() != crypto_generichash_KEYBYTES) {
    return fail(ErrorCode::dataLoss, "the database's secret is missing from the store");
  }
  return KeyHasher(**std::move(secret));
}

std::string KeyHasher::hash(std::string_view key) const {
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                     reinterpret_cast<const unsigned char*>(secret_.data()), secret_.size());
  return hash;
}

void keepErasure(std::string_view hash, Instant at, StoreBatch& write) {
  write.put(Family::audit, std::string(kPrefix).append(hash), formatInstant(at));
}

Result<void> recordErasures(const Snapshot& before, const ChangeBatch& batch, const KeyHasher& hasher, Instant now,
                            StoreBatch& write) {
  for (const ContactId contact : batch.erased) {
    auto key = keyOf(before, contact);
    if (!key) return propagate(key);
    if (!key->empty()) keepErasure(hasher.hash(*key), now, write);
  }
  return {};
}

Result<std::unordered_set<std::string>> erasedKeyHashes(const Store& store) {
  std::unordered_set<std::string> hashes;
  auto done = store.scan(Family::audit, KeyRange::ofPrefix(kPrefix),
                         [&](std::string_view key, std::string_view) -> Result<bool> {
                           hashes.emplace(key.substr(kPrefix.size()));
                           return true;
                         });
  if (!done) return propagate(done);
  return hashes;
}

}  // namespace roster
