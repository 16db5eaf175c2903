#include "core/data/field_merge.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>

#include "core/data/set_patch.h"
#include "core/data/value_merge.h"

namespace roster {

namespace {

// The edits of one chunk.
template <class Edit>
struct ChunkEdits {
  ChunkIndex chunk = 0;
  std::span<const Edit> edits;

  // The number of entries a column needs to hold both `size` old entries and all edits.
  std::uint32_t reach(std::uint32_t size) const {
    return std::max(size, (edits.back().contact & (kChunkSize - 1)) + 1);
  }
};

template <class Edit>
std::vector<ChunkEdits<Edit>> splitByChunk(std::span<const Edit> edits) {
  std::vector<ChunkEdits<Edit>> parts;
  for (std::size_t at = 0; at < edits.size();) {
    const ChunkIndex chunk = chunkOf(edits[at].contact);
    std::size_t end = at;
    while (end < edits.size() && chunkOf(edits[end].contact) == chunk) ++end;
    parts.push_back({chunk, edits.subspan(at, end - at)});
    at = end;
  }
  return parts;
}

std::uint32_t placeOf(LocalId contact) { return contact & (kChunkSize - 1); }

// Which contacts came to have a value, and which ceased to.
class PresenceEdits {
 public:
  void note(LocalId contact, bool had, bool has) {
    if (had != has) edits_.push_back({contact, has});
  }

  Result<void> applyTo(FieldShard& shard) const {
    if (edits_.empty()) return {};
    auto old = load(shard.present);
    if (!old) return propagate(old);
    Bitmap edited = applyEdits(**old, edits_);
    shard.presentCount = edited.cardinality();
    shard.present = edited.empty() ? nullptr : makeSlot(std::move(edited));
    return {};
  }

 private:
  std::vector<MemberEdit> edits_;
};

Result<void> applyMemberships(ValueIndex& values, std::vector<MembershipEdit>&& edits) {
  auto merged = mergeValues(values, std::move(edits));
  if (!merged) return propagate(merged);
  values = *std::move(merged);
  return {};
}

// A set's codes after one contact's steps.
void editSet(std::span<const Code> old, const SetEdit& edit, std::vector<Code>& codes) {
  codes.clear();
  if (!edit.clear) codes.assign(old.begin(), old.end());
  for (const SetEdit::Step step : edit.steps) {
    const auto at = std::lower_bound(codes.begin(), codes.end(), step.code);
    const bool held = at != codes.end() && *at == step.code;
    if (step.add && !held) codes.insert(at, step.code);
    if (!step.add && held) codes.erase(at);
  }
}

// Notes what differs between two ascending lists of codes.
void noteDifference(std::span<const Code> before, std::span<const Code> after, LocalId contact,
                    std::vector<MembershipEdit>& edits) {
  auto b = before.begin();
  auto a = after.begin();
  while (b != before.end() || a != after.end()) {
    if (a == after.end() || (b != before.end() && *b < *a)) edits.emplace_back(*b++, contact, false);
    else if (b == before.end() || *a < *b) edits.emplace_back(*a++, contact, true);
    else ++a, ++b;
  }
}

// The sets of one chunk that edits change.
class ChangedSets {
 public:
  void clear() {
    changed_.clear();
    codes_.clear();
  }
  void add(std::uint16_t place, std::span<const Code> codes) {
    changed_.push_back({place, static_cast<std::uint32_t>(codes_.size()), static_cast<std::uint32_t>(codes.size())});
    codes_.insert(codes_.end(), codes.begin(), codes.end());
  }
  bool empty() const { return changed_.empty(); }
  std::vector<PlacedSet> sets() const {
    std::vector<PlacedSet> sets;
    sets.reserve(changed_.size());
    for (const Changed& each : changed_) {
      sets.push_back({each.place, std::span(codes_).subspan(each.begin, each.count)});
    }
    return sets;
  }

 private:
  struct Changed {
    std::uint16_t place;
    std::uint32_t begin;
    std::uint32_t count;
  };
  std::vector<Changed> changed_;
  std::vector<Code> codes_;
};

// Numbers of one chunk, and which of its contacts have one.
struct NumberWork {
  std::unique_ptr<ChunkWords> present = std::make_unique<ChunkWords>();
  std::vector<std::int64_t> numbers;

  NumberRange range() const {
    NumberRange range;
    forEachBit(present->data(), [&](std::uint16_t at) {
      range.least = std::min(range.least, numbers[at]);
      range.greatest = std::max(range.greatest, numbers[at]);
    });
    return range;
  }

