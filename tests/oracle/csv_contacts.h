// Contacts from the text of a CSV file, read plainly: what the importer must have made of it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/data/schema.h"
#include "core/eval/contact_record.h"
#include "tests/oracle/wall_clock.h"

namespace roster::oracle {

// Calls take with one record a row: fields are the columns of the same name, an empty cell is no value, sets are
// separated by '|'. The key is that of a column, or the number of the row from 1 where no column is named. Rows without
// a key are left out.
void readCsvContacts(std::string_view csv, const Schema& schema, const std::string& keyColumn, const WallClock& clock,
                     const std::function<void(const ContactRecord&)>& take);

}  // namespace roster::oracle
