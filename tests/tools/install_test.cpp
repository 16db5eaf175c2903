// `cmake --install BUILD --prefix P` gives a program that runs from where it lies.
#include <filesystem>
#include <gmock/gmock.h>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

class InstallTest : public SmallShop {};

TEST_F(InstallTest, PutsTheProgramIntoBin) {
  const auto build = std::filesystem::path(ROSTER_BINARY).parent_path().parent_path();
  const Ran installed = runInShell("cmake --install '" + build.string() + "' --prefix P", path(""));
  ASSERT_EQ(installed.exit, 0) << installed.output;
  const Ran version = runInShell("P/bin/roster --version", path(""));
  EXPECT_EQ(version.exit, 0) << version.output;
  EXPECT_EQ(version.output, runRoster({"--version"}).output);
  const Ran used = runInShell("P/bin/roster init shop && P/bin/roster count shop true", path(""));
  EXPECT_EQ(used.exit, 0) << used.output;
  EXPECT_THAT(used.output, ::testing::EndsWith("\n0\n"));
}

}  // namespace
}  // namespace roster::testing
