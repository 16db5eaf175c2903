// Which contacts the generated events are of: few do much, many do little.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/civil_time.h"
#include "index/io/generator_calendar.h"
#include "index/io/generator_random.h"

namespace roster::generator {

struct Actor {
  std::uint32_t contact = 0;  // the contact's row, from 0
  bool isBuyer = false;
};

// Not for several threads at once.
class Crowd {
 public:
  // `contacts` is not zero.
  Crowd(std::uint32_t contacts, std::uint64_t seed);

  // Somebody who had signed up before the day, active ones the more often.
  Actor draw(Day day, RandomStream& random) const;

  // The next buyer in a round of all who had signed up before the day, every round in an order of its own. Drawn like
  // the others, most contacts would never buy at all.
  Actor drawBuyer(Day day);

 private:
  Actor actorOf(std::uint32_t rank) const { return {rows_.at(rank), rank < buyers_}; }
  bool hasSignedUp(const Actor& actor, Day day) const { return actor.contact < signedUp_[day - firstEventDay()]; }

  std::uint32_t contacts_;
  std::uint32_t buyers_;  // so many of the most active ones
  std::uint64_t seed_;
  Permutation rows_;                     // the row of the contact that is the n-th most active one
  std::vector<std::uint64_t> signedUp_;  // how many of the first rows, a day
  WeightedTable drawActivity_;
  std::uint64_t round_ = 0;
  std::uint32_t turn_ = 0;
  Permutation turns_;
};

}  // namespace roster::generator
