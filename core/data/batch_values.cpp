#include "core/data/batch_values.h"

#include <string>
#include <unordered_map>

#include "core/base/civil_time.h"

namespace roster {

tl::unexpected<Error> damagedBatch(const char* why) {
  return fail(ErrorCode::invalidArgument, std::string("a batch of changes ") + why);
}

bool isInCalendar(FieldKind kind, std::int64_t value) {
  static const Day first = dayFromCivil({0, 1, 1});
  static const Day last = dayFromCivil({9999, 12, 31});
  if (kind == FieldKind::date) return first <= value && value <= last;
  if (kind != FieldKind::timestamp) return true;
  return (first - 1) * kMillisecondsPerDay <= value && value < (last + 2) * kMillisecondsPerDay;
}

Result<std::vector<Code>> giveCodes(std::shared_ptr<const Dictionary>& dictionary, const StringColumn& strings,
                                    const std::vector<bool>& held,
                                    const std::function<bool(std::string_view)>& accepts) {
  if (dictionary == nullptr) dictionary = std::make_shared<const Dictionary>();
  auto loaded = dictionary->load();
  if (!loaded) return propagate(loaded);
  std::vector<Code> codes;
  codes.reserve(strings.size());
  std::vector<std::string_view> unknown;
  std::unordered_map<std::string_view, Code> given;
  for (std::size_t i = 0; i < strings.size(); ++i) {
    const std::string_view text = strings[i];
    if (text.empty()) return damagedBatch("holds an empty string");
    Code code = loaded->find(text);
    if (code == kNoCode) {
      if (!accepts(text)) return damagedBatch("holds an element that is not one of its set's kind");
      if (held[i]) {
        const auto next = dictionary->nextCode() + static_cast<Code>(unknown.size());
        const auto [entry, isNew] = given.try_emplace(text, next);
        if (isNew) unknown.push_back(text);
        code = entry->second;
      }
    }
    codes.push_back(code);
  }
  // Without new strings the dictionary stays the one it was, which a checkpoint then need not write again.
  if (unknown.empty()) return codes;
  auto appended = dictionary->withAppended(unknown);
  if (!appended) return propagate(appended);
  dictionary = std::make_shared<const Dictionary>(*std::move(appended));
  return codes;
}

}  // namespace roster
