// What applying a batch asks of its values, whether they are of contacts, of items or of events.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/string_column.h"
#include "core/data/dictionary.h"
#include "core/data/field_type.h"

namespace roster {

// invalidArgument: the batch is a damaged log record, or a defect of who made it.
tl::unexpected<Error> damagedBatch(const char* why);

// Days and instants are those of the years 0000 to 9999, give or take a time zone: evaluation counts on it.
bool isInCalendar(FieldKind kind, std::int64_t value);

// The code of each of a batch's strings. New ones that are held get the next codes, in order, and those that are not
// get none; `accepts` is asked of every new one. The dictionary stays the one it was where nothing is new.
Result<std::vector<Code>> giveCodes(std::shared_ptr<const Dictionary>& dictionary, const StringColumn& strings,
                                    const std::vector<bool>& held,
                                    const std::function<bool(std::string_view)>& accepts);

}  // namespace roster
