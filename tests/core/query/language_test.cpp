// Runs every example of the user's reference of the language.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "core/query/binder.h"
#include "core/query/diagnostic.h"
#include "core/query/parser.h"
#include "core/query/printer.h"
#include "tests/support/sample_database.h"

namespace roster {
namespace {

using Block = std::vector<std::string>;

// The fenced blocks of the reference that are marked with a word.
std::vector<Block> blocksOf(const std::string& mark) {
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path();
  std::ifstream file(root / "docs" / "predicate-language.md");
  std::vector<Block> blocks;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (!inside && line == "```" + mark) {
      inside = true;
      blocks.emplace_back();
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      blocks.back().push_back(line);
    }
  }
  return blocks;
}

TEST(Language, EveryExampleOfTheReferenceBinds) {
  const testing::SampleDatabase database;
  std::size_t examples = 0;
  for (const Block& block : blocksOf("roster")) {
    for (const std::string& text : block) {
      const auto bound = bindText(text, database.context());
      EXPECT_TRUE(bound.has_value()) << (bound ? "" : renderDiagnostic(bound.error(), text));
      const auto tree = parse(text);
      EXPECT_TRUE(tree.has_value() && *parse(print(*tree)) == *tree) << text;
      ++examples;
    }
  }
  EXPECT_GT(examples, 80U);
}

TEST(Language, EveryExampleAboutEventsIsReadAndPrintedAsItStands) {
  std::size_t examples = 0;
  for (const Block& block : blocksOf("roster-events")) {
    for (const std::string& text : block) {
      const auto tree = parse(text);
      ASSERT_TRUE(tree) << renderDiagnostic(tree.error(), text);
      EXPECT_EQ(print(*tree), text);
      const auto bound = bindText(text, testing::SampleDatabase().context());
      ASSERT_FALSE(bound) << text;
      EXPECT_EQ(bound.error().code, ErrorCode::notFound) << text;
      ++examples;
    }
  }
  EXPECT_GT(examples, 15U);
}

TEST(Language, EveryErrorOfTheReferenceIsShownSo) {
  const testing::SampleDatabase database;
  const auto blocks = blocksOf("error");
  EXPECT_EQ(blocks.size(), 5U);
  for (const Block& block : blocks) {
    std::string expected;
    for (std::size_t i = 1; i < block.size(); ++i) expected += (i > 1 ? "\n" : "") + block[i];
    const auto bound = bindText(block.at(0), database.context());
    ASSERT_FALSE(bound.has_value()) << block[0];
    EXPECT_EQ(renderDiagnostic(bound.error(), block[0]), expected);
  }
}

}  // namespace
}  // namespace roster
