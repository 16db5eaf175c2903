#include "index/engine/breakdown.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <unordered_map>

#include "core/eval/container_algebra.h"
#include "index/engine/audience_runs.h"
#include "index/engine/code_grid.h"
#include "index/engine/group_reader.h"

namespace roster {

namespace {

// The counts of one run, or of all of them: by number of the group, and for a grid by (number << 32 | number).
struct Counts {
  std::vector<std::uint64_t> groups;
  std::unordered_map<std::uint64_t, std::uint64_t> cells;

  void add(std::uint32_t group, std::uint64_t count) {
    if (group >= groups.size()) groups.resize(std::max<std::size_t>(group + 1, 2 * groups.size()), 0);
    groups[group] += count;
  }
  void add(std::uint32_t row, std::uint32_t column, std::uint64_t count) {
    cells[std::uint64_t{row} << 32 | column] += count;
  }
};

// Counts one run by one dimension.
class GroupRun {
 public:
  GroupRun(const Audience& audience, const ChunkRun& run, const GroupKeys& keys)
      : audience_(audience), run_(run), keys_(keys), reader_(keys) {}

  Result<void> count() {
    const FieldShard* field = audience_.snapshot()->shards[run_.shard]->field(keys_.dimension().field.id);
    if (field != nullptr && keys_.isByCode() && bitmapsAreCheaper(*field)) return countByBitmaps(*field);
    return countByColumn(field);
  }

  const Counts& counts() const { return counts_; }
  const GroupReader& reader() const { return reader_; }

 private:
  ContainerView members(ChunkIndex chunk) const { return audience_.shard(run_.shard).chunk(chunk); }

  // A rule of thumb in nanoseconds, for a whole shard. An intersection looks at each contact of a short container or at
  // the words of a long one, 300 ns; a rare value's contacts are looked up one by one. A column costs 2 ns for each
  // contact, a set's one 4 ns for each element besides. How many elements of a set are rare is not known beforehand.
  bool bitmapsAreCheaper(const FieldShard& field) const {
    const ValueIndex& values = *field.values();
    const bool set = std::holds_alternative<SetColumns>(field.columns);
    std::uint64_t bitmapCost = 0;
    std::uint64_t dense = 0;
    for (const DenseValue& value : values.dense) {
      bitmapCost += 50 * kChunksPerShard + std::min<std::uint64_t>(value.cardinality, 250 * kChunksPerShard);
      dense += value.cardinality;
    }
    if (values.packed != nullptr) bitmapCost += 10 * (set ? field.presentCount / 8 : field.presentCount - dense);
    std::uint64_t contacts = 0;
    for (ChunkIndex chunk = run_.begin; chunk < run_.end; ++chunk) contacts += members(chunk).cardinality;
    contacts = contacts * kChunksPerShard / (run_.end - run_.begin);
    const std::uint64_t elements = set && field.presentCount != 0 ? contacts * dense / field.presentCount : 0;
    return bitmapCost < 2 * contacts + 4 * elements;
  }

  Result<void> countByColumn(const FieldShard* field) {
    for (ChunkIndex chunk = run_.begin; chunk < run_.end; ++chunk) {
      const auto places = placesOf(members(chunk), room_);
      if (places.empty()) continue;
      if (auto read = reader_.read(field, chunk, places); !read) return propagate(read);
      if (reader_.groupCount() >= counts_.groups.size())
        counts_.groups.resize(reader_.groupCount() + std::size_t{1}, 0);
      if (!reader_.single().empty()) {
        for (const std::uint32_t group : reader_.single()) ++counts_.groups[group];
        continue;
      }
      for (std::size_t i = 0; i < places.size(); ++i) {
        for (const std::uint32_t group : reader_.groupsOf(i)) ++counts_.groups[group];
      }
    }
    return {};
  }

