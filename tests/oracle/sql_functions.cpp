#include "tests/oracle/sql_functions.h"

#include "core/base/hash.h"
#include "core/base/unicode.h"

namespace roster::oracle {

namespace {

std::string textOf(sqlite3_value* value) {
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
  return bytes == nullptr ? "" : std::string(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

bool isNull(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

const WallClock& clockOf(sqlite3_context* context) {
  return *static_cast<const WallClock*>(sqlite3_user_data(context));
}

void folded(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (isNull(arguments[0])) return;
  const std::string text = foldCase(textOf(arguments[0]));
  sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

void bucket(sqlite3_context* context, int, sqlite3_value** arguments) {
  const std::string bytes = textOf(arguments[0]) + '\0' + textOf(arguments[1]);
  sqlite3_result_int64(context, static_cast<std::int64_t>(hashBytes(bytes) % 10'000));
}

void localDay(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (isNull(arguments[0])) return;
  sqlite3_result_int64(context, clockOf(context).localDayOf(sqlite3_value_int64(arguments[0])));
}

void dayStart(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (isNull(arguments[0])) return;
  sqlite3_result_int64(context, clockOf(context).startOfDay(sqlite3_value_int64(arguments[0])));
}

void scaledOrder(sqlite3_context* context, int, sqlite3_value** arguments) {
  __extension__ using Wide = __int128;
  if (isNull(arguments[0]) || isNull(arguments[2])) return;
  Wide left = sqlite3_value_int64(arguments[0]);
  Wide right = sqlite3_value_int64(arguments[2]);
  for (int i = sqlite3_value_int(arguments[3]); i > 0; --i) left *= 10;
  for (int i = sqlite3_value_int(arguments[1]); i > 0; --i) right *= 10;
  sqlite3_result_int(context, left < right ? -1 : left > right ? 1 : 0);
}

void after(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto unit = static_cast<ast::TimeUnit>(sqlite3_value_int(arguments[2]));
  sqlite3_result_int64(context, clockOf(context).stepInstant(sqlite3_value_int64(arguments[0]),
                                                             sqlite3_value_int64(arguments[1]), unit));
}

}  // namespace

void defineFunctions(SqliteDatabase& database, const WallClock& clock) {
  database.execute("PRAGMA case_sensitive_like = ON");
  database.define("folded", 1, folded);
  database.define("bucket", 2, bucket);
  database.define("local_day", 1, localDay, &clock);
  database.define("day_start", 1, dayStart, &clock);
  database.define("scaled_order", 4, scaledOrder);
  database.define("after", 3, after, &clock);
}

SqlValue sqlValue(const FieldValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return std::int64_t{*flag ? 1 : 0};
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  return std::get<std::string>(value);
}

}  // namespace roster::oracle
