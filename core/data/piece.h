// Pieces: the parts a shard is stored in, loaded when a query first needs them.
//
// A piece is immutable. A change makes a new one under a new version, and a snapshot names the versions it is made of,
// so a checkpoint writes pieces at leisure and becomes true by one small write of directories.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/base/ids.h"

namespace roster {

enum class PieceKind : std::uint8_t {
  live = 1,      // Bitmap: the contacts of a shard that were not erased
  keys,          // StringChunk
  present,       // Bitmap: the contacts that have a value of the field
  value,         // Bitmap of one value; part is its code
  packed,        // PackedValues
  slices,        // SliceChunk; part is the chunk, as in all that follow
  codeColumn,    // CodeChunk
  setColumn,     // SetChunk
  numberColumn,  // NumberChunk
  textColumn,    // StringChunk
  textIndex,     // TextIndexChunk
  list,          // Bitmap of a frozen list; field is the list's id
  dictionary,    // DictionarySegment; part is its first code
  keyIndex,      // KeyIndexRun; part is its number
  setPatch,      // SetPatch; part is the chunk
  buckets,       // BucketSlices, made from keys and kept in memory only
  eventBlock,    // EventBlock; field is the EventId, part says chunk and number (eventPartOf)
};

struct PieceKey {
  PieceKind kind = PieceKind::live;
  ShardIndex shard = 0;
  FieldId field = 0;
  std::uint32_t part = 0;
  Sequence version = 0;

  friend auto operator<=>(const PieceKey&, const PieceKey&) = default;
};

// Where stored pieces come from: a cache over the store. Thread-safe.
class PieceSource {
 public:
  // A decoded piece and the memory it takes.
  struct Decoded {
    std::shared_ptr<const void> piece;
    std::size_t bytes = 0;
  };
  using Decode = Result<Decoded> (*)(Buffer&& bytes);

  // A piece as it is kept in memory. A slot holds on to it weakly, so that finding it again takes no lookup; it says
  // so, so that what is used stays.
  struct Kept {
    explicit Kept(Decoded what) : decoded(std::move(what)) {}
    const Decoded decoded;
    mutable std::atomic<bool> used = false;  // again, after it was put there
  };
  using KeptPtr = std::shared_ptr<const Kept>;

  virtual ~PieceSource() = default;

  // The piece, from memory or from the store. dataLoss where it is damaged or missing.
  virtual Result<KeptPtr> fetch(const PieceKey& key, Decode decode) = 0;

  // A piece from memory alone; null where it is not there.
  virtual KeptPtr find(const PieceKey& key) = 0;

  // Keeps a piece that has just been stored or made in memory, as far as the budget allows; where another is there
  // under its key, that one.
  virtual KeptPtr keep(const PieceKey& key, Decoded decoded) = 0;

  // No snapshot of this process names the piece any more.
  virtual void release(const PieceKey& key) noexcept = 0;
};

// One piece as snapshots share it: in memory only, until a checkpoint stores it; from then on loaded on demand.
// Thread-safe.
//
// Queries that read more than the processor's caches hold find their slots in memory, so what get() looks at is one
// cache line.
template <class T>
class alignas(kCacheLine) Slot {
 public:
  // A piece that is not stored yet.
  explicit Slot(T&& piece) : resident_(std::make_shared<const T>(std::move(piece))), bytes_(resident_->byteSize()) {}
  // A stored piece of a known size.
  Slot(const PieceKey& key, std::size_t bytes, PieceSource& source) : bytes_(bytes), key_(key), source_(&source) {}

  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {
    if (source_ != nullptr) source_->release(key_);
  }

  // The piece; it stays in memory as long as the pointer is held.
  Result<std::shared_ptr<const T>> get() const {
    {
      const std::lock_guard lock(mutex_);
      if (resident_ != nullptr) return resident_;
      if (PieceSource::KeptPtr kept = kept_.lock()) {
        // Written only where it changes something, so that threads do not take the line from each other.
        if (!kept->used.load(std::memory_order_relaxed)) kept->used.store(true, std::memory_order_relaxed);
        return pieceOf(std::move(kept));
      }
    }
    auto kept = source_->fetch(key_, &decode);
    if (!kept) return propagate(kept);
    const std::lock_guard lock(mutex_);
    kept_ = *kept;
    return pieceOf(*std::move(kept));
  }

