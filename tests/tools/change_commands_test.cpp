// The commands that change: schema, segments, contacts, compact, check, backup, restore.
#include <gmock/gmock.h>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ChangeCommandsTest : public SmallShop {
 protected:
  void SetUp() override { ASSERT_NO_FATAL_FAILURE(makeShop()); }
  Ran run(const std::string& group, const std::string& command, std::vector<std::string> rest) const {
    rest.insert(rest.begin(), {group, command, shop()});
    return runRoster(rest);
  }
};

TEST_F(ChangeCommandsTest, FieldsAreAddedRenamedAndDropped) {
  EXPECT_EQ(run("schema", "add", {"points", "integer"}).exit, 0);
  EXPECT_EQ(count("points is null"), "8\n");
  EXPECT_EQ(run("schema", "add", {"points", "integer"}).exit, 1);
  EXPECT_EQ(run("schema", "add", {"other", "number"}).exit, 2);
  ASSERT_EQ(run("segment", "save", {"lodz", "city = 'Łódź'"}).exit, 0);
  EXPECT_EQ(run("schema", "rename", {"city", "town"}).exit, 0);
  EXPECT_EQ(run("segment", "count", {"lodz"}).output, "3\n");
  const Ran used = run("schema", "drop", {"town"});
  EXPECT_EQ(used.exit, 1);
  EXPECT_THAT(used.notes, HasSubstr("lodz"));
  EXPECT_EQ(run("schema", "drop", {"points"}).exit, 0);
  const Ran unknown = run("schema", "drop", {"twon"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.notes, HasSubstr("town"));
}

TEST_F(ChangeCommandsTest, SegmentsAreSavedListedAndDeleted) {
  EXPECT_EQ(run("segment", "save", {"golden", "tags  has 'gold'"}).exit, 0);
  EXPECT_EQ(run("segment", "save", {"golden", "true"}).exit, 1);
  EXPECT_EQ(run("segment", "save", {"golden", "tags has 'gold'", "--overwrite"}).exit, 0);
  EXPECT_EQ(run("segment", "save", {"best", "segment 'golden' and age > 50"}).exit, 0);
  const Ran listed = run("segment", "list", {});
  EXPECT_THAT(listed.output, HasSubstr("tags has 'gold'"));
  EXPECT_EQ(textAt(run("segment", "list", {"--json"}).output, "/1/usedBy/0"), "best");
  EXPECT_THAT(run("segment", "show", {"golden"}).output, HasSubstr("used by"));
  EXPECT_EQ(textAt(run("segment", "show", {"best", "--json"}).output, "/kind"), "predicate");
  EXPECT_EQ(run("segment", "count", {"golden", "best"}).output, "3\n1\n");
  const Ran circle = run("segment", "save", {"golden", "segment 'best'", "--overwrite"});
  EXPECT_EQ(circle.exit, 2);
  EXPECT_THAT(circle.notes, HasSubstr("best"));
  const Ran used = run("segment", "delete", {"golden"});
  EXPECT_EQ(used.exit, 1);
  EXPECT_THAT(used.notes, HasSubstr("best"));
  EXPECT_EQ(run("segment", "rename", {"golden", "gold"}).exit, 0);
  EXPECT_EQ(run("segment", "count", {"best"}).output, "1\n");
  EXPECT_EQ(run("segment", "delete", {"best"}).exit, 0);
  const Ran unknown = run("segment", "count", {"gould"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.notes, HasSubstr("did you mean 'gold'?"));
  const Ran wrong = run("segment", "save", {"x", "ctiy = 'x'"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.notes, HasSubstr("1:1: unknown field 'ctiy'"));
}

TEST_F(ChangeCommandsTest, AFrozenListStaysAsItIs) {
  const Ran frozen = run("segment", "freeze", {"spring", "city = 'Łódź'"});
  EXPECT_EQ(frozen.exit, 0) << frozen.notes;
  EXPECT_THAT(frozen.notes, HasSubstr("3 contacts"));
  ASSERT_EQ(run("contacts", "set", {"city=Gdynia", "--where", "city = 'Łódź'"}).exit, 0);
  EXPECT_EQ(run("segment", "count", {"spring"}).output, "3\n");
  EXPECT_EQ(count("city = 'Łódź'"), "0\n");
}

TEST_F(ChangeCommandsTest, ContactsAreSetTaggedAndUntagged) {
  const Ran dry = run("contacts", "tag", {"tags=spring|2026", "--where", "newsletter", "--dry-run"});
  EXPECT_EQ(dry.exit, 0) << dry.notes;
  EXPECT_EQ(dry.output, "5 contacts would be changed\n");
  EXPECT_EQ(count("tags has 'spring'"), "0\n");
  const Ran tagged = run("contacts", "tag", {"tags=spring|2026", "--where", "newsletter"});
  EXPECT_EQ(tagged.exit, 0);
  EXPECT_EQ(tagged.output, "");
  EXPECT_THAT(tagged.notes, HasSubstr("5 contacts changed"));
  EXPECT_EQ(count("tags has all ('spring', '2026')"), "5\n");
  EXPECT_EQ(run("contacts", "untag", {"tags=spring", "--where", "true"}).exit, 0);
  EXPECT_EQ(count("tags has 'spring'"), "0\n");
  write("keys.txt", "anna@example.com\r\nnobody@example.com\n\newa@example.com");
  const Ran set = run("contacts", "set", {"age=40", "note=", "--keys", path("keys.txt"), "--json"});
  EXPECT_EQ(set.exit, 0) << set.notes;
  EXPECT_EQ(numberAt(set.output, "/contacts"), 2U);
  EXPECT_EQ(numberAt(set.output, "/unknownKeys"), 1U);
  EXPECT_EQ(count("age = 40"), "2\n");
}

TEST_F(ChangeCommandsTest, WhatIsSoAlreadyIsNoChange) {
  const std::vector<std::vector<std::string>> changes = {
      {"set", "city=Gdynia"}, {"set", "age=33"},   {"set", "newsletter=true"}, {"set", "city="},
      {"set", "tags=a|b"},    {"tag", "tags=c|d"}, {"untag", "tags=a|c"},      {"set", "tags="}};
  for (const auto& change : changes) {
    const Ran first = run("contacts", change[0], {change[1], "--where", "true"});
    EXPECT_THAT(first.notes, Not(HasSubstr("8 are so already"))) << change[1];
    const Ran dry = run("contacts", change[0], {change[1], "--where", "true", "--dry-run"});
    EXPECT_EQ(dry.output, "0 contacts would be changed, 8 are so already\n") << change[1];
    const Ran again = run("contacts", change[0], {change[1], "--where", "true", "--json"});
    EXPECT_EQ(numberAt(again.output, "/contacts"), 0U) << change[1];
    EXPECT_EQ(numberAt(again.output, "/unchanged"), 8U) << change[1];
  }
  const Ran twice = run("contacts", "set", {"city=a", "city=b", "--where", "true"});
  EXPECT_EQ(twice.exit, 2);
  EXPECT_THAT(twice.notes, HasSubstr("set twice"));
}

TEST_F(ChangeCommandsTest, AValueThatNobodyEverHeldStaysUnknown) {
  ASSERT_EQ(run("contacts", "tag", {"tags=held", "--where", "true"}).exit, 0);
  const Ran untagged = run("contacts", "untag", {"tags=held|never", "--where", "age > 30"});
  EXPECT_EQ(untagged.exit, 0) << untagged.notes;
  const Ran explained = runRoster({"explain", shop(), "tags has 'never'"});
  EXPECT_THAT(explained.output, HasSubstr("was never held")) << explained.output;
}

TEST_F(ChangeCommandsTest, ChangesThatMakeNoSenseAreRefused) {
  EXPECT_EQ(run("contacts", "set", {"age=40"}).exit, 2);
  EXPECT_EQ(run("contacts", "set", {"age=40", "--where", "true", "--keys", path("keys.txt")}).exit, 2);
  EXPECT_EQ(run("contacts", "set", {"age=old", "--where", "true"}).exit, 2);
  const Ran field = run("contacts", "set", {"agee=4", "--where", "true"});
  EXPECT_EQ(field.exit, 2);
  EXPECT_THAT(field.notes, HasSubstr("'age'"));
  const Ran keys = run("contacts", "erase", {"--keys", path("none.txt")});
  EXPECT_EQ(keys.exit, 1);
  EXPECT_THAT(keys.notes, HasSubstr("none.txt"));
  const Ran where = run("contacts", "erase", {"--where", "ctiy = 'x'"});
  EXPECT_EQ(where.exit, 2);
  EXPECT_THAT(where.notes, HasSubstr("^~~~"));
  EXPECT_EQ(count("true"), "8\n");
}

TEST_F(ChangeCommandsTest, ErasedContactsAreGone) {
  write("keys.txt", "galina@example.com\n");
  EXPECT_EQ(run("contacts", "erase", {"--keys", path("keys.txt"), "--dry-run"}).output, "1 contact would be erased\n");
  const Ran erased = run("contacts", "erase", {"--keys", path("keys.txt")});
  EXPECT_EQ(erased.exit, 0) << erased.notes;
  EXPECT_THAT(erased.notes, HasSubstr("roster compact"));
  EXPECT_EQ(count("true"), "7\n");
  EXPECT_EQ(runRoster({"compact", shop()}).exit, 0);
  EXPECT_EQ(runRoster({"contact", "show", shop(), "galina@example.com"}).exit, 1);
}

TEST_F(ChangeCommandsTest, ABackupIsRestored) {
  ASSERT_EQ(runRoster({"backup", shop(), path("copy")}).exit, 0);
  EXPECT_EQ(runRoster({"backup", shop(), path("copy")}).exit, 1);
  ASSERT_EQ(run("contacts", "erase", {"--where", "city = 'Łódź'"}).exit, 0);
  const Ran nothing = runRoster({"restore", path("no-copy"), path("other")});
  EXPECT_EQ(nothing.exit, 1);
  EXPECT_THAT(nothing.notes, HasSubstr("no-copy is no backup; `roster backup` makes one"));
  const Ran elsewhere = runRoster({"restore", path("copy"), path("other")});
  EXPECT_EQ(elsewhere.exit, 0) << elsewhere.notes;
  EXPECT_EQ(runRoster({"count", path("other"), "true"}).output, "8\n");
  const Ran back = runRoster({"restore", path("copy"), shop()});
  EXPECT_EQ(back.exit, 0) << back.notes;
  EXPECT_THAT(back.notes, HasSubstr("erased 3 again"));
  EXPECT_EQ(count("true"), "5\n");
}

TEST_F(ChangeCommandsTest, CheckFindsDamage) {
  const Ran sound = runRoster({"check", shop()});
  EXPECT_EQ(sound.exit, 0) << sound.notes;
  EXPECT_THAT(sound.output, HasSubstr("sound: 8 contacts"));
  EXPECT_EQ(numberAt(runRoster({"check", shop(), "--json"}).output, "/contacts"), 8U);
  ASSERT_EQ(runRoster({"compact", shop()}).exit, 0) << "so that all is in sorted files";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(shop())) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 3));
    file << "damage";
  }
  const Ran damaged = runRoster({"check", shop()});
  EXPECT_EQ(damaged.exit, 1);
  EXPECT_THAT(damaged.notes, HasSubstr("restore a backup with: roster restore FROM " + shop()));
}

