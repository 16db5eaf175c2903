// tools/demo.sh as a new user runs it, in a copy of the project that has nothing but the script. What installs and what
// compiles is played by stubs, which note that they were called: the build is the one that the test belongs to.
#include <filesystem>
#include <gmock/gmock.h>
#include <regex>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Notes its words; makes what `cmake --preset` and `cmake --build` make, and prints what ninja would.
constexpr std::string_view kCmakeStub = R"(#!/usr/bin/env bash
set -eu
echo "cmake $*" >> calls.log
mkdir -p build/release/bin
if [ "$1" = --build ]; then
  ln -sf "{}" build/release/bin/roster
  echo '[0/2] Re-checking globbed directories...'
  for step in 1 2 3; do echo "[$step/3] Building something"; done
else
  touch build/release/build.ninja
fi
)";

class DemoTest : public SmallShop {
 protected:
  DemoTest() {
    for (const char* folder : {"tools", "stub"}) std::filesystem::create_directory(path(folder));
    std::filesystem::copy(std::filesystem::path(ROSTER_SOURCE_DIR) / "tools/demo.sh", path("tools/demo.sh"));
    writeProgram("tools/setup.sh", "#!/bin/sh\necho setup >> calls.log\n");
    std::string cmake(kCmakeStub);
    cmake.replace(cmake.find("{}"), 2, ROSTER_BINARY);
    writeProgram("stub/cmake", cmake);
  }

  void writeProgram(const std::string& name, std::string_view text) const {
    write(name, text);
    std::filesystem::permissions(path(name), std::filesystem::perms::owner_all);
  }

  Ran demo(const std::string& words) const {
    return runInShell("PATH=$PWD/stub:$PATH tools/demo.sh " + words, path(""));
  }

  // What was installed, configured and built since the last time it was asked.
  std::vector<std::string> calls() const {
    std::vector<std::string> found;
    std::ifstream log(path("calls.log"));
    for (std::string line; std::getline(log, line);) found.push_back(line);
    std::filesystem::remove(path("calls.log"));
    return found;
  }

  struct Counted {
    std::string predicate;
    std::string count;
  };

  // The lines that say how many contacts match, and in how long.
  static std::vector<Counted> counted(const std::string& output) {
    static const std::regex line("\n +([0-9]+) contacts +[0-9]+ ms   ([^\n]+)");
    std::vector<Counted> found;
    for (std::sregex_iterator at(output.begin(), output.end(), line), end; at != end; ++at) {
      found.push_back({(*at)[2], (*at)[1]});
    }
    return found;
  }

  // A count of the demo's database by the program itself.
  std::string countInDemo(const std::string& predicate) const {
    const Ran ran = runRoster({"count", path("build/demo-20000/contacts.roster"), predicate, "--as-of", "2026-11-01"});
    EXPECT_EQ(ran.exit, 0) << ran.notes;
    return ran.output.substr(0, ran.output.find('\n'));
  }
};

TEST_F(DemoTest, FromNothingToAnExportedList) {
  const Ran ran = demo("--contacts 20000");
  ASSERT_EQ(ran.exit, 0) << ran.output;
  EXPECT_THAT(calls(), ElementsAre("setup", HasSubstr("cmake --preset release"), HasSubstr("cmake --build")));
  EXPECT_THAT(ran.output, HasSubstr("Building"));
  EXPECT_THAT(ran.output, HasSubstr("building: 3 of 3 steps\n")) << "it is silent while it builds";
  EXPECT_THAT(ran.output, Not(HasSubstr("\r"))) << "no progress bar in a pipe";
  EXPECT_THAT(ran.output, HasSubstr("20,000 contacts created"));

  const std::vector<Counted> six = counted(ran.output);
  ASSERT_EQ(six.size(), 6U) << ran.output;
  for (const Counted& one : six) EXPECT_EQ(one.count, countInDemo(one.predicate)) << one.predicate;
  EXPECT_NE(six[0].count, "0");

  const std::string list = read("build/demo-20000/birthday-list.csv");
  EXPECT_THAT(list, ::testing::StartsWith("key,email,first_name,city\n"));
  EXPECT_EQ(std::to_string(std::count(list.begin(), list.end(), '\n') - 1),
            countInDemo("anniversary(birthday) in next 7 days and newsletter and not tags has 'blacklist' and not "
                        "bucket('demo') < 500"));
  EXPECT_THAT(ran.output, HasSubstr("What to try next"));
}

TEST_F(DemoTest, RunAgainItGoesStraightToTheCounting) {
  const Ran first = demo("--contacts 20000");
  ASSERT_EQ(first.exit, 0) << first.output;
  (void)calls();
  const Ran again = demo("--contacts 20000");
  ASSERT_EQ(again.exit, 0) << again.output;
  // What has changed since is compiled, as the build tool finds it; nothing is configured anew.
  EXPECT_THAT(calls(), ElementsAre("setup", HasSubstr("cmake --build")));
  EXPECT_THAT(again.output, Not(HasSubstr("Building")));
  EXPECT_THAT(again.output, Not(HasSubstr("Making")));
  EXPECT_EQ(counted(again.output).size(), 6U);
  const Ran fresh = demo("--contacts 20000 --fresh");
  EXPECT_EQ(fresh.exit, 0) << fresh.output;
  EXPECT_THAT(fresh.output, HasSubstr("Making 20000 contacts"));
}

TEST_F(DemoTest, MistakesAreExplained) {
  const Ran count = demo("--contacts many");
  EXPECT_EQ(count.exit, 2);
  EXPECT_THAT(count.output, HasSubstr("20000"));
  const Ran option = demo("--contcats 5");
  EXPECT_EQ(option.exit, 2);
  EXPECT_THAT(option.output, HasSubstr("tools/demo.sh --contacts N"));
  EXPECT_TRUE(calls().empty());
}

}  // namespace
}  // namespace roster::testing
