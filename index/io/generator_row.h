// One generated contact at a time, written as a line of CSV.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/io/generator_calendar.h"
#include "index/io/generator_random.h"
#include "index/io/generator_words.h"

namespace roster::generator {

// Holds the tables that rows are drawn from. Not for several threads at once.
class RowWriter {
 public:
  RowWriter(std::uint64_t rows, std::uint64_t seed);

  // Appends the line of a row, ending in LF. Rows are asked for in ascending order.
  void append(std::uint64_t row, std::string& out);

 private:
  // What one language's people and places look like; ASCII forms are for e-mail addresses.
  struct Nation {
    std::vector<std::string> names[2];       // men, women
    std::vector<std::string> asciiNames[2];  // men, women
    std::vector<std::string> families[2];
    std::vector<std::string> asciiFamilies;
    std::vector<std::string> notes;  // quoted as CSV needs it
    WeightedTable drawName;
    WeightedTable drawFamily;
    WeightedTable drawCity;
    std::span<const City> cities;
    std::span<const std::string_view> domains;

    explicit Nation(Language language);
  };

  // Most tags are so rare that drawing each by itself would cost more than everything else: they are spread over a
  // few groups, of which each gives a contact at most one.
  struct TagGroup {
    std::uint32_t chance = 0;  // of 2^32, that it gives one
    std::vector<std::uint32_t> members;
    std::vector<WeightedTable> table;  // one, or none where there are no members
  };

  struct Signup {
    Fraction fraction = 0;
    Day day = 0;
    std::uint32_t second = 0;  // of the day
  };

  void appendPerson(std::uint64_t row, Language language, RandomStream& random, std::string& out);
  void appendPlace(Language language, RandomStream& random, std::string& out);
  void appendBirthday(RandomStream& random, std::string& out);
  void appendEmail(std::uint64_t row, const Nation& nation, std::string_view name, std::string_view family,
                   RandomStream& random, std::string& out);
  Signup appendSignup(std::uint64_t row, RandomStream& random, std::string& out);
  void appendSource(RandomStream& random, std::string& out);
  void appendTags(RandomStream& random, std::string& out);
  void appendInterests(RandomStream& random, std::string& out);
  void appendStore(RandomStream& random, std::string& out);
  void appendTime(Day day, std::uint32_t second, std::string& out);

  std::uint64_t rows_;
  std::uint64_t seed_;
  Calendar calendar_;
  std::vector<Wave> waves_;
  std::size_t wave_ = 0;
  std::array<Nation, kLanguages> nations_;
  std::vector<std::string> tags_;
  std::vector<std::uint32_t> frequentTags_;  // chance of 2^32
  std::array<TagGroup, 4> rareTags_;
  WeightedTable drawSource_;
  WeightedTable drawInterest_;
  WeightedTable drawPlan_;
  WeightedTable drawStore_;
};

}  // namespace roster::generator
