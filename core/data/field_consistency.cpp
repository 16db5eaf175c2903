#include "core/data/field_consistency.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <memory>
#include <vector>

#include "core/data/set_patch.h"

namespace roster {

namespace {

std::string named(const char* piece, ChunkIndex chunk) { return fmt::format("{} of chunk {}", piece, chunk); }

bool sameMembers(const ContainerView& container, const ChunkWords& words) {
  ChunkWords held;
  expand(container, held);
  return held.words == words.words;
}

// A contact holds a value: ordered by value, then by contact.
struct Membership {
  Code code = kNoCode;
  LocalId contact = 0;

  friend auto operator<=>(const Membership&, const Membership&) = default;
};

// One field of one shard. Each `check` compares one kind of columns with what is derived from them.
class FieldCheck {
 public:
  FieldCheck(const Field& field, const FieldShard& shard, const Bitmap& live, const LoadedDictionary* dictionary)
      : field_(field), shard_(shard), live_(live), dictionary_(dictionary) {}

  Result<void> run() {
    if (shard_.columns.index() != FieldShard::emptyOf(field_.type).columns.index()) {
      return contradiction(fmt::format("its columns are not those of a field of kind {}", format(field_.type)));
    }
    auto present = load(shard_.present);
    if (!present) return inPiece(present, "presence");
    present_ = *std::move(present);
    if (auto sound = checkPresence(); !sound) return sound;
    return std::visit([&](const auto& columns) { return check(columns); }, shard_.columns);
  }

 private:
  Result<void> checkPresence() const {
    if (present_->cardinality() != shard_.presentCount) {
      return contradiction(fmt::format("presence: {} contacts have a value, its directory says {}",
                                       present_->cardinality(), shard_.presentCount));
    }
    if (present_->empty()) return contradiction("presence: no contact has a value, and yet the field is kept");
    Result<void> sound;
    present_->forEach([&](LocalId id) {
      if (sound && !live_.contains(id)) sound = contradiction(fmt::format("presence: contact {} is not live", id));
    });
    return sound;
  }

  // Compares a chunk's forward presence, collected in `words`, with the bitmap.
  Result<void> checkChunkPresence(ChunkIndex chunk, const ChunkWords& words) const {
    if (sameMembers(present_->chunk(chunk), words)) return {};
    return contradiction(named("presence", chunk) + " disagrees with the forward column");
  }

  bool isKnown(Code code) const {
    if (field_.type.kind == FieldKind::boolean) return code == 1 || code == 2;
    return dictionary_ != nullptr && code <= dictionary_->lastCode() && !(*dictionary_)[code].empty();
  }

  // Collects memberships from forward columns of either kind: columnOf(chunk) gives one, and column[place] its codes.
  template <class ColumnOf>
  Result<void> checkCoded(const ValueIndex& values, const ColumnOf& columnOf) const {
    std::vector<Membership> memberships;
    ChunkWords words;
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      auto column = columnOf(chunk);
      if (!column) return inPiece(column, named("column", chunk));
      words.clear();
      for (std::uint32_t place = 0; place < column->size(); ++place) {
        for (const Code code : (*column)[place]) {
          if (!isKnown(code)) {
            return contradiction(fmt::format("{}: contact {} has code {}, which stands for no value",
                                             named("column", chunk), (chunk << kChunkBits) + place, code));
          }
          words.set(place);
          memberships.push_back({code, (chunk << kChunkBits) + place});
        }
      }
      if (auto sound = checkChunkPresence(chunk, words); !sound) return sound;
    }
    std::sort(memberships.begin(), memberships.end());
    return checkValues(memberships, values);
  }

  // A column of single codes seen as one of sets.
  struct SingleCodes {
    std::shared_ptr<const CodeChunk> column;
    std::uint32_t size() const { return column->size(); }
    std::vector<Code> operator[](std::uint32_t place) const {
      const Code code = (*column)[place];
      return std::vector<Code>(code == kNoCode ? 0 : 1, code);
    }
  };

  Result<void> check(const CodedColumns& columns) const {
    return checkCoded(columns.values, [&](ChunkIndex chunk) {
      return load(columns.codes[chunk]).map([](auto column) { return SingleCodes{std::move(column)}; });
    });
  }

  Result<void> check(const SetColumns& columns) const {
    return checkCoded(columns.values, [&](ChunkIndex chunk) { return PatchedSets::load(columns, chunk); });
  }

