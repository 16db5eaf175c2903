#include "index/io/generator_crowd.h"

#include <algorithm>

namespace roster::generator {
namespace {

// Contacts by how active they are, in classes of equal size. The first class does 130 times as much as the last one,
// and one contact in a hundred does a sixth of everything.
constexpr std::uint32_t kActivityBits = 10;

std::vector<std::uint64_t> activityWeights() {
  constexpr std::uint64_t kScale = std::uint64_t{1} << 40;
  constexpr std::uint64_t kFlattening = 8;  // the higher, the less the first ones stand out
  std::vector<std::uint64_t> weights(std::size_t{1} << kActivityBits);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = kScale / (i + kFlattening);
  return weights;
}

// Rows are in the order of sign-ups, and no sign-up is later than its row's place in time says.
std::vector<std::uint64_t> countSignedUp(std::uint64_t contacts) {
  const Calendar calendar;
  std::vector<std::uint64_t> signedUp;
  for (Day day = firstEventDay(); day <= lastDay(); ++day) {
    signedUp.push_back((calendar.fractionsBefore(day) * contacts + 0xFFFF'FFFF) >> 32);
  }
  return signedUp;
}

Permutation turnsOf(std::uint32_t buyers, std::uint64_t seed, std::uint64_t round) {
  return Permutation(buyers, RandomStream(seed, kTurnStream + round));
}

}  // namespace

Crowd::Crowd(std::uint32_t contacts, std::uint64_t seed)
    : contacts_(contacts),
      buyers_(contacts - contacts / 5),
      seed_(seed),
      rows_(contacts, RandomStream(seed, kActivityStream)),
      signedUp_(countSignedUp(contacts)),
      drawActivity_(activityWeights()),
      turns_(turnsOf(buyers_, seed, 0)) {}

Actor Crowd::draw(Day day, RandomStream& random) const {
  while (true) {
    const auto activity = static_cast<std::uint32_t>(drawActivity_.draw(random));
    const std::uint32_t within = random.next32() >> kActivityBits;
    const std::uint64_t place = (activity << (32 - kActivityBits)) | within;
    const Actor actor = actorOf(static_cast<std::uint32_t>((place * contacts_) >> 32));
    if (hasSignedUp(actor, day)) return actor;
  }
}

Actor Crowd::drawBuyer(Day day) {
  while (true) {
    if (turn_ == buyers_) {
      turns_ = turnsOf(buyers_, seed_, ++round_);
      turn_ = 0;
    }
    const Actor actor = actorOf(turns_.at(turn_++));
    if (hasSignedUp(actor, day)) return actor;
  }
}

}  // namespace roster::generator
