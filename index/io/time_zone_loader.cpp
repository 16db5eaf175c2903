#include "index/io/time_zone_loader.h"

#include <algorithm>
#include <chrono>
#include <date/tz.h>
#include <exception>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <unicode/basictz.h>
#include <unicode/tzrule.h>
#include <unicode/tztrans.h>
#include <vector>

#include "core/data/schema.h"

namespace roster {

namespace {

using std::chrono::milliseconds;

constexpr const char* kZoneFiles = "/usr/share/zoneinfo/";
const date::sys_seconds kFirst = date::sys_days(date::year{1900} / 1 / 1);
const date::sys_seconds kLast = date::sys_days(date::year{2101} / 1 / 1);

Instant toInstant(date::sys_seconds time) { return milliseconds(time.time_since_epoch()).count(); }

// Whether the clock goes on being changed after a zone file's last entry: then the file's last line is a rule with
// dates, such as "CET-1CEST,M3.5.0,M10.5.0/3". The date library reads the entries alone, which end in 2037 or, in files
// made small, with the last change of the rule.
bool goesOnByRule(const std::string& name) {
  std::ifstream file(kZoneFiles + name, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  if (bytes.size() < 2 || bytes.back() != '\n') return false;
  const std::size_t start = bytes.rfind('\n', bytes.size() - 2);
  return start != std::string::npos && bytes.find(',', start) != std::string::npos;
}

void addPeriod(std::vector<TimeZone::Period>& periods, date::sys_seconds start, std::chrono::seconds offset) {
  const std::int64_t inMilliseconds = milliseconds(offset).count();
  if (periods.empty() || periods.back().offset != inMilliseconds) periods.push_back({toInstant(start), inMilliseconds});
}

// The changes after the last period, as ICU knows the rule.
void addByRule(std::vector<TimeZone::Period>& periods, const std::string& name) {
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  const auto* rules = dynamic_cast<const icu::BasicTimeZone*>(zone.get());
  icu::TimeZoneTransition change;
  auto at = static_cast<UDate>(periods.back().start);
  while (rules != nullptr && rules->getNextTransition(at, false, change) != 0 && change.getTo() != nullptr) {
    at = change.getTime();
    const date::sys_seconds start{std::chrono::seconds(static_cast<std::int64_t>(at) / kMillisecondsPerSecond)};
    if (start >= kLast) break;
    addPeriod(periods, start,
              std::chrono::seconds((change.getTo()->getRawOffset() + change.getTo()->getDSTSavings()) /
                                   static_cast<int>(kMillisecondsPerSecond)));
  }
}

std::vector<TimeZone::Period> readPeriods(const std::string& name) {
  const date::time_zone* zone = date::locate_zone(name);
  std::vector<TimeZone::Period> periods;
  date::sys_seconds at = kFirst;
  while (at < kLast) {
    const date::sys_info info = zone->get_info(at);
    addPeriod(periods, std::max(info.begin, kFirst), info.offset);
    if (info.end >= kLast) break;
    at = info.end;
  }
  if (goesOnByRule(name)) addByRule(periods, name);
  return periods;
}

std::string lowercase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  return text;
}

// The zone that was meant: 'warsaw' and 'europe/warsaw' are 'Europe/Warsaw', and so is 'Europe/Warsow'.
std::optional<std::string> nearestZone(const std::string& name) {
  std::vector<std::string> names;
  const std::string wanted = lowercase(name);
  for (const date::time_zone& zone : date::get_tzdb().zones) {
    const std::string lower = lowercase(std::string(zone.name()));
    if (lower == wanted || lower.substr(lower.rfind('/') + 1) == wanted) return std::string(zone.name());
    names.emplace_back(zone.name());
  }
  return nearestWord(name, names);
}

}  // namespace

Result<TimeZone> loadTimeZone(std::string_view name) {
  const std::string wanted(name);
  try {
    const auto& zones = date::get_tzdb().zones;
    const bool known = std::any_of(zones.begin(), zones.end(), [&](const auto& zone) { return zone.name() == wanted; });
    if (known) return TimeZone(wanted, readPeriods(wanted));
    const auto nearest = nearestZone(wanted);
    return fail(ErrorCode::invalidArgument,
                nearest ? fmt::format("unknown time zone '{}'; did you mean '{}'?", name, *nearest)
                        : fmt::format("unknown time zone '{}'; it is written like 'Europe/Warsaw'", name));
  } catch (const std::exception& error) {
    return fail(ErrorCode::notFound, fmt::format("time zone '{}' cannot be loaded: {}", name, error.what()));
  }
}

}  // namespace roster
