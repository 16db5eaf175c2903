#include "core/data/apply.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "core/base/hash.h"
#include "core/data/apply_events.h"
#include "core/data/batch_values.h"
#include "core/data/field_edits.h"
#include "core/data/set_element.h"

namespace roster {

namespace {

// One field of one shard to merge; tasks are independent of each other.
struct MergeTask {
  ShardIndex shard = 0;
  const Field* field = nullptr;
  std::vector<FieldEdit> edits;
  const std::vector<std::string_view>* texts = nullptr;
};

// Whether a set can hold this string: the elements of sets of numbers and days are written in one way only.
bool isElement(const FieldType& type, std::string_view text) {
  if (type.kind != FieldKind::set || type.element == FieldKind::category) return true;
  const auto element = readElement(text);
  return element && writeElement(*element) == text && isInCalendar(type.element, *element);
}

// One application of one batch. Steps run in the order of `run`.
class Application {
 public:
  Application(const Snapshot& before, const ChangeBatch& batch, Sequence sequence, const ParallelFor& parallelFor)
      : batch_(batch), parallelFor_(parallelFor), after_(std::make_shared<Snapshot>(before)) {
    after_->sequence = sequence;
  }

  Result<SnapshotPtr> run() {
    for (const auto step : {&Application::replaceRegistries, &Application::createContacts, &Application::createLists,
                            &Application::gatherChanges, &Application::gatherErasures, &Application::mergeFields,
                            &Application::changeEvents, &Application::eraseContacts}) {
      if (auto done = (this->*step)(); !done) return propagate(done);
    }
    publishDrafts();
    return SnapshotPtr(std::move(after_));
  }

 private:
  // The new version of a shard, made on first use.
  Shard& draft(ShardIndex index) {
    auto& draft = drafts_[index];
    if (draft == nullptr) draft = std::make_shared<Shard>(*after_->shards[index]);
    return *draft;
  }

  DraftShard drafts() {
    return [this](ShardIndex index) -> Shard& { return draft(index); };
  }

  // A shard as this batch has it so far.
  const Shard& current(ShardIndex index) const {
    const auto found = drafts_.find(index);
    return found != drafts_.end() ? *found->second : *after_->shards[index];
  }

  // The live contacts of a shard; null where all of its contacts are.
  Result<std::shared_ptr<const Bitmap>> liveWithGaps(ShardIndex index) const {
    const Shard& shard = current(index);
    if (shard.liveCount == shard.size) return nullptr;
    return load(shard.live);
  }

  Result<void> replaceRegistries() {
    if (batch_.schema) {
      if (auto sound = checkSuccession(*after_->schema, *batch_.schema); !sound) return sound;
      dropFields(*batch_.schema);
      after_->schema = std::make_shared<const Schema>(*batch_.schema);
    }
    if (batch_.events) {
      if (auto done = replaceEventSchema(*batch_.events, *after_, drafts()); !done) return done;
    }
    if (batch_.segments) {
      after_->segments = std::make_shared<const SegmentCatalog>(*batch_.segments);
      std::erase_if(after_->lists, [&](const auto& list) {
        return std::none_of(batch_.segments->begin(), batch_.segments->end(),
                            [&](const auto& segment) { return segment.second.list == list.first; });
      });
    }
    if (batch_.import) {
      auto imports = std::make_shared<ImportRegistry>(*after_->imports);
      (*imports)[batch_.import->first] = batch_.import->second;
      after_->imports = std::move(imports);
    }
    return {};
  }

  // Columns are those of their field's type, so it stays what it is; and a number once given is never given again.
  static Result<void> checkSuccession(const Schema& before, const Schema& after) {
    if (after.nextId() < before.nextId()) return damagedBatch("takes back numbers of fields");
    for (const Field& field : after.fields()) {
      const Field* known = before.find(field.id);
      if (known == nullptr ? field.id < before.nextId() : !(known->type == field.type)) {
        return damagedBatch("gives a field another kind, or one the number of a field that was dropped");
      }
    }
    return {};
  }

  void dropFields(const Schema& schema) {
    after_->dictionaries.eraseIf(
        [&](const auto& entry) { return !isOfEvents(entry.first) && schema.find(entry.first) == nullptr; });
    for (ShardIndex index = 0; index < after_->shards.size(); ++index) {
      const auto dropped = [&](const auto& entry) { return schema.find(entry.first) == nullptr; };
      const auto& fields = after_->shards[index]->fields;
      if (std::any_of(fields.begin(), fields.end(), dropped)) draft(index).fields.eraseIf(dropped);
    }
  }

