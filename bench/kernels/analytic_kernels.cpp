#include "bench/kernels/analytic_kernels.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

#include "bench/kernels/analytic_data.h"
#include "core/eval/query.h"
#include "index/engine/overlap.h"
#include "index/engine/rank_selection.h"
#include "index/engine/statistics.h"

namespace roster::bench {

namespace {

using Ranks = std::vector<std::uint64_t>;

// The numbers of those members that have one.
std::vector<std::int64_t> numbersOf(const Held& members, const std::vector<std::int64_t>& numbers) {
  std::vector<std::int64_t> found;
  for (const std::uint16_t place : members.values) {
    if (numbers[place] != kNoNumber) found.push_back(numbers[place]);
  }
  return found;
}

Ranks ranksAmong(std::uint64_t count) {
  Ranks ranks;
  for (const std::uint32_t percentile : kPercentiles) ranks.push_back((count * percentile + 99) / 100);
  return ranks;
}

template <class Numbers>
std::uint64_t digestOfRanked(const Numbers& ranked) {
  std::uint64_t digest = 0;
  for (const auto number : ranked) digest = digest * 31 + static_cast<std::uint64_t>(number);
  return digest;
}

// Ranks ascend, so that each is looked for above the one before it only.
std::vector<std::int64_t> selectPlainly(std::vector<std::int64_t> numbers, const Ranks& ranks) {
  std::vector<std::int64_t> ranked;
  auto from = numbers.begin();
  for (const std::uint64_t rank : ranks) {
    const auto at = numbers.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    if (at >= from) {
      std::nth_element(from, at, numbers.end());
      from = at + 1;
    }
    ranked.push_back(*at);
  }
  return ranked;
}

std::uint32_t digestOfTotals(std::uint64_t count, std::uint64_t sum, std::int64_t least, std::int64_t greatest,
                             std::uint64_t ranked) {
  const std::array<std::uint64_t, 5> parts = {count, sum, static_cast<std::uint64_t>(least),
                                              static_cast<std::uint64_t>(greatest), ranked};
  std::uint64_t digest = 0;
  for (const std::uint64_t part : parts) digest = digest * 31 + part;
  return static_cast<std::uint32_t>(digest);
}

Kernel statisticsOf(const Analytics& analytics, const Members& members, const std::string& field,
                    const std::vector<std::int64_t>& numbers) {
  const auto run = [audience = members.audience, executor = analytics.executor, field] {
    const Statistics found = statistics(*audience, field, *executor).value();
    return digestOfTotals(found.count, static_cast<std::uint64_t>(found.sum.value()),
                          static_cast<std::int64_t>(found.minimum.value()),
                          static_cast<std::int64_t>(found.maximum.value()), digestOfRanked(found.percentiles.value()));
  };
  const auto plain = [data = analytics.data, held = members.held, &numbers] {
    std::vector<std::int64_t> found = numbersOf(*held, numbers);
    std::uint64_t sum = 0;
    for (const std::int64_t number : found) sum += static_cast<std::uint64_t>(number);
    const auto [least, greatest] = std::minmax_element(found.begin(), found.end());
    const std::int64_t low = *least;
    const std::int64_t high = *greatest;
    const std::uint64_t count = found.size();
    return digestOfTotals(count, sum, low, high, digestOfRanked(selectPlainly(std::move(found), ranksAmong(count))));
  };
  return {"statistics/" + field + "-of-" + members.name, run, plain};
}

// Percentiles alone.
Kernel ranksOf(const Analytics& analytics, const Members& members, const std::string& field,
               const std::vector<std::int64_t>& numbers) {
  const std::vector<std::int64_t> all = numbersOf(*members.held, numbers);
  const auto [least, greatest] = std::minmax_element(all.begin(), all.end());
  const auto run = [audience = members.audience, executor = analytics.executor,
                    id = analytics.data->snapshot->schema->find(field)->id, ranks = ranksAmong(all.size()),
                    low = *least, high = *greatest] {
    const auto ranked = numbersAtRanks(*audience, id, ranks, low, high, *executor).value();
    return static_cast<std::uint32_t>(digestOfRanked(ranked));
  };
  const auto plain = [data = analytics.data, held = members.held, ranks = ranksAmong(all.size()), &numbers] {
    return static_cast<std::uint32_t>(digestOfRanked(selectPlainly(numbersOf(*held, numbers), ranks)));
  };
  return {"ranks/" + field + "-of-" + members.name, run, plain};
}

// The first three, or all, of these predicates: in which of them a contact is, one bit each.
constexpr std::array<const char*, 8> kOverlapping = {
    "country = 'v1'",
    "tags has 'v1'",
    "age >= 40",
    "city in ('v1', 'v2', 'v3')",
    "not tags has 'v2'",
    "spent < 50000.00",
    "country = 'v2' and tags has 'v3'",
    "age < 30 or tags has 'v4'",
};

std::uint32_t regionOf(const AnalyticData& data, std::uint32_t place, std::size_t queries) {
  const auto has = [tags = data.tagsOf(place)](Code tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
  };
  const auto bit = [](bool holds, std::uint32_t at) { return std::uint32_t{holds} << at; };
  const std::int64_t age = data.ages[place];
  const std::uint32_t three = bit(data.countries[place] == 1, 0) | bit(has(1), 1) | bit(age >= 40, 2);
  if (queries == 3) return three;
  const Code city = data.cities[place];
  const std::int64_t spent = data.spent[place];
  const bool isYoung = age != kNoNumber && age < 30;
  return three | bit(1 <= city && city <= 3, 3) | bit(!has(2), 4) | bit(spent != kNoNumber && spent < 5'000'000, 5) |
         bit(data.countries[place] == 2 && has(3), 6) | bit(isYoung || has(4), 7);
}

Kernel overlapOf(const Analytics& analytics, std::size_t count) {
  std::vector<Query> queries;
  for (const char* text : std::span(kOverlapping).first(count)) {
    queries.push_back(Query::compile(text, analytics.data->snapshot, 0).value());
  }
  const auto run = [queries, executor = analytics.executor] {
    const Overlap found = overlap(queries, *executor).value();
    std::uint64_t digest = 0;
    for (const OverlapRegion& region : found.regions) digest += (region.queries + 1) * region.count;
    return static_cast<std::uint32_t>(digest);
  };
  const auto plain = [data = analytics.data, count] {
    std::vector<std::uint64_t> counts(std::size_t{1} << count, 0);
    for (std::uint32_t place = 0; place < kChunkSize; ++place) ++counts[regionOf(*data, place, count)];
    std::uint64_t digest = 0;
    for (std::size_t region = 1; region < counts.size(); ++region) digest += (region + 1) * counts[region];
    return static_cast<std::uint32_t>(digest);
  };
  return {"overlap/of-" + std::to_string(count), run, plain};
}

}  // namespace

void addStatistics(std::vector<Kernel>& kernels, const Analytics& analytics) {
  for (const Members& members : analytics.members) {
    kernels.push_back(statisticsOf(analytics, members, "age", analytics.data->ages));
    kernels.push_back(statisticsOf(analytics, members, "spent", analytics.data->spent));
    kernels.push_back(ranksOf(analytics, members, "age", analytics.data->ages));
    kernels.push_back(ranksOf(analytics, members, "spent", analytics.data->spent));
  }
}

void addOverlaps(std::vector<Kernel>& kernels, const Analytics& analytics) {
  kernels.push_back(overlapOf(analytics, 3));
  kernels.push_back(overlapOf(analytics, kOverlapping.size()));
}

void addAnalytics(std::vector<Kernel>& kernels) {
  Dice dice(20261202);
  const Analytics analytics = makeAnalytics(dice);
  addBreakdowns(kernels, analytics);
  addStatistics(kernels, analytics);
  addOverlaps(kernels, analytics);
}

}  // namespace roster::bench
