#include "index/io/import_batch.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <string>

#include "index/io/contact_lookup.h"

namespace roster {

namespace {

class ImportBatchMaker {
 public:
  ImportBatchMaker(const std::vector<ConvertedRows>& blocks, const ImportPlan& plan, const ImportOptions& options,
                   const Snapshot& snapshot, ContactId firstNewContact, SeenContacts& seen,
                   const ParallelFor& parallelFor)
      : blocks_(blocks),
        plan_(plan),
        options_(options),
        snapshot_(snapshot),
        firstNew_(firstNewContact),
        seen_(seen),
        parallelFor_(parallelFor),
        next_(snapshot.nextContact()) {}

  Result<ImportBatchResult> make() {
    auto placed = options_.generateKeys ? generateKeys() : placeRows();
    if (!placed) return propagate(placed);
    if (next_ >= kNoContact) return fail(ErrorCode::resourceExhausted, "the database has no contact ids left");
    for (std::size_t b = 0; b < blocks_.size(); ++b) addChanges(b);
    addClearedFields();
    return std::move(result_);
  }

 private:
  Result<void> generateKeys() {
    contacts_.resize(blocks_.size());
    std::uint64_t number = next_;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      for (std::size_t row = 0; row < blocks_[b].rowCount(); ++row) {
        // The next number that is no contact's key yet.
        std::string key;
        for (bool taken = true; taken;) {
          key = std::to_string(++number);
          auto holder = findContact(snapshot_, key);
          if (!holder) return propagate(holder);
          taken = *holder != kNoContact;
        }
        contacts_[b].push_back(create(key));
      }
    }
    return {};
  }

  Result<void> placeRows() {
    auto contacts = findContacts(blocks_, snapshot_, parallelFor_);
    if (!contacts) return propagate(contacts);
    contacts_ = *std::move(contacts);
    // New keys get their ids in file order, whatever the order of the look-ups was.
    NewKeys created(countUnknown(contacts_));
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      for (std::size_t row = 0; row < contacts_[b].size(); ++row) placeRow(b, row, created);
    }
    return {};
  }

  void placeRow(std::size_t b, std::size_t row, NewKeys& created) {
    ContactId& contact = contacts_[b][row];
    const std::string_view key = blocks_[b].keys[row];
    if (contact == kNoContact) {
      const auto next = static_cast<ContactId>(next_);
      contact = created.findOrAdd(key, blocks_[b].keyHashes[row], next);
      if (contact == next) create(key);
    } else if (contact < firstNew_) {
      if (options_.mode == ImportMode::insert) {
        const std::size_t file = blocks_[b].file;
        result_.rejects.push_back({file, blocks_[b].lines[row], options_.keyColumn,
                                   fmt::format("the key '{}' is in the database already", key),
                                   std::string(blocks_[b].raw[row])});
        contact = kNoContact;
        return;
      }
      if (seen_.mark(0, contact)) {
        ++result_.updated;
        if (options_.mode == ImportMode::replace) replaced_.emplace(std::pair(b, row), contact);
      }
    }
  }

  ContactId create(std::string_view key) {
    result_.batch.newKeys.append(key);
    ++result_.created;
    return static_cast<ContactId>(next_++);
  }

  void addChanges(std::size_t b) {
    const ConvertedRows& block = blocks_[b];
    const PlannedFile& file = plan_.files[block.file];
    for (std::size_t c = 0; c < file.columns.size(); ++c) {
      const Field& field = *plan_.schema.find(file.columns[c].fieldName);
      FieldChanges changes = changesOf(b, block.columns[c], field);
      if (!changes.contacts.empty()) result_.batch.fields.push_back(std::move(changes));
    }
  }

