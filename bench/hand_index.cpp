#include "bench/hand_index.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>

namespace roster::bench {

namespace {

void append(std::vector<ContactId>& to, ShardIndex shard, const Bitmap& bitmap) {
  bitmap.forEach([&](LocalId local) { to.push_back(contactAt(shard, local)); });
}

// In the form that takes the least memory, and so the least time.
void settle(roaring_bitmap_t* bitmap) {
  roaring_bitmap_run_optimize(bitmap);
  roaring_bitmap_shrink_to_fit(bitmap);
}

RoaringPtr bitmapOf(const std::vector<ContactId>& contacts) {
  RoaringPtr bitmap(roaring_bitmap_of_ptr(contacts.size(), contacts.data()));
  settle(bitmap.get());
  return bitmap;
}

}  // namespace

template <class T>
std::shared_ptr<const T> HandIndex::loaded(const SlotPtr<T>& slot) {
  if (slot == nullptr) return nullptr;
  auto piece = slot->get();
  if (piece) return *std::move(piece);
  error_ = std::move(piece.error());
  return nullptr;
}

// One bitmap of a shard after the other; `slotOf` gives a shard's.
template <class SlotOf>
RoaringPtr HandIndex::gather(const SlotOf& slotOf) {
  std::vector<ContactId> contacts;
  for (ShardIndex shard = 0; shard < snapshot_->shards.size(); ++shard) {
    const SlotPtr<Bitmap>* slot = slotOf(*snapshot_->shards[shard]);
    if (slot == nullptr) continue;
    if (const auto bitmap = loaded(*slot)) append(contacts, shard, *bitmap);
  }
  return bitmapOf(contacts);
}

const Field* HandIndex::fieldOf(std::string_view name) {
  const Field* field = snapshot_->schema->find(name);
  if (field == nullptr) error_ = Error{ErrorCode::notFound, fmt::format("there is no field '{}'", name), {}};
  return field;
}

std::optional<LoadedDictionary> HandIndex::dictionaryOf(const Field& field) {
  const auto found = snapshot_->dictionaries.find(field.id);
  if (found == snapshot_->dictionaries.end()) return std::nullopt;
  auto dictionary = found->second->load();
  if (dictionary) return *std::move(dictionary);
  error_ = std::move(dictionary.error());
  return std::nullopt;
}

const roaring_bitmap_t* HandIndex::live() {
  if (live_ == nullptr) live_ = gather([](const Shard& shard) { return &shard.live; });
  return live_.get();
}

const roaring_bitmap_t* HandIndex::present(std::string_view name) {
  const Field* field = fieldOf(name);
  const FieldId id = field == nullptr ? 0 : field->id;
  RoaringPtr& bitmap = present_[id];
  if (bitmap == nullptr) {
    bitmap = gather([&](const Shard& shard) {
      const FieldShard* own = shard.field(id);
      return own == nullptr ? nullptr : &own->present;
    });
  }
  return bitmap.get();
}

const roaring_bitmap_t* HandIndex::ofCode(const Field& field, Code code) {
  RoaringPtr& bitmap = values_[{field.id, code}];
  if (bitmap != nullptr) return bitmap.get();
  std::vector<ContactId> contacts;
  for (ShardIndex index = 0; index < snapshot_->shards.size(); ++index) {
    const FieldShard* shard = snapshot_->shards[index]->field(field.id);
    const ValueIndex* values = shard == nullptr ? nullptr : shard->values();
    if (values == nullptr) continue;
    if (const DenseValue* dense = values->findDense(code)) {
      if (const auto own = loaded(dense->bitmap)) append(contacts, index, *own);
    } else if (const auto packed = loaded(values->packed)) {
      for (const LocalId local : packed->find(code)) contacts.push_back(contactAt(index, local));
    }
  }
  bitmap = bitmapOf(contacts);
  return bitmap.get();
}

const roaring_bitmap_t* HandIndex::value(std::string_view name, std::string_view value) {
  static const Field kNowhere;
  const Field* field = fieldOf(name);
  if (field == nullptr) return ofCode(kNowhere, kNoCode);
  if (field->type.kind == FieldKind::boolean) return ofCode(*field, value == "true" ? 2 : 1);
  const auto dictionary = dictionaryOf(*field);
  return ofCode(*field, dictionary ? dictionary->find(value) : kNoCode);
}

std::vector<const roaring_bitmap_t*> HandIndex::valuesEndingIn(std::string_view name, std::string_view suffix) {
  std::vector<const roaring_bitmap_t*> values;
  const Field* field = fieldOf(name);
  const auto dictionary = field == nullptr ? std::nullopt : dictionaryOf(*field);
  if (!dictionary) return values;
  dictionary->forEach([&](Code code, std::string_view text) {
    if (text.ends_with(suffix)) values.push_back(ofCode(*field, code));
  });
  return values;
}

void HandIndex::addNumbers(const FieldShard& shard, const NumberColumns& columns, ShardIndex index, BitSlices& to) {
  const auto present = loaded(shard.present);
  if (present == nullptr) return;
  std::vector<std::int64_t> numbers(kChunkSize);
  std::vector<std::vector<ContactId>> contacts(to.slices.size());
  for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
    const auto column = loaded(columns.numbers[chunk]);
    if (column == nullptr) continue;
    column->expandTo(numbers.data());
    for (auto& own : contacts) own.clear();
    forEachValue(present->chunk(chunk), [&](std::uint16_t place) {
      const ContactId contact = contactAt(index, (chunk << kChunkBits) | place);
      auto distance = static_cast<std::uint64_t>(numbers[place] - to.base);
      for (; distance != 0; distance &= distance - 1) {
        contacts[static_cast<std::size_t>(std::countr_zero(distance))].push_back(contact);
      }
    });
    for (std::size_t k = 0; k < contacts.size(); ++k) {
      roaring_bitmap_add_many(to.slices[k].get(), contacts[k].size(), contacts[k].data());
    }
  }
}

