// The products that generated events are about. Built once for a run of the generator, read-only afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/civil_time.h"
#include "index/io/generator_random.h"

namespace roster::generator {

struct Product {
  std::string id;    // "p00042"
  std::string name;  // not quoted for CSV
  std::string_view department;
  std::string_view category;
  std::string_view brand;
  std::uint32_t cents = 0;
  Day launched = 0;
  bool isListed = true;  // in the catalog that is handed out; events name the others as well
};

class Catalog {
 public:
  static constexpr std::uint32_t kListed = 5'000;
  static constexpr std::uint32_t kUnlisted = 25;

  explicit Catalog(std::uint64_t seed);

  // In the order of their ids.
  const std::vector<Product>& products() const { return products_; }

  // The index of a product that is on the market on a day, by Zipf's law. Some product must be.
  std::uint32_t draw(Day day, RandomStream& random) const {
    std::size_t product = drawProduct_.draw(random);
    while (products_[product].launched > day) product = drawProduct_.draw(random);
    return static_cast<std::uint32_t>(product);
  }

 private:
  std::vector<Product> products_;
  WeightedTable drawProduct_;
};

}  // namespace roster::generator
