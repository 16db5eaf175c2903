// What holds for every command: help, exit codes, mistakes on the command line, completion.
#include <gmock/gmock.h>

#include "tests/tools/small_shop.h"

namespace roster::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class CommandLineTest : public SmallShop {};

const std::vector<std::vector<std::string>> kCommands = {{"init"},
                                                         {"schema"},
                                                         {"import"},
                                                         {"segment"},
                                                         {"contact"},
                                                         {"contacts"},
                                                         {"schema", "show"},
                                                         {"schema", "add"},
                                                         {"schema", "rename"},
                                                         {"schema", "drop"},
                                                         {"import", "contacts"},
                                                         {"count"},
                                                         {"export"},
                                                         {"breakdown"},
                                                         {"stats"},
                                                         {"overlap"},
                                                         {"explain"},
                                                         {"segment", "save"},
                                                         {"segment", "list"},
                                                         {"segment", "show"},
                                                         {"segment", "count"},
                                                         {"segment", "export"},
                                                         {"segment", "rename"},
                                                         {"segment", "delete"},
                                                         {"segment", "freeze"},
                                                         {"contact", "show"},
                                                         {"contacts", "set"},
                                                         {"contacts", "tag"},
                                                         {"contacts", "untag"},
                                                         {"contacts", "erase"},
                                                         {"compact"},
                                                         {"check"},
                                                         {"backup"},
                                                         {"restore"},
                                                         {"generate"},
                                                         {"completion"}};

TEST_F(CommandLineTest, EveryCommandHasHelpWithAnExampleOfItself) {
  for (std::vector<std::string> words : kCommands) {
    std::string name = "roster";
    for (const std::string& word : words) name += ' ' + word;
    words.emplace_back("--help");
    const Ran ran = runRoster(words);
    EXPECT_EQ(ran.exit, 0) << name;
    EXPECT_THAT(ran.output, HasSubstr("Example")) << name;
    EXPECT_THAT(ran.output, HasSubstr("$ " + name + " ")) << name;
    EXPECT_EQ(ran.notes, "");
  }
}

TEST_F(CommandLineTest, ProgramHasHelpAndVersion) {
  const Ran help = runRoster({"--help"});
  EXPECT_EQ(help.exit, 0);
  EXPECT_THAT(help.output, HasSubstr("breakdown"));
  const Ran version = runRoster({"--version"});
  EXPECT_EQ(version.exit, 0);
  EXPECT_THAT(version.output, StartsWith("roster "));
}

TEST_F(CommandLineTest, MistakesAreExplainedWithTheNearestWord) {
  const Ran command = runRoster({"cuont", shop(), "true"});
  EXPECT_EQ(command.exit, 2);
  EXPECT_EQ(command.output, "");
  EXPECT_THAT(command.notes, HasSubstr("there is no command cuont; did you mean count?"));
  const Ran nested = runRoster({"segment", "lst", shop()});
  EXPECT_EQ(nested.exit, 2);
  EXPECT_THAT(nested.notes, HasSubstr("did you mean list?"));
  const Ran option = runRoster({"count", shop(), "true", "--as-off", "2026-01-01"});
  EXPECT_EQ(option.exit, 2);
  EXPECT_THAT(option.notes, HasSubstr("roster count has no option --as-off; did you mean --as-of?"));
  const Ran nothing = runRoster({});
  EXPECT_EQ(nothing.exit, 2);
  EXPECT_THAT(nothing.notes, HasSubstr("needs a command"));
  const Ran missing = runRoster({"count", shop()});
  EXPECT_EQ(missing.exit, 2);
  EXPECT_THAT(missing.notes, HasSubstr("PREDICATE"));
  const Ran tooMany = runRoster({"schema", "show", shop(), "x"});
  EXPECT_EQ(tooMany.exit, 2);
  EXPECT_THAT(tooMany.notes, HasSubstr("no further argument 'x'"));
}

TEST_F(CommandLineTest, CommandNamesAreOrdinaryWordsElsewhere) {
  const Ran ran = runRoster({"init", path("check")});
  EXPECT_EQ(ran.exit, 0) << ran.notes;
  const Ran shown = runRoster({"contact", "show", path("check"), "count"});
  EXPECT_EQ(shown.exit, 1);
  EXPECT_THAT(shown.notes, HasSubstr("no contact has the key 'count'"));
}

