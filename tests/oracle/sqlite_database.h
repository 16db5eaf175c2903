// An SQLite database in memory, closed when it goes. Every failure is thrown as std::runtime_error with SQLite's
// message and the statement.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <variant>
#include <vector>

namespace roster::oracle {

// Nothing is NULL.
using SqlValue = std::optional<std::variant<std::int64_t, std::string>>;

class SqliteStatement {
 public:
  SqliteStatement(sqlite3* database, const std::string& sql);

  // Binds the values to ?1, ?2 …, runs to the end and returns the first column of the rows.
  std::vector<SqlValue> run(const std::vector<SqlValue>& values);
  // The same for a statement without rows, or with one number.
  std::int64_t number(const std::vector<SqlValue>& values);

  // Calls take(first column) for each row.
  template <class Take>
  void forEachNumber(Take&& take) {
    while (step()) take(sqlite3_column_int64(statement_.get(), 0));
    reset();
  }

 private:
  void bind(const std::vector<SqlValue>& values);
  bool step();
  void reset();

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement_;
};

class SqliteDatabase {
 public:
  using Function = void (*)(sqlite3_context*, int, sqlite3_value**);

  SqliteDatabase();

  void execute(const std::string& sql);
  SqliteStatement prepare(const std::string& sql) const { return {database_.get(), sql}; }

  // A function of SQL whose result depends on its arguments only; `data` is what sqlite3_user_data gives it.
  void define(const std::string& name, int arguments, Function function, const void* data = nullptr);

 private:
  std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database_;
};

}  // namespace roster::oracle
