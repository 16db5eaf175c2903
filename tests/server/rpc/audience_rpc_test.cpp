// The capabilities without a network: on an event loop of the test's own, whose clock stands still until it is moved.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <kj/async-io.h>

#include "server/rpc/roster_rpc.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/temporary_directory.h"

namespace roster::server {
namespace {

using ::testing::HasSubstr;

constexpr int kContacts = 10'000;

// Takes rows as a client does.
class CollectingSink final : public rpc::RowSink::Server {
 public:
  explicit CollectingSink(std::vector<std::string>& rows, std::uint64_t& ended) : rows_(rows), ended_(ended) {}

 protected:
  kj::Promise<void> write(WriteContext context) override {
    for (const auto row : context.getParams().getRows()) rows_.emplace_back(row.cStr());
    return kj::READY_NOW;
  }
  kj::Promise<void> end(EndContext context) override {
    ended_ = context.getParams().getCount();
    return kj::READY_NOW;
  }

 private:
  std::vector<std::string>& rows_;
  std::uint64_t& ended_;
};

class AudienceRpcTest : public ::testing::Test {
 public:
  // Of KJ's parts some may throw when they end, which a test must not.
  ~AudienceRpcTest() noexcept override {}

 protected:
  AudienceRpcTest() {
    ChangeBatch batch;
    batch.schema = Schema().withField("points", {FieldKind::integer}).value();
    FieldChanges points{1, {}, {}, {}, {}};
    for (ContactId i = 0; i < kContacts; ++i) {
      batch.newKeys.append("k" + std::to_string(i));
      points.contacts.push_back(i);
      points.values.push_back(i % 10);
    }
    batch.fields.push_back(points);
    EXPECT_TRUE(
        Database::create(directory_.path() / "shop", TimeZone(), host_).value()->commit(CommitMode::bulk, batch));
  }

  template <class Call>
  auto wait(Call&& call) {
    return call.send().wait(io_.waitScope);
  }

  rpc::Database::Client database() {
    auto login = roster_.loginRequest();
    login.setToken("");
    auto naming = login.send().getSession().databaseRequest();
    naming.setName("shop");
    return naming.send().getDatabase();
  }

  static auto asking(rpc::Database::Client database, const char* predicate) {
    auto call = database.audienceRequest();
    call.initPredicate().setText(predicate);
    return call;
  }

  template <class Call>
  std::string failureOf(Call&& call) {
    try {
      wait(call);
      return "";
    } catch (const kj::Exception& exception) {
      return exception.getDescription().cStr();
    }
  }

  // Lets the clock go on, and what it sets off happen.
  void pass(kj::Duration duration) {
    now_ += duration;
    timer_.advanceTo(now_);
    kj::evalLater([] {}).wait(io_.waitScope);
  }

