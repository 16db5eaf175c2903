#include "core/base/error.h"

namespace roster {

std::string_view nameOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalidArgument: return "invalid_argument";
    case ErrorCode::notFound: return "not_found";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::dataLoss: return "data_loss";
    case ErrorCode::resourceExhausted: return "resource_exhausted";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::permissionDenied: return "permission_denied";
    case ErrorCode::deadlineExceeded: return "deadline_exceeded";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

}  // namespace roster
