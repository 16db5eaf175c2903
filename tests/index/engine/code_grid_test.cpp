#include "index/engine/code_grid.h"

#include <gtest/gtest.h>
#include <map>

#include "tests/support/random_containers.h"

namespace roster {
namespace {

using Cells = std::map<std::pair<Code, Code>, std::uint64_t>;

Cells cellsOf(const CodeGrid& grid) {
  Cells cells;
  grid.forEachCell([&](Code row, Code column, std::uint64_t count) {
    EXPECT_TRUE(cells.emplace(std::pair(row, column), count).second) << "a cell is named twice";
    EXPECT_NE(count, 0U);
  });
  return cells;
}

// Codes of the first `size` contacts of a chunk up to `last`, a third of them without a value.
std::vector<Code> randomCodes(RandomSource& random, std::uint32_t size, Code last) {
  std::vector<Code> codes(size);
  for (Code& code : codes)
    code = random.chance(33) ? kNoCode : static_cast<Code>(random.below(std::uint64_t{last} + 1));
  return codes;
}

Code codeAt(const std::vector<Code>& codes, std::uint32_t place) {
  return place < codes.size() ? codes[place] : kNoCode;
}

using Codes = std::pair<Code, Code>;  // the last of rows and of columns

class CodeGridOf : public ::testing::TestWithParam<Codes> {};

TEST_P(CodeGridOf, CountsEveryShapeOfMembersAsAPlainLoopDoes) {
  const auto [lastRow, lastColumn] = GetParam();
  RandomSource random(lastRow * 31 + lastColumn);
  for (const std::uint32_t size : {0U, 1U, 777U, kChunkSize - 1, kChunkSize}) {
    CodeGrid grid(lastRow, lastColumn);
    CodeGrid second(lastRow, lastColumn);
    Cells expected;
    for (std::uint64_t shape = 0; shape < kChunkShapes; ++shape) {
      const auto rows = randomCodes(random, size, lastRow);
      const auto columns = randomCodes(random, kChunkSize - size, lastColumn);
      const auto values = valuesOf(static_cast<ChunkShape>(shape), random);
      for (const std::uint16_t place : values) ++expected[{codeAt(rows, place), codeAt(columns, place)}];
      const CodeChunk rowChunk = CodeChunk::encode(rows);
      const CodeChunk columnChunk = CodeChunk::encode(columns);
      CodeGrid& counting = shape % 2 == 0 ? grid : second;
      ASSERT_TRUE(counting.count(&rowChunk, &columnChunk, OwnedContainer(values).view()));
    }
    grid.add(second);
    EXPECT_EQ(cellsOf(grid), expected) << size;
  }
}

// One and two bytes a code, tables of one row, of one column and of the largest size.
INSTANTIATE_TEST_SUITE_P(Widths, CodeGridOf,
                         ::testing::Values(Codes{0, 0}, Codes{2, 2}, Codes{64, 5}, Codes{255, 255}, Codes{256, 1},
                                           Codes{1, 300}, Codes{65'535, 0}, Codes{0, 65'535}, Codes{16'383, 3}));

TEST(CodeGrid, CountsNoValueWhereAColumnIsMissing) {
  RandomSource random(3);
  const auto codes = randomCodes(random, kChunkSize, 7);
  const CodeChunk chunk = CodeChunk::encode(codes);
  for (const ChunkShape shape : {ChunkShape::few, ChunkShape::bitset, ChunkShape::oneRun, ChunkShape::full}) {
    const auto values = valuesOf(shape, random);
    const OwnedContainer members(values);
    Cells rowsOnly;
    Cells columnsOnly;
    for (const std::uint16_t place : values) {
      ++rowsOnly[{codes[place], kNoCode}];
      ++columnsOnly[{kNoCode, codes[place]}];
    }
    CodeGrid byRow(7, 7);
    ASSERT_TRUE(byRow.count(&chunk, nullptr, members.view()));
    EXPECT_EQ(cellsOf(byRow), rowsOnly);
    CodeGrid byColumn(7, 7);
    ASSERT_TRUE(byColumn.count(nullptr, &chunk, members.view()));
    EXPECT_EQ(cellsOf(byColumn), columnsOnly);
    CodeGrid byNothing(7, 7);
    ASSERT_TRUE(byNothing.count(nullptr, nullptr, members.view()));
    EXPECT_EQ(cellsOf(byNothing), (Cells{{{kNoCode, kNoCode}, values.size()}}));
  }
}

TEST(CodeGrid, RefusesACodeBeyondTheLastOfAMemberAlone) {
  constexpr Code kLast = 5;
  constexpr std::uint16_t kDamaged = 40'000;
  RandomSource random(4);
  for (const Code beyond : {kLast + 1, Code{255}, Code{256}, Code{65'536}, Code{0x8000'0000}, Code{0xFFFF'FFFF}}) {
    const auto sound = randomCodes(random, kChunkSize, kLast);
    auto damaged = sound;
    damaged[kDamaged] = beyond;
    const CodeChunk soundChunk = CodeChunk::encode(sound);
    const CodeChunk damagedChunk = CodeChunk::encode(damaged);
    for (const ChunkShape shape : {ChunkShape::few, ChunkShape::bitset, ChunkShape::full}) {
      std::vector<std::uint16_t> without;
      for (const std::uint16_t place : valuesOf(shape, random))
        if (place != kDamaged) without.push_back(place);
      Cells expected;
      for (const std::uint16_t place : without) ++expected[{sound[place], sound[place]}];
      auto with = without;
      with.insert(std::lower_bound(with.begin(), with.end(), kDamaged), kDamaged);
      for (const bool byRow : {true, false}) {
        const CodeChunk* rows = byRow ? &damagedChunk : &soundChunk;
        const CodeChunk* columns = byRow ? &soundChunk : &damagedChunk;
        CodeGrid grid(kLast, kLast);
        ASSERT_TRUE(grid.count(rows, columns, OwnedContainer(without).view()));
        EXPECT_EQ(cellsOf(grid), expected);
        const auto refused = grid.count(rows, columns, OwnedContainer(with).view());
        ASSERT_FALSE(refused) << beyond;
        EXPECT_EQ(refused.error().code, ErrorCode::dataLoss);
      }
    }
  }
}

}  // namespace
}  // namespace roster
