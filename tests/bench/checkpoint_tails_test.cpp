#include "bench/checkpoint_tails.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>

namespace roster::bench {
namespace {

using ::testing::ElementsAre;

ReportLine lineOf(std::string name, double aloneP99, std::size_t counts) {
  ReportLine line;
  line.name = std::move(name);
  Timing alone;
  alone.p99 = aloneP99;
  line.timings = {{"alone", "alone", alone, true}};
  std::vector<double> micros(counts);
  std::iota(micros.begin(), micros.end(), 1);
  addCheckpointFigures(line, micros);
  return line;
}

std::vector<std::pair<std::string, double>> figuresOf(const std::vector<Figure>& figures) {
  std::vector<std::pair<std::string, double>> pairs;
  for (const Figure& figure : figures) pairs.emplace_back(figure.key, figure.value);
  return pairs;
}

std::vector<std::pair<std::string, double>> figuresOf(const ReportLine& line) { return figuresOf(line.figures); }

using Pair = std::pair<std::string, double>;

TEST(CheckpointTails, OfEnoughCountsAPercentile) {
  EXPECT_THAT(figuresOf(lineOf("a", 33, 100)),
              ElementsAre(Pair("checkpointCounts", 100), Pair("checkpointP99", 99), Pair("checkpointRatio", 3)));
}

TEST(CheckpointTails, OfFewerTheLongest) {
  EXPECT_THAT(figuresOf(lineOf("a", 33, 99)),
              ElementsAre(Pair("checkpointCounts", 99), Pair("checkpointMost", 99), Pair("checkpointRatio", 3)));
  EXPECT_TRUE(lineOf("a", 33, 0).figures.empty());
}

TEST(CheckpointTails, TheWorstComeFirst) {
  const std::vector<ReportLine> lines = {lineOf("none", 1, 0),    lineOf("a", 10, 20),  lineOf("b", 10, 200),
                                         lineOf("c", 10, 40),     lineOf("d", 10, 30),  lineOf("e", 10, 10),
                                         lineOf("f", 1000, 1000), lineOf("alone", 1, 0)};
  const FigureGroup group = worstBesideCheckpoint(lines);
  EXPECT_THAT(figuresOf(group.figures),
              ElementsAre(Pair("b", 19.8), Pair("c", 4), Pair("d", 3), Pair("a", 2), Pair("e", 1)));
  EXPECT_EQ(group.figures[0].title, "b: p99 of 200 counts");
  EXPECT_EQ(group.figures[1].title, "c: the most of 40 counts");
  EXPECT_TRUE(worstBesideCheckpoint({lineOf("none", 1, 0)}).figures.empty());
}

}  // namespace
}  // namespace roster::bench
