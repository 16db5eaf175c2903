#include "bench/stream_rates.h"

#include <algorithm>
#include <array>
#include <bit>
#include <fmt/format.h>
#include <random>

#include "core/eval/word_kernels.h"
#include "index/engine/audience.h"

namespace roster::bench {

namespace {

constexpr std::size_t kSets = 10;
constexpr std::size_t kTagsOfSet = 5;

std::string tagNamed(std::size_t set, std::size_t tag) { return fmt::format("set-{}-tag-{}", set, tag); }

// Each contact with a chance of a quarter.
Bitmap quarterOf(LocalId contacts, std::mt19937_64& random) {
  ContainerPackBuilder builder;
  ChunkWords words;
  for (ChunkIndex chunk = 0; chunk << kChunkBits < contacts; ++chunk) {
    const LocalId held = std::min(contacts - (chunk << kChunkBits), kChunkSize);
    words.clear();
    for (LocalId word = 0; word < (held + 63) / 64; ++word) words.words[word] = random() & random();
    if (held % 64 != 0) words.words[held / 64] &= (Word{1} << (held % 64)) - 1;
    builder.addWords(chunk, words);
  }
  return Bitmap::fromBuilder(std::move(builder));
}

Bitmap allOf(LocalId contacts) {
  ContainerPackBuilder builder;
  ChunkWords words;
  for (ChunkIndex chunk = 0; chunk << kChunkBits < contacts; ++chunk) {
    words.clear();
    setRange(words, 0, std::min(contacts - (chunk << kChunkBits), kChunkSize) - 1);
    builder.addWords(chunk, words);
  }
  return Bitmap::fromBuilder(std::move(builder));
}

// A snapshot of nothing but the tags' bitmaps: no keys and no columns.
class TagSnapshot {
 public:
  static Result<SnapshotPtr> make(std::uint64_t contacts) {
    auto schema = Schema().withField("tags", FieldType{FieldKind::set});
    if (!schema) return propagate(schema);
    std::vector<std::string> names;
    for (std::size_t set = 0; set < kSets; ++set) {
      for (std::size_t tag = 0; tag < kTagsOfSet; ++tag) names.push_back(tagNamed(set, tag));
    }
    auto dictionary = Dictionary().withAppended(std::vector<std::string_view>(names.begin(), names.end()));
    if (!dictionary) return propagate(dictionary);
    auto snapshot = std::make_shared<Snapshot>();
    const FieldId field = schema->find("tags")->id;
    snapshot->schema = std::make_shared<const Schema>(*std::move(schema));
    snapshot->dictionaries[field] = std::make_shared<const Dictionary>(*std::move(dictionary));
    std::mt19937_64 random(20261125);
    for (std::uint64_t first = 0; first < contacts; first += kShardSize) {
      const auto held = static_cast<LocalId>(std::min<std::uint64_t>(contacts - first, kShardSize));
      snapshot->shards.push_back(shardOf(held, field, random));
    }
    return SnapshotPtr(std::move(snapshot));
  }

 private:
  static std::shared_ptr<const Shard> shardOf(LocalId contacts, FieldId field, std::mt19937_64& random) {
    Shard shard;
    shard.size = contacts;
    shard.liveCount = contacts;
    shard.live = makeSlot(allOf(contacts));
    FieldShard tags;
    SetColumns columns;
    for (Code code = 1; code <= kSets * kTagsOfSet; ++code) {
      Bitmap bitmap = quarterOf(contacts, random);
      const std::uint32_t cardinality = bitmap.cardinality();
      columns.values.dense.push_back({code, cardinality, makeSlot(std::move(bitmap))});
    }
    tags.columns = std::move(columns);
    shard.fields.emplace(field, std::make_shared<const FieldShard>(std::move(tags)));
    return std::make_shared<const Shard>(std::move(shard));
  }
};

// The bitmaps of some tags of one set, by shard: what a query reads.
using SetBitmaps = std::vector<std::vector<std::shared_ptr<const Bitmap>>>;

Result<SetBitmaps> bitmapsOf(const Snapshot& snapshot, std::size_t set, std::size_t tags) {
  SetBitmaps shards;
  for (const auto& shard : snapshot.shards) {
    const ValueIndex& values = *shard->fields.begin()->second->values();
    auto& own = shards.emplace_back();
    for (std::size_t tag = 0; tag < tags; ++tag) {
      auto bitmap = load(values.dense[set * kTagsOfSet + tag].bitmap);
      if (!bitmap) return propagate(bitmap);
      own.push_back(*std::move(bitmap));
    }
  }
  return shards;
}

// The sum of all words: what keeps a compiler from leaving the reading out.
Word sumOf(const Bitmap& bitmap) {
  std::array<Word, 8> sums{};
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    const ContainerView container = bitmap.chunk(chunk);
    if (container.kind != ContainerKind::bitset || container.empty()) continue;  // of a few contacts only
    for (std::size_t at = 0; at < kChunkWords; at += sums.size()) {
      for (std::size_t lane = 0; lane < sums.size(); ++lane) sums[lane] += container.words()[at + lane];
    }
  }
  Word sum = 0;
  for (const Word lane : sums) sum += lane;
  return sum;
}

Word stream(const SetBitmaps& set, const Executor& executor) {
  std::vector<Word> sums(set.size(), 0);
  executor.forEach(set.size(), 1, [&](std::size_t shard) {
    for (const auto& bitmap : set[shard]) sums[shard] += sumOf(*bitmap);
  });
  Word sum = 0;
  for (const Word shard : sums) sum += shard;
  return sum;
}

// The AND of all bitmaps, word by word.
std::uint64_t plainCount(const SetBitmaps& set) {
  std::uint64_t count = 0;
  ChunkWords left;
  ChunkWords other;
  for (const auto& shard : set) {
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      expand(shard.front()->chunk(chunk), left);
      for (const auto& bitmap : std::span(shard).subspan(1)) {
        expand(bitmap->chunk(chunk), other);
        for (std::uint32_t at = 0; at < kChunkWords; ++at) left.words[at] &= other.words[at];
      }
      for (const Word word : left.words) count += static_cast<std::uint64_t>(std::popcount(word));
    }
  }
  return count;
}

