#include "core/eval/event_sequence.h"

#include <algorithm>
#include <limits>

#include "core/eval/event_distance.h"
#include "core/eval/event_scan.h"

namespace roster {

namespace {

constexpr Instant kNever = std::numeric_limits<Instant>::max();

// The events of a set in order of time, those of some places only; these are then in step.contacts.
Result<void> gatherPoints(const EventSet& set, const EventChunk& chunk, const TimeZone& zone, EventArrays& arrays,
                          const ChunkWords& wanted, ReachedStep& step) {
  step.size = 0;
  step.contacts.clear();
  const EventValue time{EventField::Source::time, 0, nullptr, {FieldKind::timestamp}};
  auto done = forEachStretch(set, chunk, zone, arrays.selection.restriction(), arrays.cursors,
                             [&](const RowSelection& rows, std::uint32_t begin, std::uint32_t end) {
                               const auto places = rows.block().places();
                               const std::size_t needed = step.size + (end - begin);
                               if (step.room.size() < needed) step.room.resize(2 * needed);
                               // Whether a place is wanted cannot be foreseen: each is written, and those stay that
                               // are.
                               EventPoint* next = step.room.data() + step.size;
                               rows.forEachValue(begin, end, time, zone, [&](std::uint32_t row, Instant at) {
                                 *next = {at, places[row]};
                                 next += wanted.test(places[row]) ? 1 : 0;
                               });
                               step.size = static_cast<std::size_t>(next - step.room.data());
                             });
  for (const EventPoint& point : step.points()) step.contacts.set(point.place);
  return done;
}

ReachedStep& stepAt(EventArrays& arrays, std::size_t at) {
  while (arrays.steps.size() <= at) arrays.steps.push_back(std::make_unique<ReachedStep>());
  return *arrays.steps[at];
}

// A sequence over all contacts of a chunk at once, in order of time. It needs one time a contact and step, since of two
// events that reach a step, the later one reaches further: which holds where distances are made of milliseconds.
class TimeSweep {
 public:
  TimeSweep(const EventDid& did, EventArrays& arrays, ChunkWords& found)
      : did_(did), found_(found), steps_(did.steps.size() + 1) {
    for (std::size_t at = 0; at < steps_.size(); ++at) {
      steps_[at] = &stepAt(arrays, at);
      steps_[at]->next = 0;
      steps_[at]->contacts.clear();
      (void)steps_[at]->times.get();
    }
  }

  void run() {
    for (std::size_t at = nextStep(); at < steps_.size(); at = nextStep()) {
      const ReachedStep& step = *steps_[at];
      take(at, step.room[steps_[at]->next++]);
    }
    if (did_.steps.back().negated) settlePending();
  }

 private:
  // The step of the earliest event left. Of one instant, those of later steps come first: they follow what was before.
  std::size_t nextStep() const {
    std::size_t earliest = steps_.size();
    for (std::size_t at = steps_.size(); at-- > 0;) {
      const ReachedStep& step = *steps_[at];
      if (step.next == step.size) continue;
      if (earliest == steps_.size() || step.room[step.next].time < timeOf(earliest)) earliest = at;
    }
    return earliest;
  }
  Instant timeOf(std::size_t at) const { return steps_[at]->room[steps_[at]->next].time; }

  void take(std::size_t at, const EventPoint& event) {
    const bool ends = at + 1 == steps_.size();
    if (ends && did_.steps.back().negated) return refute(event);
    if (at != 0) {
      const ReachedStep& before = *steps_[at - 1];
      if (!before.contacts.test(event.place)) return;
      const Instant from = before.times.values()[event.place];
      if (from >= event.time || event.time > endOf(from, at)) return;
    }
    if (ends) return found_.set(event.place);
    ReachedStep& reached = *steps_[at];
    // What is not followed is asked of the first that was reached since the last one that followed.
    const bool isPending = did_.steps.back().negated && at + 2 == steps_.size();
    if (isPending && reached.contacts.test(event.place)) return;
    reached.contacts.set(event.place);
    reached.times.get()[event.place] = event.time;
  }

