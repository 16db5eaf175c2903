// Statistics over events and over contacts' sums, against sorting all of them.
#include "index/engine/event_statistics.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/data/apply.h"
#include "index/engine/event_dimension.h"
#include "tests/support/event_sample.h"

namespace roster {
namespace {

using testing::EventSample;
using testing::eventSample;
using testing::eventSampleNow;

Result<Statistics> statisticsOf(const SnapshotPtr& snapshot, std::string_view predicate, std::string_view set,
                                std::string_view property, bool perContact, const Executor& executor) {
  const auto events = EventQuery::compile(set, snapshot, eventSampleNow());
  EXPECT_TRUE(events) << events.error().message;
  auto field = eventFieldNamed(property, *events);
  if (!field) return propagate(field);
  const auto audience = evaluate(*Query::compile(predicate, snapshot, eventSampleNow()), executor);
  return perContact ? statisticsPerContact(*audience, *events, *field, executor)
                    : statistics(*audience, *events, *field, executor);
}

void expectNumbers(const Statistics& found, std::vector<WideInteger> numbers, std::uint64_t missing) {
  EXPECT_EQ(found.count, numbers.size());
  EXPECT_EQ(found.missing, missing);
  EXPECT_EQ(found.sum.has_value(), !isTime(found.field.type.kind));
  if (found.sum) {
    WideInteger sum = 0;
    for (const WideInteger number : numbers) sum += number;
    EXPECT_TRUE(*found.sum == sum) << formatWide(*found.sum, 0);
  }
  EXPECT_EQ(found.minimum.has_value(), !numbers.empty());
  EXPECT_EQ(found.percentiles.has_value(), !numbers.empty());
  if (numbers.empty()) return;
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(formatWide(*found.minimum, 0), formatWide(numbers.front(), 0));
  EXPECT_EQ(formatWide(*found.maximum, 0), formatWide(numbers.back(), 0));
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    std::size_t rank = 1;
    while (rank * 100 < numbers.size() * kPercentiles[i]) ++rank;
    EXPECT_EQ(formatWide((*found.percentiles)[i], 0), formatWide(numbers[rank - 1], 0)) << kPercentiles[i];
  }
}

void expectNaiveOfEvents(const EventSample& sample, std::string_view predicate, std::string_view set,
                         std::string_view property, const Executor& executor) {
  SCOPED_TRACE(::testing::Message() << property << " of " << set << " of " << predicate);
  std::vector<WideInteger> numbers;
  std::uint64_t missing = 0;
  const auto contacts = sample.matching(predicate);
  for (const ContactRecord* contact : contacts) {
    for (const EventRecord* event : sample.eventsOf(*contact, set)) {
      if (const FieldValue* value = sample.valueOf(*event, property)) numbers.push_back(std::get<std::int64_t>(*value));
      else ++missing;
    }
  }
  const auto found = statisticsOf(sample.snapshot, predicate, set, property, false, executor);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->audience, contacts.size());
  expectNumbers(*found, std::move(numbers), missing);
}

void expectNaivePerContact(const EventSample& sample, std::string_view predicate, std::string_view set,
                           std::string_view property, const Executor& executor) {
  SCOPED_TRACE(::testing::Message() << property << " of " << set << " per contact of " << predicate);
  std::vector<WideInteger> sums;
  const auto contacts = sample.matching(predicate);
  for (const ContactRecord* contact : contacts) {
    const auto events = sample.eventsOf(*contact, set);
    if (events.empty()) continue;
    sums.push_back(0);
    for (const EventRecord* event : events) {
      if (const FieldValue* value = sample.valueOf(*event, property)) sums.back() += std::get<std::int64_t>(*value);
    }
  }
  const std::uint64_t missing = contacts.size() - sums.size();
  const auto found = statisticsOf(sample.snapshot, predicate, set, property, true, executor);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->audience, contacts.size());
  expectNumbers(*found, std::move(sums), missing);
}

TEST(EventStatistics, AreThoseOfNaiveEvaluation) {
  const Executor executor(2);
  for (const EventSample& sample : {eventSample({21}), eventSample({22, 60, 300, true})}) {
    for (const char* predicate : {"key not like '% %'", "city = 'Łódź' and did purchase where promo", "false"}) {
      for (const char* set :
           {"purchase", "purchase where channel = 'web' since '2025-10-20'", "purchase where amount > 100000"}) {
        for (const char* property : {"amount", "quantity", "paid", "time", "hour", "product.price", "product.since"}) {
          expectNaiveOfEvents(sample, predicate, set, property, executor);
        }
        for (const char* property : {"amount", "quantity", "month", "product.price"}) {
          expectNaivePerContact(sample, predicate, set, property, executor);
        }
      }
    }
  }
}

TEST(EventStatistics, AddUpEachContactInMoreThan64Bits) {
  const EventSample sample = eventSample({23, 30, 3});
  const EventType& purchase = *sample.facts.schema.findType("purchase");
  const FieldId quantity = purchase.properties.find("quantity")->id;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  ChangeBatch batch;
  batch.recorded.push_back({purchase.id,
                            {0, 0, 0, 1, 2, 2},
                            {1, 2, 3, 4, 5, 6},
                            {},
                            {{quantity, {0, 1, 2, 3, 4, 5}, {most, most, most, -5, least, least}, {}}}});
  const SnapshotPtr snapshot = *apply(*sample.snapshot, batch, sample.snapshot->sequence + 1);
  const Executor executor(1);
  const auto found = statisticsOf(snapshot, "true", "purchase before '2000-01-01'", "quantity", true, executor);
  ASSERT_TRUE(found) << found.error().message;
  expectNumbers(*found, {3 * WideInteger{most}, -5, 2 * WideInteger{least}}, found->audience - 3);
  const auto ofEvents = statisticsOf(snapshot, "true", "purchase before '2000-01-01'", "quantity", false, executor);
  ASSERT_TRUE(ofEvents) << ofEvents.error().message;
  expectNumbers(*ofEvents, {most, most, most, -5, least, least}, 0);
}

TEST(EventStatistics, RefuseOtherKinds) {
  const EventSample sample = eventSample({24, 5});
  const Executor executor(1);
  const auto refusal = [&](std::string_view property, bool perContact) {
    const auto found = statisticsOf(sample.snapshot, "true", "purchase", property, perContact, executor);
    return found ? std::string() : found.error().message;
  };
  EXPECT_EQ(refusal("chanel", false), "unknown field 'chanel'; did you mean 'channel'?");
  EXPECT_EQ(refusal("channel", false), "'channel' is a category; statistics are of numbers and times");
  EXPECT_EQ(refusal("paid", true), "'paid' is a timestamp; sums of contacts are of integers and decimals");
  EXPECT_EQ(refusal("paid", false), "");
}

}  // namespace
}  // namespace roster
