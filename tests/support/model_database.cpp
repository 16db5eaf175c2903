#include "tests/support/model_database.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/data/apply.h"
#include "tests/support/sample_fields.h"

namespace roster {

void ModelDatabase::apply(const ChangeBatch& batch) {
  if (batch.schema) {
    schema_ = *batch.schema;
    for (auto& [id, contact] : contacts_) {
      std::erase_if(contact.values, [&](const auto& value) { return schema_.find(value.first) == nullptr; });
    }
  }
  if (batch.segments) {
    std::set<ListId> kept;
    for (const auto& [name, segment] : *batch.segments) kept.insert(segment.list);
    std::erase_if(lists_, [&](ListId list) { return !kept.contains(list); });
    for (auto& [id, contact] : contacts_)
      std::erase_if(contact.lists, [&](ListId list) { return !kept.contains(list); });
  }
  for (std::size_t i = 0; i < batch.newKeys.size(); ++i, ++next_) {
    const auto id = static_cast<ContactId>(next_);
    contacts_[id] = {id, std::string(batch.newKeys[i]), {}, {}};
    erasedKeys_.erase(std::string(batch.newKeys[i]));
  }
  for (const ListCreation& creation : batch.lists) {
    lists_.insert(creation.list);
    for (const auto& [shard, members] : creation.members) {
      for (const LocalId local : members) {
        const auto contact = contacts_.find(contactAt(shard, local));
        if (contact == contacts_.end()) continue;
        contact->second.lists.push_back(creation.list);
        std::sort(contact->second.lists.begin(), contact->second.lists.end());
      }
    }
  }
  for (const FieldChanges& changes : batch.fields) change(changes);
  events_.apply(batch, [&](ContactId contact) { return contacts_.contains(contact); });
  for (const ContactId contact : batch.erased) {
    const auto found = contacts_.find(contact);
    if (found == contacts_.end()) continue;
    erasedKeys_.insert(found->second.key);
    contacts_.erase(found);
  }
}

void ModelDatabase::change(const FieldChanges& changes) {
  const FieldKind kind = schema_.find(changes.field)->type.kind;
  for (std::size_t i = 0; i < changes.contacts.size(); ++i) {
    const auto found = contacts_.find(changes.contacts[i]);
    if (found == contacts_.end()) continue;
    auto& values = found->second.values;
    const ChangeOp op = changes.ops.empty() ? ChangeOp::set : changes.ops[i];
    if (op == ChangeOp::clear) {
      values.erase(changes.field);
      continue;
    }
    if (isNumeric(kind)) {
      values[changes.field] = changes.values[i];
    } else if (kind == FieldKind::boolean) {
      values[changes.field] = changes.values[i] == 1;
    } else {
      const std::string text(changes.strings[static_cast<std::size_t>(changes.values[i])]);
      if (kind == FieldKind::set) changeSet(found->second, changes.field, op, text);
      else values[changes.field] = text;
    }
  }
}

void ModelDatabase::changeSet(ContactRecord& contact, FieldId field, ChangeOp op, const std::string& element) {
  std::set<std::string> elements;
  if (const auto held = contact.values.find(field); held != contact.values.end()) {
    const auto& list = std::get<std::vector<std::string>>(held->second);
    elements.insert(list.begin(), list.end());
  }
  if (op == ChangeOp::remove) elements.erase(element);
  else elements.insert(element);
  if (elements.empty()) contact.values.erase(field);
  else contact.values[field] = std::vector<std::string>(elements.begin(), elements.end());
}

std::string ModelDatabase::differenceAt(const Snapshot& snapshot, ContactId id) const {
  const auto read = readContact(snapshot, id);
  const auto expected = contacts_.find(id);
  if (expected == contacts_.end()) {
    if (read) return fmt::format("contact {} was erased and is there", id);
    return read.error().code == ErrorCode::notFound ? "" : read.error().message;
  }
  if (!read) return fmt::format("contact {}: {}", id, read.error().message);
  if (*read == expected->second) {
    const auto found = findContact(snapshot, read->key);
    return found && *found == id ? "" : fmt::format("contact {} is not found by its key", id);
  }
  for (const Field& field : schema_.fields()) {
    const auto held = read->values.find(field.id);
    const auto wanted = expected->second.values.find(field.id);
    const bool holds = held != read->values.end();
    const bool wants = wanted != expected->second.values.end();
    if (holds != wants || (holds && held->second != wanted->second)) {
      return fmt::format("contact {}: field '{}' differs", id, field.name);
    }
  }
  return fmt::format("contact {}: its key or lists differ", id);
}

std::string ModelDatabase::difference(const Snapshot& snapshot) const {
  if (snapshot.nextContact() != next_)
    return fmt::format("the next contact is {}, not {}", snapshot.nextContact(), next_);
  if (snapshot.liveCount() != untouched_ + contacts_.size())
    return fmt::format("{} contacts live", snapshot.liveCount());
  for (std::uint64_t id = untouched_; id < next_; ++id) {
    std::string found = differenceAt(snapshot, static_cast<ContactId>(id));
    if (!found.empty()) return found;
  }
  for (const std::string& key : erasedKeys_) {
    const auto found = findContact(snapshot, key);
    if (!found || *found != kNoContact) return fmt::format("the erased key {} is still found", key);
  }
  if (readContact(snapshot, static_cast<ContactId>(next_))) return "there is a contact too many";
  return events_.difference(snapshot);
}

namespace {

// Builds one batch, step by step.
class BatchMaker {
 public:
  BatchMaker(const ModelDatabase& model, RandomSource& random)
      : model_(model), random_(random), schema_(model.schema()), next_(model.nextContact()) {}

