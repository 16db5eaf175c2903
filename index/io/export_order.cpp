#include "index/io/export_order.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>

#include "core/eval/container_algebra.h"
#include "index/engine/audience_runs.h"
#include "index/engine/dimension.h"
#include "index/engine/number_reader.h"

namespace roster {

namespace {

// A contact and where its value stands: values that are less have a lesser rank, and equal ones an equal rank.
struct Ranked {
  std::uint64_t rank = 0;
  ContactId contact = 0;

  friend bool operator<(const Ranked& a, const Ranked& b) {
    return a.rank != b.rank ? a.rank < b.rank : a.contact < b.contact;
  }
};

std::uint64_t rankOf(std::int64_t number) { return static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63); }

// The first eight bytes: texts whose order they do not decide have the same rank.
std::uint64_t rankOf(std::string_view text) {
  std::uint64_t rank = 0;
  for (std::size_t i = 0; i < 8; ++i) rank = rank << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  return rank;
}

class Ordering {
 public:
  Ordering(const Audience& audience, const Field* field, bool descending, const FilterContext& context)
      : audience_(audience), field_(field), descending_(descending), context_(context) {}

  Result<std::vector<ContactId>> order(std::uint64_t limit) {
    if (auto prepared = rankCodes(); !prepared) return propagate(prepared);
    if (auto read = readAll(); !read) return propagate(read);
    if (limit < ranked_.size() && !ranksMayTie_) {
      std::nth_element(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(limit), ranked_.end());
      ranked_.resize(limit);
    }
    std::sort(ranked_.begin(), ranked_.end());
    if (ranksMayTie_) {
      if (auto settled = settleTies(limit); !settled) return propagate(settled);
    }
    std::vector<ContactId> contacts;
    contacts.reserve(std::min<std::uint64_t>(limit, ranked_.size() + missing_.size()));
    for (std::size_t i = 0; i < ranked_.size() && contacts.size() < limit; ++i) contacts.push_back(ranked_[i].contact);
    for (std::size_t i = 0; i < missing_.size() && contacts.size() < limit; ++i) contacts.push_back(missing_[i]);
    return contacts;
  }

 private:
  // A category's codes have no order; their strings have.
  Result<void> rankCodes() {
    if (field_ == nullptr || field_->type.kind != FieldKind::category) return {};
    const auto found = audience_.snapshot()->dictionaries.find(field_->id);
    if (found == audience_.snapshot()->dictionaries.end()) return {};
    auto dictionary = found->second->load();
    if (!dictionary) return propagate(dictionary);
    std::vector<Code> codes(found->second->nextCode());
    std::iota(codes.begin(), codes.end(), Code{0});
    std::sort(codes.begin() + 1, codes.end(), [&](Code a, Code b) { return (*dictionary)[a] < (*dictionary)[b]; });
    codeRanks_.resize(codes.size());
    for (std::uint32_t rank = 0; rank < codes.size(); ++rank) codeRanks_[codes[rank]] = rank;
    return {};
  }

  Result<void> readAll() {
    ranked_.reserve(audience_.count());
    for (ShardIndex shard = 0; shard < audience_.shardCount(); ++shard) {
      for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
        const ContainerView members = audience_.shard(shard).chunk(chunk);
        if (members.empty()) continue;
        if (auto going = context_.checkCancelled(); !going) return going;
        if (auto read = readChunk(shard, chunk, members); !read) return read;
      }
    }
    return {};
  }

  Result<void> readChunk(ShardIndex shardIndex, ChunkIndex chunk, const ContainerView& members) {
    const Shard& shard = *audience_.snapshot()->shards[shardIndex];
    const ContactId base = contactAt(shardIndex, LocalId{chunk} << kChunkBits);
    const auto add = [&](std::uint16_t place, std::uint64_t rank) {
      ranked_.push_back({descending_ ? ~rank : rank, base | place});
    };
    if (field_ == nullptr) return readStrings(shard.keys[chunk], members, add);
    const FieldShard* field = shard.field(field_->id);
    if (field == nullptr) {
      forEachValue(members, [&](std::uint16_t place) { missing_.push_back(base | place); });
      return {};
    }
    auto present = load(field->present);
    if (!present) return propagate(present);
    Scratch& scratch = scratchOfThread();
    const Scratch::Mark mark(scratch);
    const ContainerView held = intersect(members, (*present)->chunk(chunk), scratch);
    const ContainerView none = subtract(members, held, scratch);
    forEachValue(none, [&](std::uint16_t place) { missing_.push_back(base | place); });
    return std::visit([&](const auto& columns) { return readColumn(columns, chunk, held, add); }, field->columns);
  }

