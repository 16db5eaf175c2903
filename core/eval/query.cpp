#include "core/eval/query.h"

#include "core/eval/bind_context.h"
#include "core/query/rewrite/rewrite.h"

namespace roster {

Result<Query> Query::compile(std::string_view predicate, SnapshotPtr snapshot, Instant now) {
  auto bound = bindText(predicate, bindContextOf(*snapshot, now));
  if (!bound) return propagate(bound);
  return compile(*bound, std::move(snapshot));
}

Result<Query> Query::compile(const Bound& predicate, SnapshotPtr snapshot) {
  Bound rewritten = rewrite(predicate, *snapshot->schema);
  auto planned = roster::plan(rewritten, *snapshot);
  if (!planned) return propagate(planned);
  return Query(std::move(snapshot), std::move(rewritten), *std::move(planned));
}

}  // namespace roster