  Result<void> createContacts() {
    if (contactCount() + batch_.newKeys.size() > kNoContact) {
      return fail(ErrorCode::resourceExhausted,
                  "a database holds 4,294,967,295 contacts at most, erased ones among them");
    }
    std::vector<KeyEntry> entries;
    entries.reserve(batch_.newKeys.size());
    for (std::size_t at = 0; at < batch_.newKeys.size();) {
      if (contactCount() == after_->shards.size() * std::uint64_t{kShardSize})
        after_->shards.push_back(std::make_shared<const Shard>());
      const auto index = static_cast<ShardIndex>(after_->shards.size() - 1);
      Shard& shard = draft(index);
      const std::size_t count = std::min<std::size_t>(batch_.newKeys.size() - at, kShardSize - shard.size);
      for (std::size_t i = 0; i < count; ++i) {
        if (batch_.newKeys[at + i].empty()) return damagedBatch("creates a contact without a key");
        entries.push_back({hashBytes(batch_.newKeys[at + i]), contactAt(index, shard.size + static_cast<LocalId>(i))});
      }
      if (auto done = extendShard(shard, at, static_cast<LocalId>(count)); !done) return propagate(done);
      at += count;
    }
    auto index = after_->keyIndex->withAppended(std::move(entries));
    if (!index) return propagate(index);
    after_->keyIndex = std::make_shared<const KeyIndex>(*std::move(index));
    return {};
  }

  // Ids given so far.
  std::uint64_t contactCount() const {
    if (after_->shards.empty()) return 0;
    const auto last = static_cast<ShardIndex>(after_->shards.size() - 1);
    return (std::uint64_t{last} << kShardBits) + current(last).size;
  }

  // Gives `count` contacts at the shard's end the new keys from `firstKey` on.
  Result<void> extendShard(Shard& shard, std::size_t firstKey, LocalId count) {
    const LocalId begin = shard.size;
    std::vector<MemberEdit> added;
    added.reserve(count);
    for (LocalId id = begin; id < begin + count; ++id) added.push_back({id, true});
    auto live = load(shard.live);
    if (!live) return propagate(live);
    shard.live = makeSlot(applyEdits(**live, added));
    shard.liveCount += count;
    for (LocalId at = begin; at < begin + count;) {
      const ChunkIndex chunk = chunkOf(at);
      auto keys = load(shard.keys[chunk]);
      if (!keys) return propagate(keys);
      std::vector<std::uint32_t> ends;
      std::string bytes;
      const auto append = [&](std::string_view key) {
        bytes.append(key);
        ends.push_back(static_cast<std::uint32_t>(bytes.size()));
      };
      for (std::uint32_t i = 0; i < (*keys)->size(); ++i) append((**keys)[i]);
      for (; at < begin + count && chunkOf(at) == chunk; ++at) append(batch_.newKeys[firstKey + (at - begin)]);
      shard.keys[chunk] = makeSlot(StringChunk::encode(ends, bytes));
    }
    shard.size += count;
    return {};
  }

  Result<void> createLists() {
    for (const ListCreation& creation : batch_.lists) {
      auto& list = after_->lists[creation.list];
      list.clear();
      for (const auto& [shard, members] : creation.members) {
        if (shard >= after_->shards.size()) return damagedBatch("names a shard that is not there");
        auto live = load(current(shard).live);
        if (!live) return propagate(live);
        std::vector<LocalId> held;
        std::copy_if(members.begin(), members.end(), std::back_inserter(held),
                     [&](LocalId id) { return id < kShardSize && (*live)->contains(id); });
        list.resize(std::max<std::size_t>(list.size(), std::size_t{shard} + 1));
        if (!held.empty()) list[shard] = makeSlot(Bitmap::fromSorted(held));
      }
    }
    return {};
  }

  Result<void> gatherChanges() {
    for (const FieldChanges& changes : batch_.fields) {
      const Field* field = after_->schema->find(changes.field);
      if (field == nullptr) return damagedBatch("names a field that is not there");
      if (auto sound = check(changes, *field, contactCount()); !sound) return propagate(sound);
      auto codes = codesOf(changes, *field);
      if (!codes) return propagate(codes);
      if (auto done = gather(changes, *field, *codes); !done) return propagate(done);
    }
    return {};
  }

