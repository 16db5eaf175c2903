#include "index/io/generator_events.h"

#include <array>
#include <fmt/format.h>
#include <tuple>

#include "index/io/generator_calendar.h"

namespace roster::generator {
namespace {

constexpr std::string_view kTypeNames[] = {"visit", "open", "click", "basket", "purchase", "consent"};
constexpr std::string_view kChannelNames[] = {"web",           "app",         "store",           "email",
                                              "push",          "email-given", "email-withdrawn", "sms-given",
                                              "sms-withdrawn", "push-given",  "push-withdrawn"};

// What comes of itself, and how often. With what follows, visits are 35 % of all, opens 30 %, baskets 13 %, clicks and
// purchases 10 % each and consents 2 %.
constexpr EventType kBeginnings[] = {EventType::visit, EventType::open, EventType::purchase, EventType::consent};
constexpr std::uint64_t kBeginningWeights[] = {2'100, 3'000, 573, 200};

// Chances in a thousand.
constexpr std::uint32_t kLate = 10;
constexpr std::uint32_t kNextVisit = 400;
constexpr std::uint32_t kProductVisit = 750;
constexpr std::uint32_t kBasketOfProductVisit = 347;
constexpr std::uint32_t kNextBasket = 300;
constexpr std::uint32_t kBasketIsBought = 345;  // a third of all, for not everybody buys
constexpr std::uint32_t kOpenIsClicked = 333;
constexpr std::uint32_t kPromo = 250;

// Milliseconds from `least` seconds up to `most`.
Instant drawPause(std::uint32_t least, std::uint32_t most, RandomStream& random) {
  return least * kMillisecondsPerSecond + random.below((most - least) * 1000);
}

// Milliseconds between `least` seconds and 2^doublings times that, short ones the more often.
Instant drawDelay(std::uint32_t least, std::uint32_t doublings, RandomStream& random) {
  const auto exponent = static_cast<std::int32_t>(random.below(doublings << 16));
  return static_cast<Instant>(scaleByPowerOfTwo(least * 1000, exponent));
}

Day dayOf(const Event& event) { return dayOfLocal(event.time); }

Channel drawChannel(EventType type, RandomStream& random) {
  const std::uint32_t draw = random.below(100);
  switch (type) {
    case EventType::open: return draw < 80 ? Channel::email : Channel::push;
    case EventType::purchase: return draw < 70 ? Channel::store : draw < 90 ? Channel::web : Channel::app;
    case EventType::consent: {
      constexpr std::array kGiven = {Channel::emailGiven, Channel::smsGiven, Channel::pushGiven};
      constexpr std::array kWithdrawn = {Channel::emailWithdrawn, Channel::smsWithdrawn, Channel::pushWithdrawn};
      const std::size_t about = draw % 10 < 5 ? 0 : draw % 10 < 8 ? 1 : 2;
      return (draw < 67 ? kGiven : kWithdrawn)[about];
    }
    default: return draw < 60 ? Channel::web : Channel::app;
  }
}

// Several of what is cheap, one of what is not.
std::uint32_t drawQuantity(std::uint32_t cents, RandomStream& random) {
  const std::uint32_t draw = random.below(100);
  if (cents > 100'00 || draw < 60) return 1;
  return draw < 85 ? 2 : 3 + draw % 6;
}

}  // namespace

std::string_view nameOf(EventType type) { return kTypeNames[static_cast<std::size_t>(type)]; }
std::string_view nameOf(Channel channel) { return kChannelNames[static_cast<std::size_t>(channel)]; }

EventTimes::EventTimes(std::uint64_t events) : events_(events), hour_(firstEventDay() * 24 - 1) {
  std::uint64_t ofDay = 0;
  for (const std::uint64_t weight : hourWeights()) ofDay += weight;
  for (Day day = firstEventDay(); day <= lastDay(); ++day) weight_ += weightOf(day) * ofDay;
}

void EventTimes::beginHour() {
  ++hour_;
  reached_ += weightOf(hour_ / 24) * hourWeights()[static_cast<std::size_t>(hour_ % 24)];
  const std::uint64_t upToHere = events_ * reached_ / weight_;
  ofHour_ = upToHere - before_;
  before_ = upToHere;
  inHour_ = 0;
}

Instant EventTimes::next(RandomStream& random) {
  while (inHour_ == ofHour_) beginHour();
  const std::uint64_t place = inHour_++ * kMillisecondsPerHour + random.below(kMillisecondsPerHour);
  return hour_ * kMillisecondsPerHour + static_cast<Instant>(place / ofHour_);
}

Campaigns::Campaigns() : drawAge_(std::array<std::uint64_t, 8>{100, 40, 20, 12, 8, 5, 3, 2}) {
  // Four a week: Tuesday, Thursday, Friday and Sunday.
  constexpr std::string_view kKinds[] = {"", "newsletter", "", "promo", "weekend", "", "loyalty"};
  constexpr Day kBefore = 14;  // as many as an age can reach back from the first day
  for (Day day = firstEventDay() - kBefore; day <= lastDay(); ++day) {
    const std::string_view kind = kKinds[weekdayOf(day)];
    if (!kind.empty()) names_.push_back(fmt::format("{}-{}", kind, formatDay(day)));
    if (day >= firstEventDay()) sent_.push_back(static_cast<std::uint32_t>(names_.size()));
  }
}

std::uint32_t Campaigns::draw(Day day, RandomStream& random) const {
  const std::uint32_t sent = sent_[static_cast<std::size_t>(day - firstEventDay())];
  return sent - 1 - static_cast<std::uint32_t>(drawAge_.draw(random));
}

bool EventSequence::Waiting::operator<(const Waiting& other) const {
  // The first one due is the greatest, where a queue begins.
  return std::tie(other.event.time, other.number) < std::tie(event.time, number);
}

EventSequence::EventSequence(std::uint64_t events, std::uint32_t contacts, std::uint64_t seed, const Catalog& catalog)
    : random_(seed, kEventStream),
      times_(events),
      crowd_(contacts, seed),
      catalog_(catalog),
      drawBeginning_(kBeginningWeights) {}

Event EventSequence::next() {
  const Instant now = times_.next(random_);
  Event event;
  if (!waiting_.empty() && waiting_.top().event.time <= now) {
    event = waiting_.top().event;
    waiting_.pop();
  } else {
    event = begin(now);
  }
  decideWhatFollows(event);
  return event;
}

Event EventSequence::begin(Instant now) {
  Event event;
  event.time = now;
  if (random_.perMille(kLate)) {
    const Instant happened = now - drawPause(0, 2 * 24 * 3600, random_);
    if (dayOfLocal(happened) >= firstEventDay()) event.time = happened;
  }
  const Day day = dayOf(event);
  event.type = kBeginnings[drawBeginning_.draw(random_)];
  event.actor = event.type == EventType::purchase ? crowd_.drawBuyer(day) : crowd_.draw(day, random_);
  event.channel = drawChannel(event.type, random_);
  if (event.type == EventType::open) event.campaign = campaigns_.draw(day, random_);
  if (event.type == EventType::visit && random_.perMille(kProductVisit)) event.product = catalog_.draw(day, random_);
  if (event.type == EventType::purchase) {
    event.product = catalog_.draw(day, random_);
    fillBasket(event);
  }
  return event;
}

void EventSequence::decideWhatFollows(const Event& event) {
  if (event.type == EventType::visit) followVisit(event);
  if (event.type == EventType::basket) followBasket(event);
  if (event.type == EventType::open && random_.perMille(kOpenIsClicked)) {
    Event click = event;
    click.type = EventType::click;
    click.time += drawDelay(4, 14, random_);
    wait(click);
  }
}

void EventSequence::followVisit(const Event& visit) {
  if (random_.perMille(kNextVisit)) {
    Event next = visit;
    next.time += drawPause(20, 300, random_);
    next.product = random_.perMille(kProductVisit) ? catalog_.draw(dayOf(visit), random_) : kNone;
    wait(next);
  }
  if (visit.product != kNone && random_.perMille(kBasketOfProductVisit)) {
    Event basket = visit;
    basket.type = EventType::basket;
    basket.time += drawPause(30, 600, random_);
    fillBasket(basket);
    if (basket.actor.isBuyer && random_.perMille(kBasketIsBought)) {
      basket.checkout = basket.time + drawDelay(300, 10, random_);
    }
    wait(basket);
  }
}

void EventSequence::followBasket(const Event& basket) {
  if (basket.checkout != kNever) {
    Event purchase = basket;
    purchase.type = EventType::purchase;
    purchase.time = basket.checkout;
    wait(purchase);
  }
  Event next = basket;
  next.time += drawPause(20, 80, random_);
  // What is bought is in the basket before.
  if (next.time < basket.checkout && random_.perMille(kNextBasket)) {
    next.product = catalog_.draw(dayOf(basket), random_);
    fillBasket(next);
    wait(next);
  }
}

void EventSequence::fillBasket(Event& event) {
  event.isPromo = random_.perMille(kPromo);
  event.cents = catalog_.products()[event.product].cents;
  event.quantity = drawQuantity(event.cents, random_);
  if (event.isPromo) event.cents = event.cents * (60 + 10 * random_.below(4)) / 100;
}

}  // namespace roster::generator
