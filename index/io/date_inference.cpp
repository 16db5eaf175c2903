#include "index/io/date_inference.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "index/io/date_format.h"
#include "index/io/number_text.h"

namespace roster {

namespace {

struct Candidate {
  DateFormat format;
  std::string_view day;  // the part of the format that is no clock
  std::size_t fitting = 0;
};

// Orders of year, month and day whose numbers alone tell them apart, and those that names of months do.
constexpr std::array<std::string_view, 12> kDays{"%d.%m.%Y", "%m.%d.%Y", "%Y.%m.%d",  "%d/%m/%Y",
                                                 "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y",  "%m-%d-%Y",
                                                 "%Y-%m-%d", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y"};
constexpr std::array<std::string_view, 9> kClocks{"",           " %H:%M:%S",    "T%H:%M:%S",
                                                  ", %H:%M:%S", " %H:%M:%S.%f", "T%H:%M:%S.%f",
                                                  " %I:%M %p",  " %I:%M:%S %p", ", %I:%M:%S %p"};

// How many of the texts a format reads; 0 where it must read all and does not.
std::size_t countFitting(const DateFormat& format, std::span<const std::string_view> texts, bool mustFitAll) {
  std::size_t fitting = 0;
  for (const std::string_view text : texts) {
    const bool fits = format.read(withoutSpaceAround(text)).has_value();
    if (!fits && mustFitAll) return 0;
    fitting += fits ? 1 : 0;
  }
  return fitting;
}

// The known formats that fit, the best first and among equals the first listed: the simpler clock, and day before
// month, which is looked at below.
std::vector<Candidate> fittingCandidates(std::span<const std::string_view> texts, bool mustFitAll) {
  std::vector<Candidate> candidates;
  for (const std::string_view day : kDays) {
    for (const std::string_view clock : kClocks) {
      auto format = DateFormat::parse(fmt::format("{}{}", day, clock));
      if (!format) continue;
      const std::size_t fitting = countFitting(*format, texts, mustFitAll);
      if (fitting > 0) candidates.push_back({std::move(*format), day, fitting});
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.fitting > b.fitting; });
  return candidates;
}

// The same format with day and month changed over.
std::string swappedOrder(std::string format) {
  const std::size_t day = format.find("%d");
  const std::size_t month = format.find("%m");
  if (day == std::string::npos || month == std::string::npos) return {};
  std::swap(format[day + 1], format[month + 1]);
  return format;
}

// Whether a format writes its days so, whatever clock it has beside them.
bool writesDays(std::string format, std::string_view day) {
  if (const std::size_t padded = format.find("%e"); padded != std::string::npos) format[padded + 1] = 'd';
  return format.find(day) != std::string::npos;
}

DateProposal isoProposal(std::span<const std::string_view> texts) {
  DateProposal proposal;
  for (const std::string_view padded : texts) {
    const std::string_view text = withoutSpaceAround(padded);
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') continue;
    const bool time = text.size() > 10 && parseTime(text).has_value();
    proposal.hasTime = proposal.hasTime || time;
    proposal.fitting += time || parseDay(text) ? 1 : 0;
  }
  return proposal;
}

tl::unexpected<Error> askForOrder(std::string_view column, std::span<const std::string_view> texts,
                                  const DateFormat& format, const std::string& swapped) {
  std::string_view example = texts.front();
  bool readBothWays = false;
  for (const std::string_view text : texts) {
    const auto other = DateFormat::parse(swapped);
    const auto read = format.read(withoutSpaceAround(text));
    const auto readSwapped = other ? other->read(withoutSpaceAround(text)) : std::nullopt;
    if (!read || !readSwapped) continue;
    if (!readBothWays || read->local != readSwapped->local) example = text;
    readBothWays = true;
    if (read->local != readSwapped->local) break;
  }
  return fail(ErrorCode::invalidArgument,
              fmt::format("column '{}': whether '{}' has the day or the month first cannot be told; say which with "
                          "--date-format '{}' or --date-format '{}', or take the column as text with --field '{}:text'",
                          column, example, format.text(), swapped, column));
}

}  // namespace

Result<std::optional<DateProposal>> inferDates(std::string_view column, std::span<const std::string_view> texts,
                                               const std::string& preferred, bool mostly) {
  DateProposal best = isoProposal(texts);
  if (!preferred.empty()) {
    const auto format = DateFormat::parse(preferred);
    if (!format) return fail(ErrorCode::invalidArgument, format.error().message);
    // The format and ISO 8601 are read side by side, so what either fits counts.
    const std::size_t fitting = countFitting(*format, texts, false);
    if (fitting > 0) {
      best = {preferred, format->hasTime() || best.hasTime, std::min(fitting + best.fitting, texts.size())};
    }
  }
  if (best.fitting == texts.size() && best.fitting > 0) return best;
  if (!mostly) best = {};

  const std::vector<Candidate> candidates = fittingCandidates(texts, !mostly);
  if (candidates.empty() || candidates.front().fitting <= best.fitting) {
    return best.fitting > 0 ? std::optional(best) : std::nullopt;
  }
  const Candidate& first = candidates.front();
  const Candidate* chosen = &first;
  const std::string swapped = swappedOrder(first.format.text());
  for (const Candidate& other : candidates) {
    if (other.fitting != first.fitting || other.format.text() != swapped) continue;
    // The user has said which comes first, though of a column with another clock or none.
    if (writesDays(preferred, other.day)) chosen = &other;
    else if (!writesDays(preferred, first.day)) return askForOrder(column, texts, first.format, swapped);
  }
  return DateProposal{chosen->format.text(), chosen->format.hasTime(), chosen->fitting};
}

}  // namespace roster
