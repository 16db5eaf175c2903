#include <atomic>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "server/service/databases.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/temporary_directory.h"

namespace roster::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DatabasesConcurrencyTest : public ::testing::Test {
 protected:
  void create(const std::string& name) {
    ASSERT_TRUE(Database::create(directory_.path() / name, TimeZone(), host_)) << name;
  }
  Databases databases(std::size_t mostOpen) { return {directory_.path(), host_, mostOpen}; }

  TemporaryDirectory directory_;
  FixedClock clock_{0};
  Host host_{clock_};
};

TEST_F(DatabasesConcurrencyTest, AreThoseInTheFolder) {
  create("shop");
  create("bank");
  std::filesystem::create_directory(directory_.path() / "no database");
  std::ofstream(directory_.path() / "file") << "text";
  Databases all = databases(10);
  EXPECT_THAT(all.names(), ElementsAre("bank", "shop"));
  EXPECT_EQ(all.find("shop"), nullptr);
  const auto opened = all.open("shop");
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(all.find("shop"), *opened);
  EXPECT_EQ(*all.open("shop"), *opened);
}

TEST_F(DatabasesConcurrencyTest, NamesThatAreNone) {
  create("shop");
  Databases all = databases(10);
  for (const char* name : {"", ".", "..", "../shop", "shop/", "no", "shop/store"}) {
    const auto opened = all.open(name);
    ASSERT_FALSE(opened) << name;
    EXPECT_EQ(opened.error().code, ErrorCode::notFound) << name;
  }
  EXPECT_THAT(all.open("shpo").error().message, HasSubstr("did you mean 'shop'?"));
}

TEST_F(DatabasesConcurrencyTest, OnesThatNobodyUsesAreClosed) {
  for (const char* name : {"a", "b", "c"}) create(name);
  Databases all = databases(2);
  const auto used = all.open("a").value();
  ASSERT_TRUE(all.open("b"));
  ASSERT_TRUE(all.open("c"));
  EXPECT_EQ(all.find("a"), used);
  EXPECT_EQ(all.find("b"), nullptr);
  EXPECT_NE(all.find("c"), nullptr);
  ASSERT_TRUE(all.open("b"));
  EXPECT_EQ(all.find("c"), nullptr);
}

TEST_F(DatabasesConcurrencyTest, AreOpenedAndClosedBesideEachOther) {
  constexpr int kDatabases = 4;
  for (int i = 0; i < kDatabases; ++i) create(std::to_string(i));
  Databases all = databases(1);
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 20; ++i) {
        const auto opened = all.open(std::to_string((i * (thread + 1)) % kDatabases));
        if (!opened || (*opened)->snapshot() == nullptr) ++failed;
        (void)all.find(std::to_string(i % kDatabases));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace roster::server
