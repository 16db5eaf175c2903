#include "index/io/generator_catalog.h"

#include <array>
#include <fmt/format.h>
#include <iterator>

#include "index/io/generator_calendar.h"

namespace roster::generator {
namespace {

constexpr std::uint32_t kProducts = Catalog::kListed + Catalog::kUnlisted;
constexpr std::uint32_t kUnlistedEvery = kProducts / Catalog::kUnlisted;

// What a department sells, and for how much in the middle.
struct ProductKind {
  std::string_view category;
  std::string_view thing;
  std::uint32_t cents = 0;
};

struct Department {
  std::string_view name;
  std::array<ProductKind, 5> kinds;
};

// Larger ones first. The order is part of the generator's output, as that of all tables here.
constexpr Department kDepartments[] = {{"GROCERY",
                                        {{{"bread", "Rye bread, sliced", 600},
                                          {"coffee", "Coffee beans", 4'500},
                                          {"gluten-free", "Gluten-free pasta", 1'400},
                                          {"sweets", "Dark chocolate", 900},
                                          {"dairy", "Goat cheese", 1'900}}}},
                                       {"SHOES",
                                        {{{"sport", "Running shoes", 42'000},
                                          {"boots", "Winter boots", 38'000},
                                          {"sandals", "Sandals", 16'000},
                                          {"slippers", "Slippers", 7'000},
                                          {"kids", "Kids' shoes", 13'000}}}},
                                       {"CLOTHING",
                                        {{{"shirts", "Shirt", 9'000},
                                          {"dresses", "Dress", 17'000},
                                          {"jackets", "Rain jacket", 29'000},
                                          {"trousers", "Trousers", 15'000},
                                          {"underwear", "Socks, 3 pairs", 3'500}}}},
                                       {"HOME",
                                        {{{"kitchen", "Frying pan", 12'000},
                                          {"bedding", "Bed linen", 18'000},
                                          {"lamps", "Table lamp", 14'000},
                                          {"cleaning", "Washing liquid, 2 l", 3'800},
                                          {"furniture", "Bookcase", 49'000}}}},
                                       {"BEAUTY",
                                        {{{"perfume", "Eau de parfum", 24'000},
                                          {"face", "Face cream", 6'000},
                                          {"hair", "Shampoo", 2'600},
                                          {"make-up", "Lipstick", 4'900},
                                          {"gifts", "Gift set \"for you\"", 11'000}}}},
                                       {"BOOKS",
                                        {{{"novels", "Novel", 4'200},
                                          {"children", "Picture book", 3'400},
                                          {"guides", "Travel guide", 5'900},
                                          {"cooking", "Cookbook", 6'900},
                                          {"audio", "Audiobook", 3'900}}}},
                                       {"TOYS",
                                        {{{"bricks", "Building bricks", 16'000},
                                          {"games", "Board game", 12'000},
                                          {"dolls", "Doll", 9'000},
                                          {"puzzles", "Puzzle, 1000 pieces", 5'500},
                                          {"outdoor", "Scooter", 21'000}}}},
                                       {"HEALTH",
                                        {{{"vitamins", "Vitamin D", 3'200},
                                          {"first-aid", "Plasters", 1'500},
                                          {"dental", "Toothbrush", 2'200},
                                          {"sleep", "Herbal tea", 1'800},
                                          {"devices", "Thermometer", 8'900}}}},
                                       {"SPORT",
                                        {{{"cycling", "Bicycle helmet", 19'000},
                                          {"yoga", "Yoga mat", 9'900},
                                          {"camping", "Tent", 54'000},
                                          {"football", "Football", 8'900},
                                          {"skiing", "Ski goggles", 26'000}}}},
                                       {"ELECTRONICS",
                                        {{{"phones", "Phone", 139'000},
                                          {"audio", "Headphones", 32'000},
                                          {"monitors", "Monitor 27\"", 94'000},
                                          {"cables", "Cable, 2 m", 3'900},
                                          {"coffee-machines", "Coffee machine", 119'000}}}},
                                       {"PETS",
                                        {{{"dogs", "Dog food, 10 kg", 16'000},
                                          {"cats", "Cat food", 4'900},
                                          {"litter", "Cat litter", 4'400},
                                          {"toys", "Rope toy", 2'400},
                                          {"aquarium", "Aquarium filter", 13'000}}}},
                                       {"GARDEN",
                                        {{{"seeds", "Tomato seeds", 500},
                                          {"tools", "Spade", 8'900},
                                          {"grill", "Charcoal grill", 44'000},
                                          {"pots", "Flower pot", 3'300},
                                          {"watering", "Garden hose, 20 m", 11'000}}}}};

// Made-up names, so that nobody's goods are spoken of. A department has a window of them, and shares it in part.
constexpr std::string_view kBrands[] = {"Altavia",  "Borowik", "Cedrik",   "Dąbrówka", "Elmira",       "Fiołek",
                                        "Gorlanda", "Hestia",  "Иволга",   "Jawornik", "Kalinka",      "Lumera",
                                        "Мельница", "Nordika", "Oleander", "Północ",   "Quendo",       "Rosanta",
                                        "Снегирь",  "Tarnina", "Urbanica", "Verdano",  "Wiklina",      "Xelia",
                                        "Яблоня",   "Zorza",   "Bystrze",  "Corvina",  "Dolina & Syn", "Estera"};
constexpr std::string_view kModels[] = {"Aurora", "Świt",   "Зима", "Classic", "Łąka",   "Nova",  "Волна", "Premium",
                                        "Duet",   "Słońce", "Лес",  "Basic",   "Żagiel", "Vento", "Заря",  "Terra"};
constexpr std::size_t kBrandsOfDepartment = 8;
constexpr std::size_t kBrandsApart = 2;  // the first brands of neighbouring departments

// "599.99", or "5.49" where the last zloty matters.
std::uint32_t tidyPrice(std::uint64_t cents) {
  const std::uint64_t step = cents < 1'000 ? 10 : 100;
  return static_cast<std::uint32_t>(cents / step * step + step - 1);
}

// How popular the product of an index is, from 0, the most popular one.
Permutation ranksOf(std::uint64_t seed) { return Permutation(kProducts, RandomStream(seed, kPopularityStream)); }

std::vector<std::uint64_t> weightsOf(const Permutation& ranks) {
  const std::vector<std::uint64_t> zipf = zipfWeights(kProducts);
  std::vector<std::uint64_t> weights;
  for (std::uint32_t i = 0; i < kProducts; ++i) weights.push_back(zipf[ranks.at(i)]);
  return weights;
}

}  // namespace

Catalog::Catalog(std::uint64_t seed) : drawProduct_(weightsOf(ranksOf(seed))) {
  const Permutation ranks = ranksOf(seed);
  const WeightedTable drawDepartment(zipfWeights(std::size(kDepartments)));
  const WeightedTable drawBrand(zipfWeights(kBrandsOfDepartment));
  RandomStream random(seed, kProductStream);
  for (std::uint32_t i = 0; i < kProducts; ++i) {
    const std::size_t department = drawDepartment.draw(random);
    const ProductKind& kind = kDepartments[department].kinds[random.below(5)];
    const std::size_t brand = department * kBrandsApart + drawBrand.draw(random);
    const std::string_view model = kModels[random.below(std::size(kModels))];
    Product& product = products_.emplace_back();
    product.id = fmt::format("p{:05}", i + 1);
    product.name = fmt::format("{} {} {}", kind.thing, model, 1 + random.below(99));
    product.department = kDepartments[department].name;
    product.category = kind.category;
    product.brand = kBrands[brand % std::size(kBrands)];
    product.cents = tidyPrice(scaleByPowerOfTwo(kind.cents, random.normal() * 3 / 4));
    product.launched = firstDay() + random.below(static_cast<std::uint32_t>(lastDay() - firstDay()));
    // Every so many ranks, none of them near the front: what is missing is rarely missed.
    product.isListed = ranks.at(i) % kUnlistedEvery != kUnlistedEvery - 1;
  }
}

}  // namespace roster::generator
