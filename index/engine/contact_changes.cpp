#include "index/engine/contact_changes.h"

#include <algorithm>
#include <fmt/format.h>

#include "core/base/string_column.h"
#include "core/data/set_element.h"
#include "core/eval/query.h"
#include "index/engine/segments.h"
#include "index/io/cell_parser.h"

namespace roster {

namespace {

constexpr char kElementSeparator = '|';

// An assignment settled against the schema: what happens to the field of every selected contact.
struct FieldAction {
  FieldId field = 0;
  bool clear = false;
  ChangeOp op = ChangeOp::set;
  std::vector<std::int64_t> values;  // applied one after another; indices into `strings` where the field holds strings
  StringColumn strings;
  BoundAnd already;  // the contacts that it would leave as they are
};

struct Selected {
  std::vector<ContactId> contacts;  // ascending
  std::uint64_t unknownKeys = 0;
};

Result<Selected> select(const WherePredicate& where, const SnapshotPtr& snapshot, const Executor& executor) {
  auto query = Query::compile(where.predicate, snapshot, where.now);
  if (!query) return propagate(query);
  auto audience = evaluate(*query, executor);
  if (!audience) return propagate(audience);
  Selected selected;
  for (ShardIndex shard = 0; shard < audience->shardCount(); ++shard) {
    audience->shard(shard).forEach([&](LocalId id) { selected.contacts.push_back(contactAt(shard, id)); });
  }
  return selected;
}

Result<Selected> select(const WhereKeys& where, const SnapshotPtr& snapshot, const Executor&) {
  Selected selected;
  for (const std::string& key : where.keys) {
    auto contact = findContact(*snapshot, key);
    if (!contact) return propagate(contact);
    if (*contact == kNoContact) ++selected.unknownKeys;
    else selected.contacts.push_back(*contact);
  }
  std::sort(selected.contacts.begin(), selected.contacts.end());
  selected.contacts.erase(std::unique(selected.contacts.begin(), selected.contacts.end()), selected.contacts.end());
  return selected;
}

Result<Selected> select(const ContactSelection& selection, const SnapshotPtr& snapshot, const Executor& executor) {
  return std::visit([&](const auto& where) { return select(where, snapshot, executor); }, selection);
}

class ActionParser {
 public:
  ActionParser(const Snapshot& snapshot, const Assignment& assignment) : snapshot_(snapshot), assignment_(assignment) {}

  Result<FieldAction> parse() {
    const std::size_t equals = assignment_.text.find('=');
    if (equals == std::string::npos) {
      return fail(ErrorCode::invalidArgument, fmt::format("'{}' is not FIELD=VALUE", assignment_.text));
    }
    const std::string name = assignment_.text.substr(0, equals);
    const std::string value = assignment_.text.substr(equals + 1);
    const Field* field = snapshot_.schema->find(name);
    if (field == nullptr) {
      const auto nearest = snapshot_.schema->nearestName(name);
      return fail(ErrorCode::notFound, nearest
                                           ? fmt::format("there is no field '{}'; did you mean '{}'?", name, *nearest)
                                           : fmt::format("there is no field '{}'", name));
    }
    auto parser = CellParser::create(field->type, {false, {}, {}, *snapshot_.zone});
    if (!parser) return propagate(parser);
    action_.field = field->id;
    auto settled =
        field->type.kind == FieldKind::set ? settleSet(*field, *parser, value) : settle(*field, *parser, value);
    if (!settled) {
      settled.error().message = fmt::format("{}: {}", name, settled.error().message);
      return propagate(settled);
    }
    return std::move(action_);
  }

 private:
  Result<void> settle(const Field& field, const CellParser& parser, const std::string& value) {
    if (assignment_.kind != AssignmentKind::set) {
      return fail(ErrorCode::invalidArgument,
                  fmt::format("only a set is tagged; '{}' is {}", field.name, format(field.type)));
    }
    action_.clear = value.empty();
    if (action_.clear) {
      already(negated({BoundPresent{field.id}}));
    } else if (field.type.kind == FieldKind::boolean) {
      auto boolean = parser.boolean(value);
      if (!boolean) return propagate(boolean);
      action_.values.push_back(*boolean ? 1 : 0);
      already({BoundValueIn{field.id, {*boolean ? "true" : "false"}}});
    } else if (isNumeric(field.type.kind)) {
      auto number = parser.number(value);
      if (!number) return propagate(number);
      action_.values.push_back(*number);
      already({BoundNumberIn{field.id, {{*number, *number}}}});
    } else {
      const std::string text(parser.string(value, scratch_));
      addString(text);
      if (field.type.kind == FieldKind::text) already({BoundTextIn{field.id, {text}}});
      else already({BoundValueIn{field.id, {text}}});
    }
    return {};
  }

  Result<void> settleSet(const Field& field, const CellParser& parser, const std::string& value) {
    action_.clear = assignment_.kind == AssignmentKind::set;
    action_.op = assignment_.kind == AssignmentKind::untag ? ChangeOp::remove : ChangeOp::add;
    Result<void> settled;
    Cell cell;
    cell.kind = Cell::Kind::value;
    cell.text = value;
    forEachElement(cell, kElementSeparator, [&](std::string_view element) {
      if (field.type.element == FieldKind::category) {
        const std::string text(parser.string(element, scratch_));
        addString(text);
        return alreadyHeld({BoundValueIn{field.id, {text}}});
      }
      auto number = parser.number(element);
      if (!number) {
        settled = propagate(number);
        return;
      }
      addString(writeElement(*number));
      alreadyHeld({BoundNumberIn{field.id, {{*number, *number}}}});
    });
    if (action_.clear) {
      const auto size = static_cast<std::int64_t>(action_.values.size());
      already({BoundSetSize{field.id, {{size, size}}}});
    }
    return settled;
  }