  Result<void> countByBitmaps(const FieldShard& field) {
    auto present = load(field.present);
    if (!present) return propagate(present);
    for (ChunkIndex chunk = run_.begin; chunk < run_.end; ++chunk) {
      counts_.add(0, subtractCount(members(chunk), (*present)->chunk(chunk)));
    }
    const ValueIndex& values = *field.values();
    for (const DenseValue& value : values.dense) {
      auto bitmap = load(value.bitmap);
      if (!bitmap) return propagate(bitmap);
      std::uint64_t count = 0;
      for (ChunkIndex chunk = run_.begin; chunk < run_.end; ++chunk) {
        count += intersectCount(members(chunk), (*bitmap)->chunk(chunk));
      }
      if (count != 0) counts_.add(reader_.numberOfCode(value.code), count);
    }
    auto packed = load(values.packed);
    if (!packed) return propagate(packed);
    countPacked(**packed);
    return reader_.check();
  }

  void countPacked(const PackedValues& packed) {
    const Bitmap& shard = audience_.shard(run_.shard);
    const LocalId begin = LocalId{run_.begin} << kChunkBits;
    const LocalId end = LocalId{run_.end} << kChunkBits;
    for (std::uint32_t i = 0; i < packed.size(); ++i) {
      const auto contacts = packed.contactsAt(i);
      std::uint64_t count = 0;
      for (auto at = std::lower_bound(contacts.begin(), contacts.end(), begin); at != contacts.end() && *at < end;
           ++at) {
        count += shard.contains(*at);
      }
      if (count != 0) counts_.add(reader_.numberOfCode(packed.codes()[i]), count);
    }
  }

  const Audience& audience_;
  const ChunkRun& run_;
  const GroupKeys& keys_;
  GroupReader reader_;
  Counts counts_;
  std::vector<std::uint16_t> room_;
};

// Counts one run by two dimensions.
class GridRun {
 public:
  GridRun(const Audience& audience, const ChunkRun& run, const GroupKeys& rowKeys, const GroupKeys& columnKeys)
      : audience_(audience),
        run_(run),
        rowKeys_(rowKeys),
        columnKeys_(columnKeys),
        rows_(rowKeys),
        columns_(columnKeys) {}

  Result<void> count() {
    const Shard& shard = *audience_.snapshot()->shards[run_.shard];
    const FieldShard* rowField = shard.field(rowKeys_.dimension().field.id);
    const FieldShard* columnField = shard.field(columnKeys_.dimension().field.id);
    for (ChunkIndex chunk = run_.begin; chunk < run_.end; ++chunk) {
      const auto places = placesOf(audience_.shard(run_.shard).chunk(chunk), room_);
      if (places.empty()) continue;
      if (auto read = rows_.read(rowField, chunk, places); !read) return propagate(read);
      if (auto read = columns_.read(columnField, chunk, places); !read) return propagate(read);
      countChunk(places.size());
    }
    return {};
  }

  const Counts& counts() const { return counts_; }
  const GroupReader& rows() const { return rows_; }
  const GroupReader& columns() const { return columns_; }

 private:
  // Calls f(row, column) for every cell that each of the chunk's contacts is in.
  template <class F>
  void forEachCell(std::size_t contacts, const F& f) const {
    const auto rows = rows_.single();
    const auto columns = columns_.single();
    if (rows.size() == contacts && columns.size() == contacts) {
      for (std::size_t i = 0; i < contacts; ++i) f(rows[i], columns[i]);
      return;
    }
    for (std::size_t i = 0; i < contacts; ++i) {
      for (const std::uint32_t row : rows_.groupsOf(i)) {
        for (const std::uint32_t column : columns_.groupsOf(i)) f(row, column);
      }
    }
  }

  void countChunk(std::size_t contacts) {
    constexpr std::uint64_t kMaxTable = 1U << 16;  // stays in the second-level cache
    const std::uint64_t width = std::uint64_t{columns_.groupCount()} + 1;
    const std::uint64_t height = std::uint64_t{rows_.groupCount()} + 1;
    if (width * height > kMaxTable || width * height > 16 * contacts) {
      forEachCell(contacts, [&](std::uint32_t row, std::uint32_t column) { counts_.add(row, column, 1); });
      return;
    }
    table_.assign(width * height, 0);
    forEachCell(contacts, [&](std::uint32_t row, std::uint32_t column) { ++table_[row * width + column]; });
    for (std::uint64_t at = 0; at < table_.size(); ++at) {
      if (table_[at] == 0) continue;
      counts_.add(static_cast<std::uint32_t>(at / width), static_cast<std::uint32_t>(at % width), table_[at]);
    }
  }

