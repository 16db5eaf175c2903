// Answers that are kept come back for the same question, and for no other.
#include "bench/naive_store.h"

#include <fstream>
#include <gtest/gtest.h>

#include "tests/support/temporary_directory.h"

namespace roster::bench {
namespace {

TEST(NaiveStore, GivesBackWhatItKept) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "answers";
  const BenchQuery count{"a", "", QueryClass::boolean, QueryTask::count, {"newsletter"}, {}};
  const BenchQuery grid{"b", "", QueryClass::analytic, QueryTask::breakdown, {"newsletter"}, {"store", "plan"}};
  NaiveStore store;
  store.keep(count, {"17"});
  store.keep(grid, {"store-01\t(no value)\t3", "", "x"});
  ASSERT_TRUE(store.write(path));

  const NaiveStore read = NaiveStore::read(path);
  ASSERT_NE(read.find(count), nullptr);
  EXPECT_EQ(*read.find(count), Answer{"17"});
  ASSERT_NE(read.find(grid), nullptr);
  EXPECT_EQ(*read.find(grid), (Answer{"store-01\t(no value)\t3", "", "x"}));

  BenchQuery other = count;
  other.predicates = {"not newsletter"};
  EXPECT_EQ(read.find(other), nullptr);
  BenchQuery page = grid;
  page.limit = 50;
  EXPECT_EQ(read.find(page), nullptr);
}

TEST(NaiveStore, KnowsNothingOfWhatIsNotWhole) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "answers";
  const BenchQuery count{"a", "", QueryClass::boolean, QueryTask::count, {"newsletter"}, {}};
  EXPECT_EQ(NaiveStore::read(path).find(count), nullptr);
  NaiveStore store;
  store.keep(count, {"1", "2", "3"});
  ASSERT_TRUE(store.write(path));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 3);
  EXPECT_EQ(NaiveStore::read(path).find(count), nullptr);
}

}  // namespace
}  // namespace roster::bench