const BitSlices* HandIndex::numbers(std::string_view name) {
  const Field* field = fieldOf(name);
  BitSlices& made = numbers_[field == nullptr ? 0 : field->id];
  if (field == nullptr || made.present != nullptr) return &made;
  made.present = present(name);
  NumberRange all;
  const auto columnsOf = [&](ShardIndex index) -> const NumberColumns* {
    const FieldShard* shard = snapshot_->shards[index]->field(field->id);
    return shard == nullptr ? nullptr : std::get_if<NumberColumns>(&shard->columns);
  };
  for (ShardIndex index = 0; index < snapshot_->shards.size(); ++index) {
    const NumberColumns* columns = columnsOf(index);
    if (columns == nullptr) continue;
    for (const NumberRange& range : columns->ranges) {
      all.least = std::min(all.least, range.least);
      all.greatest = std::max(all.greatest, range.greatest);
    }
  }
  if (all.empty()) return &made;
  made.base = all.least;
  made.greatest = static_cast<std::uint64_t>(all.greatest - all.least);
  for (auto k = std::bit_width(made.greatest); k > 0; --k) made.slices.emplace_back(roaring_bitmap_create());
  for (ShardIndex index = 0; index < snapshot_->shards.size(); ++index) {
    const NumberColumns* columns = columnsOf(index);
    if (columns != nullptr) addNumbers(*snapshot_->shards[index]->field(field->id), *columns, index, made);
  }
  for (const RoaringPtr& slice : made.slices) settle(slice.get());
  return &made;
}

std::size_t HandIndex::portableBytes() const {
  std::size_t bytes = 0;
  const auto add = [&](const RoaringPtr& bitmap) {
    if (bitmap != nullptr) bytes += roaring_bitmap_portable_size_in_bytes(bitmap.get());
  };
  add(live_);
  for (const auto& [field, bitmap] : present_) add(bitmap);
  for (const auto& [value, bitmap] : values_) add(bitmap);
  for (const auto& [field, numbers] : numbers_) {
    for (const RoaringPtr& slice : numbers.slices) add(slice);
  }
  return bytes;
}

const std::vector<std::string>* HandIndex::keys() {
  if (!keys_.empty()) return &keys_;
  for (const auto& shard : snapshot_->shards) {
    const auto alive = loaded(shard->live);
    if (alive == nullptr) continue;
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      const auto column = loaded(shard->keys[chunk]);
      if (column == nullptr) continue;
      forEachValue(alive->chunk(chunk), [&](std::uint16_t place) { keys_.emplace_back((*column)[place]); });
    }
  }
  return &keys_;
}

}  // namespace roster::bench
