// Every example in README.md and docs/*.md: sessions are run and compared, predicates are parsed.
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "core/query/diagnostic.h"
#include "core/query/parser.h"
#include "tests/support/real_data.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/documented_examples.h"
#include "tests/tools/roster_process.h"

namespace roster::testing {
namespace {

using Lines = std::vector<std::string>;

std::string readFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> documents() {
  const std::filesystem::path root = ROSTER_SOURCE_DIR;
  std::vector<std::filesystem::path> found = {root / "README.md"};
  for (const auto& entry : std::filesystem::directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  return found;
}

TEST(DocumentedExamples, SessionsPrintWhatIsShown) {
  const auto data = realData("online-retail");
  if (data) ::setenv("ROSTER_DATA", std::filesystem::path(*data).parent_path().c_str(), 1);
  for (const auto& path : documents()) {
    const TemporaryDirectory directory;
    const std::string text = readFile(path);
    if (text.find("$ROSTER_DATA") != std::string::npos && !data) continue;  // realData has told that it is not there
    for (const DocumentedCommand& command : readExamples(text).commands) {
      const Ran ran = runInShell(command.text, directory.path().string());
      const Lines printed = linesOf(ran.output);
      SCOPED_TRACE(fmt::format("{}:{}: $ {}", path.filename().string(), command.line, command.text));
      if (command.shown.empty()) {
        EXPECT_EQ(ran.exit, 0) << ran.output;
      } else {
        EXPECT_TRUE(matchesShown(command.shown, printed)) << "it printed:\n" << ran.output;
      }
    }
  }
}

TEST(DocumentedExamples, PredicatesParse) {
  for (const auto& path : documents()) {
    for (const DocumentedPredicate& predicate : readExamples(readFile(path)).predicates) {
      const auto tree = parse(predicate.text);
      EXPECT_TRUE(tree.has_value()) << path.filename().string() << ":" << predicate.line << ": "
                                    << renderDiagnostic(tree.error(), predicate.text);
    }
  }
}

TEST(DocumentedExamples, AreReadFromMarkdown) {
  const auto examples = readExamples(
      "text\n```console\n$ roster count shop 'a' \\\n  --json\n12\n…\n$ roster check shop\n```\n"
      "```sh\n$ rm -rf /\n```\n```roster\na = 1\n  and b\nc\n```\n");
  ASSERT_EQ(examples.commands.size(), 2U);
  EXPECT_EQ(examples.commands[0].text, "roster count shop 'a'   --json");
  EXPECT_EQ(examples.commands[0].shown, (Lines{"12", "…"}));
  EXPECT_EQ(examples.commands[1].line, 7U);
  EXPECT_TRUE(examples.commands[1].shown.empty());
  ASSERT_EQ(examples.predicates.size(), 2U);
  EXPECT_EQ(examples.predicates[0].text, "a = 1\n  and b");
  EXPECT_EQ(examples.predicates[1].line, 15U);
}

TEST(DocumentedExamples, ShownLinesMatch) {
  EXPECT_TRUE(matchesShown({"12"}, {"12"}));
  EXPECT_FALSE(matchesShown({"12"}, {"13"}));
  EXPECT_FALSE(matchesShown({"12"}, {"12", "13"}));
  EXPECT_FALSE(matchesShown({"12", "13"}, {"12"}));
  EXPECT_TRUE(matchesShown({"… rows in … s"}, {"5 rows in 0.1 s"}));
  EXPECT_FALSE(matchesShown({"… rows in … s"}, {"5 rows in 0.1 ms!"}));
  EXPECT_TRUE(matchesShown({"a", "…", "z"}, {"a", "b", "c", "z"}));
  EXPECT_TRUE(matchesShown({"a", "…", "z"}, {"a", "z"}));
  EXPECT_FALSE(matchesShown({"a", "…", "z"}, {"a", "b"}));
  EXPECT_TRUE(matchesShown({"a…a…b"}, {"axabab"}));
}

}  // namespace
}  // namespace roster::testing
