#include "bench/naive_answers.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

#include "core/base/decimal.h"
#include "core/eval/bind_context.h"
#include "core/eval/contact_record.h"
#include "core/eval/event_history.h"
#include "core/eval/naive_evaluator.h"
#include "core/eval/naive_events.h"
#include "core/query/bind_event.h"
#include "core/query/parser.h"
#include "index/engine/event_breakdown.h"
#include "index/engine/statistics.h"
#include "index/io/value_format.h"

namespace roster::bench {

namespace {

// A query bound and ready to be put to contacts.
struct NaiveQuery {
  const BenchQuery* query = nullptr;
  std::vector<Bound> predicates;
  std::vector<const Field*> fields;  // null stands for the key
  // Of a breakdown of events by month:
  std::optional<BoundEventSet> events;
  const Field* summed = nullptr;
};

// What the contacts of one chunk, or of several, add up to.
struct Tally {
  std::vector<std::uint64_t> counts;            // by predicate
  std::map<std::string, std::uint64_t> groups;  // breakdowns and overlaps
  std::uint64_t missing = 0;                    // statistics
  std::vector<std::int64_t> numbers;            // statistics
  std::vector<std::string> firstRows;           // lists with a limit
  ListChecksum rows;                            // lists without one
  std::map<std::string, EventTally> months;     // breakdowns of events
};

// What the naive evaluator reads beside a contact.
struct Surroundings {
  const Snapshot& snapshot;
  EventFacts facts;
};

std::string textOf(const ContactRecord& contact, const Field* field, std::string_view missing) {
  if (field == nullptr) return contact.key;
  const auto found = contact.values.find(field->id);
  return found == contact.values.end() ? std::string(missing) : plainText(found->second, field->type);
}

std::string joined(const ContactRecord& contact, const NaiveQuery& query, char separator, std::string_view missing) {
  std::string text;
  for (std::size_t i = 0; i < query.fields.size(); ++i) {
    if (i > 0) text += separator;
    text += textOf(contact, query.fields[i], missing);
  }
  return text;
}

std::string monthOf(Instant time, const TimeZone& zone) {
  const CivilDate date = civilFromDay(dayOfLocal(zone.toLocal(time)));
  return fmt::format("{:04}-{:02}", date.year, date.month);
}

void addEvents(const NaiveQuery& query, const ContactRecord& contact, const Surroundings& around, Tally& tally) {
  const TimeZone& zone = *around.snapshot.zone;
  std::map<std::string, EventTally> own;
  for (const EventRecord* event : NaiveEvents(contact.events, around.facts, zone).membersOf(*query.events)) {
    EventTally& month = own[monthOf(event->time, zone)];
    ++month.events;
    month.contacts = 1;
    const auto value = event->values.find(query.summed->id);
    if (value != event->values.end()) month.sum += std::get<std::int64_t>(value->second);
  }
  for (const auto& [month, events] : own) tally.months[month] += events;
}

void addMatch(const NaiveQuery& query, const ContactRecord& contact, const Surroundings& around, Tally& tally) {
  switch (query.query->task) {
    case QueryTask::eventBreakdown: addEvents(query, contact, around, tally); return;
    case QueryTask::breakdown: ++tally.groups[joined(contact, query, '\t', kNoValue)]; return;
    case QueryTask::statistics: {
      const auto found = contact.values.find(query.fields[0]->id);
      if (found == contact.values.end()) ++tally.missing;
      else tally.numbers.push_back(std::get<std::int64_t>(found->second));
      return;
    }
    case QueryTask::list: {
      std::string row = joined(contact, query, ',', "");
      if (query.query->limit == 0) tally.rows.addRow(row);
      else if (tally.firstRows.size() < query.query->limit) tally.firstRows.push_back(std::move(row));
      return;
    }
    default: return;
  }
}

void addContact(const NaiveQuery& query, const ContactRecord& contact, const Surroundings& around, Tally& tally) {
  const Snapshot& snapshot = around.snapshot;
  std::uint32_t matched = 0;
  for (std::size_t i = 0; i < query.predicates.size(); ++i) {
    if (!matches(query.predicates[i], contact, *snapshot.schema, *snapshot.zone, around.facts)) continue;
    ++tally.counts[i];
    if (query.query->task == QueryTask::overlap) matched |= 1U << i;
    else addMatch(query, contact, around, tally);
  }
  if (matched != 0) ++tally.groups[std::to_string(matched)];
}

// `to` holds contacts before those of `from`.
void merge(Tally& to, Tally&& from, std::uint64_t limit) {
  for (std::size_t i = 0; i < to.counts.size(); ++i) to.counts[i] += from.counts[i];
  for (const auto& [group, count] : from.groups) to.groups[group] += count;
  for (const auto& [month, events] : from.months) to.months[month] += events;
  to.missing += from.missing;
  to.numbers.insert(to.numbers.end(), from.numbers.begin(), from.numbers.end());
  to.rows.add(from.rows);
  for (std::string& row : from.firstRows) {
    if (to.firstRows.size() < limit) to.firstRows.push_back(std::move(row));
  }
}

Answer statisticsOf(Tally& tally, int digits) {
  std::sort(tally.numbers.begin(), tally.numbers.end());
  WideInteger sum = 0;
  for (const std::int64_t number : tally.numbers) sum += number;
  const std::size_t count = tally.numbers.size();
  Answer answer = {answerLine("count", std::to_string(count)), answerLine("missing", std::to_string(tally.missing)),
                   answerLine("sum", formatWide(sum, digits))};
  if (count == 0) return answer;
  for (const std::uint32_t percent : kPercentiles) {
    const std::size_t rank = (count * percent + 99) / 100;
    answer.push_back(fmt::format("p{}\t{}", percent, formatDecimal(tally.numbers[rank - 1], digits)));
  }
  return answer;
}

Answer answerFrom(const NaiveQuery& query, Tally& tally) {
  Answer answer;
  switch (query.query->task) {
    case QueryTask::count: return {std::to_string(tally.counts[0])};
    case QueryTask::countMany:
      for (std::size_t i = 0; i < tally.counts.size(); ++i) {
        answer.push_back(answerLine(std::to_string(i), std::to_string(tally.counts[i])));
      }
      return answer;
    case QueryTask::statistics: return statisticsOf(tally, query.fields[0]->type.digits);
    case QueryTask::eventBreakdown:
      for (const auto& [month, events] : tally.months) {
        answer.push_back(fmt::format("{}\t{}\t{}\t{}", month, events.events, events.contacts,
                                     formatWide(events.sum, query.summed->type.digits)));
      }
      return answer;
    case QueryTask::list:
      for (const std::string& row : tally.firstRows) tally.rows.addRow(row);
      return tally.rows.answer();
    default:
      for (const auto& [group, count] : tally.groups) answer.push_back(answerLine(group, std::to_string(count)));
      std::sort(answer.begin(), answer.end());
      return answer;
  }
}

Result<std::vector<NaiveQuery>> bindAll(const std::vector<BenchQuery>& queries, const Snapshot& snapshot) {
  std::vector<NaiveQuery> bound;
  for (const BenchQuery& query : queries) {
    const BindContext context = bindContextOf(snapshot, benchNow());
    NaiveQuery& own = bound.emplace_back(NaiveQuery{&query, {}, {}, {}, nullptr});
    for (const std::string& predicate : query.predicates) {
      auto one = bindText(predicate, context);
      if (!one) return propagate(one);
      own.predicates.push_back(*std::move(one));
    }
    for (const std::string& field : query.fields) own.fields.push_back(snapshot.schema->find(field));
    if (query.task != QueryTask::eventBreakdown) continue;
    const auto parsed = parseEventSet(query.events);
    if (!parsed) return tl::unexpected(parsed.error());
    auto events = bindEventSet(*parsed, context);
    if (!events) return propagate(events);
    own.events = *std::move(events);
    own.summed = snapshot.events->findType(own.events->event)->properties.find(query.summed);
  }
  return bound;
}

std::vector<Tally> emptyTallies(const std::vector<NaiveQuery>& queries) {
  std::vector<Tally> tallies(queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) tallies[i].counts.resize(queries[i].predicates.size());
  return tallies;
}

// All contacts of a chunk, numbered across shards.
Result<std::vector<Tally>> tallyChunk(const std::vector<NaiveQuery>& queries, const Surroundings& around,
                                      std::size_t chunk) {
  const Snapshot& snapshot = around.snapshot;
  std::vector<Tally> tallies = emptyTallies(queries);
  auto histories = readHistories(snapshot, static_cast<ShardIndex>(chunk / kChunksPerShard),
                                 static_cast<ChunkIndex>(chunk % kChunksPerShard));
  if (!histories) return propagate(histories);
  const std::uint64_t begin = std::uint64_t{chunk} << kChunkBits;
  const std::uint64_t end = std::min(begin + kChunkSize, snapshot.nextContact());
  for (std::uint64_t id = begin; id < end; ++id) {
    auto contact = readContact(snapshot, static_cast<ContactId>(id));
    if (!contact && contact.error().code == ErrorCode::notFound) continue;  // erased
    if (!contact) return tl::unexpected(contact.error());
    contact->events = std::move((*histories)[id - begin]);
    for (std::size_t i = 0; i < queries.size(); ++i) addContact(queries[i], *contact, around, tallies[i]);
  }
  return tallies;
}

}  // namespace

Result<std::vector<Answer>> naiveAnswers(const std::vector<BenchQuery>& queries, const SnapshotPtr& snapshot,
                                         const Executor& executor) {
  const auto bound = bindAll(queries, *snapshot);
  if (!bound) return tl::unexpected(bound.error());
  const std::size_t chunks = chunkCountOf(snapshot->nextContact());
  auto facts = readFacts(*snapshot);
  if (!facts) return propagate(facts);
  const Surroundings around{*snapshot, *std::move(facts)};
  std::vector<Result<std::vector<Tally>>> parts(chunks);
  executor.forEach(chunks, 1, [&](std::size_t chunk) { parts[chunk] = tallyChunk(*bound, around, chunk); });

  std::vector<Tally> totals = emptyTallies(*bound);
  for (auto& part : parts) {
    if (!part) return propagate(part);
    for (std::size_t i = 0; i < totals.size(); ++i) merge(totals[i], std::move((*part)[i]), queries[i].limit);
  }
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < totals.size(); ++i) answers.push_back(answerFrom((*bound)[i], totals[i]));
  return answers;
}

}  // namespace roster::bench
