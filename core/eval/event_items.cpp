#include "core/eval/event_items.h"

#include "core/eval/chunk_evaluator.h"
#include "core/eval/plan.h"

namespace roster {

namespace {

// The columns of one shard's chunk: numbers as they are, codes as numbers.
Result<void> readChunk(const FieldShard& field, ChunkIndex chunk, std::vector<std::int64_t>& to) {
  if (const auto* coded = std::get_if<CodedColumns>(&field.columns)) {
    auto codes = load(coded->codes[chunk]);
    if (!codes) return propagate(codes);
    for (const Code code : (*codes)->expand(kChunkSize)) to.push_back(code);
    return {};
  }
  const auto* numeric = std::get_if<NumberColumns>(&field.columns);
  if (numeric == nullptr) return fail(ErrorCode::internal, "an attribute has more than one value");
  auto numbers = load(numeric->numbers[chunk]);
  if (!numbers) return propagate(numbers);
  const std::size_t before = to.size();
  to.resize(before + kChunkSize);
  (*numbers)->expandTo(to.data() + before);
  return {};
}

}  // namespace

Result<std::shared_ptr<const NumberSet>> itemsWhere(const Bound& predicate, const Snapshot& items) {
  auto planned = plan(predicate, items);
  if (!planned) return propagate(planned);
  auto found = std::make_shared<NumberSet>();
  Scratch scratch;
  for (ShardIndex shard = 0; shard < items.shards.size(); ++shard) {
    auto program = ShardProgram::prepare(*planned, items, shard);
    if (!program) return propagate(program);
    ChunkEvaluator evaluator(*program, scratch);
    for (ChunkIndex chunk = 0; chunk < program->chunkCount(); ++chunk) {
      if (((program->candidateChunks() >> chunk) & 1) == 0) continue;
      const Scratch::Mark mark(scratch);
      const ContainerView matches = evaluator.evaluate(chunk);
      if (evaluator.error()) return tl::unexpected(*evaluator.error());
      forEachValue(matches, [&](std::uint16_t at) { found->insert(contactAt(shard, (chunk << kChunkBits) + at)); });
    }
  }
  return std::shared_ptr<const NumberSet>(std::move(found));
}

Result<std::shared_ptr<const ItemValues>> readAttribute(const Snapshot& items, FieldId attribute) {
  auto read = std::make_shared<ItemValues>();
  for (const auto& shard : items.shards) {
    const std::size_t first = read->values.size();
    const FieldShard* field = shard->field(attribute);
    for (ChunkIndex chunk = 0; field != nullptr && chunk << kChunkBits < shard->size; ++chunk) {
      if (auto done = readChunk(*field, chunk, read->values); !done) return propagate(done);
    }
    read->values.resize(first + shard->size);
    read->present.resize(first + shard->size);
    if (field == nullptr) continue;
    auto present = load(field->present);
    if (!present) return propagate(present);
    (*present)->forEach([&](LocalId item) {
      if (item < shard->size) read->present[first + item] = true;
    });
  }
  return std::shared_ptr<const ItemValues>(std::move(read));
}

}  // namespace roster
