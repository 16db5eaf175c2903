#include "core/eval/scratch.h"

#include <utility>

#include "core/eval/event_arrays.h"

namespace roster {

EventArrays& Scratch::events() {
  if (events_ == nullptr) events_ = std::make_shared<EventArrays>();
  return *events_;
}

const ChunkWords& Scratch::hold(std::shared_ptr<SharedWords> words) {
  SharedWords& own = *held_.emplace_back(std::move(words));
  own.readers_.fetch_add(1, std::memory_order_relaxed);
  ++holds_;
  return own.words;
}

void Scratch::letGo(std::size_t holds) {
  for (; holds_ != holds; --holds_) {
    held_.back()->readers_.fetch_sub(1, std::memory_order_release);
    held_.pop_back();
  }
}

}  // namespace roster