  template <class Add>
  Result<void> readColumn(const CodedColumns& columns, ChunkIndex chunk, const ContainerView& held, const Add& add) {
    auto codes = load(columns.codes[chunk]);
    if (!codes) return propagate(codes);
    (*codes)->forEachAt(placesOf(held, room_), [&](std::uint16_t place, Code code) {
      add(place, code < codeRanks_.size() ? codeRanks_[code] : code);
    });
    return {};
  }
  template <class Add>
  Result<void> readColumn(const NumberColumns& columns, ChunkIndex chunk, const ContainerView& held, const Add& add) {
    if (auto read = numbers_.read(columns.numbers[chunk], held.cardinality); !read) return read;
    forEachValue(held, [&](std::uint16_t place) { add(place, rankOf(numbers_[place])); });
    return {};
  }
  template <class Add>
  Result<void> readColumn(const TextColumns& columns, ChunkIndex chunk, const ContainerView& held, const Add& add) {
    return readStrings(columns.strings[chunk], held, add);
  }
  template <class Add>
  Result<void> readColumn(const SetColumns&, ChunkIndex, const ContainerView&, const Add&) {
    return fail(ErrorCode::internal, "an order by a set was not refused");
  }
  template <class Add>
  Result<void> readStrings(const SlotPtr<StringChunk>& slot, const ContainerView& held, const Add& add) {
    auto strings = load(slot);
    if (!strings) return propagate(strings);
    ranksMayTie_ = true;
    forEachValue(held, [&](std::uint16_t place) { add(place, rankOf((**strings)[place])); });
    return {};
  }

  // Orders the contacts of equal rank by their whole texts, as far as the limit reaches.
  Result<void> settleTies(std::uint64_t limit) {
    for (std::size_t begin = 0, end = 0; begin < ranked_.size() && begin < limit; begin = end) {
      for (end = begin + 1; end < ranked_.size() && ranked_[end].rank == ranked_[begin].rank;) ++end;
      if (end - begin == 1) continue;
      if (auto going = context_.checkCancelled(); !going) return going;
      if (auto settled = settle(std::span(ranked_).subspan(begin, end - begin)); !settled) return settled;
    }
    return {};
  }

  Result<void> settle(std::span<Ranked> tied) {
    std::vector<std::pair<std::string, ContactId>> texts;
    std::shared_ptr<const StringChunk> strings;
    ContactId loaded = kNoContact;
    for (const Ranked& ranked : tied) {  // by id, so neighbours share a chunk
      const ContactId chunk = ranked.contact >> kChunkBits;
      if (strings == nullptr || chunk != loaded) {
        auto read = load(slotOf(ranked.contact));
        if (!read) return propagate(read);
        strings = *std::move(read);
        loaded = chunk;
      }
      texts.emplace_back((*strings)[ranked.contact & (kChunkSize - 1)], ranked.contact);
    }
    std::stable_sort(texts.begin(), texts.end(),
                     [&](const auto& a, const auto& b) { return descending_ ? b.first < a.first : a.first < b.first; });
    for (std::size_t i = 0; i < tied.size(); ++i) tied[i].contact = texts[i].second;
    return {};
  }

  const SlotPtr<StringChunk>& slotOf(ContactId contact) const {
    const Shard& shard = *audience_.snapshot()->shards[shardOf(contact)];
    const ChunkIndex chunk = chunkOf(localOf(contact));
    return field_ == nullptr ? shard.keys[chunk]
                             : std::get<TextColumns>(shard.field(field_->id)->columns).strings[chunk];
  }

  const Audience& audience_;
  const Field* field_;  // null for the key
  bool descending_;
  const FilterContext& context_;
  std::vector<std::uint32_t> codeRanks_;
  std::vector<Ranked> ranked_;
  std::vector<ContactId> missing_;
  bool ranksMayTie_ = false;  // whether contacts of one rank may have different values
  NumberReader numbers_;
  std::vector<std::uint16_t> room_;
};

}  // namespace

Result<std::vector<ContactId>> orderedContacts(const Audience& audience, std::string_view name, bool descending,
                                               std::optional<std::uint64_t> limit, const FilterContext& context) {
  const std::uint64_t most = limit.value_or(audience.count());
  if (name == "key") return Ordering(audience, nullptr, descending, context).order(most);
  auto field = fieldNamed(name, *audience.snapshot()->schema);
  if (!field) return propagate(field);
  if (field->type.kind == FieldKind::set) {
    return fail(ErrorCode::invalidArgument,
                fmt::format("'{}' is a set, which has no order; order by a single value", name));
  }
  return Ordering(audience, &*field, descending, context).order(most);
}

}  // namespace roster
