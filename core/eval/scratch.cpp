#include "core/eval/scratch.h"

#include <utility>

#include "core/eval/event_arrays.h"

namespace roster {

EventArrays& Scratch::events() {
  if (events_ == nullptr) events_ = std::make_shared<EventArrays>();
  return *events_;
}

const ChunkWords& Scratch::hold(std::shared_ptr<const ChunkWords> words) {
  ++holds_;
  return *held_.emplace_back(std::move(words));
}

void Scratch::letGo(std::size_t holds) {
  held_.resize(holds);
  holds_ = holds;
}

}  // namespace roster