  // Contacts without a value take the least one, so that they cost no width.
  void fillAbsent(std::int64_t least) {
    for (std::uint32_t at = 0; at < numbers.size(); ++at) {
      if (!present->test(at)) numbers[at] = least;
    }
  }
};

// One more than the last bit that is set; 0 where none is.
std::uint32_t endOf(const ChunkWords& words) {
  for (std::uint32_t w = kChunkWords; w-- > 0;) {
    if (words.words[w] != 0) return w * 64 + static_cast<std::uint32_t>(std::bit_width(words.words[w]));
  }
  return 0;
}

void storeNumbers(NumberColumns& columns, ChunkIndex chunk, NumberWork& work) {
  const NumberRange range = work.range();
  columns.ranges[chunk] = range;
  if (range.empty()) {
    columns.numbers[chunk] = nullptr;
    columns.slices[chunk] = nullptr;
    return;
  }
  work.fillAbsent(range.least);
  columns.numbers[chunk] = makeSlot(NumberChunk::encode(work.numbers));
  columns.slices[chunk] = makeSlot(SliceChunk::build(*work.present, work.numbers));
}

}  // namespace

Result<FieldShard> mergeCodes(const FieldShard& old, std::span<const CodeEdit> edits) {
  FieldShard merged = old;
  auto& columns = std::get<CodedColumns>(merged.columns);
  PresenceEdits presence;
  std::vector<MembershipEdit> memberships;
  for (const auto& part : splitByChunk(edits)) {
    auto column = load(columns.codes[part.chunk]);
    if (!column) return propagate(column);
    std::vector<Code> codes = (*column)->expand(part.reach((*column)->size()));
    const std::size_t before = memberships.size();
    for (const CodeEdit& edit : part.edits) {
      Code& code = codes[placeOf(edit.contact)];
      if (code == edit.code) continue;
      presence.note(edit.contact, code != kNoCode, edit.code != kNoCode);
      if (code != kNoCode) memberships.emplace_back(code, edit.contact, false);
      if (edit.code != kNoCode) memberships.emplace_back(edit.code, edit.contact, true);
      code = edit.code;
    }
    if (memberships.size() != before) columns.codes[part.chunk] = makeSlot(CodeChunk::encode(codes));
  }
  if (auto done = applyMemberships(columns.values, std::move(memberships)); !done) return propagate(done);
  if (auto done = presence.applyTo(merged); !done) return propagate(done);
  return merged;
}

Result<FieldShard> mergeSets(const FieldShard& old, std::span<const SetEdit> edits) {
  FieldShard merged = old;
  auto& columns = std::get<SetColumns>(merged.columns);
  PresenceEdits presence;
  std::vector<MembershipEdit> memberships;
  ChangedSets changed;
  std::vector<Code> codes;
  for (const auto& part : splitByChunk(edits)) {
    auto sets = PatchedSets::load(columns, part.chunk);
    if (!sets) return propagate(sets);
    changed.clear();
    OldSets below = OldSets::mayStay;
    for (const SetEdit& edit : part.edits) {
      const std::uint32_t place = placeOf(edit.contact);
      const auto held = (*sets)[place];
      editSet(held, edit, codes);
      if (std::equal(held.begin(), held.end(), codes.begin(), codes.end())) continue;
      changed.add(static_cast<std::uint16_t>(place), codes);
      if (edit.clear && codes.empty()) below = OldSets::goForGood;
      presence.note(edit.contact, !held.empty(), !codes.empty());
      noteDifference(held, codes, edit.contact, memberships);
    }
    if (!changed.empty()) sets->replace(changed.sets(), below, columns, part.chunk);
  }
  if (auto done = applyMemberships(columns.values, std::move(memberships)); !done) return propagate(done);
  if (auto done = presence.applyTo(merged); !done) return propagate(done);
  return merged;
}

Result<FieldShard> mergeNumbers(const FieldShard& old, std::span<const NumberEdit> edits) {
  FieldShard merged = old;
  auto& columns = std::get<NumberColumns>(merged.columns);
  PresenceEdits presence;
  auto present = load(old.present);
  if (!present) return propagate(present);
  NumberWork work;
  for (const auto& part : splitByChunk(edits)) {
    auto column = load(columns.numbers[part.chunk]);
    if (!column) return propagate(column);
    expand((*present)->chunk(part.chunk), *work.present);
    if (endOf(*work.present) > (*column)->size()) {
      return fail(ErrorCode::dataLoss, "a column of numbers lacks contacts that have a value");
    }
    work.numbers.assign(part.reach((*column)->size()), 0);
    (*column)->expandTo(work.numbers.data());
    bool changed = false;
    for (const NumberEdit& edit : part.edits) {
      const std::uint32_t place = placeOf(edit.contact);
      const bool had = work.present->test(place);
      if (had == edit.number.has_value() && (!had || work.numbers[place] == *edit.number)) continue;
      changed = true;
      presence.note(edit.contact, had, edit.number.has_value());
      if (edit.number) {
        work.present->set(place);
        work.numbers[place] = *edit.number;
      } else {
        work.present->reset(place);
      }
    }
    if (changed) storeNumbers(columns, part.chunk, work);
  }
  if (auto done = presence.applyTo(merged); !done) return propagate(done);
  return merged;
}

Result<FieldShard> mergeTexts(const FieldShard& old, std::span<const TextEdit> edits, bool indexed) {
  FieldShard merged = old;
  auto& columns = std::get<TextColumns>(merged.columns);
  PresenceEdits presence;
  std::vector<std::uint32_t> ends;
  std::string bytes;
  for (const auto& part : splitByChunk(edits)) {
    auto column = load(columns.strings[part.chunk]);
    if (!column) return propagate(column);
    const StringChunk& strings = **column;
    ends.clear();
    bytes.clear();
    bool changed = false;
    auto edit = part.edits.begin();
    for (std::uint32_t place = 0; place < part.reach(strings.size()); ++place) {
      std::string_view text = strings[place];
      if (edit != part.edits.end() && placeOf(edit->contact) == place) {
        presence.note(edit->contact, !text.empty(), !edit->text.empty());
        changed |= text != edit->text;
        text = (edit++)->text;
      }
      bytes.append(text);
      ends.push_back(static_cast<std::uint32_t>(bytes.size()));
    }
    if (!changed) continue;
    if (bytes.size() > std::numeric_limits<std::uint32_t>::max()) {
      return fail(ErrorCode::resourceExhausted,
                  "a text field's values are too long: 65,536 contacts hold 4 GiB at most");
    }
    StringChunk rewritten = StringChunk::encode(ends, bytes);
    if (indexed) columns.index[part.chunk] = makeSlot(TextIndexChunk::build(rewritten));
    columns.strings[part.chunk] = makeSlot(std::move(rewritten));
  }
  if (auto done = presence.applyTo(merged); !done) return propagate(done);
  return merged;
}

}  // namespace roster
