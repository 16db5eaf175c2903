#include "index/io/event_batch.h"

#include <fmt/format.h>
#include <unordered_map>
#include <unordered_set>

#include "index/io/contact_lookup.h"

namespace roster {

namespace {

constexpr std::uint32_t kNoEvent = ~std::uint32_t{0};

class EventBatchMaker {
 public:
  EventBatchMaker(const std::vector<ConvertedRows>& blocks, const ImportPlan& plan, const ImportOptions& options,
                  const Snapshot& snapshot, EventId event, const ParallelFor& parallelFor)
      : blocks_(blocks),
        plan_(plan),
        options_(options),
        snapshot_(snapshot),
        parallelFor_(parallelFor),
        next_(snapshot.nextContact()) {
    changes_.event = event;
  }

  Result<ImportBatchResult> make() {
    auto contacts = findContacts(blocks_, snapshot_, parallelFor_);
    if (!contacts) return propagate(contacts);
    contacts_ = *std::move(contacts);
    if (auto known = loadIdentities(); !known) return propagate(known);
    const std::size_t unknown = options_.target.createContacts ? countUnknown(contacts_) : 0;
    if (next_ + unknown >= kNoContact) {
      return fail(ErrorCode::resourceExhausted, "the database has no contact ids left");
    }
    NewKeys created(unknown);
    for (std::size_t b = 0; b < blocks_.size(); ++b) placeBlock(b, created);
    for (const Field& property : plan_.schema.fields()) addProperty(property);
    result_.recorded = changes_.contacts.size();
    if (!changes_.contacts.empty()) result_.batch.recorded.push_back(std::move(changes_));
    return std::move(result_);
  }

 private:
  Result<void> loadIdentities() {
    const auto known = snapshot_.identities.find(changes_.event);
    if (options_.target.idColumn.empty() || known == snapshot_.identities.end()) return {};
    auto loaded = LoadedKeyIndex::load(*known->second);
    if (!loaded) return propagate(loaded);
    known_.emplace(*std::move(loaded));
    return {};
  }

  // The column of a block that has a role; null where its file has none.
  const ConvertedColumn* columnOf(std::size_t b, ColumnRole role) const {
    const auto& columns = plan_.files[blocks_[b].file].columns;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].role == role) return &blocks_[b].columns[c];
    }
    return nullptr;
  }

  // Numbers the events of a block's rows; those that are rejected or known get none.
  void placeBlock(std::size_t b, NewKeys& created) {
    // Rows without a time or an id were rejected when they were converted: all that are here have one.
    const ConvertedColumn& times = *columnOf(b, ColumnRole::time);
    const ConvertedColumn* const ids = columnOf(b, ColumnRole::id);
    std::vector<std::uint32_t>& events = events_.emplace_back(blocks_[b].rowCount(), kNoEvent);
    for (std::size_t row = 0; row < blocks_[b].rowCount(); ++row) {
      const bool isKnownContact = contacts_[b][row] != kNoContact;
      if (!isKnownContact && !options_.target.createContacts) {
        reject(b, row);
        continue;
      }
      if (ids != nullptr && !takeIdentity(identityOf(ids->strings[static_cast<std::size_t>(ids->values[row])]))) {
        ++result_.repeated;
        continue;
      }
      if (!isKnownContact) contacts_[b][row] = createContact(b, row, created);
      events[row] = static_cast<std::uint32_t>(changes_.contacts.size());
      changes_.contacts.push_back(contacts_[b][row]);
      changes_.times.push_back(times.values[row]);
    }
  }

  // Whether no event has the identity yet, which then has.
  bool takeIdentity(const EventIdentity& identity) {
    if (known_) {
      candidates_.clear();
      known_->find(identity.hash, candidates_);
      for (const std::uint32_t candidate : candidates_) {
        if (candidate == identity.more) return false;
      }
    }
    if (!taken_.insert(identity).second) return false;
    changes_.identities.push_back(identity);
    return true;
  }

  void reject(std::size_t b, std::size_t row) {
    result_.rejects.push_back({blocks_[b].file, blocks_[b].lines[row], options_.keyColumn,
                               fmt::format("no contact has the key '{}'", blocks_[b].keys[row]),
                               std::string(blocks_[b].raw[row])});
  }

  ContactId createContact(std::size_t b, std::size_t row, NewKeys& created) {
    const std::string_view key = blocks_[b].keys[row];
    const auto next = static_cast<ContactId>(next_);
    const ContactId contact = created.findOrAdd(key, blocks_[b].keyHashes[row], next);
    if (contact != next) return contact;
    result_.batch.newKeys.append(key);
    ++result_.created;
    ++next_;
    return contact;
  }

  // The values of one property of all blocks, whose strings are told apart within each block only.
  void addProperty(const Field& property) {
    PropertyValues values;
    values.property = property.id;
    std::unordered_map<std::string_view, std::int64_t> numbers;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      const auto& columns = plan_.files[blocks_[b].file].columns;
      for (std::size_t c = 0; c < columns.size(); ++c) {
        if (columns[c].role != ColumnRole::field || columns[c].fieldName != property.name) continue;
        addColumn(b, blocks_[b].columns[c], values, numbers);
      }
    }
    if (!values.rows.empty()) changes_.properties.push_back(std::move(values));
  }

  void addColumn(std::size_t b, const ConvertedColumn& column, PropertyValues& values,
                 std::unordered_map<std::string_view, std::int64_t>& numbers) const {
    std::vector<std::int64_t> own(column.strings.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
      const auto [found, isNew] = numbers.try_emplace(column.strings[i], static_cast<std::int64_t>(numbers.size()));
      if (isNew) values.strings.append(column.strings[i]);
      own[i] = found->second;
    }
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      const std::uint32_t event = events_[b][column.rows[i]];
      if (event == kNoEvent) continue;
      values.rows.push_back(event);
      values.values.push_back(own.empty() ? column.values[i] : own[static_cast<std::size_t>(column.values[i])]);
    }
  }

  const std::vector<ConvertedRows>& blocks_;
  const ImportPlan& plan_;
  const ImportOptions& options_;
  const Snapshot& snapshot_;
  const ParallelFor& parallelFor_;
  std::uint64_t next_;
  ContactsByBlock contacts_;
  std::optional<LoadedKeyIndex> known_;
  struct IdentityHash {
    std::size_t operator()(const EventIdentity& identity) const { return identity.hash; }
  };
  std::unordered_set<EventIdentity, IdentityHash> taken_;  // by this batch
  std::vector<std::uint32_t> candidates_;
  std::vector<std::vector<std::uint32_t>> events_;  // by block and row: the event's number in the batch
  EventChanges changes_;
  ImportBatchResult result_;
};

}  // namespace

Result<ImportBatchResult> makeEventBatch(const std::vector<ConvertedRows>& blocks, const ImportPlan& plan,
                                         const ImportOptions& options, const Snapshot& snapshot, EventId event,
                                         const ParallelFor& parallelFor) {
  return EventBatchMaker(blocks, plan, options, snapshot, event, parallelFor).make();
}

}  // namespace roster
