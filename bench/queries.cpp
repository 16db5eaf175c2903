#include "bench/queries.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "core/base/time_zone.h"
#include "core/query/binder.h"

namespace roster::bench {

namespace {

constexpr std::array<std::string_view, 12> kRuleTags = {
    "newsletter", "klient",     "active",         "mobile-app", "sms",      "promo",
    "vip",        "покупатель", "abandoned-cart", "returning",  "urodziny", "loyalty"};
constexpr std::array<std::string_view, 10> kRuleCities = {"Warszawa",    "New York",        "Москва", "Kraków",
                                                          "Łódź",        "Санкт-Петербург", "London", "Wrocław",
                                                          "Los Angeles", "Новосибирск"};

std::string nameOfRule(int index) { return fmt::format("bench rule {:02}", index); }

std::string predicateOf(const SavedRule& rule) {
  switch (rule.shape) {
    case 0: return fmt::format("tags has '{}' and city = '{}'", rule.tag, rule.cities[0]);
    case 1: return fmt::format("tags has any ('{}', '{}') and newsletter", rule.tag, rule.other);
    case 2:
      return fmt::format("tags has '{}' and city in ('{}', '{}', '{}') and not tags has '{}'", rule.tag, rule.cities[0],
                         rule.cities[1], rule.cities[2], rule.other);
    default:
      return fmt::format("tags has '{}' and plan in ('premium', 'standard') and orders >= {}", rule.tag,
                         rule.minimumOrders);
  }
}

BenchQuery counting(std::string name, std::string description, std::string predicate) {
  return {std::move(name), std::move(description), QueryClass::boolean, QueryTask::count, {std::move(predicate)}, {}};
}

void addLeaves(std::vector<BenchQuery>& queries) {
  queries.push_back(counting("two-dense", "two dense tags", "tags has 'newsletter' and tags has 'klient'"));
  queries.push_back(
      counting("dense-and-sparse", "a dense tag and a sparse one", "tags has 'newsletter' and tags has 'gift-card'"));
  queries.push_back(
      counting("sparse-and-sparse", "two sparse tags", "tags has 'mobile-app' and tags has 'abandoned-cart'"));
  queries.push_back(counting("clustered", "four clustered sources and a flag",
                             "source in ('import-2017-05', 'import-2020-03', 'import-2023-06', 'import-2023-11') and "
                             "newsletter"));
  queries.push_back(counting(
      "or-of-16-tags", "any of sixteen tags",
      "tags has any ('abandoned-cart', 'returning', 'urodziny', 'loyalty', 'webinar', 'b2b', 'reklamacja', 'скидка', "
      "'gift-card', 'survey', 'wholesale', 'blacklist', 'ambasador', 'press', 'beta-tester', 'staff')"));
  queries.push_back(counting("or-of-10-cities", "ten values of one category",
                             fmt::format("city in ('{}')", fmt::join(kRuleCities, "', '"))));
}

void addCombinations(std::vector<BenchQuery>& queries) {
  queries.push_back(counting("five-way-and", "five conditions",
                             "tags has 'newsletter' and tags has 'klient' and newsletter and gender = 'female' and "
                             "country = 'PL'"));
  queries.push_back(counting("and-of-ors", "(a or b) and (c or d) and not (e or f)",
                             "tags has any ('klient', 'active') and tags has any ('newsletter', 'mobile-app') and not "
                             "tags has any ('sms', 'promo')"));
  queries.push_back(
      counting("tag-cities-not-tag", "a tag in three cities without another tag",
               "tags has 'klient' and city in ('Warszawa', 'Kraków', 'Łódź') and not tags has 'newsletter'"));
  queries.push_back(counting("not-nearly-all", "not: nearly all are left", "not tags has 'blacklist'"));
  queries.push_back(counting("is-null", "contacts without a value", "last_visit is null"));
  queries.push_back(counting("at-least-3-of-8", "at least three of eight tags",
                             "at least 3 of (tags has 'newsletter', tags has 'klient', tags has 'active', tags has "
                             "'mobile-app', tags has 'sms', tags has 'promo', tags has 'vip', tags has 'покупатель')"));
  queries.push_back(counting("like-dictionary", "names like a pattern", "last_name like '%ski'"));
  queries.push_back(counting("segment-in-segment", "a saved segment that refers to another", "segment 'bench loyal'"));
  queries.push_back(counting("bucket", "a tenth by hash", "bucket('spring-test') < 1000"));
}

void addRanges(std::vector<BenchQuery>& queries) {
  constexpr std::string_view kTags = "tags has 'newsletter' and tags has 'klient'";
  queries.push_back(counting("range-integer", "integers above", "score > 57"));
  queries.push_back(counting("range-decimal", "decimals above", "ltv > 500"));
  queries.push_back(counting("range-date", "dates since", "last_order >= '2026-03-01'"));
  queries.push_back(counting("between-integer", "integers between", "score between 40 and 60"));
  queries.push_back(counting("between-decimal", "decimals between", "ltv between 50 and 150"));
  queries.push_back(counting("between-date", "dates between", "birthday between '1980-01-01' and '1989-12-31'"));
  queries.push_back(
      counting("range-integer-tags", "integers above and two tags", fmt::format("score > 57 and {}", kTags)));
  queries.push_back(
      counting("range-decimal-tags", "decimals above and two tags", fmt::format("ltv > 500 and {}", kTags)));
  queries.push_back(
      counting("range-date-tags", "dates since and two tags", fmt::format("last_order >= '2026-03-01' and {}", kTags)));
  queries.push_back(counting("two-ranges", "ranges of two fields", "ltv > 100 and score between 40 and 60"));
}

BenchQuery manySegments() {
  BenchQuery query{
      "hundred-segments", "a hundred saved segments at once", QueryClass::boolean, QueryTask::countMany, {}, {}};
  for (int i = 0; i < kSavedRules; ++i) query.predicates.push_back(fmt::format("segment '{}'", nameOfRule(i)));
  return query;
}

void addAnalytic(std::vector<BenchQuery>& queries) {
  const auto add = [&](std::string name, std::string description, QueryTask task, std::vector<std::string> predicates,
                       std::vector<std::string> fields) {
    queries.push_back({std::move(name), std::move(description), QueryClass::analytic, task, std::move(predicates),
                       std::move(fields)});
  };
  add("breakdown-64", "a breakdown by 64 values", QueryTask::breakdown, {"newsletter"}, {"store"});
  add("grid", "a grid of two fields", QueryTask::breakdown, {"orders >= 1"}, {"store", "plan"});
  add("sum-percentiles", "sum and percentiles", QueryTask::statistics, {"gender = 'female' and newsletter"}, {"ltv"});
  add("overlap-8", "how eight audiences overlap", QueryTask::overlap,
      {"newsletter", "sms_consent", "tags has 'newsletter'", "tags has 'klient'", "plan = 'free'", "gender = 'female'",
       "country = 'PL'", "orders >= 1"},
      {});
}

void addListing(std::vector<BenchQuery>& queries) {
  queries.push_back(
      {"text-scan", "text like a pattern", QueryClass::listing, QueryTask::count, {"email like '%kowalsk%'"}, {}});
  queries.push_back({"first-page",
                     "the first page of 50",
                     QueryClass::listing,
                     QueryTask::list,
                     {"tags has 'klient' and city = 'Warszawa'"},
                     {"key", "email", "city"},
                     50});
  queries.push_back({"export-three-tenths",
                     "a list of three tenths of the contacts",
                     QueryClass::listing,
                     QueryTask::list,
                     {"newsletter and orders >= 1"},
                     {"key", "city", "ltv"}});
}

}  // namespace

std::string_view nameOf(QueryClass kind) {
  switch (kind) {
    case QueryClass::boolean: return "boolean";
    case QueryClass::analytic: return "analytic";
    case QueryClass::listing: return "listing";
    case QueryClass::summary: return "summary";
    case QueryClass::events: break;
  }
  return "events";
}

std::string_view nameOf(QueryTask task) {
  constexpr std::string_view kNames[] = {"count",   "count many",      "breakdown", "statistics",
                                         "overlap", "event breakdown", "list"};
  return kNames[static_cast<std::size_t>(task)];
}

std::vector<BenchQuery> audienceQueries() {
  std::vector<BenchQuery> queries;
  addLeaves(queries);
  addCombinations(queries);
  addRanges(queries);
  queries.push_back(manySegments());
  addAnalytic(queries);
  addListing(queries);
  return queries;
}

Instant benchNow() { return dayFromCivil({2026, 11, 1}) * kMillisecondsPerDay; }

std::span<const std::string_view> ruleTags() { return kRuleTags; }
std::span<const std::string_view> ruleCities() { return kRuleCities; }

SavedRule savedRule(int index) {
  const auto i = static_cast<std::size_t>(index);
  const auto city = [&](std::size_t step) { return kRuleCities[(i + step) % kRuleCities.size()]; };
  return {index / 12 % 4,
          kRuleTags[i % kRuleTags.size()],
          kRuleTags[(5 * i + 3) % kRuleTags.size()],
          {city(0), city(1), city(2)},
          2 + index % 3};
}

SegmentCatalog benchSegments() {
  SegmentCatalog segments;
  const auto save = [&](std::string name, std::string predicate) {
    segments[std::move(name)] = {std::move(predicate), 0, benchNow(), {}};
  };
  for (int i = 0; i < kSavedRules; ++i) save(nameOfRule(i), predicateOf(savedRule(i)));
  save("bench reachable", "newsletter and not tags has 'blacklist'");
  save("bench loyal", "segment 'bench reachable' and tags has 'klient' and orders >= 2");
  return segments;
}

std::vector<BenchQuery> answerable(std::vector<BenchQuery> queries, const Schema& schema) {
  const SegmentCatalog segments = benchSegments();
  const TimeZone zone;
  const auto binds = [&](const std::string& predicate) {
    return bindText(predicate, {schema, segments, zone, benchNow()}).has_value();
  };
  const auto isKnown = [&](const std::string& field) { return field == "key" || schema.find(field) != nullptr; };
  std::erase_if(queries, [&](const BenchQuery& query) {
    return !std::ranges::all_of(query.predicates, binds) || !std::ranges::all_of(query.fields, isKnown);
  });
  return queries;
}

}  // namespace roster::bench