  kj::AsyncIoContext io_ = kj::setupAsyncIo();
  kj::TimePoint now_ = kj::origin<kj::TimePoint>();
  kj::TimerImpl timer_{now_};
  TemporaryDirectory directory_;
  FixedClock clock_{1'790'000'000'000};
  Host host_{clock_};
  Databases databases_{directory_.path(), host_, 10};
  WorkQueue queue_{2, 100};
  Executor thread_{1};
  Bridge bridge_{queue_, host_.executor()};
  CallCounter calls_;
  Limits limits_;
  Service service_{host_, databases_, thread_, bridge_, calls_, timer_, limits_};
  rpc::Roster::Client roster_ = makeRosterCapability(service_);
};

TEST_F(AudienceRpcTest, StaysAsItIsWhileTheDatabaseChanges) {
  auto made = wait(asking(database(), "points = 3"));
  EXPECT_EQ(made.getCount(), kContacts / 10);
  auto audience = made.getAudience();
  ChangeBatch batch;
  batch.fields.push_back({1, {3, 4}, {}, {9, 3}, {}});
  const Sequence changed = databases_.find("shop")->commit(CommitMode::logged, batch).value();

  auto page = audience.pageRequest();
  page.setLimit(2);
  const auto first = wait(page);
  ASSERT_EQ(first.getRows().size(), 2U);
  EXPECT_STREQ(first.getRows()[0].cStr(), R"({"key":"k3","points":3})");
  auto contains = audience.containsRequest();
  auto keys = contains.initKeys(3);
  keys.set(0, "k3");
  keys.set(1, "k4");
  keys.set(2, "nobody");
  const auto contained = wait(contains);
  EXPECT_TRUE(contained.getContained()[0]);
  EXPECT_FALSE(contained.getContained()[1]);
  EXPECT_FALSE(contained.getContained()[2]);
  EXPECT_LT(wait(audience.countRequest()).getMoment().getSequence(), changed);

  auto again = asking(database(), "points = 3");
  again.initOptions().setMinSequence(changed);
  const auto newer = wait(again);
  EXPECT_EQ(newer.getMoment().getSequence(), changed);
  auto second = newer.getAudience().pageRequest();
  second.setLimit(1);
  EXPECT_STREQ(wait(second).getRows()[0].cStr(), R"({"key":"k4","points":3})");
}

TEST_F(AudienceRpcTest, PagesPutTogetherAreTheStreamedList) {
  auto audience = wait(asking(database(), "points in (1, 2, 3, 4, 5)")).getAudience();
  std::vector<std::string> paged;
  std::string after;
  int pages = 0;
  do {
    auto page = audience.pageRequest();
    page.setLimit(999);
    page.initFields(1).set(0, "key");
    page.setAfter(after);
    const auto got = wait(page);
    for (const auto row : got.getRows()) paged.emplace_back(row.cStr());
    after = got.getAfter().cStr();
    ++pages;
  } while (!after.empty());
  EXPECT_EQ(pages, 6);
  ASSERT_EQ(paged.size(), kContacts / 2);
  EXPECT_EQ(paged.front(), R"({"key":"k1"})");
  EXPECT_EQ(paged.back(), R"({"key":"k9995"})");

  std::vector<std::string> streamed;
  std::uint64_t ended = 0;
  auto members = audience.membersRequest();
  members.initFields(1).set(0, "key");
  members.setSink(kj::heap<CollectingSink>(streamed, ended));
  EXPECT_EQ(wait(members).getCount(), paged.size());
  EXPECT_EQ(ended, paged.size());
  EXPECT_EQ(streamed, paged);
}

TEST_F(AudienceRpcTest, AnEmptyOneHasAnEmptyPageAndList) {
  auto audience = wait(asking(database(), "points = 99")).getAudience();
  const auto page = wait(audience.pageRequest());
  EXPECT_EQ(page.getRows().size(), 0U);
  EXPECT_EQ(page.getAfter().size(), 0U);
  std::vector<std::string> streamed;
  std::uint64_t ended = 1;
  auto members = audience.membersRequest();
  members.setSink(kj::heap<CollectingSink>(streamed, ended));
  EXPECT_EQ(wait(members).getCount(), 0U);
  EXPECT_EQ(ended, 0U);
  EXPECT_TRUE(streamed.empty());
}

TEST_F(AudienceRpcTest, BreaksDownAndAddsUp) {
  auto audience = wait(asking(database(), "points >= 7")).getAudience();
  auto breakdown = audience.breakdownRequest();
  breakdown.setBy("points:2");
  breakdown.setTop(1);
  const auto lines = wait(breakdown);
  EXPECT_EQ(lines.getCount(), 3 * kContacts / 10);
  EXPECT_EQ(lines.getLineCount(), 2U);
  ASSERT_EQ(lines.getLines().size(), 1U);
  EXPECT_STREQ(lines.getLines()[0].getGroups()[0].cStr(), "8..9");
  EXPECT_EQ(lines.getLines()[0].getCount(), 2 * kContacts / 10);
  auto stats = audience.statsRequest();
  stats.setField("points");
  const auto answered = wait(stats);
  const auto figures = answered.getStatistics();
  EXPECT_EQ(figures.getCount(), 3 * kContacts / 10);
  EXPECT_STREQ(figures.getSum().cStr(), "24000");
  EXPECT_STREQ(figures.getMean().cStr(), "8.0000");
  EXPECT_STREQ(figures.getMinimum().cStr(), "7");
  EXPECT_STREQ(figures.getMaximum().cStr(), "9");
  EXPECT_EQ(figures.getPercentiles().size(), 7U);
}

TEST_F(AudienceRpcTest, ExpiresUnlessItIsUsed) {
  auto audience = wait(asking(database(), "points = 3")).getAudience();
  for (int i = 0; i < 4; ++i) {
    pass(9 * kj::MINUTES);
    EXPECT_EQ(wait(audience.countRequest()).getCount(), kContacts / 10);
  }
  pass(11 * kj::MINUTES);
  EXPECT_THAT(failureOf(audience.countRequest()), HasSubstr("not_found: snapshot expired"));
  EXPECT_THAT(failureOf(audience.pageRequest()), HasSubstr("not_found: snapshot expired"));
}

TEST_F(AudienceRpcTest, ASessionHoldsNoMoreThanItMay) {
  limits_.sessionAudiences = 2;
  auto shop = database();
  auto first = wait(asking(shop, "true")).getAudience();
  std::optional<rpc::Audience::Client> second = wait(asking(shop, "true")).getAudience();
  EXPECT_THAT(failureOf(asking(shop, "true")), HasSubstr("resource_exhausted"));
  EXPECT_EQ(failureOf(asking(database(), "true")), "");  // of another session
  second.reset();
  second = wait(asking(shop, "true")).getAudience();
  pass(6 * kj::MINUTES);
  wait(second->countRequest());
  pass(6 * kj::MINUTES);  // the first has expired
  EXPECT_EQ(failureOf(asking(shop, "true")), "");
}

TEST_F(AudienceRpcTest, ASessionAsksForNoMoreAtOnceThanItMayHold) {
  limits_.sessionAudiences = 2;
  auto shop = database();
  auto first = asking(shop, "true").send();
  auto second = asking(shop, "points = 1").send();
  auto third = asking(shop, "points = 2").send();
  EXPECT_EQ(first.wait(io_.waitScope).getCount(), kContacts);
  EXPECT_EQ(second.wait(io_.waitScope).getCount(), kContacts / 10);
  EXPECT_THROW(third.wait(io_.waitScope), kj::Exception);
}

TEST_F(AudienceRpcTest, MistakesAreSaid) {
  auto audience = wait(asking(database(), "true")).getAudience();
  EXPECT_THAT(failureOf(asking(database(), "pionts = 3")), HasSubstr("not_found: 1:1: unknown field 'pionts'"));
  auto breakdown = audience.breakdownRequest();
  breakdown.setBy("pionts");
  EXPECT_THAT(failureOf(kj::mv(breakdown)), HasSubstr("did you mean 'points'?"));
  auto stats = audience.statsRequest();
  stats.setField("pionts");
  EXPECT_THAT(failureOf(kj::mv(stats)), HasSubstr("did you mean 'points'?"));
  auto page = audience.pageRequest();
  page.setAfter("nonsense");
  EXPECT_THAT(failureOf(kj::mv(page)), HasSubstr("invalid_argument"));
  auto empty = audience.pageRequest();
  empty.setLimit(0);
  EXPECT_THAT(failureOf(kj::mv(empty)), HasSubstr("invalid_argument"));
  auto large = audience.pageRequest();
  large.setLimit(10'001);
  EXPECT_THAT(failureOf(kj::mv(large)), HasSubstr("resource_exhausted"));
  auto members = audience.membersRequest();
  members.initFields(1).set(0, "pionts");
  std::vector<std::string> rows;
  std::uint64_t ended = 7;
  members.setSink(kj::heap<CollectingSink>(rows, ended));
  EXPECT_THAT(failureOf(kj::mv(members)), HasSubstr("did you mean 'points'?"));
  EXPECT_EQ(ended, 7U);
}

}  // namespace
}  // namespace roster::server
