#include "tests/oracle/contact_table.h"

#include <fmt/format.h>

#include "tests/oracle/sql_functions.h"
#include "tests/oracle/sql_translator.h"

namespace roster::oracle {

namespace {

std::vector<Field> singleFields(const Schema& schema) {
  std::vector<Field> fields;
  for (const Field& field : schema.fields()) {
    if (field.type.kind != FieldKind::set) fields.push_back(field);
  }
  return fields;
}

// Tables must be there before the statements on them are prepared.
SqliteDatabase makeTables(const Schema& schema, const WallClock& clock) {
  SqliteDatabase database;
  std::string columns;
  for (const Field& field : singleFields(schema)) columns += ", " + columnOf(field);
  database.execute("CREATE TABLE contacts(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE" + columns + ")");
  database.execute(
      "CREATE TABLE elements(contact INTEGER, field INTEGER, value, PRIMARY KEY(contact, field, value)) WITHOUT ROWID");
  database.execute("CREATE TABLE lists(contact INTEGER, list INTEGER, PRIMARY KEY(contact, list)) WITHOUT ROWID");
  defineFunctions(database, clock);
  return database;
}

}  // namespace

ContactTable::ContactTable(const Schema& schema, const WallClock& clock)
    : schema_(schema),
      database_(makeTables(schema, clock)),
      upsert_(database_.prepare(upsert())),
      addElement_(database_.prepare("INSERT OR IGNORE INTO elements VALUES(?1, ?2, ?3)")),
      addList_(database_.prepare("INSERT INTO lists VALUES(?1, ?2)")),
      findKey_(database_.prepare("SELECT id FROM contacts WHERE key = ?1")) {}

std::string ContactTable::upsert() const {
  std::string places;
  std::string updates = "key = key";
  for (const Field& field : singleFields(schema_)) {
    places += ", ?";
    updates += fmt::format(", {0} = coalesce(excluded.{0}, {0})", columnOf(field));
  }
  return fmt::format("INSERT INTO contacts VALUES(NULL, ?1{}) ON CONFLICT(key) DO UPDATE SET {} RETURNING id", places,
                     updates);
}

void ContactTable::add(const ContactRecord& contact) {
  std::vector<SqlValue> row = {contact.key};
  for (const Field& field : singleFields(schema_)) {
    const auto found = contact.values.find(field.id);
    row.push_back(found == contact.values.end() ? SqlValue() : sqlValue(found->second));
  }
  const std::int64_t id = upsert_.number(row);
  for (const auto& [field, value] : contact.values) {
    const auto* elements = std::get_if<std::vector<std::string>>(&value);
    if (elements == nullptr) continue;
    const bool numbers = isNumeric(schema_.find(field)->type.element);
    for (const std::string& element : *elements) {
      addElement_.run({id, std::int64_t{field}, numbers ? SqlValue(std::int64_t{std::stoll(element)}) : element});
    }
  }
  for (const ListId list : contact.lists) addList_.run({id, std::int64_t{list}});
}

std::int64_t ContactTable::size() const { return database_.prepare("SELECT count(*) FROM contacts").number({}); }

std::int64_t ContactTable::idOf(const std::string& key) { return findKey_.number({key}); }

std::string ContactTable::keyOf(std::int64_t id) {
  return std::get<std::string>(database_.prepare("SELECT key FROM contacts WHERE id = ?1").run({id}).at(0).value());
}

std::vector<std::int64_t> ContactTable::matching(const std::string& condition) const {
  std::vector<std::int64_t> ids;
  database_.prepare("SELECT id FROM contacts WHERE " + condition + " ORDER BY id").forEachNumber([&](std::int64_t id) {
    ids.push_back(id);
  });
  return ids;
}

testing::AstVocabulary ContactTable::vocabulary(std::size_t limit) const {
  testing::AstVocabulary words;
  words.schema = schema_;
  const auto collect = [&](const std::string& from, auto& into) {
    // Every k-th distinct value, and both ends.
    const std::string sql = fmt::format(
        "WITH v AS (SELECT *, row_number() OVER (ORDER BY value) AS n, count(*) OVER () AS c FROM (SELECT DISTINCT "
        "{})) "
        "SELECT value FROM v WHERE n IN (1, c) OR n % (1 + c / {}) = 0",
        from, limit);
    using Word = typename std::decay_t<decltype(into)>::value_type;
    for (const SqlValue& value : database_.prepare(sql).run({})) into.push_back(std::get<Word>(value.value()));
  };
  for (const Field& field : schema_.fields()) {
    const bool isSet = field.type.kind == FieldKind::set;
    const FieldKind kind = isSet ? field.type.element : field.type.kind;
    if (kind == FieldKind::boolean) continue;
    const std::string from = isSet ? fmt::format("value FROM elements WHERE field = {}", field.id)
                                   : fmt::format("{0} AS value FROM contacts WHERE {0} IS NOT NULL", columnOf(field));
    if (isNumeric(kind)) collect(from, words.numbers[field.name]);
    else collect(from, words.strings[field.name]);
  }
  collect("key AS value FROM contacts", words.keys);
  words.buckets = {"spring-test", "łatka"};
  return words;
}

}  // namespace roster::oracle