TEST_F(CommandLineTest, NoDatabaseSaysHowToMakeOne) {
  const Ran ran = runRoster({"count", path("nowhere"), "true"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.output, "");
  EXPECT_THAT(ran.notes, HasSubstr("roster init " + path("nowhere")));
}

TEST_F(CommandLineTest, InitRefusesWhatIsThereAndUnknownZones) {
  EXPECT_EQ(runRoster({"init", shop()}).exit, 0);
  EXPECT_EQ(runRoster({"init", shop()}).exit, 1);
  const Ran zone = runRoster({"init", path("other"), "--timezone", "Europe/Warszawa"});
  EXPECT_EQ(zone.exit, 2);
  EXPECT_THAT(zone.notes, HasSubstr("Europe/Warsaw"));
  EXPECT_FALSE(std::filesystem::exists(path("other")));
}

TEST_F(CommandLineTest, PredicateErrorsAreUnderlined) {
  ASSERT_NO_FATAL_FAILURE(makeShop());
  const Ran ran = runRoster({"count", shop(), "age > 30 and ctiy = 'Łódź'"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_EQ(ran.output, "");
  EXPECT_EQ(ran.notes,
            "1:14: unknown field 'ctiy'; did you mean 'city'?\n"
            "  age > 30 and ctiy = 'Łódź'\n"
            "               ^~~~\n");
  EXPECT_EQ(runRoster({"count", shop(), "age >"}).exit, 2);
  EXPECT_EQ(runRoster({"count", shop(), "true", "--as-of", "soon"}).exit, 2);
}

TEST_F(CommandLineTest, OnlyWhatCanBeRepeatedIsShownSo) {
  const Ran import = runRoster({"import", "contacts", "--help"});
  for (const char* once : {"--key COLUMN ", "--mode upsert|insert|replace ", "--encoding NAME ", "--rejects FILE "}) {
    EXPECT_THAT(import.output, HasSubstr(once));
    EXPECT_THAT(import.output, ::testing::Not(HasSubstr(once + std::string("..."))));
  }
  EXPECT_THAT(import.output, HasSubstr("--field COLUMN[:kind[:name]] ..."));
  EXPECT_THAT(import.output, HasSubstr("--null TEXT ..."));
  const Ran twice = runRoster({"import", "contacts", shop(), "a.csv", "--key", "a", "--key", "b"});
  EXPECT_EQ(twice.exit, 2);
  EXPECT_THAT(twice.notes, HasSubstr("--key"));
}

// What was named on the command line and is not there is a mistake on it; what was to be read is the data's.
TEST_F(CommandLineTest, ExitCodesTellTheCommandLineFromTheData) {
  ASSERT_NO_FATAL_FAILURE(makeShop());
  const std::string nowhere = path("nowhere/x");
  const auto importing = [&](const std::string& file, std::vector<std::string> options) {
    options.insert(options.begin(), {"import", "contacts", shop(), file});
    return runRoster(options).exit;
  };
  const std::string file = path("contacts.csv");
  EXPECT_EQ(importing(file, {"--key", "emial"}), 2);
  EXPECT_EQ(importing(file, {"--key", "email", "--field", "ctiy:category"}), 2);
  EXPECT_EQ(importing(file, {"--key", "email", "--field", "city:kind"}), 2);
  EXPECT_EQ(importing(file, {"--key", "email", "--schema", path("none.toml")}), 2);
  EXPECT_EQ(importing(file, {"--key", "email", "--again", "--rejects", nowhere}), 2);
  EXPECT_EQ(importing(path("none.csv"), {"--key", "email"}), 1);
  EXPECT_EQ(importing(path(""), {"--key", "email"}), 1);
  EXPECT_EQ(importing(file, {"--key", "email", "--field", "city:integer"}), 1) << "the database has another kind";
  for (const char* option : {"--fields", "--order-by", "--dedupe-by"}) {
    EXPECT_EQ(runRoster({"export", shop(), "true", option, "ctiy"}).exit, 2) << option;
  }
  EXPECT_EQ(runRoster({"export", shop(), "true", "--output", nowhere}).exit, 2);
  EXPECT_EQ(runRoster({"export", shop(), "true", "--output", path("")}).exit, 2);
  EXPECT_EQ(runRoster({"generate", nowhere, "--contacts", "5"}).exit, 2);
  EXPECT_EQ(runRoster({"generate", path(""), "--contacts", "5"}).exit, 2);
  EXPECT_EQ(runRoster({"init", nowhere}).exit, 2);
  EXPECT_EQ(runRoster({"backup", shop(), nowhere}).exit, 2);
  EXPECT_EQ(runRoster({"restore", shop(), nowhere}).exit, 2);
  EXPECT_EQ(runRoster({"restore", path("none"), path("other")}).exit, 1);
  EXPECT_EQ(runRoster({"backup", path("none"), path("other")}).exit, 1);
  EXPECT_EQ(runRoster({"segment", "delete", shop(), "none"}).exit, 2);
  EXPECT_EQ(runRoster({"stats", shop(), "true", "--of", "ctiy"}).exit, 2);
}

TEST_F(CommandLineTest, OutputThatCannotBeWrittenIsAnError) {
  ASSERT_NO_FATAL_FAILURE(makeShop());
  const Ran full = runInShell("roster count shop true > /dev/full", path(""));
  EXPECT_EQ(full.exit, 1);
  const Ran closed = runInShell("roster generate - --contacts 100k | head -n 1", path(""));
  EXPECT_EQ(closed.exit, 0);
  EXPECT_THAT(closed.output, StartsWith("key,"));
  EXPECT_EQ(std::count(closed.output.begin(), closed.output.end(), '\n'), 1) << closed.output;
}

TEST_F(CommandLineTest, CompletionIsReadByBash) {
  const Ran bash = runInShell(
      "roster completion bash > c.sh && bash -n c.sh && source c.sh && COMP_WORDS=(roster segment sa) COMP_CWORD=2 && "
      "_roster && echo \"${COMPREPLY[@]}\" && COMP_WORDS=(roster count shop --as) COMP_CWORD=3 && _roster && "
      "echo \"${COMPREPLY[@]}\"",
      path(""));
  EXPECT_EQ(bash.exit, 0) << bash.output;
  EXPECT_EQ(bash.output, "save\n--as-of\n");
  const Ran zsh = runRoster({"completion", "zsh"});
  EXPECT_EQ(zsh.exit, 0);
  EXPECT_THAT(zsh.output, StartsWith("#compdef roster\n"));
  const Ran fish = runRoster({"completion", "fish"});
  EXPECT_EQ(fish.exit, 0);
  EXPECT_THAT(fish.output, HasSubstr("-l as-of"));
  EXPECT_EQ(runRoster({"completion", "tcsh"}).exit, 2);
}

TEST_F(CommandLineTest, GenerateIsTheSameForASeed) {
  EXPECT_EQ(runRoster({"generate", path("a.csv"), "--contacts", "1_000", "--seed", "7"}).exit, 0);
  const Ran again = runRoster({"generate", "-", "--contacts", "1k", "--seed", "7"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_EQ(again.output, read("a.csv"));
  EXPECT_EQ(again.notes, "");
  EXPECT_EQ(runRoster({"generate", path("b.csv"), "--contacts", "many"}).exit, 2);
  for (const std::string seed : {"-1", "abc", "", "1.5", "18446744073709551616"}) {
    const Ran refused = runRoster({"generate", path("b.csv"), "--contacts", "5", "--seed", seed});
    EXPECT_EQ(refused.exit, 2) << seed;
    EXPECT_THAT(refused.notes, HasSubstr("--seed takes a whole number from 0 to 18446744073709551615, not '" + seed));
  }
  EXPECT_FALSE(std::filesystem::exists(path("b.csv")));
  EXPECT_EQ(runRoster({"generate", path("b.csv"), "--contacts", "5", "--seed", "18446744073709551615"}).exit, 0);
}

TEST_F(CommandLineTest, GenerateMakesEventsOfTheSameContactsAndTheirProducts) {
  const Ran made = runRoster({"generate", path("e.csv"), "--events", "2k", "--contacts", "100", "--seed", "7"});
  EXPECT_EQ(made.exit, 0);
  EXPECT_EQ(made.notes, "wrote 2,000 events to " + path("e.csv") + "\n");
  EXPECT_THAT(read("e.csv"), StartsWith("key,event,time,"));
  EXPECT_NE(read("e.csv").find("\nc00000099,"), std::string::npos);
  EXPECT_EQ(read("e.csv").find("\nc00000101,"), std::string::npos);
  const Ran again = runRoster({"generate", "-", "--events", "2_000", "--contacts", "100", "--seed", "7"});
  EXPECT_EQ(again.output, read("e.csv"));

  const Ran products = runRoster({"generate", path("p.csv"), "--products", "--seed", "7"});
  EXPECT_EQ(products.exit, 0);
  EXPECT_EQ(products.notes, "wrote 5,000 products to " + path("p.csv") + "\n");
  EXPECT_THAT(read("p.csv"), StartsWith("product_id,name,"));
  EXPECT_NE(runRoster({"generate", "-", "--products"}).output, read("p.csv")) << "the seed is the catalog's, too";
}

TEST_F(CommandLineTest, GenerateMakesOneThingAtATime) {
  const std::pair<std::vector<std::string>, std::string> refused[] = {
      {{"--products", "--events", "5"}, "--events excludes --products"},
      {{"--products", "--contacts", "5"}, "--contacts excludes --products"},
      {{"--events", "5", "--contacts", "0"}, "events are of contacts: at least one"},
      {{"--events", ""}, "'' is no number"},
      {{"--events", "many"}, "'many' is no number"},
      {{"--events", "5G"}, "cannot generate 5000000000 events; the most is 4294967295"},
      {{"--products", "--seed", "x"}, "--seed takes a whole number"}};
  for (const auto& [options, message] : refused) {
    std::vector<std::string> words = {"generate", path("b.csv")};
    words.insert(words.end(), options.begin(), options.end());
    const Ran ran = runRoster(words);
    EXPECT_EQ(ran.exit, 2) << message;
    EXPECT_THAT(ran.notes, HasSubstr(message));
  }
  EXPECT_FALSE(std::filesystem::exists(path("b.csv")));
}

}  // namespace
}  // namespace roster::testing