  static Result<void> check(const FieldChanges& changes, const Field& field, std::uint64_t contacts) {
    if (changes.values.size() != changes.contacts.size() ||
        (!changes.ops.empty() && changes.ops.size() != changes.contacts.size())) {
      return damagedBatch("has columns of unlike length");
    }
    const bool ofStrings = field.type.kind == FieldKind::category || field.type.kind == FieldKind::set ||
                           field.type.kind == FieldKind::text;
    for (std::size_t i = 0; i < changes.contacts.size(); ++i) {
      if (changes.contacts[i] >= contacts) return damagedBatch("names a contact that is not there");
      const ChangeOp op = changes.ops.empty() ? ChangeOp::set : changes.ops[i];
      if (op == ChangeOp::clear) continue;
      if ((op == ChangeOp::add || op == ChangeOp::remove) && field.type.kind != FieldKind::set) {
        return damagedBatch("adds to a field that is no set");
      }
      const auto value = static_cast<std::uint64_t>(changes.values[i]);
      if (ofStrings ? value >= changes.strings.size() : field.type.kind == FieldKind::boolean && value > 1) {
        return damagedBatch("names a value that is not there");
      }
      if (!isInCalendar(field.type.kind, changes.values[i]))
        return damagedBatch("holds a time outside the years 0 to 9999");
    }
    return {};
  }

  // Which of the changes' strings some contact comes to hold: the others, of untagging or of nobody, need no code.
  static std::vector<bool> heldStrings(const FieldChanges& changes) {
    std::vector<bool> held(changes.strings.size(), false);
    for (std::size_t i = 0; i < changes.contacts.size(); ++i) {
      const ChangeOp op = changes.ops.empty() ? ChangeOp::set : changes.ops[i];
      if (op == ChangeOp::set || op == ChangeOp::add) held[static_cast<std::size_t>(changes.values[i])] = true;
    }
    return held;
  }

  // The code of each of the changes' strings; new ones that are held get the next codes, in order, and others none.
  Result<std::vector<Code>> codesOf(const FieldChanges& changes, const Field& field) {
    if (field.type.kind != FieldKind::category && field.type.kind != FieldKind::set) return std::vector<Code>();
    return giveCodes(after_->dictionaries[field.id], changes.strings, heldStrings(changes),
                     [&](std::string_view text) { return isElement(field.type, text); });
  }

  Result<void> gather(const FieldChanges& changes, const Field& field, const std::vector<Code>& codes) {
    std::vector<std::string_view>* texts = nullptr;
    std::int64_t firstText = 0;
    if (field.type.kind == FieldKind::text) {
      texts = &textsByField_[field.id];
      firstText = static_cast<std::int64_t>(texts->size());
      for (std::size_t i = 0; i < changes.strings.size(); ++i) texts->push_back(changes.strings[i]);
    }
    MergeTask* task = nullptr;
    std::shared_ptr<const Bitmap> live;
    for (std::size_t i = 0; i < changes.contacts.size(); ++i) {
      const ShardIndex shard = shardOf(changes.contacts[i]);
      if (task == nullptr || task->shard != shard) {
        task = &taskFor(shard, field, texts);
        auto gaps = liveWithGaps(shard);
        if (!gaps) return propagate(gaps);
        live = *std::move(gaps);
      }
      if (live != nullptr && !live->contains(localOf(changes.contacts[i]))) continue;
      std::int64_t value = changes.values[i];
      const ChangeOp op = changes.ops.empty() ? ChangeOp::set : changes.ops[i];
      if (op != ChangeOp::clear) {
        if (!codes.empty()) value = codes[static_cast<std::size_t>(value)];
        if (!codes.empty() && value == kNoCode) continue;            // nobody holds what is to be removed
        else if (field.type.kind == FieldKind::boolean) value += 1;  // false is code 1, true is code 2
        else value += firstText;
      }
      task->edits.push_back({localOf(changes.contacts[i]), op, value});
    }
    return {};
  }

  MergeTask& taskFor(ShardIndex shard, const Field& field, const std::vector<std::string_view>* texts) {
    MergeTask& task = tasks_[{field.id, shard}];
    task.shard = shard;
    task.field = &field;
    task.texts = texts;
    return task;
  }

  // An erased contact loses its value of every field.
  Result<void> gatherErasures() {
    for (const ContactId contact : batch_.erased) {
      if (contact >= contactCount()) return damagedBatch("erases a contact that is not there");
      const ShardIndex shard = shardOf(contact);
      for (const Field& field : after_->schema->fields()) {
        const bool mayHave = after_->shards[shard]->field(field.id) != nullptr || tasks_.contains({field.id, shard});
        if (!mayHave) continue;
        const auto* texts = field.type.kind == FieldKind::text ? &textsByField_[field.id] : nullptr;
        taskFor(shard, field, texts).edits.push_back({localOf(contact), ChangeOp::clear, 0});
      }
    }
    return {};
  }

  Result<void> mergeFields() {
    static const std::vector<std::string_view> noTexts;
    std::vector<MergeTask*> tasks;
    for (auto& [key, task] : tasks_) tasks.push_back(&task);
    std::vector<Result<std::shared_ptr<const FieldShard>>> merged(tasks.size());
    parallelFor_(tasks.size(), [&](std::size_t i) {
      MergeTask& task = *tasks[i];
      const FieldShard* old = after_->shards[task.shard]->field(task.field->id);
      merged[i] = mergeField(task.field->type, old, task.edits, task.texts != nullptr ? *task.texts : noTexts);
    });
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      if (!merged[i]) return propagate(merged[i]);
      auto& fields = draft(tasks[i]->shard).fields;
      if (*merged[i] == nullptr) fields.erase(tasks[i]->field->id);
      else fields[tasks[i]->field->id] = *std::move(merged[i]);
    }
    return {};
  }

