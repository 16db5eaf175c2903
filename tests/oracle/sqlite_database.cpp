#include "tests/oracle/sqlite_database.h"

#include <stdexcept>

namespace roster::oracle {

namespace {

[[noreturn]] void refuse(sqlite3* database, const std::string& sql) {
  throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(database) + "\n  " + sql);
}

sqlite3* openInMemory() {
  sqlite3* database = nullptr;
  if (sqlite3_open(":memory:", &database) != SQLITE_OK) throw std::runtime_error("cannot open SQLite in memory");
  return database;
}

sqlite3_stmt* prepared(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK) {
    refuse(database, sql);
  }
  return statement;
}

}  // namespace

SqliteStatement::SqliteStatement(sqlite3* database, const std::string& sql)
    : database_(database), statement_(prepared(database, sql), &sqlite3_finalize) {}

void SqliteStatement::bind(const std::vector<SqlValue>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int at = static_cast<int>(i) + 1;
    if (!values[i]) {
      sqlite3_bind_null(statement_.get(), at);
    } else if (const auto* number = std::get_if<std::int64_t>(&*values[i])) {
      sqlite3_bind_int64(statement_.get(), at, *number);
    } else {
      const std::string& text = std::get<std::string>(*values[i]);
      sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
  }
}

bool SqliteStatement::step() {
  const int state = sqlite3_step(statement_.get());
  if (state != SQLITE_ROW && state != SQLITE_DONE) refuse(database_, sqlite3_sql(statement_.get()));
  return state == SQLITE_ROW;
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::vector<SqlValue> SqliteStatement::run(const std::vector<SqlValue>& values) {
  bind(values);
  std::vector<SqlValue> column;
  while (step()) {
    sqlite3_stmt* row = statement_.get();
    switch (sqlite3_column_type(row, 0)) {
      case SQLITE_NULL: column.emplace_back(); break;
      case SQLITE_INTEGER: column.emplace_back(std::int64_t{sqlite3_column_int64(row, 0)}); break;
      default: {
        const auto* text = static_cast<const char*>(sqlite3_column_blob(row, 0));
        column.emplace_back(std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(row, 0))));
      }
    }
  }
  reset();
  return column;
}

std::int64_t SqliteStatement::number(const std::vector<SqlValue>& values) {
  const std::vector<SqlValue> rows = run(values);
  return rows.empty() ? 0 : std::get<std::int64_t>(rows.front().value());
}

SqliteDatabase::SqliteDatabase() : database_(openInMemory(), &sqlite3_close) {}

void SqliteDatabase::execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) refuse(database_.get(), sql);
}

void SqliteDatabase::define(const std::string& name, int arguments, Function function, const void* data) {
  // SQLite hands the pointer back as it got it; who defines a function knows that it is const.
  if (sqlite3_create_function_v2(database_.get(), name.c_str(), arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                 const_cast<void*>(data), function, nullptr, nullptr, nullptr) != SQLITE_OK) {
    refuse(database_.get(), name);
  }
}

}  // namespace roster::oracle