  ChangeBatch make() {
    if (schema_.fields().empty()) batch_.schema = schema_ = sampleSchema();
    else if (random_.chance(10)) changeSchema();
    createContacts();
    if (next_ == model_.untouched()) return std::move(batch_);
    if (random_.chance(25)) createList();
    else if (random_.chance(10)) saveSegments({});
    for (std::uint64_t i = random_.below(6); i != 0; --i) changeField(random_.pick(schema_.fields()));
    if (random_.chance(50)) {
      addRandomEvents(batch_, model_.events(), static_cast<ContactId>(model_.untouched()),
                      static_cast<ContactId>(next_), random_);
    }
    if (random_.chance(30)) erase();
    if (random_.chance(20))
      batch_.import.emplace("file", ImportProgress{random_.below(9), 1, 2, 3, false, 7, {{{0, 0}, "x"}}, 9});
    return std::move(batch_);
  }

 private:
  void changeSchema() {
    const Field field = random_.pick(schema_.fields());
    const std::string name = fmt::format("f{}_{}", schema_.nextId(), random_.bits());
    if (random_.chance(60)) schema_ = schema_.withField(name, randomType(random_)).value();
    else if (random_.chance(50)) schema_ = schema_.withRenamed(field.name, name).value();
    else if (schema_.fields().size() > 8) schema_ = schema_.without(field.name).value();
    batch_.schema = schema_;
  }

  void createContacts() {
    const std::uint64_t count = model_.contacts().empty() ? 20 : random_.chance(20) ? 90 : random_.below(5);
    for (std::uint64_t i = 0; i < count; ++i, ++next_) {
      const bool again = i == 0 && !model_.erasedKeys().empty() && random_.chance(50);
      batch_.newKeys.append(again ? *model_.erasedKeys().begin() : fmt::format("k{}", next_));
    }
  }

  // Any contact that is not untouched, erased ones too.
  ContactId anyContact() {
    return static_cast<ContactId>(model_.untouched() + random_.below(next_ - model_.untouched()));
  }

  void saveSegments(const std::set<ListId>& lists) {
    batch_.segments.emplace();
    (*batch_.segments)["predicate"] = {"true", 0, 5, ""};
    for (const ListId list : lists) (*batch_.segments)[fmt::format("list {}", list)] = {"", list, 5, "true"};
  }

  void createList() {
    std::set<ListId> lists = model_.lists();
    ListCreation creation{lists.empty() ? 1 : *lists.rbegin() + 1, {}};
    std::map<ShardIndex, std::set<LocalId>> members;
    for (std::uint64_t i = random_.below(100); i != 0; --i) {
      const ContactId contact = anyContact();
      members[shardOf(contact)].insert(localOf(contact));
    }
    for (const auto& [shard, locals] : members) creation.members.push_back({shard, {locals.begin(), locals.end()}});
    batch_.lists.push_back(creation);
    if (random_.chance(30) && !lists.empty()) lists.erase(lists.begin());
    lists.insert(creation.list);
    saveSegments(lists);
  }

  void changeField(const Field& field) {
    ChangesBuilder changes(field);
    const bool isSet = field.type.kind == FieldKind::set;
    const bool bulk = random_.chance(25);
    const FieldValue common = randomValue(field.type, random_);
    const ChangeOp commonOp = random_.chance(20) ? ChangeOp::clear : isSet ? ChangeOp::add : ChangeOp::set;
    if (bulk) {
      for (std::uint64_t id = model_.untouched(); id < next_; ++id) {
        if (random_.chance(90)) changes.add(static_cast<ContactId>(id), commonOp, common);
      }
    }
    for (std::uint64_t i = random_.below(12); i != 0; --i) {
      const bool clear = random_.chance(15);
      const ChangeOp op = clear                ? ChangeOp::clear
                          : !isSet             ? ChangeOp::set
                          : random_.chance(30) ? ChangeOp::remove
                                               : ChangeOp::add;
      changes.add(anyContact(), op, randomValue(field.type, random_));
    }
    batch_.fields.push_back(changes.take());
  }

  void erase() {
    const bool many = random_.chance(10);
    for (std::uint64_t i = many ? (next_ - model_.untouched()) : random_.below(5); i != 0; --i) {
      batch_.erased.push_back(anyContact());
    }
  }

  const ModelDatabase& model_;
  RandomSource& random_;
  Schema schema_;
  std::uint64_t next_;
  ChangeBatch batch_;
};

}  // namespace

ChangeBatch randomBatch(const ModelDatabase& model, RandomSource& random) { return BatchMaker(model, random).make(); }

SnapshotPtr snapshotOfKeys(std::uint64_t count) {
  ChangeBatch batch;
  for (std::uint64_t i = 0; i < count; ++i) batch.newKeys.append(fmt::format("k{}", i));
  return apply(Snapshot(), batch, 1).value();
}

}  // namespace roster