// The sets of so many tags, asked for in turn.
class Rotation {
 public:
  static Result<Rotation> make(const SnapshotPtr& snapshot, std::size_t tags, const Executor& executor) {
    Rotation rotation;
    for (std::size_t set = 0; set < kSets; ++set) {
      std::string predicate;
      for (std::size_t tag = 0; tag < tags; ++tag) {
        predicate += fmt::format("{}tags has '{}'", tag == 0 ? "" : " and ", tagNamed(set, tag));
      }
      auto bitmaps = bitmapsOf(*snapshot, set, tags);
      if (!bitmaps) return propagate(bitmaps);
      const auto query = Query::compile(predicate, snapshot, benchNow());
      if (!query) return tl::unexpected(query.error());
      auto prepared = PreparedQuery::prepare(*query, executor);
      if (!prepared) return propagate(prepared);
      const auto counted = prepared->count(executor);
      if (!counted) return tl::unexpected(counted.error());
      if (const std::uint64_t right = plainCount(*bitmaps); *counted != right) {
        return fail(ErrorCode::internal, fmt::format("{}: counted {}, not {}", predicate, *counted, right));
      }
      rotation.sets_.push_back(*std::move(bitmaps));
      rotation.queries_.push_back(*std::move(prepared));
    }
    return rotation;
  }

  double bytesOfSet() const { return static_cast<double>(queries_.front().operandBytes()); }

  Result<Timing> timeStream(double seconds, const Executor& executor) {
    return measure(seconds, [&]() -> Result<void> {
      sum_ += stream(sets_[next_++ % kSets], executor);
      return {};
    });
  }
  Result<Timing> timeCounts(double seconds, const Executor& executor) {
    return measure(seconds, [&]() -> Result<void> {
      auto counted = queries_[next_++ % kSets].count(executor);
      if (!counted) return propagate(counted);
      return {};
    });
  }

 private:
  std::vector<SetBitmaps> sets_;
  std::vector<PreparedQuery> queries_;
  std::size_t next_ = 0;
  Word sum_ = 0;
};

Result<ReportLine> measureOne(Rotation& rotation, std::string name, double seconds, const Executor& executor) {
  ReportLine line;
  line.name = fmt::format("{}, {} thread{}", name, executor.threads(), executor.threads() == 1 ? "" : "s");
  line.group = "stream rate";
  line.description = "counted over ten disjoint sets in turn, beside a plain sum of the same bytes";
  auto streamed = rotation.timeStream(seconds, executor);
  if (!streamed) return propagate(streamed);
  auto counted = rotation.timeCounts(seconds, executor);
  if (!counted) return propagate(counted);
  const double bytes = rotation.bytesOfSet();
  line.figures = {{"bytes", "reads", bytes, Unit::bytes},
                  {"streamRate", "plain sum", bytes / (streamed->p50 / 1e6), Unit::bytesPerSecond},
                  {"countRate", "count rate", bytes / (counted->p50 / 1e6), Unit::bytesPerSecond},
                  {"ofStream", "of that sum", streamed->p50 / counted->p50, Unit::times}};
  line.timings = {{"stream", "stream", *streamed, false}, {"count", "count", *counted, true}};
  return line;
}

double figureOf(const ReportLine& line, std::string_view key) {
  return std::ranges::find(line.figures, key, &Figure::key)->value;
}

// Beside its own sum, each count is held against the best rate of the run: a sum of few bytes or on one thread need not
// be what the machine can do.
void addShareOfBest(std::vector<ReportLine>& lines) {
  double best = 0;
  for (const ReportLine& line : lines) {
    best = std::max({best, figureOf(line, "streamRate"), figureOf(line, "countRate")});
  }
  for (ReportLine& line : lines) {
    line.figures.push_back({"ofBest", "of the run's best rate", figureOf(line, "countRate") / best, Unit::times});
  }
}

}  // namespace

Result<std::vector<ReportLine>> measureStreamRates(std::uint64_t contacts, double seconds,
                                                   const std::vector<const Executor*>& executors) {
  auto snapshot = TagSnapshot::make(contacts);
  if (!snapshot) return propagate(snapshot);
  const std::pair<const char*, std::size_t> shapes[] = {{"pairs", 2}, {"five-way AND", kTagsOfSet}};
  std::vector<ReportLine> lines;
  for (const auto& [name, tags] : shapes) {
    auto rotation = Rotation::make(*snapshot, tags, *executors.front());
    if (!rotation) return propagate(rotation);
    for (const Executor* executor : executors) {
      auto line = measureOne(*rotation, name, seconds, *executor);
      if (!line) return propagate(line);
      lines.push_back(*std::move(line));
    }
  }
  addShareOfBest(lines);
  return lines;
}

}  // namespace roster::bench
