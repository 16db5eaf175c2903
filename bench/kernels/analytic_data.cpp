#include "bench/kernels/analytic_data.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "core/data/apply.h"

namespace roster::bench {

namespace {

// A batch that makes one chunk of contacts.
class ChunkBatch {
 public:
  ChunkBatch() {
    for (std::uint32_t place = 0; place < kChunkSize; ++place) batch_.newKeys.append(fmt::format("key-{}", place));
  }

  void addCodes(std::string_view name, FieldKind kind, const std::vector<Code>& codes) {
    begin(name, {kind});
    const Code last = *std::max_element(codes.begin(), codes.end());
    for (Code code = 1; code <= last; ++code) changes().strings.append(fmt::format("v{}", code));
  }
  void addCode(std::uint32_t place, Code code) {
    if (code != kNoCode) addValue(place, code - 1);
  }

  void addNumbers(std::string_view name, const FieldType& type, const std::vector<std::int64_t>& numbers) {
    begin(name, type);
    for (std::uint32_t place = 0; place < kChunkSize; ++place) {
      if (numbers[place] != kNoNumber) addValue(place, numbers[place]);
    }
  }

  SnapshotPtr apply() {
    batch_.schema = schema_;
    return roster::apply(Snapshot(), batch_, 1).value();
  }

 private:
  FieldChanges& changes() { return batch_.fields.back(); }

  void begin(std::string_view name, const FieldType& type) {
    schema_ = schema_.withField(name, type).value();
    batch_.fields.emplace_back().field = schema_.find(name)->id;
  }

  void addValue(std::uint32_t place, std::int64_t value) {
    changes().contacts.push_back(place);
    changes().values.push_back(value);
  }

  Schema schema_;
  ChangeBatch batch_;
};

void addCategory(ChunkBatch& batch, std::string_view name, const std::vector<Code>& codes) {
  batch.addCodes(name, FieldKind::category, codes);
  for (std::uint32_t place = 0; place < kChunkSize; ++place) batch.addCode(place, codes[place]);
}

// Low codes are of many contacts, high ones of few.
Code skewed(Dice& dice, Code last) { return 1 + dice.below(1 + dice.below(last)); }

// Codes that nobody holds are left out: the dictionary gives them to others.
void closeGaps(std::vector<Code>& codes) {
  std::vector<Code> known(codes);
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  const Code first = known.front() == kNoCode ? kNoCode : 1;
  for (Code& code : codes) {
    code = first + static_cast<Code>(std::lower_bound(known.begin(), known.end(), code) - known.begin());
  }
}

std::vector<Code> tagsOfOne(Dice& dice) {
  std::vector<Code> tags;
  for (std::uint32_t left = dice.below(7); left != 0; --left) tags.push_back(skewed(dice, 40));
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

AnalyticDataPtr makeAnalyticData(Dice& dice) {
  const auto data = std::make_shared<AnalyticData>();
  const Day first = dayFromCivil({2015, 1, 1});
  const Day last = dayFromCivil({2024, 12, 31});
  const auto codeOf = [&](std::uint32_t missingEvery, Code greatest) {
    const bool missing = dice.below(missingEvery) == 0;
    const Code code = skewed(dice, greatest);
    return missing ? kNoCode : code;
  };
  const auto numberOf = [&](std::uint32_t missingEvery, std::int64_t least, std::int64_t greatest) {
    const bool missing = dice.below(missingEvery) == 0;
    const std::int64_t number = least + dice.below(static_cast<std::uint32_t>(greatest - least + 1));
    return missing ? kNoNumber : number;
  };
  for (std::uint32_t place = 0; place < kChunkSize; ++place) {
    data->countries.push_back(codeOf(50, 4));
    data->cities.push_back(codeOf(10, 200));
    data->stores.push_back(dice.below(20'000));
    data->ages.push_back(numberOf(8, 18, 97));
    data->spent.push_back(numberOf(4, 0, 9'999'999));
    data->signups.push_back(numberOf(20, first, last));
    const std::vector<Code> tags = tagsOfOne(dice);
    data->tags.insert(data->tags.end(), tags.begin(), tags.end());
    data->tagEnds.push_back(static_cast<std::uint32_t>(data->tags.size()));
  }

  for (auto* codes : {&data->countries, &data->cities, &data->stores, &data->tags}) closeGaps(*codes);

  ChunkBatch batch;
  addCategory(batch, "country", data->countries);
  addCategory(batch, "city", data->cities);
  addCategory(batch, "store", data->stores);
  batch.addCodes("tags", FieldKind::set, data->tags);
  for (std::uint32_t place = 0; place < kChunkSize; ++place) {
    for (const Code tag : data->tagsOf(place)) batch.addCode(place, tag);
  }
  batch.addNumbers("age", {FieldKind::integer}, data->ages);
  batch.addNumbers("spent", {FieldKind::decimal, 2}, data->spent);
  batch.addNumbers("signup", {FieldKind::date}, data->signups);
  data->snapshot = batch.apply();
  return data;
}

std::vector<Members> makeMembers(Dice& dice, const AnalyticDataPtr& data) {
  std::vector<Members> members = {{"everybody", scattered(dice, 1, ContainerKind::run), nullptr},
                                  {"dense", scattered(dice, 5, ContainerKind::bitset), nullptr},
                                  {"array", scattered(dice, 200, ContainerKind::array), nullptr}};
  for (Members& each : members) {
    std::vector<Bitmap> shards;
    shards.push_back(bitmapOf(each.held->view()));
    each.audience = std::make_shared<const Audience>(data->snapshot, std::move(shards));
  }
  return members;
}

}  // namespace

Analytics makeAnalytics(Dice& dice) {
  AnalyticDataPtr data = makeAnalyticData(dice);
  std::vector<Members> members = makeMembers(dice, data);
  return {std::move(data), std::move(members), std::make_shared<const Executor>(1)};
}

}  // namespace roster::bench
