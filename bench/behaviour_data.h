// The data of the behaviour suite: `roster generate`'s contacts, ten events for each of them in a file a type, and the
// products that these refer to, made once and reused.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "bench/generated_data.h"

namespace roster::bench {

inline constexpr std::uint64_t kEventsPerContact = 10;

inline constexpr std::array<std::string_view, 6> kEventTypes = {"visit",  "open",     "click",
                                                                "basket", "purchase", "consent"};

struct BehaviourData {
  std::filesystem::path contacts;  // contacts-N.csv
  std::filesystem::path folder;    // behaviour-N: products.csv, and visit.csv and so on, a file a type
  std::filesystem::path database;  // behaviour-N.roster
  std::filesystem::path answers;   // behaviour-N.answers: where the naive evaluator's answers are kept
  double eventSeconds = 0;         // of importing the events; 0 where they were there already
};

// The imports of one type's events and of the products, with the kind of every column declared.
ImportOptions importOfEvents(std::string_view type, const std::filesystem::path& folder);
ImportOptions importOfProducts(const std::filesystem::path& folder);

// Makes what is missing in a directory; an import that was cut short goes on. conflict where what is there is not what
// this version generates.
Result<BehaviourData> prepareBehaviour(std::uint64_t contacts, const std::filesystem::path& directory, Host& host,
                                       const Note& note);

}  // namespace roster::bench
