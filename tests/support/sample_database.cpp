#include "tests/support/sample_database.h"

#include <stdexcept>

namespace roster::testing {

Instant utc(std::string_view text) { return parseTime(text)->local; }

TimeZone warsaw() {
  constexpr std::int64_t hour = kMillisecondsPerHour;
  return {"Europe/Warsaw",
          {{utc("2024-10-27T01:00"), hour},
           {utc("2025-03-30T01:00"), 2 * hour},
           {utc("2025-10-26T01:00"), hour},
           {utc("2026-03-29T01:00"), 2 * hour},
           {utc("2026-10-25T01:00"), hour}}};
}

Schema sampleSchema() {
  Schema schema;
  for (const auto& [name, kind] :
       {std::pair("city", "category"), std::pair("home", "category"), std::pair("note", "text"),
        std::pair("tags", "set"), std::pair("children", "set(date)"), std::pair("scores", "set(integer)"),
        std::pair("newsletter", "bool"), std::pair("promo", "bool"), std::pair("age", "integer"),
        std::pair("price", "decimal(2)"), std::pair("weight", "decimal(3)"), std::pair("birthday", "date"),
        std::pair("signup", "date"), std::pair("last_visit", "timestamp"), std::pair("last_order", "timestamp")}) {
    auto changed = schema.withField(name, *parseFieldType(kind));
    if (!changed) throw std::logic_error(changed.error().message);
    schema = std::move(*changed);
  }
  return schema;
}

SegmentCatalog sampleSegments() {
  return {{"vip", {"tags has 'vip'", 0, 0, ""}},
          {"lapsed", {"segment 'vip' and last_visit < now - 90 days", 0, 0, ""}},
          {"spring", {"", 7, 0, "promo"}},
          {"loop_a", {"promo or segment 'loop_b'", 0, 0, ""}},
          {"loop_b", {"not segment 'loop_a'", 0, 0, ""}},
          {"broken", {"age > 3 and ctiy = 'x'", 0, 0, ""}}};
}

}  // namespace roster::testing
