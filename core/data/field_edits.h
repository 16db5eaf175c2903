// The changes of one field of one shard, gathered from a batch, and turned into the edits of its kind.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/data/change_batch.h"
#include "core/data/field_shard.h"

namespace roster {

// Values: a code for coded kinds, the number for numeric ones, an index into `texts` for text.
struct FieldEdit {
  LocalId contact = 0;
  ChangeOp op = ChangeOp::set;
  std::int64_t value = 0;
};

// The field's next version after the edits, in the order given. `old` may be null (nobody had a value); `edits` is put
// in order by contact. Null where nobody has a value afterwards.
Result<std::shared_ptr<const FieldShard>> mergeField(const FieldType& type, const FieldShard* old,
                                                     std::vector<FieldEdit>& edits,
                                                     const std::vector<std::string_view>& texts);

}  // namespace roster