  // Events are merged into what the snapshot before has of them, so that shards are looked at as drafts from here on.
  Result<void> changeEvents() {
    for (const CatalogChanges& catalog : batch_.catalogs) {
      if (auto done = changeCatalog(catalog, *after_, parallelFor_); !done) return done;
    }
    if (batch_.recorded.empty() && batch_.retained.empty()) return {};
    publishDrafts();
    for (const EventChanges& changes : batch_.recorded) {
      if (auto done = recordEvents(changes, *after_, drafts(), parallelFor_); !done) return done;
      publishDrafts();
    }
    for (const EventRetention& retention : batch_.retained) {
      if (auto done = retainEvents(retention, *after_, drafts(), parallelFor_); !done) return done;
    }
    return {};
  }

  // Puts the drafts made so far into the snapshot.
  void publishDrafts() {
    for (auto& [index, draft] : drafts_) after_->shards[index] = std::move(draft);
    drafts_.clear();
  }

  Result<void> eraseContacts() {
    std::map<ShardIndex, std::vector<MemberEdit>> byShard;
    for (const ContactId contact : batch_.erased) byShard[shardOf(contact)].push_back({localOf(contact), false});
    for (auto& [index, edits] : byShard) {
      std::sort(edits.begin(), edits.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
      edits.erase(std::unique(edits.begin(), edits.end(), [](const auto& a, const auto& b) { return a.id == b.id; }),
                  edits.end());
      Shard& shard = draft(index);
      auto live = load(shard.live);
      if (!live) return propagate(live);
      Bitmap remaining = applyEdits(**live, edits);
      shard.liveCount = remaining.cardinality();
      shard.live = makeSlot(std::move(remaining));
      if (auto done = eraseKeys(shard, edits); !done) return propagate(done);
      if (auto done = eraseFromLists(index, edits); !done) return propagate(done);
      if (auto done = eraseEvents(shard, edits, *after_); !done) return propagate(done);
    }
    return {};
  }

  static Result<void> eraseKeys(Shard& shard, const std::vector<MemberEdit>& edits) {
    for (ChunkIndex chunk = 0; chunk < kChunksPerShard; ++chunk) {
      const auto from = std::find_if(edits.begin(), edits.end(), [&](const auto& e) { return chunkOf(e.id) >= chunk; });
      if (from == edits.end() || chunkOf(from->id) != chunk) continue;
      auto keys = load(shard.keys[chunk]);
      if (!keys) return propagate(keys);
      std::vector<std::uint32_t> ends;
      std::string bytes;
      auto edit = from;
      for (std::uint32_t place = 0; place < (*keys)->size(); ++place) {
        const bool erased = edit != edits.end() && edit->id == (chunk << kChunkBits | place);
        if (erased) ++edit;
        else bytes.append((**keys)[place]);
        ends.push_back(static_cast<std::uint32_t>(bytes.size()));
      }
      shard.keys[chunk] = makeSlot(StringChunk::encode(ends, bytes));
    }
    return {};
  }

  Result<void> eraseFromLists(ShardIndex index, const std::vector<MemberEdit>& edits) {
    for (auto& [id, list] : after_->lists) {
      if (index >= list.size() || list[index] == nullptr) continue;
      auto members = load(list[index]);
      if (!members) return propagate(members);
      Bitmap remaining = applyEdits(**members, edits);
      if (remaining.cardinality() == (*members)->cardinality()) continue;
      list[index] = remaining.empty() ? nullptr : makeSlot(std::move(remaining));
    }
    return {};
  }

  const ChangeBatch& batch_;
  const ParallelFor& parallelFor_;
  std::shared_ptr<Snapshot> after_;
  std::map<ShardIndex, std::shared_ptr<Shard>> drafts_;
  std::map<std::pair<FieldId, ShardIndex>, MergeTask> tasks_;
  std::map<FieldId, std::vector<std::string_view>> textsByField_;
};

}  // namespace

void serialFor(std::size_t count, const std::function<void(std::size_t)>& body) {
  for (std::size_t i = 0; i < count; ++i) body(i);
}

Result<SnapshotPtr> apply(const Snapshot& before, const ChangeBatch& batch, Sequence sequence,
                          const ParallelFor& parallelFor) {
  return Application(before, batch, sequence, parallelFor).run();
}

}  // namespace roster
