#include "index/io/generator_row.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "index/io/csv_writer.h"
#include "index/io/generator_text.h"

namespace roster::generator {
namespace {

constexpr std::uint64_t kPlanWeights[] = {620, 220, 100, 50, 10};
constexpr std::size_t kFrequentTags = 8;
constexpr std::size_t kStores = 64;

Language drawLanguage(RandomStream& random) {
  const std::uint32_t draw = random.below(100);
  if (draw < 45) return Language::polish;
  return draw < 72 ? Language::russian : Language::english;
}

// The chance of 2^32 that a contact has the tag of a rank from 1: one in two, and falling with its square.
std::uint32_t tagChance(std::size_t rank) {
  return static_cast<std::uint32_t>((std::uint64_t{1} << 31) / (rank * rank));
}

// A point between `from` and the end, near the end the more often.
Fraction recentSince(Fraction from, Fraction howRecent) {
  const std::uint64_t rest = 0xFFFF'FFFFU - from;
  return from + static_cast<Fraction>((rest * howRecent) >> 32);
}

}  // namespace

RowWriter::Nation::Nation(Language language)
    : drawName(zipfWeights(maleNames(language).size())),
      drawFamily(zipfWeights(familyNames(language).size())),
      drawCity(zipfWeights(generator::cities(language).size())),
      cities(generator::cities(language)),
      domains(mailDomains(language)) {
  const std::span<const std::string_view> given[2] = {maleNames(language), femaleNames(language)};
  for (std::size_t gender = 0; gender < 2; ++gender) {
    for (const std::string_view name : given[gender]) {
      names[gender].emplace_back(name);
      asciiNames[gender].push_back(toAscii(name));
    }
  }
  for (const FamilyName& family : familyNames(language)) {
    families[0].emplace_back(family.male);
    families[1].emplace_back(family.female);
    asciiFamilies.push_back(toAscii(family.male));
  }
  for (const std::string_view note : generator::notes(language)) appendCsvField(notes.emplace_back(), note);
}

RowWriter::RowWriter(std::uint64_t rows, std::uint64_t seed)
    : rows_(rows),
      seed_(seed),
      waves_(cutWaves(rows, seed, calendar_)),
      nations_{Nation(Language::polish), Nation(Language::russian), Nation(Language::english)},
      tags_(tags()),
      drawSource_(zipfWeights(organicSources().size())),
      drawInterest_(zipfWeights(interests().size())),
      drawPlan_(kPlanWeights),
      drawStore_(zipfWeights(kStores)) {
  for (std::size_t tag = 0; tag < tags_.size(); ++tag) {
    if (tag < kFrequentTags) {
      frequentTags_.push_back(tagChance(tag + 1));
    } else {
      TagGroup& group = rareTags_[tag % rareTags_.size()];
      group.members.push_back(static_cast<std::uint32_t>(tag));
      group.chance += tagChance(tag + 1);
    }
  }
  for (TagGroup& group : rareTags_) {
    std::vector<std::uint64_t> weights;
    for (const std::uint32_t tag : group.members) weights.push_back(tagChance(tag + 1));
    if (!weights.empty()) group.table.emplace_back(weights);
  }
}

void RowWriter::append(std::uint64_t row, std::string& out) {
  while (row >= waves_[wave_].endRow) ++wave_;
  RandomStream random(seed_, row);

  const Language language = drawLanguage(random);
  appendKey(row, out);
  out += ',';
  appendPerson(row, language, random, out);
  appendPlace(language, random, out);
  appendBirthday(random, out);
  const Signup signup = appendSignup(row, random, out);

  // Buyers are who they are from the start; the fields below follow from it.
  const bool buyer = random.perMille(450);
  const Fraction lastOrder = recentSince(signup.fraction, std::max(random.next32(), random.next32()));
  const auto quiet = static_cast<Fraction>((std::uint64_t{random.next32()} * random.next32()) >> 32);
  const Fraction lastVisit = recentSince(buyer ? lastOrder : signup.fraction, ~quiet);
  if (random.perMille(buyer ? 980 : 880)) {
    const Day day = calendar_.dayAt(lastVisit);
    const std::uint32_t second = calendar_.drawSecond(random);
    // A visit does not come before the sign-up.
    appendTime(day, day == signup.day ? std::max(second, signup.second) : second, out);
  }
  out += ',';
  appendSource(random, out);
  appendTags(random, out);
  appendInterests(random, out);
  if (random.perMille(970)) out += plans()[drawPlan_.draw(random)];
  out += ',';

  const bool newsletter = random.perMille(buyer ? 740 : 520);
  if (random.perMille(950)) out += newsletter ? "true" : "false";
  out += ',';
  if (random.perMille(900)) out += random.perMille(newsletter ? 400 : 90) ? "true" : "false";
  out += ',';

  const std::int32_t spread = random.normal();
  const std::uint64_t orders = buyer ? 1 + scaleByPowerOfTwo(1, spread + spread / 2) : 0;
  if (buyer) appendCents(orders * scaleByPowerOfTwo(4'200, random.normal()), out);
  out += ',';
  appendNumber(orders, out);
  out += ',';
  if (buyer) out += calendar_.format(calendar_.dayAt(lastOrder));
  out += ',';
  const std::int32_t score = (buyer ? 58 : 44) + random.normal() * 14 / 65536;
  if (random.perMille(880)) appendNumber(static_cast<std::uint64_t>(std::clamp(score, 0, 100)), out);
  out += ',';
  const auto& notes = nations_[static_cast<std::size_t>(language)].notes;
  if (random.perMille(40)) out += notes[random.below(static_cast<std::uint32_t>(notes.size()))];
  out += ',';
  appendStore(random, out);
  out += '\n';
}

void RowWriter::appendPerson(std::uint64_t row, Language language, RandomStream& random, std::string& out) {
  const Nation& nation = nations_[static_cast<std::size_t>(language)];
  const std::size_t gender = random.perMille(540) ? 1 : 0;
  const std::size_t name = nation.drawName.draw(random);
  const std::size_t family = nation.drawFamily.draw(random);
  if (random.perMille(985)) {
    appendEmail(row, nation, nation.asciiNames[gender][name], nation.asciiFamilies[family], random, out);
  }
  out += ',';
  if (random.perMille(970)) out += nation.names[gender][name];
  out += ',';
  if (random.perMille(960)) out += nation.families[gender][family];
  out += ',';
  if (random.perMille(950)) out += gender == 1 ? "female" : "male";
  out += ',';
}

void RowWriter::appendEmail(std::uint64_t row, const Nation& nation, std::string_view name, std::string_view family,
                            RandomStream& random, std::string& out) {
  const std::uint32_t style = random.below(64);
  if (style % 3 == 0) {
    out += name;
    out += '.';
    out += family;
  } else if (style % 3 == 1) {
    out += name[0];
    out += family;
  } else {
    out += family;
    out += '.';
    out += name;
  }
  if (style != 0) {
    // The row's number keeps addresses apart; the few without it are those that several contacts share.
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, row, 36).ptr;
    out += '.';
    out.append(digits, end);
  }
  out += '@';
  out += nation.domains[random.below(static_cast<std::uint32_t>(nation.domains.size()))];
}

void RowWriter::appendPlace(Language language, RandomStream& random, std::string& out) {
  const Nation& nation = nations_[static_cast<std::size_t>(language)];
  const City& city = nation.cities[nation.drawCity.draw(random)];
  if (random.perMille(990)) out += city.country;
  out += ',';
  if (random.perMille(940)) out += city.name;
  out += ',';
  const std::uint32_t draw = random.below(100);
  if (draw >= 3) out += codeOf(draw < 7 ? Language::english : language);
  out += ',';
}

void RowWriter::appendBirthday(RandomStream& random, std::string& out) {
  if (random.perMille(740)) {
    // Two draws added: most are between thirty and sixty years old, none under sixteen or over ninety.
    const Day ageInDays = 16 * 365 + 4 + random.below(37 * 365) + random.below(37 * 365);
    out += calendar_.format(lastDay() - ageInDays);
  }
  out += ',';
}

RowWriter::Signup RowWriter::appendSignup(std::uint64_t row, RandomStream& random, std::string& out) {
  const Wave& wave = waves_[wave_];
  Signup signup{.fraction = fractionOf(row, rows_), .day = wave.day, .second = wave.second};
  if (wave.imported) {
    const std::uint64_t begin = wave_ == 0 ? 0 : waves_[wave_ - 1].endRow;
    // An import takes two hours, whatever it brings.
    signup.second += static_cast<std::uint32_t>((row - begin) * 7200 / (wave.endRow - begin));
  } else {
    // Up to half a per cent of the time earlier: files are in the order of sign-ups, but not strictly.
    signup.fraction -= std::min(signup.fraction, random.below(20'000'000));
    signup.day = calendar_.dayAt(signup.fraction);
    signup.second = calendar_.drawSecond(random);
  }
  appendTime(signup.day, signup.second, out);
  out += ',';
  return signup;
}

void RowWriter::appendSource(RandomStream& random, std::string& out) {
  const Wave& wave = waves_[wave_];
  if (wave.imported || random.perMille(400)) {
    out += wave.source;
  } else if (random.perMille(980)) {
    out += organicSources()[drawSource_.draw(random)];
  }
  out += ',';
}

void RowWriter::appendTags(RandomStream& random, std::string& out) {
  bool first = true;
  const auto add = [&](std::size_t tag) {
    if (!first) out += '|';
    first = false;
    out += tags_[tag];
  };
  for (std::size_t tag = 0; tag < frequentTags_.size(); ++tag) {
    if (random.next32() < frequentTags_[tag]) add(tag);
  }
  for (const TagGroup& group : rareTags_) {
    if (random.next32() < group.chance) add(group.members[group.table.front().draw(random)]);
  }
  out += ',';
}

void RowWriter::appendInterests(RandomStream& random, std::string& out) {
  const std::uint32_t draw = random.below(100);
  const int draws = draw < 35 ? 0 : static_cast<int>(draw - 20) / 16;
  std::uint64_t chosen = 0;
  for (int i = 0; i < draws; ++i) chosen |= std::uint64_t{1} << drawInterest_.draw(random);
  bool first = true;
  for (const std::string_view interest : interests()) {
    if ((chosen & 1) != 0) {
      if (!first) out += '|';
      first = false;
      out += interest;
    }
    chosen >>= 1;
  }
  out += ',';
}

void RowWriter::appendStore(RandomStream& random, std::string& out) {
  if (!random.perMille(960)) return;
  out += "store-";
  appendTwoDigits(static_cast<std::uint32_t>(drawStore_.draw(random) + 1), out);
}

void RowWriter::appendTime(Day day, std::uint32_t second, std::string& out) {
  appendSecond(calendar_, day, second, out);
  out += 'Z';
}

}  // namespace roster::generator