  Result<void> checkValues(const std::vector<Membership>& memberships, const ValueIndex& values) const {
    auto packed = load(values.packed);
    if (!packed) return inPiece(packed, "rare values");
    std::size_t dense = 0;
    std::size_t rare = 0;
    for (std::size_t at = 0; at < memberships.size();) {
      const Code code = memberships[at].code;
      std::vector<LocalId> contacts;
      for (; at < memberships.size() && memberships[at].code == code; ++at) contacts.push_back(memberships[at].contact);
      if (const DenseValue* value = values.findDense(code)) {
        ++dense;
        if (auto sound = checkDense(*value, contacts); !sound) return sound;
        if (!(*packed)->find(code).empty()) return contradiction(fmt::format("value {}: it is held twice", code));
      } else {
        ++rare;
        const auto held = (*packed)->find(code);
        if (!std::equal(held.begin(), held.end(), contacts.begin(), contacts.end())) {
          return contradiction(fmt::format("rare values: value {} disagrees with the forward columns", code));
        }
      }
    }
    if (dense != values.dense.size()) return contradiction("values: there is a bitmap of a value that nobody has");
    if (rare != (*packed)->size()) return contradiction("rare values: there is a value that nobody has");
    return {};
  }

  static Result<void> checkDense(const DenseValue& value, const std::vector<LocalId>& contacts) {
    auto bitmap = load(value.bitmap);
    if (!bitmap) return inPiece(bitmap, fmt::format("value {}", value.code));
    if ((*bitmap)->cardinality() != value.cardinality || (*bitmap)->toVector() != contacts) {
      return contradiction(fmt::format("value {} disagrees with the forward columns", value.code));
    }
    return {};
  }

  Result<void> check(const NumberColumns& columns) const {
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      auto numbers = load(columns.numbers[chunk]);
      if (!numbers) return inPiece(numbers, named("column", chunk));
      auto slices = load(columns.slices[chunk]);
      if (!slices) return inPiece(slices, named("slices", chunk));
      if (auto sound = checkNumbers(chunk, columns.ranges[chunk], **numbers, **slices); !sound) return sound;
    }
    return {};
  }

  Result<void> checkNumbers(ChunkIndex chunk, const NumberRange& range, const NumberChunk& numbers,
                            const SliceChunk& slices) const {
    NumberRange seen;
    bool covered = true;
    forEachValue(present_->chunk(chunk), [&](std::uint16_t at) {
      covered &= at < numbers.size();
      seen.least = std::min(seen.least, numbers[at]);
      seen.greatest = std::max(seen.greatest, numbers[at]);
    });
    if (!covered) return contradiction(named("column", chunk) + " lacks contacts that have a value");
    if (!(seen == range)) return contradiction(named("range", chunk) + " is not that of its numbers");
    if (range.empty()) return {};
    const auto width = static_cast<std::uint64_t>(range.greatest) - static_cast<std::uint64_t>(range.least);
    if (slices.base() != range.least || slices.bits() != static_cast<std::uint32_t>(std::bit_width(width))) {
      return contradiction(named("slices", chunk) + " have another base or number of bits than their numbers need");
    }
    const SliceChunk expected = rebuild(chunk, numbers);
    ChunkWords words;
    for (std::uint32_t bit = 0; bit < slices.bits(); ++bit) {
      expand(expected.slice(bit), words);
      if (!sameMembers(slices.slice(bit), words)) {
        return contradiction(fmt::format("{}: slice {} disagrees with the numbers", named("slices", chunk), bit));
      }
    }
    return {};
  }

  SliceChunk rebuild(ChunkIndex chunk, const NumberChunk& numbers) const {
    ChunkWords words;
    expand(present_->chunk(chunk), words);
    std::vector<std::int64_t> values(numbers.size());
    numbers.expandTo(values.data());
    return SliceChunk::build(words, values);
  }

  Result<void> check(const TextColumns& columns) const {
    ChunkWords words;
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      auto strings = load(columns.strings[chunk]);
      if (!strings) return inPiece(strings, named("column", chunk));
      words.clear();
      for (std::uint32_t place = 0; place < (*strings)->size(); ++place) {
        if (!(**strings)[place].empty()) words.set(place);
      }
      if (auto sound = checkChunkPresence(chunk, words); !sound) return sound;
      auto index = load(columns.index[chunk]);
      if (!index) return inPiece(index, named("index", chunk));
      const bool expected = field_.type.indexed && columns.strings[chunk] != nullptr;
      if (expected != (columns.index[chunk] != nullptr))
        return contradiction(named("index", chunk) + " is missing or too much");
      if (expected && TextIndexChunk::build(**strings).encoded() != (*index)->encoded()) {
        return contradiction(named("index", chunk) + " disagrees with the column");
      }
    }
    return {};
  }

  const Field& field_;
  const FieldShard& shard_;
  const Bitmap& live_;
  const LoadedDictionary* dictionary_;
  std::shared_ptr<const Bitmap> present_;
};

}  // namespace

Result<void> checkField(const Field& field, const FieldShard& shard, const Bitmap& live,
                        const LoadedDictionary* dictionary) {
  return FieldCheck(field, shard, live, dictionary).run();
}

}  // namespace roster