TEST_F(ChangeCommandsTest, CheckNamesTheDamagedPiecesAndTheFileOnce) {
  ASSERT_EQ(runRoster({"compact", shop()}).exit, 0);
  // The forward values of the contacts, in one file of the store.
  const std::string note = "said \"no\", twice";
  int holding = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(shop())) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    const std::size_t at = bytes.find(note);
    if (at == std::string::npos) continue;
    ++holding;
    file.seekp(static_cast<std::streamoff>(at));
    file << "damage";
  }
  ASSERT_EQ(holding, 1) << "the test could not find what it wants to damage";
  const Ran damaged = runRoster({"check", shop()});
  EXPECT_EQ(damaged.exit, 1);
  EXPECT_THAT(damaged.output, HasSubstr("the column of texts of field 'note', shard 0, part 0"));
  EXPECT_THAT(damaged.output, HasSubstr("the column of numbers of field 'age', shard 0, part 0"));
  const std::size_t file = damaged.output.find(".sst");
  EXPECT_NE(file, std::string::npos) << damaged.output;
  EXPECT_EQ(damaged.output.find(".sst", file + 1), std::string::npos) << damaged.output;
  EXPECT_THAT(damaged.output, HasSubstr("cannot be read for the same reason"));
  EXPECT_THAT(damaged.notes, HasSubstr("restore a backup with: roster restore FROM " + shop()));
}

}  // namespace
}  // namespace roster::testing
