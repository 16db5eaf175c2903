#include "tests/support/sample_fields.h"

#include <algorithm>
#include <limits>

#include "core/base/civil_time.h"
#include "core/data/set_element.h"

namespace roster {

namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

// 2024, a leap year, and its neighbours.
constexpr Day kSomeDay = 19'723;

}  // namespace

Schema sampleSchema() {
  const std::vector<std::pair<std::string, FieldType>> fields = {
      {"newsletter", {FieldKind::boolean}},
      {"city", {FieldKind::category}},
      {"tags", {FieldKind::set}},
      {"sizes", {FieldKind::set, 0, FieldKind::integer}},
      {"children", {FieldKind::set, 0, FieldKind::date}},
      {"visits", {FieldKind::integer}},
      {"score", {FieldKind::integer}},
      {"spent", {FieldKind::decimal, 2}},
      {"rate", {FieldKind::decimal, 4}},
      {"birthday", {FieldKind::date}},
      {"signup", {FieldKind::date}},
      {"last_visit", {FieldKind::timestamp}},
      {"last_order", {FieldKind::timestamp}},
      {"note", {FieldKind::text}},
      {"email", {FieldKind::text, 0, FieldKind::category, true}},
  };
  Schema schema;
  for (const auto& [name, type] : fields) schema = schema.withField(name, type).value();
  return schema;
}

FieldType randomType(RandomSource& random) { return random.pick(sampleSchema().fields()).type; }

std::string randomWord(RandomSource& random) {
  static const std::vector<std::string> frequent = {"Łódź", "Kraków", "kraków", "a%b_c", "Москва", "x"};
  if (random.chance(80)) return random.pick(frequent);
  return "rare-" + std::to_string(random.below(200));
}

std::int64_t randomNumber(FieldKind kind, RandomSource& random) {
  if (kind == FieldKind::date) return kSomeDay + random.between(-800, 800);
  if (kind == FieldKind::timestamp) {
    const std::int64_t midnight = (kSomeDay + random.between(-20, 20)) * kMillisecondsPerDay;
    return midnight + (random.chance(50) ? random.between(-1, 1) : random.between(0, kMillisecondsPerDay - 1));
  }
  if (random.chance(5)) return random.chance(50) ? kLowest : kHighest;
  if (random.chance(5)) return static_cast<std::int64_t>(random.bits());
  return random.chance(60) ? random.between(-5, 20) : random.between(-100'000, 100'000);
}

std::string randomElement(const FieldType& set, RandomSource& random) {
  if (set.element == FieldKind::category) return randomWord(random);
  const bool small = set.element == FieldKind::integer && random.chance(80);
  return writeElement(small ? random.between(-3, 9) : randomNumber(set.element, random));
}

FieldValue randomValue(const FieldType& type, RandomSource& random) {
  switch (type.kind) {
    case FieldKind::boolean: return random.chance(50);
    case FieldKind::category:
    case FieldKind::text: return randomWord(random);
    case FieldKind::set: return randomElement(type, random);
    default: return randomNumber(type.kind, random);
  }
}

ChangesBuilder::ChangesBuilder(const Field& field)
    : isSet_(field.type.kind == FieldKind::set), distinctStrings_(isCoded(field.type.kind)) {
  changes_.field = field.id;
}

void ChangesBuilder::add(ContactId contact, ChangeOp op, const FieldValue& value) {
  changes_.contacts.push_back(contact);
  changes_.ops.push_back(op);
  std::int64_t stored = 0;
  if (op == ChangeOp::clear) {
    stored = 12'345;  // is to be ignored
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    const auto place = static_cast<std::int64_t>(changes_.strings.size());
    const auto [known, isNew] = places_.try_emplace(*text, place);
    stored = distinctStrings_ ? known->second : place;
    if (isNew || !distinctStrings_) changes_.strings.append(*text);
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    stored = *flag ? 1 : 0;
  } else {
    stored = std::get<std::int64_t>(value);
  }
  changes_.values.push_back(stored);
}

FieldChanges ChangesBuilder::take() {
  const ChangeOp usual = isSet_ ? ChangeOp::add : ChangeOp::set;
  const bool allUsual = std::all_of(changes_.ops.begin(), changes_.ops.end(), [&](ChangeOp op) { return op == usual; });
  if (allUsual) changes_.ops.clear();
  return std::move(changes_);
}

}  // namespace roster