  const Audience& audience_;
  const ChunkRun& run_;
  const GroupKeys& rowKeys_;
  const GroupKeys& columnKeys_;
  GroupReader rows_;
  GroupReader columns_;
  Counts counts_;
  std::vector<std::uint32_t> table_;
  std::vector<std::uint16_t> room_;
};

// Counts one run by two dimensions of one code a contact.
class CodeGridRun {
 public:
  CodeGridRun(const Audience& audience, const ChunkRun& run, const GroupKeys& rowKeys, const GroupKeys& columnKeys)
      : audience_(audience),
        run_(run),
        rowField_(rowKeys.dimension().field.id),
        columnField_(columnKeys.dimension().field.id),
        grid_(rowKeys.lastCode(), columnKeys.lastCode()) {}

  Result<void> count() {
    for (ChunkIndex chunk = run_.begin; chunk < run_.end; ++chunk) {
      auto rows = codesOf(rowField_, chunk);
      if (!rows) return propagate(rows);
      auto columns = codesOf(columnField_, chunk);
      if (!columns) return propagate(columns);
      auto counted = grid_.count(rows->get(), columns->get(), audience_.shard(run_.shard).chunk(chunk));
      if (!counted) return counted;
    }
    return {};
  }

  const CodeGrid& grid() const { return grid_; }

 private:
  // Null where nobody in the shard has a value.
  Result<std::shared_ptr<const CodeChunk>> codesOf(FieldId id, ChunkIndex chunk) const {
    const FieldShard* field = audience_.snapshot()->shards[run_.shard]->field(id);
    if (field == nullptr) return std::shared_ptr<const CodeChunk>();
    return load(std::get<CodedColumns>(field->columns).codes[chunk]);
  }

