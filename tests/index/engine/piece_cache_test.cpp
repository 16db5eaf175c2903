#include "index/engine/piece_cache.h"

#include <gtest/gtest.h>
#include <string>

#include "core/data/bitmap.h"

namespace roster {
namespace {

constexpr std::size_t kPieceBytes = 10;

PieceKey keyOf(std::uint32_t part) { return {PieceKind::value, 0, 0, part, 0}; }

PieceSource::KeptPtr put(PieceCache& cache, std::uint32_t part) {
  return cache.insert(&cache, keyOf(part), {std::make_shared<const std::uint32_t>(part), kPieceBytes});
}

bool holds(PieceCache& cache, std::uint32_t part) {
  const auto found = cache.find(&cache, keyOf(part));
  return found != nullptr && *std::static_pointer_cast<const std::uint32_t>(found->decoded.piece) == part;
}

TEST(PieceCache, KeepsWithinItsBudgetWhatWasUsed) {
  PieceCache cache(3 * kPieceBytes);
  for (const std::uint32_t part : {1, 2, 3}) put(cache, part);
  EXPECT_EQ(cache.bytes(), 3 * kPieceBytes);
  EXPECT_TRUE(holds(cache, 1));  // which makes 2 the first to go
  put(cache, 4);
  EXPECT_EQ(cache.bytes(), 3 * kPieceBytes);
  EXPECT_EQ(cache.find(&cache, keyOf(2)), nullptr);
  EXPECT_TRUE(holds(cache, 1));
  EXPECT_TRUE(holds(cache, 3));
  EXPECT_TRUE(holds(cache, 4));
}

TEST(PieceCache, EndsWhereEverythingIsInUse) {
  PieceCache cache(3 * kPieceBytes);
  for (std::uint32_t part = 0; part < 100; ++part) {
    put(cache, part)->used = true;
    ASSERT_EQ(cache.bytes(), kPieceBytes * std::min(part + 1, 3U));
  }
}

TEST(PieceCache, KeepsTheOneItHasAndTellsOwnersApart) {
  PieceCache cache(10 * kPieceBytes);
  const auto first = put(cache, 1);
  EXPECT_EQ(put(cache, 1), first);
  EXPECT_EQ(cache.find(&first, keyOf(1)), nullptr);
  cache.insert(&first, keyOf(1), {std::make_shared<const std::uint32_t>(7), kPieceBytes});
  cache.eraseOwner(&first);
  EXPECT_TRUE(holds(cache, 1));
  cache.erase(&cache, keyOf(1));
  EXPECT_EQ(cache.bytes(), 0U);
}

// Counts what is asked of it, as a store under a cache.
class CountingSource : public PieceSource {
 public:
  explicit CountingSource(std::size_t budgetBytes) : cache_(budgetBytes) {}

  Result<KeptPtr> fetch(const PieceKey& key, Decode decode) override {
    if (auto kept = cache_.find(this, key)) return kept;
    ++read;
    const Bitmap bitmap = Bitmap::fromSorted(std::vector<LocalId>{key.part});
    auto decoded = decode(Buffer::copyOf(bitmap.encoded()));
    if (!decoded) return propagate(decoded);
    return cache_.insert(this, key, *std::move(decoded));
  }
  KeptPtr find(const PieceKey& key) override { return cache_.find(this, key); }
  KeptPtr keep(const PieceKey& key, Decoded decoded) override { return cache_.insert(this, key, std::move(decoded)); }
  void release(const PieceKey& key) noexcept override { cache_.erase(this, key); }

  int read = 0;

 private:
  PieceCache cache_;
};

TEST(Slot, FindsItsPieceAsLongAsItIsKeptOrHeld) {
  CountingSource source(1);  // room for one piece
  const Slot<Bitmap> first(keyOf(1), kPieceBytes, source);
  const Slot<Bitmap> second(keyOf(2), kPieceBytes, source);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE((*first.get())->contains(1));
  EXPECT_EQ(source.read, 1);
  auto held = *first.get();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE((*second.get())->contains(2));  // drives the first one out
  EXPECT_EQ(source.read, 2);
  EXPECT_TRUE(held->contains(1));  // but not from under those who hold it
  EXPECT_EQ(*first.get(), held);   // and there are no two of it
  EXPECT_EQ(source.read, 2);
  held.reset();
  EXPECT_TRUE((*first.get())->contains(1));
  EXPECT_EQ(source.read, 3);
}

struct Derived {
  int value = 0;
  std::size_t bytes = 1;
  std::size_t byteSize() const { return bytes; }
};

TEST(Slot, KeepsWhatIsDerivedFromAStoredPieceWithinTheBudget) {
  CountingSource source(10'000);
  const auto slot = makeSlot(Bitmap::fromSorted(std::vector<LocalId>{5}));
  slot->keepDerived(PieceKind::buckets, 7, std::make_shared<const Derived>(Derived{1}));
  EXPECT_EQ(slot->findDerived<Derived>(PieceKind::buckets, 7), nullptr);  // has no key yet
  slot->markStored(keyOf(5), source);
  EXPECT_EQ(slot->findDerived<Derived>(PieceKind::buckets, 7), nullptr);
  slot->keepDerived(PieceKind::buckets, 7, std::make_shared<const Derived>(Derived{2}));
  EXPECT_EQ(slot->findDerived<Derived>(PieceKind::buckets, 7)->value, 2);
  EXPECT_EQ(slot->findDerived<Derived>(PieceKind::buckets, 8), nullptr);
  const Slot<Bitmap> other(keyOf(6), kPieceBytes, source);
  EXPECT_EQ(other.findDerived<Derived>(PieceKind::buckets, 7), nullptr);
  other.keepDerived(PieceKind::buckets, 7, std::make_shared<const Derived>(Derived{3, 10'000}));  // drives it out
  other.keepDerived(PieceKind::buckets, 8, std::make_shared<const Derived>(Derived{4, 10'000}));
  EXPECT_EQ(slot->findDerived<Derived>(PieceKind::buckets, 7), nullptr);
  EXPECT_TRUE((*slot->get())->contains(5));
}

TEST(Slot, KeepsWhatHasJustBeenStored) {
  CountingSource source(1 << 20);
  const auto slot = makeSlot(Bitmap::fromSorted(std::vector<LocalId>{5}));
  slot->markStored(keyOf(5), source);
  EXPECT_EQ(slot->unstored(), nullptr);
  EXPECT_TRUE((*slot->get())->contains(5));
  EXPECT_EQ(source.read, 0);
}

}  // namespace
}  // namespace roster
