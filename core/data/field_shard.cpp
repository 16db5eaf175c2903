#include "core/data/field_shard.h"

#include "core/base/numbered_map.h"

namespace roster {

const DenseValue* ValueIndex::findDense(Code code) const {
  const std::size_t at = numberedPlace(std::span(dense), code, [](const DenseValue& value) { return value.code; });
  return at != dense.size() && dense[at].code == code ? &dense[at] : nullptr;
}

FieldShard FieldShard::emptyOf(const FieldType& type) {
  FieldShard shard;
  switch (type.kind) {
    case FieldKind::boolean:
    case FieldKind::category: shard.columns = CodedColumns{}; break;
    case FieldKind::set: shard.columns = SetColumns{}; break;
    case FieldKind::integer:
    case FieldKind::decimal:
    case FieldKind::date:
    case FieldKind::timestamp: shard.columns = NumberColumns{}; break;
    case FieldKind::text: shard.columns = TextColumns{}; break;
  }
  return shard;
}

const ValueIndex* FieldShard::values() const {
  if (const auto* coded = std::get_if<CodedColumns>(&columns)) return &coded->values;
  if (const auto* set = std::get_if<SetColumns>(&columns)) return &set->values;
  return nullptr;
}

}  // namespace roster
