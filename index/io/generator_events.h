// What generated contacts do, one event after the other in the order of time.
//
// Events come of themselves or out of another one: a page view leads to the next one and into the basket, a basket to
// a purchase, an open to a click. What will follow is decided with what it follows, and waits until it is due; then it
// takes the place of an event that would have come of itself. So there are exactly as many events as were asked for,
// as busy as the calendar has it.
#pragma once

#include <cstdint>
#include <limits>
#include <queue>
#include <string>
#include <vector>

#include "core/base/civil_time.h"
#include "index/io/generator_catalog.h"
#include "index/io/generator_crowd.h"
#include "index/io/generator_random.h"

namespace roster::generator {

enum class EventType : std::uint8_t { visit, open, click, basket, purchase, consent };
enum class Channel : std::uint8_t {
  web,
  app,
  store,
  email,
  push,
  emailGiven,
  emailWithdrawn,
  smsGiven,
  smsWithdrawn,
  pushGiven,
  pushWithdrawn
};

std::string_view nameOf(EventType type);
std::string_view nameOf(Channel channel);

inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
inline constexpr Instant kNever = std::numeric_limits<Instant>::max();

struct Event {
  Instant time = 0;
  EventType type = EventType::visit;
  Channel channel = Channel::web;
  Actor actor;
  std::uint32_t product = kNone;   // an index of the catalog
  std::uint32_t campaign = kNone;  // an index of the campaigns
  std::uint32_t cents = 0;         // the price of one
  std::uint32_t quantity = 0;
  bool isPromo = false;
  Instant checkout = kNever;  // when what is in a basket is bought
};

// Instants that ascend, one for each event: so many an hour as it is busy, spread evenly within it.
class EventTimes {
 public:
  explicit EventTimes(std::uint64_t events);

  // As often as there are events.
  Instant next(RandomStream& random);

 private:
  void beginHour();

  std::uint64_t events_;
  std::uint64_t weight_ = 0;   // of all hours
  std::uint64_t reached_ = 0;  // of those up to this one
  std::int64_t hour_;          // since 1970
  std::uint64_t before_ = 0;   // events up to this hour's end
  std::uint64_t ofHour_ = 0;
  std::uint64_t inHour_ = 0;
};

// The names of what is sent, in the order of time.
class Campaigns {
 public:
  Campaigns();

  std::string_view nameOf(std::uint32_t campaign) const { return names_[campaign]; }

  // One of the last that had been sent by a day, mostly the very last.
  std::uint32_t draw(Day day, RandomStream& random) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::uint32_t> sent_;  // how many by each day
  WeightedTable drawAge_;
};

// Not for several threads at once.
class EventSequence {
 public:
  // `contacts` is not zero. The catalog outlives it.
  EventSequence(std::uint64_t events, std::uint32_t contacts, std::uint64_t seed, const Catalog& catalog);

  // As often as there are events. In memory that follows how many wait: some megabytes for a hundred million events.
  Event next();

  const Campaigns& campaigns() const { return campaigns_; }

 private:
  struct Waiting {
    Event event;
    std::uint64_t number = 0;  // for an order among those of one instant
    bool operator<(const Waiting& other) const;
  };

  Event begin(Instant now);
  void decideWhatFollows(const Event& event);
  void followVisit(const Event& visit);
  void followBasket(const Event& basket);
  void fillBasket(Event& event);
  void wait(const Event& event) { waiting_.push({event, waited_++}); }

  RandomStream random_;
  EventTimes times_;
  Crowd crowd_;
  const Catalog& catalog_;
  Campaigns campaigns_;
  WeightedTable drawBeginning_;
  std::priority_queue<Waiting> waiting_;
  std::uint64_t waited_ = 0;
};

}  // namespace roster::generator
