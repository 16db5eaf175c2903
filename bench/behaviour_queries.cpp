#include <utility>

#include "bench/queries.h"

namespace roster::bench {

namespace {

class QueryList {
 public:
  explicit QueryList(QueryClass kind) : kind_(kind) {}

  QueryList& add(std::string name, std::string description, std::string predicate) {
    queries_.push_back({std::move(name), std::move(description), kind_, QueryTask::count, {std::move(predicate)}, {}});
    return *this;
  }

  void appendTo(std::vector<BenchQuery>& queries) {
    for (BenchQuery& query : queries_) queries.push_back(std::move(query));
  }

 private:
  QueryClass kind_;
  std::vector<BenchQuery> queries_;
};

void addSummaries(std::vector<BenchQuery>& queries) {
  QueryList(QueryClass::summary)
      .add("did-7-days", "bought this week", "did purchase in last 7 days")
      .add("did-30-days", "bought this month", "did purchase in last 30 days")
      .add("did-365-days", "bought this year", "did purchase in last 365 days")
      .add("never-did", "never bought", "not did purchase")
      .add("last-before-180", "has not bought for half a year", "last(purchase) <= now - 180 days")
      .add("first-in-60", "bought for the first time", "first(purchase) in last 60 days")
      .appendTo(queries);
}

void addNumbers(std::vector<BenchQuery>& queries) {
  QueryList(QueryClass::events)
      .add("count-3", "bought three times", "count(purchase in last 365 days) >= 3")
      .add("count-5-opens", "opened five mails", "count(open in last 30 days) >= 5")
      .add("count-3-category", "bought three times of three categories",
           "count(purchase in last 90 days where product.category in ('football', 'boots', 'dairy')) >= 3")
      .add("count-2-channel", "bought twice on the web", "count(purchase in last 90 days where channel = 'web') >= 2")
      .add("sum-500", "spent more than 500 this quarter", "sum(amount of purchase in last 90 days) > 500")
      .add("sum-department", "spent 200 on groceries",
           "sum(amount of purchase in last 365 days where product.department = 'GROCERY') >= 200")
      .add("average-200", "spends more than 200 at once", "avg(amount of purchase in last 365 days) > 200")
      .add("days-5", "came on five days", "days(visit in last 90 days) >= 5")
      .add("distinct-3", "bought three products", "distinct(product of purchase) >= 3")
      .appendTo(queries);
}

void addCombinations(std::vector<BenchQuery>& queries) {
  QueryList(QueryClass::events)
      .add("shoes-on-promotion", "bought shoes of some price on promotion",
           "did purchase in last 90 days where product.department = 'SHOES' and promo and price between 200 and 500")
      .add("weekend-evenings", "came on evenings of week-ends",
           "did visit in last 90 days where hour between 18 and 22 and weekday in ('sat', 'sun')")
      .add("sundays-only", "bought on Sundays only", "(did purchase) and not did purchase where weekday != 'sun'")
      .add("last-in-store", "bought in a store last", "last(purchase).channel = 'store'")
      .add("basket-not-bought", "left a basket for three days", "did basket then not purchase within 3 days")
      .add("basket-then-bought", "bought within three days of a basket",
           "did basket in last 90 days then purchase within 3 days")
      .add("behaviour-and-tags", "behaviour with a tag and a range",
           "(did purchase in last 90 days where product.department = 'GROCERY') and (count(open in last 30 days) >= 2) "
           "and tags has 'newsletter' and ltv > 100")
      .appendTo(queries);
}

}  // namespace

std::vector<BenchQuery> behaviourQueries() {
  std::vector<BenchQuery> queries;
  addSummaries(queries);
  addNumbers(queries);
  addCombinations(queries);
  BenchQuery revenue{"revenue-by-month",        "what an audience spent, by month",           QueryClass::events,
                     QueryTask::eventBreakdown, {"tags has 'newsletter' and country = 'PL'"}, {"time:month"}};
  revenue.events = "purchase in last 365 days";
  revenue.summed = "amount";
  queries.push_back(std::move(revenue));
  return queries;
}

}  // namespace roster::bench