  static Bound negated(Bound bound) { return {BoundNot{{std::move(bound)}}}; }
  void already(Bound bound) { action_.already.operands.push_back(std::move(bound)); }
  // An element of a set that stays as it is where it is held, or where it is not if it is to go.
  void alreadyHeld(Bound held) { already(action_.op == ChangeOp::remove ? negated(std::move(held)) : std::move(held)); }

  void addString(std::string_view text) {
    for (std::size_t i = 0; i < action_.strings.size(); ++i) {
      if (action_.strings[i] == text) return;
    }
    action_.values.push_back(static_cast<std::int64_t>(action_.strings.size()));
    action_.strings.append(text);
  }

  const Snapshot& snapshot_;
  const Assignment& assignment_;
  FieldAction action_;
  std::string scratch_;
};

// What the assignments do, in their order. A set may gain or lose in several of them.
Result<std::vector<FieldAction>> actionsOf(const std::vector<Assignment>& assignments, const Snapshot& snapshot) {
  std::vector<FieldAction> actions;
  for (const Assignment& assignment : assignments) {
    auto action = ActionParser(snapshot, assignment).parse();
    if (!action) return propagate(action);
    const bool again = assignment.kind == AssignmentKind::set &&
                       std::any_of(actions.begin(), actions.end(),
                                   [&](const FieldAction& before) { return before.field == action->field; });
    if (again) {
      return fail(ErrorCode::invalidArgument,
                  fmt::format("'{}': the field is set twice; give it one value", assignment.text));
    }
    actions.push_back(*std::move(action));
  }
  return actions;
}

FieldChanges changesOf(FieldAction&& action, const std::vector<ContactId>& contacts) {
  FieldChanges changes;
  changes.field = action.field;
  changes.strings = std::move(action.strings);
  const auto append = [&](ContactId contact, ChangeOp op, std::int64_t value) {
    changes.contacts.push_back(contact);
    changes.ops.push_back(op);
    changes.values.push_back(value);
  };
  for (const ContactId contact : contacts) {
    if (action.clear) append(contact, ChangeOp::clear, 0);
    for (const std::int64_t value : action.values) append(contact, action.op, value);
  }
  return changes;
}

// Takes the contacts that the actions would leave as they are out of the selected ones.
Result<void> leaveOutUnchanged(const std::vector<FieldAction>& actions, const SnapshotPtr& snapshot,
                               const Executor& executor, std::vector<ContactId>& contacts) {
  BoundAnd unchanged;
  for (const FieldAction& action : actions) unchanged.operands.push_back({action.already});
  auto query = Query::compile(Bound{std::move(unchanged)}, snapshot);
  if (!query) return propagate(query);
  const auto audience = evaluate(*query, executor);
  if (!audience) return tl::unexpected(audience.error());
  std::erase_if(contacts,
                [&](ContactId contact) { return audience->shard(shardOf(contact)).contains(localOf(contact)); });
  return {};
}

// Selects and, unless it is a dry run, commits what `fill` makes of the selected contacts, of one and the same
// snapshot. It may leave some out.
template <class Fill>
Result<ChangeOutcome> changeSelected(Database& database, const ContactSelection& selection, bool dryRun,
                                     const Fill& fill) {
  ChangeOutcome outcome;
  const auto make = [&](const SnapshotPtr& snapshot) -> Result<ChangeBatch> {
    auto selected = select(selection, snapshot, database.host().executor());
    if (!selected) return propagate(selected);
    const std::uint64_t all = selected->contacts.size();
    ChangeBatch batch;
    if (auto filled = fill(snapshot, selected->contacts, batch); !filled) return propagate(filled);
    outcome = {selected->contacts.size(), all - selected->contacts.size(), selected->unknownKeys};
    return outcome.contacts == 0 ? ChangeBatch() : std::move(batch);
  };
  if (dryRun) {
    auto made = make(database.snapshot());
    if (!made) return propagate(made);
    return outcome;
  }
  auto committed = database.commit(CommitMode::logged, make);
  if (!committed) return propagate(committed);
  return outcome;
}

}  // namespace

Result<ChangeOutcome> changeContacts(Database& database, const ContactSelection& selection,
                                     const std::vector<Assignment>& assignments, bool dryRun) {
  const auto fill = [&](const SnapshotPtr& snapshot, std::vector<ContactId>& contacts,
                        ChangeBatch& batch) -> Result<void> {
    auto actions = actionsOf(assignments, *snapshot);
    if (!actions) return propagate(actions);
    auto left = leaveOutUnchanged(*actions, snapshot, database.host().executor(), contacts);
    if (!left) return left;
    for (FieldAction& action : *actions) batch.fields.push_back(changesOf(std::move(action), contacts));
    return {};
  };
  return changeSelected(database, selection, dryRun, fill);
}

Result<ChangeOutcome> eraseContacts(Database& database, const ContactSelection& selection, bool dryRun) {
  const auto fill = [](const SnapshotPtr& snapshot, std::vector<ContactId>& contacts, ChangeBatch& batch) {
    return eraseWithNames(*snapshot, contacts, batch);
  };
  return changeSelected(database, selection, dryRun, fill);
}

}  // namespace roster