  // The changes of one column of one block; where contacts are replaced, each clearing comes just before its row's
  // values.
  FieldChanges changesOf(std::size_t b, const ConvertedColumn& column, const Field& field) {
    FieldChanges changes;
    changes.field = field.id;
    changes.strings = column.strings;
    const bool isSet = field.type.kind == FieldKind::set;
    const bool clearsSets = isSet && options_.setMode == SetMode::replace;
    const ChangeOp op = !isSet ? ChangeOp::set : options_.setMode == SetMode::remove ? ChangeOp::remove : ChangeOp::add;
    auto cleared = replaced_.lower_bound({b, 0});
    const auto clear = [&](ContactId contact) { append(changes, contact, ChangeOp::clear, 0); };
    changes.contacts.reserve(column.rows.size());
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      const std::uint32_t row = column.rows[i];
      for (; cleared != replaced_.end() && cleared->first <= std::pair(b, std::size_t{row}); ++cleared)
        clear(cleared->second);
      const ContactId contact = contacts_[b][row];
      if (contact == kNoContact) continue;
      if (clearsSets && contact < firstNew_ && seen_.mark(field.id, contact)) clear(contact);
      append(changes, contact, op, column.values[i]);
    }
    for (; cleared != replaced_.end() && cleared->first.first == b; ++cleared) clear(cleared->second);
    return changes;
  }

  static void append(FieldChanges& changes, ContactId contact, ChangeOp op, std::int64_t value) {
    changes.contacts.push_back(contact);
    changes.ops.push_back(op);
    changes.values.push_back(value);
  }

  // Replaced contacts lose their values of the fields that their file does not have, too.
  void addClearedFields() {
    for (const Field& field : snapshot_.schema->fields()) {
      FieldChanges changes;
      changes.field = field.id;
      for (const auto& [place, contact] : replaced_) {
        if (!fileHas(blocks_[place.first].file, field.name)) append(changes, contact, ChangeOp::clear, 0);
      }
      if (!changes.contacts.empty()) result_.batch.fields.push_back(std::move(changes));
    }
  }

  bool fileHas(std::size_t file, const std::string& field) const {
    for (const PlannedColumn& column : plan_.files[file].columns) {
      if (column.fieldName == field) return true;
    }
    return false;
  }

  const std::vector<ConvertedRows>& blocks_;
  const ImportPlan& plan_;
  const ImportOptions& options_;
  const Snapshot& snapshot_;
  const ContactId firstNew_;
  SeenContacts& seen_;
  const ParallelFor& parallelFor_;
  std::uint64_t next_;
  ContactsByBlock contacts_;
  std::map<std::pair<std::size_t, std::size_t>, ContactId> replaced_;  // by block and row: contacts to clear first
  ImportBatchResult result_;
};

}  // namespace

Result<SeenContacts> SeenContacts::fromProgress(const ImportProgress& progress) {
  SeenContacts seen;
  for (const auto& [place, bytes] : progress.seen) {
    const auto bitmap = Bitmap::decode(Buffer::copyOf(bytes));
    if (!bitmap) return tl::unexpected(bitmap.error());
    const auto& [field, shard] = place;
    bitmap->forEach([&, field = field, shard = shard](LocalId id) { seen.mark(field, contactAt(shard, id)); });
  }
  return seen;
}

void SeenContacts::save(ImportProgress& progress) const {
  progress.seen.clear();
  for (const auto& [place, words] : words_) {
    std::vector<LocalId> ids;
    for (std::size_t w = 0; w < words.size(); ++w) {
      for (std::uint64_t bits = words[w]; bits != 0; bits &= bits - 1) {
        ids.push_back(static_cast<LocalId>(w * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
      }
    }
    progress.seen.emplace(place, Bitmap::fromSorted(ids).encoded());
  }
}

bool SeenContacts::mark(FieldId field, ContactId contact) {
  auto& words = words_[{field, shardOf(contact)}];
  if (words.empty()) words.resize(kShardSize / 64);
  std::uint64_t& word = words[localOf(contact) / 64];
  const std::uint64_t bit = std::uint64_t{1} << (contact % 64);
  const bool isNew = (word & bit) == 0;
  word |= bit;
  return isNew;
}

Result<ImportBatchResult> makeImportBatch(const std::vector<ConvertedRows>& blocks, const ImportPlan& plan,
                                          const ImportOptions& options, const Snapshot& snapshot,
                                          ContactId firstNewContact, SeenContacts& seen,
                                          const ParallelFor& parallelFor) {
  return ImportBatchMaker(blocks, plan, options, snapshot, firstNewContact, seen, parallelFor).make();
}

}  // namespace roster
