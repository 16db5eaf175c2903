#include "bench/real_sets.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <system_error>

#include "bench/tar_reader.h"

namespace roster::bench {

namespace {

constexpr std::string_view kNames[] = {"census-income",  "census-income_srt",  "census1881",
                                       "census1881_srt", "wikileaks-noquotes", "wikileaks-noquotes_srt"};

Error inFile(const std::filesystem::path& archive, std::string_view file, const Error& error) {
  return {error.code, fmt::format("'{}' in '{}' is no bitmap: {}", file, archive.string(), error.message), {}};
}

tl::unexpected<Error> missing(std::string what) {
  return fail(ErrorCode::dataLoss, fmt::format("{}; the real sets are the folders of CRoaring's benchmarks/realdata, "
                                               "each packed as NAME.tar.zst: tar --zstd -cf NAME.tar.zst NAME",
                                               what));
}

// All ids below `size`, as runs.
Bitmap everyIdBelow(LocalId size) {
  ContainerPackBuilder builder;
  for (LocalId first = 0; first < size; first += kChunkSize) {
    const LocalId count = std::min(size - first, kChunkSize);
    const Run run{0, static_cast<std::uint16_t>(count - 1)};
    builder.add(chunkOf(first), {&run, count, 1, ContainerKind::run});
  }
  return Bitmap::fromBuilder(std::move(builder));
}

// A bitmap's part in a shard.
std::vector<LocalId> localIds(const std::vector<ContactId>& contacts, ShardIndex shard) {
  std::vector<LocalId> ids;
  for (auto at = std::ranges::lower_bound(contacts, contactAt(shard, 0)); at != contacts.end(); ++at) {
    if (shardOf(*at) != shard) break;
    ids.push_back(localOf(*at));
  }
  return ids;
}

std::shared_ptr<const FieldShard> fieldOf(const RealSet& set, ShardIndex shard) {
  SetColumns columns;
  std::vector<LocalId> present;
  for (std::size_t i = 0; i < set.bitmaps.size(); ++i) {
    const std::vector<LocalId> ids = localIds(set.bitmaps[i], shard);
    if (ids.empty()) continue;
    columns.values.dense.push_back(
        {static_cast<Code>(i + 1), static_cast<std::uint32_t>(ids.size()), makeSlot(Bitmap::fromSorted(ids))});
    present.insert(present.end(), ids.begin(), ids.end());
  }
  if (present.empty()) return nullptr;
  std::ranges::sort(present);
  present.erase(std::unique(present.begin(), present.end()), present.end());
  auto field = std::make_shared<FieldShard>();
  field->presentCount = static_cast<std::uint32_t>(present.size());
  field->present = makeSlot(Bitmap::fromSorted(present));
  field->columns = std::move(columns);
  return field;
}

}  // namespace

std::span<const std::string_view> realSetNames() { return kNames; }

Result<std::vector<ContactId>> parseIntegers(std::string_view text) {
  std::vector<ContactId> integers;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::dataLoss, fmt::format("{} at byte {}", what, at - text.data()));
  };
  for (;;) {
    ContactId integer = 0;
    const auto [behind, error] = std::from_chars(at, end, integer);
    if (error == std::errc::invalid_argument) return wrong("there is no integer");
    if (error != std::errc() || integer >= kRealContactsEnd) {
      return wrong(fmt::format("an integer is not below {}", kRealContactsEnd));
    }
    if (!integers.empty() && integer <= integers.back()) return wrong("the integers do not ascend");
    integers.push_back(integer);
    at = behind;
    const std::string_view rest(at, static_cast<std::size_t>(end - at));
    if (rest.empty() || rest == "\n" || rest == "\r\n") return integers;
    if (rest.front() != ',') return wrong("there is no comma");
    ++at;
  }
}

Result<RealSet> readRealSet(const std::filesystem::path& folder, std::string_view name) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    return missing(fmt::format("there is no folder '{}'", folder.string()));
  }
  const std::filesystem::path path = folder / fmt::format("{}.tar.zst", name);
  auto source = ByteSource::open(path.string());
  if (!source && source.error().code == ErrorCode::notFound) return missing(source.error().message);
  if (!source) return propagate(source);
  TarReader archive(*std::move(source));
  std::map<std::string, std::vector<ContactId>> files;
  for (;;) {
    const auto file = archive.next();
    if (!file) return tl::unexpected(file.error());
    if (!*file) break;
    auto integers = parseIntegers((*file)->content);
    if (!integers) return tl::unexpected(inFile(path, (*file)->name, integers.error()));
    files[(*file)->name] = *std::move(integers);
  }
  if (files.size() < 2) {
    return fail(ErrorCode::dataLoss, fmt::format("'{}' holds fewer than two bitmaps", path.string()));
  }
  RealSet set{std::string(name), 0, {}};
  for (auto& [file, integers] : files) {
    set.contacts = std::max(set.contacts, std::uint64_t{integers.back()} + 1);
    set.bitmaps.push_back(std::move(integers));
  }
  return set;
}

Result<SnapshotPtr> snapshotOf(const RealSet& set) {
  auto schema = Schema().withField(kRealField, {FieldKind::set});
  if (!schema) return propagate(schema);
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= set.bitmaps.size(); ++i) names.push_back(std::to_string(i));
  auto dictionary = Dictionary().withAppended(std::vector<std::string_view>(names.begin(), names.end()));
  if (!dictionary) return propagate(dictionary);

  auto snapshot = std::make_shared<Snapshot>();
  const FieldId field = schema->find(kRealField)->id;
  snapshot->dictionaries[field] = std::make_shared<const Dictionary>(*std::move(dictionary));
  snapshot->schema = std::make_shared<const Schema>(*std::move(schema));
  for (std::uint64_t first = 0; first < set.contacts; first += kShardSize) {
    auto shard = std::make_shared<Shard>();
    shard->size = static_cast<LocalId>(std::min<std::uint64_t>(set.contacts - first, kShardSize));
    shard->live = makeSlot(everyIdBelow(shard->size));
    shard->liveCount = shard->size;
    if (auto values = fieldOf(set, shardOf(static_cast<ContactId>(first)))) shard->fields[field] = std::move(values);
    snapshot->shards.push_back(std::move(shard));
  }
  return snapshot;
}

}  // namespace roster::bench
