#include "bench/hand_rules.h"

#include <array>
#include <memory>

#include "bench/hand_slices.h"
#include "bench/queries.h"

namespace roster::bench {

namespace {

// A rule with its bitmaps found; places are those in ruleTags().
struct HandRule {
  SavedRule rule;
  std::size_t tag = 0;
  std::size_t other = 0;
  std::array<const roaring_bitmap_t*, 3> cities{};
};

class HandRules {
 public:
  explicit HandRules(HandIndex& index) {
    for (const std::string_view tag : ruleTags()) tags_.push_back(index.value("tags", tag));
    newsletter_ = index.value("newsletter", "true");
    premium_ = index.value("plan", "premium");
    standard_ = index.value("plan", "standard");
    orders_ = index.numbers("orders");
    for (int i = 0; i < kSavedRules; ++i) {
      HandRule& hand =
          rules_.emplace_back(HandRule{savedRule(i), placeOf(savedRule(i).tag), placeOf(savedRule(i).other), {}});
      for (std::size_t city = 0; city < 3; ++city) hand.cities[city] = index.value("city", hand.rule.cities[city]);
    }
  }

  void count(std::span<std::uint64_t> counts) const {
    const Shared shared = share();
    for (std::size_t i = 0; i < rules_.size(); ++i) counts[i] = count(rules_[i], shared);
  }

 private:
  struct Shared {
    std::vector<RoaringPtr> subscribed;  // each tag's that have the flag
    std::array<RoaringPtr, 3> buyers;    // of either plan with at least 2, 3, 4 orders
  };

  static std::size_t placeOf(std::string_view tag) {
    std::size_t place = 0;
    while (ruleTags()[place] != tag) ++place;
    return place;
  }

  Shared share() const {
    Shared shared;
    for (const roaring_bitmap_t* tag : tags_) shared.subscribed.emplace_back(roaring_bitmap_and(tag, newsletter_));
    const RoaringPtr plans(roaring_bitmap_or(premium_, standard_));
    for (std::size_t i = 0; i < 3; ++i) {
      shared.buyers[i] = greaterThan(*orders_, static_cast<std::int64_t>(i) + 1);
      roaring_bitmap_and_inplace(shared.buyers[i].get(), plans.get());
    }
    return shared;
  }

  std::uint64_t count(const HandRule& hand, const Shared& shared) const {
    const roaring_bitmap_t* tag = tags_[hand.tag];
    switch (hand.rule.shape) {
      case 0: return roaring_bitmap_and_cardinality(tag, hand.cities[0]);
      case 1:
        return roaring_bitmap_or_cardinality(shared.subscribed[hand.tag].get(), shared.subscribed[hand.other].get());
      case 2: {
        const RoaringPtr left(roaring_bitmap_andnot(tag, tags_[hand.other]));
        std::uint64_t count = 0;
        for (const roaring_bitmap_t* city : hand.cities) count += roaring_bitmap_and_cardinality(left.get(), city);
        return count;
      }
      default: {
        const auto least = static_cast<std::size_t>(hand.rule.minimumOrders - 2);
        return roaring_bitmap_and_cardinality(tag, shared.buyers[least].get());
      }
    }
  }

  std::vector<const roaring_bitmap_t*> tags_;
  const roaring_bitmap_t* newsletter_ = nullptr;
  const roaring_bitmap_t* premium_ = nullptr;
  const roaring_bitmap_t* standard_ = nullptr;
  const BitSlices* orders_ = nullptr;
  std::vector<HandRule> rules_;
};

}  // namespace

std::function<void(std::span<std::uint64_t>)> rulesByHand(HandIndex& index) {
  return [rules = std::make_shared<const HandRules>(index)](std::span<std::uint64_t> counts) { rules->count(counts); };
}

}  // namespace roster::bench
