// Restoring over what is there: a writer at work, a damaged database, paths as shells and people write them.
#include <algorithm>
#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <vector>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RestoreCommandTest : public SmallShop {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(makeShop());
    ASSERT_EQ(runRoster({"backup", shop(), path("copy")}).exit, 0);
    fs::remove(path("contacts.csv"));
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path(""))) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  // The name of the shop's list of files.
  std::string manifest() const {
    std::string name = read("shop/store/CURRENT");
    name.pop_back();
    return name;
  }

  // Makes the shop differ from its backup.
  void eraseAnna() const {
    write("keys.txt", "anna@example.com\n");
    ASSERT_EQ(runRoster({"contacts", "erase", shop(), "--keys", path("keys.txt")}).exit, 0);
    fs::remove(path("keys.txt"));
  }
};

TEST_F(RestoreCommandTest, AWriterAtWorkIsNotTakenItsDatabaseAway) {
  ASSERT_EQ(::mkfifo(path("keys").c_str(), 0600), 0);
  RosterProcess writer({"contacts", "set", shop(), "city=Gdynia", "--keys", path("keys")});
  // Opened once the writer reads, which it does with the database open.
  std::FILE* keys = std::fopen(path("keys").c_str(), "w");
  ASSERT_NE(keys, nullptr);
  const Ran refused = runRoster({"restore", path("copy"), shop()});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.notes, HasSubstr("is open for writing in process " + std::to_string(writer.id()) + " (roster)"));
  std::fputs("anna@example.com\n", keys);
  std::fclose(keys);
  const Ran wrote = writer.wait();
  EXPECT_EQ(wrote.exit, 0) << wrote.notes;
  EXPECT_EQ(count("city = 'Gdynia'"), "1\n");
  EXPECT_THAT(names(), ElementsAre("copy", "keys", "shop"));
  EXPECT_EQ(runRoster({"restore", path("copy"), shop()}).exit, 0);
  EXPECT_EQ(count("city = 'Gdynia'"), "0\n");
}

TEST_F(RestoreCommandTest, WhatADamagedDatabaseIsAdvisedWorksAndLosesNothingSilently) {
  int kept = 0;
  const auto afterDamage = [&](std::string file, const char* bytes) {
    ASSERT_NO_FATAL_FAILURE(eraseAnna());
    if (file == "MANIFEST") file = "store/" + manifest();
    fs::remove(shop() + "/" + file);
    if (bytes != nullptr) write("shop/" + file, bytes);
    const Ran damaged = runRoster({"count", shop(), "true"});
    EXPECT_EQ(damaged.exit, 1);
    EXPECT_THAT(damaged.notes, HasSubstr("restore a backup with: roster restore FROM " + shop())) << file;
    const Ran restored = runRoster({"restore", path("copy"), shop()});
    EXPECT_EQ(restored.exit, 0) << restored.notes;
    EXPECT_THAT(restored.notes, HasSubstr("must be erased again"));
    const std::string aside = shop() + ".damaged" + (++kept == 1 ? "" : "-" + std::to_string(kept));
    EXPECT_THAT(restored.notes, HasSubstr("is kept in " + aside + ";"));
    EXPECT_TRUE(fs::exists(aside + "/store"));
    EXPECT_EQ(count("true"), "8\n");
    EXPECT_EQ(runRoster({"check", shop()}).exit, 0);
  };
  afterDamage("MANIFEST", "x\n");
  afterDamage("ROSTER", nullptr);
  afterDamage("ROSTER", "Coaster\n");
  EXPECT_THAT(names(), ElementsAre("copy", "shop", "shop.damaged", "shop.damaged-2", "shop.damaged-3"));
}

TEST_F(RestoreCommandTest, ADatabaseWhoseErasuresCanBeReadIsReplacedWithoutAWarning) {
  ASSERT_NO_FATAL_FAILURE(eraseAnna());
  const Ran restored = runRoster({"restore", path("copy"), shop()});
  EXPECT_EQ(restored.exit, 0) << restored.notes;
  EXPECT_THAT(restored.notes, Not(HasSubstr("warning")));
  EXPECT_EQ(count("true"), "7\n");
  EXPECT_THAT(names(), ElementsAre("copy", "shop"));
}

TEST_F(RestoreCommandTest, PathsAreTakenAsShellsAndPeopleWriteThem) {
  ASSERT_NO_FATAL_FAILURE(eraseAnna());
  fs::create_directory(path("empty"));
  fs::create_directory_symlink(shop(), path("link"));
  for (const std::string to : {"shop/", "link", "link/", "./shop/.", "new/", "empty/"}) {
    const Ran restored = runInShell("roster restore copy/ " + to, path(""));
    EXPECT_EQ(restored.exit, 0) << restored.output;
    EXPECT_EQ(runInShell("roster count " + to + " true", path("")).output,
              to[0] == 'n' || to[0] == 'e' ? "8\n" : "7\n");
  }
  EXPECT_EQ(runInShell("roster restore ../copy . && roster count ../shop true", shop()).exit, 0);
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(runInShell("roster backup shop/ second/ && roster init third/", path("")).exit, 0);
  EXPECT_THAT(names(), ElementsAre("copy", "empty", "link", "new", "second", "shop", "third"));
}

TEST_F(RestoreCommandTest, WhatIsNoDatabaseIsLeftAlone) {
  fs::create_directory(path("letters"));
  write("letters/first.txt", "dear");
  for (const std::string to : {"letters", "letters/first.txt"}) {
    const Ran refused = runRoster({"restore", path("copy"), path(to)});
    EXPECT_EQ(refused.exit, 1);
    EXPECT_THAT(refused.notes, HasSubstr("is something else than a Roster database; choose a new directory"));
  }
  EXPECT_EQ(read("letters/first.txt"), "dear");
  EXPECT_THAT(names(), ElementsAre("copy", "letters", "shop"));
}

TEST_F(RestoreCommandTest, ABackupThatFailsLeavesNothingAndIsTriedAgain) {
  ASSERT_EQ(runRoster({"compact", shop()}).exit, 0) << "so that all is in sorted files";
  fs::copy(shop(), path("sound"), fs::copy_options::recursive);
  int holding = 0;
  for (const auto& entry : fs::directory_iterator(shop() + "/store")) {
    if (entry.path().extension() != ".sst") continue;
    std::string bytes = read("shop/store/" + entry.path().filename().string());
    const std::size_t at = bytes.find("said \"no\", twice");
    if (at == std::string::npos) continue;
    ++holding;
    bytes.replace(at, 6, "damage");
    write("shop/store/" + entry.path().filename().string(), bytes);
  }
  ASSERT_EQ(holding, 1) << "the test could not find what it wants to damage";
  const Ran failed = runRoster({"backup", shop(), path("later")});
  EXPECT_EQ(failed.exit, 1);
  EXPECT_THAT(failed.notes, HasSubstr("is damaged"));
  EXPECT_THAT(names(), ElementsAre("copy", "shop", "sound"));
  const Ran again = runRoster({"backup", path("sound"), path("later")});
  EXPECT_EQ(again.exit, 0) << again.notes;
}

}  // namespace
}  // namespace roster::testing
