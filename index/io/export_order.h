// The contacts of an audience ordered by a field's value.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "index/io/export_filters.h"

namespace roster {

// Ids by ascending or descending value, contacts without one last, ties by ascending id; no more than `limit`. Strings
// go by their bytes. `field` is a field's name or "key"; notFound or invalidArgument (sets) where it cannot be ordered
// by.
//
// 16 bytes a contact. Of texts and keys eight bytes are sorted by; where several share them they are read and compared.
Result<std::vector<ContactId>> orderedContacts(const Audience& audience, std::string_view field, bool descending,
                                               std::optional<std::uint64_t> limit, const FilterContext& context);

}  // namespace roster