  // An event of the negated step: what was reached before it is either long past or refuted.
  void refute(const EventPoint& event) {
    ReachedStep& pending = *steps_[steps_.size() - 2];
    if (!pending.contacts.test(event.place)) return;
    const Instant from = pending.times.get()[event.place];
    if (endOf(from, steps_.size() - 1) < event.time) found_.set(event.place);
    pending.contacts.reset(event.place);
  }

  // What was never followed holds once its time has passed.
  void settlePending() {
    ReachedStep& pending = *steps_[steps_.size() - 2];
    forEachBit(pending.contacts.data(), [&](std::uint16_t place) {
      if (endOf(pending.times.get()[place], steps_.size() - 1) <= did_.now) found_.set(place);
    });
  }

  Instant endOf(Instant from, std::size_t step) const { return addDistance(from, did_.steps[step - 1].within); }

  const EventDid& did_;
  ChunkWords& found_;
  std::vector<ReachedStep*> steps_;
};

// The commonest sequences, of two sets: the same without a branch, since neither which set has the next event nor what
// its contact had before can be foreseen.
class PairSweep {
 public:
  PairSweep(const EventDid& did, EventArrays& arrays, ChunkWords& found)
      : did_(did),
        found_(found),
        firsts_(stepAt(arrays, 0).points()),
        nexts_(stepAt(arrays, 1).points()),
        times_(stepAt(arrays, 0).times.get()) {
    std::fill_n(times_, kChunkSize, -kNever);
  }

  void run() {
    if (did_.steps.front().negated) sweepNegated();
    else sweep();
  }

 private:
  // Calls take(event, isNext) for all events in order of time; of one instant, those of the second set come first.
  template <class Take>
  void merge(const Take& take) const {
    const EventPoint* first = firsts_.data();
    const EventPoint* const firstEnd = first + firsts_.size();
    const EventPoint* next = nexts_.data();
    const EventPoint* const nextEnd = next + nexts_.size();
    while (first != firstEnd && next != nextEnd) {
      const bool isNext = next->time <= first->time;
      const EventPoint event = isNext ? *next : *first;
      next += isNext ? 1 : 0;
      first += isNext ? 0 : 1;
      take(event, isNext);
    }
    for (; first != firstEnd; ++first) take(*first, false);
    for (; next != nextEnd; ++next) take(*next, true);
  }

  void find(std::uint16_t place, bool holds) { found_.words[place >> 6] |= std::uint64_t{holds} << (place & 63); }

  void sweep() {
    const EventDistance& within = did_.steps.front().within;
    merge([&](const EventPoint& event, bool isNext) {
      const Instant from = times_[event.place];
      const bool follows = from < event.time && from != -kNever && event.time <= addDistance(from, within);
      find(event.place, isNext && follows);
      times_[event.place] = isNext ? from : event.time;
    });
  }

  void sweepNegated() {
    const EventDistance& within = did_.steps.front().within;
    merge([&](const EventPoint& event, bool isNext) {
      const Instant pending = times_[event.place];
      const bool isPending = pending != -kNever;
      find(event.place, isNext && isPending && addDistance(pending, within) < event.time);
      times_[event.place] = isNext ? -kNever : isPending ? pending : event.time;
    });
    for (std::uint32_t place = 0; place < kChunkSize; ++place) {
      const bool isOver = times_[place] != -kNever && addDistance(times_[place], within) <= did_.now;
      find(static_cast<std::uint16_t>(place), isOver);
    }
  }

  const EventDid& did_;
  ChunkWords& found_;
  const std::span<const EventPoint> firsts_;
  const std::span<const EventPoint> nexts_;
  Instant* const times_;  // by place: of the first set, the last event, or the one that is pending; -kNever without
};

// A sequence contact by contact: of distances that are made of months, a later event may reach less far.
class ContactSequences {
 public:
  ContactSequences(const EventDid& did, const TimeZone& zone, EventArrays& arrays, ChunkWords& found)
      : did_(did), zone_(zone), arrays_(arrays), found_(found), times_(did.steps.size() + 1) {}

