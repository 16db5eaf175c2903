// The part of the consistency check that looks at one field of one shard.
#pragma once

#include <string>

#include "core/base/error.h"
#include "core/data/dictionary.h"
#include "core/data/field_shard.h"
#include "core/data/schema.h"

namespace roster {

// Whether presence, values, slices and indexes agree with the forward columns, and all contacts with a value are live.
// `dictionary` is the field's, null where it has none. Errors are dataLoss, or those of pieces that cannot be loaded,
// and name the piece.
Result<void> checkField(const Field& field, const FieldShard& shard, const Bitmap& live,
                        const LoadedDictionary* dictionary);

// Two structures that do not say the same.
inline tl::unexpected<Error> contradiction(std::string message) {
  return fail(ErrorCode::dataLoss, std::move(message));
}

// The error of a piece that could not be loaded, named.
template <class T>
tl::unexpected<Error> inPiece(Result<T>& failed, const std::string& piece) {
  failed.error().message = piece + ": " + failed.error().message;
  return propagate(failed);
}

}  // namespace roster
