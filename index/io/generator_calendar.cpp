#include "index/io/generator_calendar.h"

#include <algorithm>

#include "index/io/generator_words.h"

namespace roster::generator {
namespace {

constexpr std::uint64_t kMonthWeights[] = {9, 8, 9, 9, 10, 9, 7, 7, 10, 11, 17, 18};
constexpr std::uint64_t kWeekdayWeights[] = {10, 10, 10, 10, 12, 13, 9};
constexpr std::uint64_t kHourWeights[] = {4,  2,  1,  1,  1,  2,  4,  8,  12, 14, 15, 15,
                                          16, 15, 14, 14, 15, 17, 20, 24, 26, 22, 15, 8};

}  // namespace

Day firstDay() { return dayFromCivil({2016, 1, 1}); }
Day lastDay() { return dayFromCivil({2026, 10, 31}); }
Day firstEventDay() { return lastDay() - 364; }

std::uint64_t weightOf(Day day) {
  const CivilDate date = civilFromDay(day);
  // The business grows by a tenth of its first year's size every year.
  const auto growth = static_cast<std::uint64_t>(10 + date.year - 2016);
  return kMonthWeights[date.month - 1] * kWeekdayWeights[weekdayOf(day)] * growth;
}

std::span<const std::uint64_t> hourWeights() { return kHourWeights; }

Calendar::Calendar() : firstText_(dayFromCivil({1900, 1, 1})), hours_(kHourWeights) {
  std::uint64_t total = 0;
  for (Day day = firstDay(); day <= lastDay(); ++day) total += weightOf(day);

  constexpr std::uint64_t kSlots = std::uint64_t{1} << (32 - kShift);
  days_.reserve(kSlots);
  std::uint64_t reached = 0;
  for (Day day = firstDay(); day <= lastDay(); ++day) {
    reached += weightOf(day);
    while (days_.size() < kSlots && days_.size() * total < reached * kSlots) days_.push_back(day);
  }

  for (Day day = firstText_; day <= lastDay(); ++day) {
    const std::string text = formatDay(day);
    std::copy_n(text.begin(), 10, texts_.emplace_back().begin());
  }
}

std::uint64_t Calendar::fractionsBefore(Day day) const {
  const auto slots = std::lower_bound(days_.begin(), days_.end(), day) - days_.begin();
  return static_cast<std::uint64_t>(slots) << kShift;
}

std::uint32_t Calendar::drawSecond(RandomStream& random) const {
  const auto hour = static_cast<std::uint32_t>(hours_.draw(random));
  return hour * 3600 + random.below(3600);
}

std::vector<Wave> cutWaves(std::uint64_t rows, std::uint64_t seed, const Calendar& calendar) {
  constexpr std::size_t kWaves = 64;
  RandomStream random(seed, kWaveStream);
  std::array<std::uint64_t, kWaves> lengths{};
  std::uint64_t total = 0;
  for (std::uint64_t& length : lengths) total += (length = 1 + random.below(12));

  const auto sources = organicSources();
  std::vector<Wave> waves(kWaves);
  std::uint64_t reached = 0;
  for (std::size_t i = 0; i < kWaves; ++i) {
    Wave& wave = waves[i];
    const std::uint64_t begin = i == 0 ? 0 : waves[i - 1].endRow;
    reached += lengths[i];
    // Split, so that no product leaves 64 bits.
    wave.endRow = rows / total * reached + rows % total * reached / total;
    wave.imported = random.perMille(350);
    wave.source = sources[random.below(static_cast<std::uint32_t>(sources.size()))];
    if (!wave.imported || rows == 0) continue;
    wave.day = calendar.dayAt(fractionOf(begin, rows));
    wave.second = 8 * 3600 + random.below(8 * 3600);
    wave.source = "import-" + std::string(calendar.format(wave.day).substr(0, 7));
  }
  return waves;
}

}  // namespace roster::generator
