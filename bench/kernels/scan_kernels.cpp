#include "bench/kernels/scan_kernels.h"

#include <array>
#include <cctype>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "bench/kernels/scan_shapes.h"
#include "bench/kernels/shape_kernels.h"
#include "core/base/hash.h"
#include "core/eval/bucket_slices.h"

namespace roster::bench {

namespace {

constexpr auto kNowhere = std::string_view::npos;

constexpr std::array<std::string_view, 12> kSurnames = {"nowak",     "wisniewski", "wojcik",    "kaminski",
                                                        "zielinski", "szymanski",  "dabrowski", "kozlowski",
                                                        "jankowski", "mazur",      "krawczyk",  "grabowski"};

// Addresses of most contacts, one in 100 of them a Kowalski's.
StringColumn addresses(Dice& dice) {
  StringColumn texts;
  for (std::uint32_t place = 0; place < kChunkSize; ++place) {
    const bool missing = dice.below(20) == 0;
    const bool rare = dice.below(100) == 0;
    const std::string_view surname = rare ? "kowalski" : kSurnames[dice.below(kSurnames.size())];
    const auto initial = static_cast<char>('a' + dice.below(26));
    const std::uint32_t number = dice.below(10'000);
    texts.append(missing ? std::string() : fmt::format("{}.{}{}@example.com", initial, surname, number));
  }
  return texts;
}

// One of 40 texts of each contact.
StringColumn districts(Dice& dice) {
  StringColumn texts;
  for (std::uint32_t place = 0; place < kChunkSize; ++place) texts.append(fmt::format("district-{}", dice.below(40)));
  return texts;
}

StringColumn customerKeys() {
  StringColumn texts;
  for (std::uint32_t place = 0; place < kChunkSize; ++place) texts.append(fmt::format("customer-{:07}", place));
  return texts;
}

// In either case, as far as ASCII goes.
bool isAsKowalsk(std::string_view text) {
  constexpr std::string_view kSought = "kowalsk";
  for (std::size_t at = 0; at + kSought.size() <= text.size(); ++at) {
    std::size_t equal = 0;
    while (equal < kSought.size() && std::tolower(static_cast<unsigned char>(text[at + equal])) == kSought[equal]) {
      ++equal;
    }
    if (equal == kSought.size()) return true;
  }
  return false;
}

class ScanKernels {
 public:
  explicit ScanKernels(std::vector<Kernel>& kernels) : kernels_(kernels) {}

  void add() {
    addLikes();
    addEqualTexts();
    addKeyScans();
    addSetSizes();
    addDaysOfYear();
    finish(data_);
    for (const KeyPlace place : {KeyPlace::memory, KeyPlace::store}) addBuckets(place);
    addBucketSlices("customer-keys", customerKeys());
    addBucketSlices("addresses", addresses(dice_));
  }

 private:
  void take(const std::string& name, Shape shape) { shapes_.push_back({name, std::move(shape)}); }

  // Of all contacts, of an array's and of bits'.
  void takeWithin(ChunkData& data, const std::string& name, const Shape& shape) {
    take(name, shape);
    take(name + "-within-array", all({data.bitmap(array_), shape}));
    take(name + "-within-dense", all({data.bitmap(dense_), shape}));
  }

  void addLikes() {
    const HeldTexts emails = addTexts(data_, addresses(dice_));
    takeWithin(data_, "like-rare",
               like(emails, "%kowalsk%", [](std::string_view text) { return text.find("kowalsk") != kNowhere; }));
    takeWithin(data_, "like-frequent",
               like(emails, "%@example%", [](std::string_view text) { return text.find("@example") != kNowhere; }));
    take("like-prefix", like(emails, "k.%", [](std::string_view text) { return text.starts_with("k."); }));
    take("like-letter", like(emails, "%z%", [](std::string_view text) { return text.find('z') != kNowhere; }));
    take("like-with-gaps", like(emails, "_.k%ski7__@%", [](std::string_view text) {
           if (text.size() < 3 || text[1] != '.' || text[2] != 'k') return false;
           const std::size_t at = text.find('@');
           return at != kNowhere && at >= 9 && text.substr(at - 6, 4) == "ski7";
         }));
    take("like-folded", like(emails, "%KOWALSK%", isAsKowalsk, true));
  }

  // The first texts of some contacts.
  static std::vector<std::string> someOf(const StringColumn& texts, const std::vector<std::uint16_t>& places,
                                         std::size_t count) {
    std::vector<std::string> some;
    for (auto place = places.begin(); place != places.end() && some.size() < count; ++place) {
      if (!texts[*place].empty()) some.emplace_back(texts[*place]);
    }
    return some;
  }

  void addEqualTexts() {
    const StringColumn texts = addresses(dice_);
    const HeldTexts emails = addTexts(data_, texts);
    const std::vector<std::string> few = someOf(texts, array_->values, 3);
    const std::vector<std::string> many = someOf(texts, dense_->values, 300);
    const HeldTexts homes = addTexts(data_, districts(dice_));
    for (const bool indexed : {false, true}) {
      const std::string suffix = indexed ? "-indexed" : "";
      takeWithin(data_, "text-in-3" + suffix, textIn(emails, few, indexed));
      takeWithin(data_, "text-in-300" + suffix, textIn(emails, many, indexed));
      takeWithin(data_, "text-in-2-frequent" + suffix, textIn(homes, {"district-3", "district-17"}, indexed));
    }
  }

  void addKeyScans() {
    const HeldTexts keys = addKeys(data_, customerKeys(), KeyPlace::memory);
    takeWithin(data_, "key-like-rare",
               like(keys, "customer-00123%", [](std::string_view text) { return text.starts_with("customer-00123"); }));
    takeWithin(data_, "key-like-frequent", like(keys, "customer-%7", [](std::string_view text) {
                 return text.starts_with("customer-") && text.back() == '7';
               }));
  }

  void addSetSizes() {
    const auto sets = addSets(data_, dice_, 8, 0);
    takeWithin(data_, "set-size", setSize(sets, {3, 5}));
    take("set-size-none", setSize(sets, {0, 0}));
    takeWithin(data_, "set-size-patched", setSize(addSets(data_, dice_, 8, 50), {3, 5}));
  }

  void addDaysOfYear() {
    const HeldNumbersPtr days = data_.numbers(dice_, 1, -10'000, 15'000);
    takeWithin(data_, "day-of-year", fromDayOfMonth(days, 25));
  }

  // A table of its own, since a chunk has one column of keys.
  void addBuckets(KeyPlace place) {
    ChunkData data;
    const HeldTexts keys = addKeys(data, customerKeys(), place);
    const std::string name = place == KeyPlace::store ? "bucket-kept" : "bucket-not-kept";
    takeWithin(data, name, bucketBelow(keys, "spring-test", 1000));
    take(name + "-within-short-array", all({data.bitmap(short_), bucketBelow(keys, "spring-test", 1000)}));
    finish(data);
  }

  // What the first time of a name makes, told by the sum of all buckets.
  void addBucketSlices(const std::string& name, const StringColumn& texts) {
    ChunkData data;
    const HeldTexts keys = addKeys(data, texts, KeyPlace::memory);
    const auto scratch = std::make_shared<Scratch>();
    const auto run = [strings = keys.strings, scratch] {
      const BucketSlices made("spring-test", *strings, *scratch);
      std::uint32_t sum = 0;
      for (std::uint32_t k = 0; k < BucketSlices::kBits; ++k) sum += made.slices().slice(k).cardinality << k;
      return sum;
    };
    const auto plain = [strings = keys.strings] {
      std::uint32_t sum = 0;
      for (std::uint32_t place = 0; place < strings->size(); ++place) sum += bucketOf("spring-test", (*strings)[place]);
      return sum;
    };
    kernels_.push_back({"bucket-slices/" + name, run, plain});
  }

  void finish(const ChunkData& data) {
    addShapes(kernels_, shapes_, data.snapshot());
    shapes_.clear();
  }

  std::vector<Kernel>& kernels_;
  Dice dice_{20261201};
  HeldPtr array_ = scattered(dice_, 200, ContainerKind::array);
  HeldPtr short_ = scattered(dice_, 400, ContainerKind::array);
  HeldPtr dense_ = scattered(dice_, 5, ContainerKind::bitset);
  ChunkData data_;
  std::vector<NamedShape> shapes_;
};

}  // namespace

void addScans(std::vector<Kernel>& kernels) { ScanKernels(kernels).add(); }

}  // namespace roster::bench