  void run() {
    for (std::size_t at = 0; at < times_.size(); ++at) {
      const std::span<EventPoint> points = stepAt(arrays_, at).points();
      std::stable_sort(points.begin(), points.end(),
                       [](const EventPoint& a, const EventPoint& b) { return a.place < b.place; });
      stepAt(arrays_, at).next = 0;
    }
    forEachBit(stepAt(arrays_, 0).contacts.data(), [&](std::uint16_t place) {
      for (std::size_t at = 0; at < times_.size(); ++at) takeTimes(at, place);
      if (holds()) found_.set(place);
    });
  }

 private:
  // Places ascend, so that each step's events are gone through once.
  void takeTimes(std::size_t at, std::uint16_t place) {
    ReachedStep& step = stepAt(arrays_, at);
    times_[at].clear();
    while (step.next < step.size && step.room[step.next].place < place) ++step.next;
    while (step.next < step.size && step.room[step.next].place == place) {
      times_[at].push_back(step.room[step.next++].time);
    }
  }

  bool holds() const {
    std::vector<Instant> reached = times_.front();
    for (std::size_t at = 1; at < times_.size(); ++at) {
      const EventStep& step = did_.steps[at - 1];
      const auto& candidates = times_[at];
      if (step.negated) {
        return std::any_of(reached.begin(), reached.end(), [&](Instant from) {
          const Instant end = addDistance(from, step.within, zone_);
          const auto next = std::upper_bound(candidates.begin(), candidates.end(), from);
          return end <= did_.now && (next == candidates.end() || *next > end);
        });
      }
      reached = reachedFrom(reached, candidates, step.within);
    }
    return !reached.empty();
  }

  // Those of the candidates that follow one of the instants in time.
  std::vector<Instant> reachedFrom(const std::vector<Instant>& from, const std::vector<Instant>& candidates,
                                   const EventDistance& within) const {
    std::vector<Instant> reached;
    auto next = from.begin();
    Instant end = -kNever;  // the latest that any of those before the candidate reaches
    for (const Instant candidate : candidates) {
      for (; next != from.end() && *next < candidate; ++next) end = std::max(end, addDistance(*next, within, zone_));
      if (next != from.begin() && candidate <= end) reached.push_back(candidate);
    }
    return reached;
  }

  const EventDid& did_;
  const TimeZone& zone_;
  EventArrays& arrays_;
  ChunkWords& found_;
  std::vector<std::vector<Instant>> times_;  // of one contact, by step
};

}  // namespace

Result<void> findSequences(const EventDid& did, const Shard& shard, ChunkIndex chunk, const TimeZone& zone,
                           EventArrays& arrays, ChunkWords& found) {
  const auto chunkOf = [&](const EventSet& set) -> const EventChunk& { return eventsOf(shard, set.event, chunk); };
  const bool ofFew = arrays.selection.restriction() != nullptr;
  // Who has no event of a later set is in no sequence, unless none is asked for. Sets with a filter are not looked
  // through for that alone, nor is any for few contacts.
  ChunkWords& wanted = arrays.seen;
  wanted.fill();
  for (const EventStep& step : did.steps) {
    if (ofFew || step.negated || step.events.filter != nullptr) continue;
    found.clear();  // until something is found, working memory
    if (auto done = addContacts(step.events, chunkOf(step.events), zone, arrays.selection, found); !done) return done;
    for (std::uint32_t word = 0; word < kChunkWords; ++word) wanted.words[word] &= found.words[word];
  }
  found.clear();
  if (auto done = gatherPoints(did.events, chunkOf(did.events), zone, arrays, wanted, stepAt(arrays, 0)); !done) {
    return done;
  }
  bool isByContact = ofFew;  // since their order costs little
  for (std::size_t at = 0; at < did.steps.size(); ++at) {
    // Nor is who has no event of the set before.
    if (stepAt(arrays, at).size == 0) return {};
    const EventStep& step = did.steps[at];
    auto done = gatherPoints(step.events, chunkOf(step.events), zone, arrays, stepAt(arrays, at).contacts,
                             stepAt(arrays, at + 1));
    if (!done) return done;
    isByContact |= step.within.months != 0;
  }
  if (isByContact) ContactSequences(did, zone, arrays, found).run();
  else if (did.steps.size() == 1) PairSweep(did, arrays, found).run();
  else TimeSweep(did, arrays, found).run();
  return {};
}

}  // namespace roster
