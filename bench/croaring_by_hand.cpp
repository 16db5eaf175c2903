#include "bench/croaring_by_hand.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "bench/hand_rules.h"
#include "bench/hand_slices.h"
#include "core/base/hash.h"

namespace roster::bench {

namespace {

using Operand = const roaring_bitmap_t*;
using Operands = std::vector<Operand>;

RoaringPtr intersection(Operand a, Operand b) { return RoaringPtr(roaring_bitmap_and(a, b)); }
RoaringPtr unionOf(Operand a, Operand b) { return RoaringPtr(roaring_bitmap_or(a, b)); }

std::uint64_t sizeOf(Operand bitmap) { return roaring_bitmap_get_cardinality(bitmap); }

Operands tagsOf(HandIndex& index, std::initializer_list<std::string_view> tags) {
  Operands operands;
  for (const std::string_view tag : tags) operands.push_back(index.value("tags", tag));
  return operands;
}

void sortBySize(Operands& operands) {
  std::sort(operands.begin(), operands.end(), [](Operand a, Operand b) { return sizeOf(a) < sizeOf(b); });
}

// The smallest first; the last one is counted against and not made.
std::uint64_t countAll(const Operands& ascending) {
  if (ascending.size() == 2) return roaring_bitmap_and_cardinality(ascending[0], ascending[1]);
  const RoaringPtr left = intersection(ascending[0], ascending[1]);
  for (std::size_t i = 2; i + 1 < ascending.size(); ++i) roaring_bitmap_and_inplace(left.get(), ascending[i]);
  return roaring_bitmap_and_cardinality(left.get(), ascending.back());
}

HandQuery handCount(std::function<std::uint64_t()> body) {
  return [body = std::move(body)](std::span<std::uint64_t> counts) { counts[0] = body(); };
}

HandQuery allOf(Operands operands) {
  sortBySize(operands);
  return handCount([operands] { return countAll(operands); });
}

// Values of one field that no contact has two of.
HandQuery sumOf(const Operands& disjoint) {
  return handCount([disjoint] {
    std::uint64_t count = 0;
    for (const Operand value : disjoint) count += sizeOf(value);
    return count;
  });
}

HandQuery anyOf(const Operands& operands) {
  return handCount([operands] {
    const RoaringPtr any(
        roaring_bitmap_or_many(operands.size(), const_cast<const roaring_bitmap_t**>(operands.data())));
    return sizeOf(any.get());
  });
}

HandQuery clustered(HandIndex& index) {
  Operands sources;
  for (const char* name : {"import-2017-05", "import-2020-03", "import-2023-06", "import-2023-11"}) {
    sources.push_back(index.value("source", name));
  }
  const Operand newsletter = index.value("newsletter", "true");
  return handCount([=] {
    std::uint64_t count = 0;
    for (const Operand source : sources) count += roaring_bitmap_and_cardinality(source, newsletter);
    return count;
  });
}

HandQuery andOfOrs(HandIndex& index) {
  const Operands tags = tagsOf(index, {"klient", "active", "newsletter", "mobile-app", "sms", "promo"});
  return handCount([=] {
    const RoaringPtr both = unionOf(tags[0], tags[1]);
    const RoaringPtr second = unionOf(tags[2], tags[3]);
    roaring_bitmap_and_inplace(both.get(), second.get());
    const RoaringPtr without = unionOf(tags[4], tags[5]);
    return roaring_bitmap_andnot_cardinality(both.get(), without.get());
  });
}

HandQuery tagCitiesNotTag(HandIndex& index) {
  const Operands tags = tagsOf(index, {"klient", "newsletter"});
  Operands cities;
  for (const char* city : {"Warszawa", "Kraków", "Łódź"}) cities.push_back(index.value("city", city));
  return handCount([=] {
    const RoaringPtr left(roaring_bitmap_andnot(tags[0], tags[1]));
    std::uint64_t count = 0;
    for (const Operand city : cities) count += roaring_bitmap_and_cardinality(left.get(), city);
    return count;
  });
}

HandQuery complementOf(Operand live, Operand bitmap) {
  return handCount([=] { return sizeOf(live) - sizeOf(bitmap); });
}

// Who was seen once, twice, three times so far; the small ones first, and the last of them is only counted.
HandQuery atLeastThree(Operands operands) {
  sortBySize(operands);
  return handCount([operands] {
    const RoaringPtr once = unionOf(operands[0], operands[1]);
    const RoaringPtr twice = intersection(operands[0], operands[1]);
    const RoaringPtr thrice(roaring_bitmap_create());
    for (std::size_t i = 2; i + 1 < operands.size(); ++i) {
      const RoaringPtr third = intersection(twice.get(), operands[i]);
      roaring_bitmap_or_inplace(thrice.get(), third.get());
      const RoaringPtr second = intersection(once.get(), operands[i]);
      roaring_bitmap_or_inplace(twice.get(), second.get());
      roaring_bitmap_or_inplace(once.get(), operands[i]);
    }
    // |thrice ∪ (twice ∩ last)|, where thrice is within twice.
    return sizeOf(thrice.get()) + roaring_bitmap_and_cardinality(twice.get(), operands.back()) -
           roaring_bitmap_and_cardinality(thrice.get(), operands.back());
  });
}

HandQuery loyal(HandIndex& index) {
  const Operand newsletter = index.value("newsletter", "true");
  const Operands tags = tagsOf(index, {"klient", "blacklist"});
  const BitSlices* orders = index.numbers("orders");
  return handCount([=] {
    const RoaringPtr left = greaterThan(*orders, 1);
    roaring_bitmap_and_inplace(left.get(), tags[0]);
    roaring_bitmap_andnot_inplace(left.get(), tags[1]);
    return roaring_bitmap_and_cardinality(left.get(), newsletter);
  });
}

HandQuery bucket(HandIndex& index) {
  const std::vector<std::string>* keys = index.keys();
  return handCount([keys] {
    BucketHash bucketOf("spring-test");
    return static_cast<std::uint64_t>(
        std::count_if(keys->begin(), keys->end(), [&](const auto& key) { return bucketOf(key) < 1000; }));
  });
}

HandQuery above(HandIndex& index, std::string_view field, std::int64_t limit) {
  const BitSlices* numbers = index.numbers(field);
  return handCount([=] { return countGreaterThan(*numbers, limit); });
}

HandQuery between(HandIndex& index, std::string_view field, std::int64_t low, std::int64_t high) {
  const BitSlices* numbers = index.numbers(field);
  return handCount([=] { return countBetween(*numbers, low, high); });
}

// The slices run over whole bitmaps: their words go faster than the two tags' few contacts would through each slice.
HandQuery aboveAndTags(HandIndex& index, std::string_view field, std::int64_t limit) {
  const BitSlices* numbers = index.numbers(field);
  const Operands tags = tagsOf(index, {"newsletter", "klient"});
  return handCount([=] {
    const RoaringPtr left = greaterThan(*numbers, limit);
    roaring_bitmap_and_inplace(left.get(), tags[1]);
    return roaring_bitmap_and_cardinality(left.get(), tags[0]);
  });
}

HandQuery twoRanges(HandIndex& index) {
  const BitSlices* money = index.numbers("ltv");
  const BitSlices* score = index.numbers("score");
  return handCount([=] {
    const RoaringPtr rich = greaterThan(*money, 100'00);
    const RoaringPtr low = greaterThan(*score, 39);
    const RoaringPtr high = greaterThan(*score, 60);
    return roaring_bitmap_and_cardinality(rich.get(), low.get()) -
           roaring_bitmap_and_cardinality(rich.get(), high.get());
  });
}

HandQuery fiveWay(HandIndex& index) {
  Operands operands = tagsOf(index, {"newsletter", "klient"});
  operands.push_back(index.value("newsletter", "true"));
  operands.push_back(index.value("gender", "female"));
  operands.push_back(index.value("country", "PL"));
  return allOf(std::move(operands));
}

HandQuery tenCities(HandIndex& index) {
  Operands cities;
  for (const std::string_view city : ruleCities()) cities.push_back(index.value("city", city));
  return sumOf(cities);
}

using Write = std::function<HandQuery(HandIndex&)>;

std::map<std::string_view, Write> leavesAndCombinations() {
  return {
      {"two-dense",
       [](HandIndex& i) {
         return allOf(tagsOf(i, {"newsletter", "klient"}));
       }},
      {"dense-and-sparse",
       [](HandIndex& i) {
         return allOf(tagsOf(i, {"newsletter", "gift-card"}));
       }},
      {"sparse-and-sparse",
       [](HandIndex& i) {
         return allOf(tagsOf(i, {"mobile-app", "abandoned-cart"}));
       }},
      {"clustered", clustered},
      {"or-of-16-tags",
       [](HandIndex& i) {
         return anyOf(tagsOf(
             i, {"abandoned-cart", "returning", "urodziny", "loyalty", "webinar", "b2b", "reklamacja", "скидка",
                 "gift-card", "survey", "wholesale", "blacklist", "ambasador", "press", "beta-tester", "staff"}));
       }},
      {"or-of-10-cities", tenCities},
      {"five-way-and", fiveWay},
      {"and-of-ors", andOfOrs},
      {"tag-cities-not-tag", tagCitiesNotTag},
      {"not-nearly-all", [](HandIndex& i) { return complementOf(i.live(), i.value("tags", "blacklist")); }},
      {"is-null", [](HandIndex& i) { return complementOf(i.live(), i.present("last_visit")); }},
      {"at-least-3-of-8",
       [](HandIndex& i) {
         return atLeastThree(
             tagsOf(i, {"newsletter", "klient", "active", "mobile-app", "sms", "promo", "vip", "покупатель"}));
       }},
      {"like-dictionary", [](HandIndex& i) { return sumOf(i.valuesEndingIn("last_name", "ski")); }},
      {"segment-in-segment", loyal},
      {"bucket", bucket},
      {"hundred-segments", rulesByHand},
  };
}

std::map<std::string_view, Write> ranges() {
  const Day spring = dayFromCivil({2026, 3, 1});
  return {
      {"range-integer", [](HandIndex& i) { return above(i, "score", 57); }},
      {"range-decimal", [](HandIndex& i) { return above(i, "ltv", 500'00); }},
      {"range-date", [=](HandIndex& i) { return above(i, "last_order", spring - 1); }},
      {"between-integer", [](HandIndex& i) { return between(i, "score", 40, 60); }},
      {"between-decimal", [](HandIndex& i) { return between(i, "ltv", 50'00, 150'00); }},
      {"between-date",
       [](HandIndex& i) {
         return between(i, "birthday", dayFromCivil({1980, 1, 1}), dayFromCivil({1989, 12, 31}));
       }},
      {"range-integer-tags", [](HandIndex& i) { return aboveAndTags(i, "score", 57); }},
      {"range-decimal-tags", [](HandIndex& i) { return aboveAndTags(i, "ltv", 500'00); }},
      {"range-date-tags", [=](HandIndex& i) { return aboveAndTags(i, "last_order", spring - 1); }},
      {"two-ranges", twoRanges},
  };
}

}  // namespace

Result<std::optional<HandQuery>> croaringByHand(const BenchQuery& query, HandIndex& index) {
  auto written = leavesAndCombinations();
  written.merge(ranges());
  const auto found = written.find(query.name);
  if (found == written.end()) return std::optional<HandQuery>();
  HandQuery ready = found->second(index);
  if (index.error()) return tl::unexpected(*index.error());
  return std::optional(std::move(ready));
}

}  // namespace roster::bench
