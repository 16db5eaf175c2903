#include "core/eval/scratch.h"

#include "core/eval/event_arrays.h"

namespace roster {

EventArrays& Scratch::events() {
  if (events_ == nullptr) events_ = std::make_shared<EventArrays>();
  return *events_;
}

}  // namespace roster