  const Audience& audience_;
  const ChunkRun& run_;
  FieldId rowField_;
  FieldId columnField_;
  CodeGrid grid_;
};

Group groupOf(const GroupKeys& keys, const KeyNumbers& numbers, std::uint32_t number) {
  return number == 0 ? Group() : keys.group(numbers.keyOf(number));
}

Result<std::vector<BreakdownLine>> groupLines(const Audience& audience, const GroupKeys& keys,
                                              const Executor& executor) {
  KeyNumbers numbers;
  Counts total;
  auto counted = countRuns(
      runsOf(audience), executor, [&](const ChunkRun& run) { return std::make_unique<GroupRun>(audience, run, keys); },
      [&](const GroupRun& run) {
        const auto& counts = run.counts().groups;
        for (std::uint32_t group = 0; group < counts.size(); ++group) {
          if (counts[group] != 0) total.add(run.reader().translate(group, numbers), counts[group]);
        }
        return checkBreakdownSize(numbers.size());
      });
  if (!counted) return propagate(counted);
  std::vector<BreakdownLine> lines;
  for (std::uint32_t group = 0; group < total.groups.size(); ++group) {
    if (total.groups[group] != 0) lines.push_back({{groupOf(keys, numbers, group)}, total.groups[group]});
  }
  return lines;
}

// Whether a table with a counter for every pair of codes is small enough to be made for every run.
bool isForCodeGrid(const Audience& audience, const GroupKeys& rowKeys, const GroupKeys& columnKeys) {
  if (!rowKeys.isByOneCode() || !columnKeys.isByOneCode()) return false;
  const std::uint64_t cells = CodeGrid::cellsOf(rowKeys.lastCode(), columnKeys.lastCode());
  return cells <= CodeGrid::kMaxCells && cells * runsOf(audience).size() <= audience.count();
}

Result<std::vector<BreakdownLine>> codeGridLines(const Audience& audience, const GroupKeys& rowKeys,
                                                 const GroupKeys& columnKeys, const Executor& executor) {
  CodeGrid total(rowKeys.lastCode(), columnKeys.lastCode());
  auto counted = countRuns(
      runsOf(audience), executor,
      [&](const ChunkRun& run) { return std::make_unique<CodeGridRun>(audience, run, rowKeys, columnKeys); },
      [&](const CodeGridRun& run) -> Result<void> {
        total.add(run.grid());
        return {};
      });
  if (!counted) return propagate(counted);
  const auto groupOfCode = [](const GroupKeys& keys, Code code) {
    return code == kNoCode ? Group() : keys.group(code);
  };
  std::vector<BreakdownLine> lines;
  total.forEachCell([&](Code row, Code column, std::uint64_t count) {
    lines.push_back({{groupOfCode(rowKeys, row), groupOfCode(columnKeys, column)}, count});
  });
  return lines;
}

Result<std::vector<BreakdownLine>> gridLines(const Audience& audience, const GroupKeys& rowKeys,
                                             const GroupKeys& columnKeys, const Executor& executor) {
  if (isForCodeGrid(audience, rowKeys, columnKeys)) return codeGridLines(audience, rowKeys, columnKeys, executor);
  KeyNumbers rows;
  KeyNumbers columns;
  Counts total;
  auto counted = countRuns(
      runsOf(audience), executor,
      [&](const ChunkRun& run) { return std::make_unique<GridRun>(audience, run, rowKeys, columnKeys); },
      [&](const GridRun& run) {
        for (const auto& [cell, count] : run.counts().cells) {
          const std::uint32_t row = run.rows().translate(static_cast<std::uint32_t>(cell >> 32), rows);
          total.add(row, run.columns().translate(static_cast<std::uint32_t>(cell), columns), count);
        }
        return checkBreakdownSize(total.cells.size());
      });
  if (!counted) return propagate(counted);
  std::vector<BreakdownLine> lines;
  lines.reserve(total.cells.size());
  for (const auto& [cell, count] : total.cells) {
    lines.push_back({{groupOf(rowKeys, rows, static_cast<std::uint32_t>(cell >> 32)),
                      groupOf(columnKeys, columns, static_cast<std::uint32_t>(cell))},
                     count});
  }
  return lines;
}

}  // namespace

Result<void> checkBreakdownSize(std::size_t lines) {
  if (lines <= kMaxBreakdownLines) return {};
  return fail(
      ErrorCode::resourceExhausted,
      fmt::format("the breakdown has more than {} lines; group numbers by a step (age:10) and times by a longer "
                  "unit (signup:month)",
                  kMaxBreakdownLines));
}

Result<Breakdown> breakdown(const Audience& audience, const std::vector<Dimension>& dimensions,
                            const Executor& executor) {
  if (dimensions.empty() || dimensions.size() > 2) {
    return fail(ErrorCode::invalidArgument, "a breakdown goes by one field or by two");
  }
  std::vector<GroupKeys> keys;
  for (const Dimension& dimension : dimensions) {
    auto loaded = GroupKeys::load(dimension, *audience.snapshot());
    if (!loaded) return propagate(loaded);
    keys.push_back(*std::move(loaded));
  }
  auto lines =
      keys.size() == 1 ? groupLines(audience, keys[0], executor) : gridLines(audience, keys[0], keys[1], executor);
  if (!lines) return propagate(lines);
  Breakdown result{dimensions, audience.count(), *std::move(lines)};
  std::sort(result.lines.begin(), result.lines.end(), [](const BreakdownLine& a, const BreakdownLine& b) {
    return a.count != b.count ? a.count > b.count : isBefore(a.groups, b.groups);
  });
  return result;
}

void sortByGroup(Breakdown& breakdown) {
  std::sort(breakdown.lines.begin(), breakdown.lines.end(),
            [](const BreakdownLine& a, const BreakdownLine& b) { return isBefore(a.groups, b.groups); });
}

}  // namespace roster
