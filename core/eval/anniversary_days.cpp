#include "core/eval/anniversary_days.h"

#include "core/eval/value_compare.h"

namespace roster {

namespace {

constexpr std::int32_t kFirstYear = 1900;
constexpr std::int32_t kEndYear = 2100;

}  // namespace

AnniversaryDays::AnniversaryDays(const std::bitset<12 * 31>& marked)
    : marked_(marked), first_(dayFromCivil({kFirstYear, 1, 1})) {
  const Day end = dayFromCivil({kEndYear, 1, 1});
  words_.resize(static_cast<std::size_t>(end - first_) / 64);
  for (std::int32_t month = 1; month <= 12; ++month) {
    for (std::int32_t day = 1; day <= 31; ++day) {
      if (!marked.test(static_cast<std::size_t>((month - 1) * 31 + day - 1))) continue;
      for (std::int32_t year = kFirstYear; year < kEndYear; ++year) {
        if (!isValid({year, month, day})) continue;
        const auto at = static_cast<std::uint64_t>(dayFromCivil({year, month, day}) - first_);
        if (at / 64 < words_.size()) words_[at / 64] |= std::uint64_t{1} << (at % 64);
      }
    }
  }
}

bool AnniversaryDays::isMarkedBeyond(Day day) const { return isOnDayOfYear(marked_, day); }

}  // namespace roster