  // What was made from this piece and kept under a kind and detail of its own; null where it is not there any more.
  template <class D>
  std::shared_ptr<const D> findDerived(PieceKind kind, std::uint32_t detail) const {
    const auto key = derivedKey(kind, detail);
    const PieceSource::KeptPtr kept = key ? source_->find(*key) : nullptr;
    return kept == nullptr ? nullptr : std::static_pointer_cast<const D>(kept->decoded.piece);
  }

  // Keeps what was made from this piece, once the piece itself is stored and has a key. What is kept is of the piece's
  // version, so it never goes stale; it goes when the budget asks for it.
  template <class D>
  void keepDerived(PieceKind kind, std::uint32_t detail, std::shared_ptr<const D> made) const {
    const std::size_t bytes = made->byteSize();
    if (const auto key = derivedKey(kind, detail)) source_->keep(*key, {std::move(made), bytes});
  }

  // What a checkpoint has to store; null where it is stored already.
  std::shared_ptr<const T> unstored() const {
    const std::lock_guard lock(mutex_);
    return resident_;
  }

  // Whether the piece has a key under which what is made from it can be kept.
  bool isStored() const {
    const std::lock_guard lock(mutex_);
    return source_ != nullptr;
  }

  // Meaningful once the piece is stored.
  const PieceKey& key() const { return key_; }

  // The size of the piece, known without loading it.
  std::size_t bytes() const { return bytes_; }

  // Says that the piece now lies in the store under this key.
  void markStored(const PieceKey& key, PieceSource& source) const {
    std::shared_ptr<const T> piece;
    {
      const std::lock_guard lock(mutex_);
      key_ = key;
      source_ = &source;
      piece.swap(resident_);
    }
    const PieceSource::KeptPtr kept = source.keep(key, {std::move(piece), bytes_});
    const std::lock_guard lock(mutex_);
    kept_ = kept;
  }

 private:
  // The pointer counts the owners of what is kept: a piece's own count is one more place in memory.
  static std::shared_ptr<const T> pieceOf(PieceSource::KeptPtr&& kept) {
    const T* const piece = static_cast<const T*>(kept->decoded.piece.get());
    return {std::move(kept), piece};
  }

  static Result<PieceSource::Decoded> decode(Buffer&& bytes) {
    auto decoded = T::decode(std::move(bytes));
    if (!decoded) return propagate(decoded);
    const std::size_t size = decoded->byteSize();
    return PieceSource::Decoded{std::make_shared<const T>(*std::move(decoded)), size};
  }

  std::optional<PieceKey> derivedKey(PieceKind kind, std::uint32_t detail) const {
    const std::lock_guard lock(mutex_);
    if (source_ == nullptr) return std::nullopt;
    return PieceKey{kind, key_.shard, detail, key_.part, key_.version};
  }

  // What get() looks at comes first.
  mutable std::shared_ptr<const T> resident_;
  mutable std::weak_ptr<const PieceSource::Kept> kept_;
  mutable std::mutex mutex_;
  const std::size_t bytes_;
  mutable PieceKey key_;
  mutable PieceSource* source_ = nullptr;
};

template <class T>
using SlotPtr = std::shared_ptr<const Slot<T>>;

template <class T>
SlotPtr<T> makeSlot(T&& piece) {
  return std::make_shared<const Slot<T>>(std::move(piece));  // NOLINT: a piece is given away
}

// What a slot holds, or an empty T where there is no slot.
template <class T>
Result<std::shared_ptr<const T>> load(const SlotPtr<T>& slot) {
  if (slot != nullptr) return slot->get();
  static const auto empty = std::make_shared<const T>();
  return empty;
}

}  // namespace roster
