// What conditions of SQL need beside SQLite's own functions, and values as its columns hold them.
//
// folded(text), bucket(name, key), local_day(instant), day_start(day), scaled_order(a, digits of a, b, digits of b),
// which is negative, 0 or positive, and after(instant, amount, unit), where unit is the number of an ast::TimeUnit.
#pragma once

#include "core/eval/contact_record.h"
#include "tests/oracle/sqlite_database.h"
#include "tests/oracle/wall_clock.h"

namespace roster::oracle {

// LIKE tells cases apart from then on. The clock must outlive the database.
void defineFunctions(SqliteDatabase& database, const WallClock& clock);

// Of a value that is no set: a bool is 0 or 1.
SqlValue sqlValue(const FieldValue& value);

}  // namespace roster::oracle
