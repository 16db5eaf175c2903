#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "bench/kernels/analytic_groups.h"
#include "bench/kernels/analytic_kernels.h"
#include "core/data/set_element.h"
#include "index/engine/audience_runs.h"
#include "index/engine/breakdown.h"
#include "index/engine/code_grid.h"
#include "index/engine/group_reader.h"

namespace roster::bench {

namespace {

// A line's part of a digest; `column` is 0 where there is one dimension.
std::uint64_t digestOfLine(std::int64_t row, std::int64_t column, std::uint64_t count) {
  return (static_cast<std::uint64_t>(row) * 100'003 + static_cast<std::uint64_t>(column) + 1) * count;
}

std::int64_t weightOf(const Group& group) {
  if (const auto* number = std::get_if<std::int64_t>(&group)) return *number;
  const auto* name = std::get_if<std::string>(&group);
  return name == nullptr ? 0 : readElement(std::string_view(*name).substr(1)).value_or(-1);
}

std::uint32_t digestOf(const Breakdown& breakdown) {
  std::uint64_t digest = 0;
  for (const BreakdownLine& line : breakdown.lines) {
    const std::int64_t column = line.groups.size() == 1 ? 0 : weightOf(line.groups[1]);
    digest += digestOfLine(weightOf(line.groups[0]), column, line.count);
  }
  return static_cast<std::uint32_t>(digest);
}

template <class Groups>
std::function<std::uint32_t()> plainCount(const AnalyticDataPtr& data, const HeldPtr& members, const Groups& groups) {
  return [data, members, groups] {
    std::vector<std::uint64_t> counts(groups.end, 0);
    for (const std::uint16_t place : members->values) {
      groups.forEach(place, [&](std::uint32_t group) { ++counts[group]; });
    }
    std::uint64_t digest = 0;
    for (std::uint32_t group = 0; group < groups.end; ++group) {
      digest += digestOfLine(groups.weightOf(group), 0, counts[group]);
    }
    return static_cast<std::uint32_t>(digest);
  };
}

// A table where that is small, as one would write it by hand, and otherwise a map.
template <class Rows, class Columns>
std::function<std::uint32_t()> plainGrid(const AnalyticDataPtr& data, const HeldPtr& members, const Rows& rows,
                                         const Columns& columns) {
  constexpr std::uint64_t kMaxTable = 1U << 16;
  return [data, members, rows, columns] {
    const auto forEachCell = [&](const auto& f) {
      for (const std::uint16_t place : members->values) {
        rows.forEach(place, [&](std::uint32_t row) {
          columns.forEach(place, [&](std::uint32_t column) { f(std::uint64_t{row} * columns.end + column); });
        });
      }
    };
    std::uint64_t digest = 0;
    const auto addLine = [&](std::uint64_t cell, std::uint64_t count) {
      const auto row = static_cast<std::uint32_t>(cell / columns.end);
      const auto column = static_cast<std::uint32_t>(cell % columns.end);
      if (count != 0) digest += digestOfLine(rows.weightOf(row), columns.weightOf(column), count);
    };
    const std::uint64_t cells = std::uint64_t{rows.end} * columns.end;
    if (cells <= kMaxTable) {
      std::vector<std::uint64_t> counts(cells, 0);
      forEachCell([&](std::uint64_t cell) { ++counts[cell]; });
      for (std::uint64_t cell = 0; cell < cells; ++cell) addLine(cell, counts[cell]);
    } else {
      std::unordered_map<std::uint64_t, std::uint64_t> counts;
      forEachCell([&](std::uint64_t cell) { ++counts[cell]; });
      for (const auto& [cell, count] : counts) addLine(cell, count);
    }
    return static_cast<std::uint32_t>(digest);
  };
}

std::function<std::uint32_t()> breakdownBy(const Analytics& analytics, const Members& members,
                                           const std::string& dimensions) {
  auto parsed = parseDimensions(dimensions, *analytics.data->snapshot->schema).value();
  return [audience = members.audience, executor = analytics.executor, dimensions = std::move(parsed)] {
    return digestOf(breakdown(*audience, dimensions, *executor).value());
  };
}

// A dimension's column read by a thread that goes from chunk to chunk.
class ColumnCount {
 public:
  ColumnCount(SnapshotPtr snapshot, std::string_view dimension)
      : snapshot_(std::move(snapshot)),
        dimension_(parseDimension(dimension, *snapshot_->schema).value()),
        keys_(GroupKeys::load(dimension_, *snapshot_).value()),
        reader_(keys_) {}
  ColumnCount(const ColumnCount&) = delete;  // the reader holds on to the keys, and those to the dimension
  ColumnCount& operator=(const ColumnCount&) = delete;

  std::uint32_t count(const ContainerView& members) {
    const auto places = placesOf(members, room_);
    if (!reader_.read(snapshot_->shards[0]->field(dimension_.field.id), 0, places)) return 0;
    counts_.assign(reader_.groupCount() + std::size_t{1}, 0);
    for (const std::uint32_t group : reader_.single()) ++counts_[group];
    if (reader_.single().empty()) {
      for (std::size_t i = 0; i < places.size(); ++i) {
        for (const std::uint32_t group : reader_.groupsOf(i)) ++counts_[group];
      }
    }
    std::uint64_t digest = digestOfLine(0, 0, counts_[0]);
    for (std::uint32_t group = 1; group < counts_.size(); ++group) {
      const std::int64_t key = reader_.keyOf(group);
      digest += digestOfLine(keys_.isByCode() ? key : weightOf(keys_.group(key)), 0, counts_[group]);
    }
    return static_cast<std::uint32_t>(digest);
  }

 private:
  SnapshotPtr snapshot_;
  Dimension dimension_;
  GroupKeys keys_;
  GroupReader reader_;
  std::vector<std::uint16_t> room_;
  std::vector<std::uint64_t> counts_;
};

std::shared_ptr<const CodeChunk> codesOf(const Snapshot& snapshot, std::string_view name) {
  const FieldShard* field = snapshot.shards[0]->field(snapshot.schema->find(name)->id);
  return load(std::get<CodedColumns>(field->columns).codes[0]).value();
}

// The table of two columns of codes alone, without what makes lines of it.
std::function<std::uint32_t()> codeGridOf(const Analytics& analytics, const Members& members, const CodeGroups& rows,
                                          const CodeGroups& columns) {
  const Snapshot& snapshot = *analytics.data->snapshot;
  return [rowCodes = codesOf(snapshot, rows.dimension), columnCodes = codesOf(snapshot, columns.dimension),
          held = members.held, lastRow = rows.end - 1, lastColumn = columns.end - 1] {
    CodeGrid grid(lastRow, lastColumn);
    if (!grid.count(rowCodes.get(), columnCodes.get(), held->view())) return std::uint32_t{0};
    std::uint64_t digest = 0;
    grid.forEachCell([&](Code row, Code column, std::uint64_t count) { digest += digestOfLine(row, column, count); });
    return static_cast<std::uint32_t>(digest);
  };
}

class BreakdownKernels {
 public:
  BreakdownKernels(std::vector<Kernel>& kernels, const Analytics& analytics)
      : kernels_(kernels), analytics_(analytics), data_(*analytics.data) {}

  void add() {
    for (const Members& members : analytics_.members) {
      addCount(members, "countries", countries_);
      addDimension(members, "cities", cities_);
      addDimension(members, "stores", stores_);
      addDimension(members, "tags", tags_);
      addDimension(members, "decades", decades_);
      addDimension(members, "months", months_);
      addGrids(members);
    }
  }

 private:
  template <class Groups>
  void addCount(const Members& members, const std::string& name, const Groups& groups) {
    kernels_.push_back({"breakdown/" + name + "-of-" + members.name, breakdownBy(analytics_, members, groups.dimension),
                        plainCount(analytics_.data, members.held, groups)});
  }

  template <class Groups>
  void addColumn(const Members& members, const std::string& name, const Groups& groups) {
    const auto column = std::make_shared<ColumnCount>(analytics_.data->snapshot, groups.dimension);
    kernels_.push_back({"column/" + name + "-of-" + members.name,
                        [column, held = members.held] { return column->count(held->view()); },
                        plainCount(analytics_.data, members.held, groups)});
  }

  template <class Groups>
  void addDimension(const Members& members, const std::string& name, const Groups& groups) {
    addCount(members, name, groups);
    addColumn(members, name, groups);
  }

  template <class Rows, class Columns>
  void addGrid(const Members& members, const std::string& name, const Rows& rows, const Columns& columns) {
    const std::string dimensions = std::string(rows.dimension) + "," + columns.dimension;
    kernels_.push_back({"grid/" + name + "-of-" + members.name, breakdownBy(analytics_, members, dimensions),
                        plainGrid(analytics_.data, members.held, rows, columns)});
  }

  void addGrids(const Members& members) {
    kernels_.push_back({"code-grid/countries-by-cities-of-" + members.name,
                        codeGridOf(analytics_, members, countries_, cities_),
                        plainGrid(analytics_.data, members.held, countries_, cities_)});
    addGrid(members, "countries-by-cities", countries_, cities_);
    // Of everybody that is the same for longer, and takes callgrind seconds.
    if (members.held->values.size() < kChunkSize) addGrid(members, "cities-by-stores", cities_, stores_);
    addGrid(members, "tags-by-countries", tags_, countries_);
    addGrid(members, "months-by-decades", months_, decades_);
  }

  std::vector<Kernel>& kernels_;
  const Analytics& analytics_;
  const AnalyticData& data_;
  CodeGroups countries_{"country", &data_.countries};
  CodeGroups cities_{"city", &data_.cities};
  CodeGroups stores_{"store", &data_.stores};
  TagGroups tags_{"tags", &data_};
  DecadeGroups decades_{"age:10", &data_.ages};
  MonthGroups months_{"signup:month", &data_.signups};
};

}  // namespace

void addBreakdowns(std::vector<Kernel>& kernels, const Analytics& analytics) {
  BreakdownKernels(kernels, analytics).add();
}

}  // namespace roster::bench
