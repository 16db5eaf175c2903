#include "core/eval/run_algebra.h"

#include <algorithm>

namespace roster {

namespace {

// With more in both operands together, a pass over bits is as fast.
constexpr std::size_t kMaxRuns = 512;

// To merge more values of an array into runs takes longer than to set their bits.
constexpr std::uint32_t kMaxUnitedArray = 128;
static_assert(kMaxRuns * sizeof(Run) <= sizeof(ChunkWords));

// The runs of a container one after another; each value of an array is one.
class RunCursor {
 public:
  explicit RunCursor(const ContainerView& container)
      : data_(container.data), size_(sizeOf(container)), isArray_(container.kind == ContainerKind::array) {
    read();
  }

  static std::uint32_t sizeOf(const ContainerView& container) {
    return container.kind == ContainerKind::array ? container.cardinality : container.runs;
  }

  bool ended() const { return at_ == size_; }
  std::uint32_t first() const { return first_; }
  std::uint32_t last() const { return last_; }
  void next() {
    ++at_;
    read();
  }

 private:
  void read() {
    if (ended()) return;
    if (isArray_) {
      first_ = last_ = static_cast<const std::uint16_t*>(data_)[at_];
    } else {
      const Run run = static_cast<const Run*>(data_)[at_];
      first_ = run.first;
      last_ = run.last();
    }
  }

  const void* data_;
  std::uint32_t size_;
  bool isArray_;
  std::uint32_t at_ = 0;
  std::uint32_t first_ = 0;
  std::uint32_t last_ = 0;
};

// Runs written to a block, ascending. The last one is held back, for the next may lengthen it.
class RunWriter {
 public:
  explicit RunWriter(Scratch& scratch) : begin_(reinterpret_cast<Run*>(scratch.take().data())), end_(begin_) {}

  // `first` is not below that of the run before; runs that meet become one.
  void add(std::uint32_t first, std::uint32_t last) {
    if (first <= after_ && after_ != 0) {
      after_ = std::max(after_, last + 1);
      return;
    }
    write();
    first_ = first;
    after_ = last + 1;
  }

  ContainerView finish() {
    write();
    if (end_ == begin_) return {};
    return {begin_, cardinality_, static_cast<std::uint32_t>(end_ - begin_), ContainerKind::run};
  }

 private:
  void write() {
    if (after_ == 0) return;
    *end_++ = {static_cast<std::uint16_t>(first_), static_cast<std::uint16_t>(after_ - 1 - first_)};
    cardinality_ += after_ - first_;
  }

  Run* begin_;
  Run* end_;
  std::uint32_t first_ = 0;  // of the run that is held back
  std::uint32_t after_ = 0;  // its last value and 1; 0 where there is none
  std::uint32_t cardinality_ = 0;
};

bool isSuited(const ContainerView& a, const ContainerView& b) {
  if (a.kind == ContainerKind::bitset || b.kind == ContainerKind::bitset) return false;
  if (a.kind == ContainerKind::array && b.kind == ContainerKind::array) return false;
  return std::size_t{RunCursor::sizeOf(a)} + RunCursor::sizeOf(b) <= kMaxRuns;
}

}  // namespace

std::optional<ContainerView> intersectRuns(const ContainerView& a, const ContainerView& b, Scratch& scratch) {
  if (!isSuited(a, b)) return std::nullopt;
  RunWriter writer(scratch);
  RunCursor left(a);
  RunCursor right(b);
  while (!left.ended() && !right.ended()) {
    const std::uint32_t first = std::max(left.first(), right.first());
    const std::uint32_t last = std::min(left.last(), right.last());
    if (first <= last) writer.add(first, last);
    if (left.last() == last) left.next();
    else right.next();
  }
  return writer.finish();
}

std::optional<ContainerView> subtractRuns(const ContainerView& a, const ContainerView& b, Scratch& scratch) {
  if (!isSuited(a, b)) return std::nullopt;
  RunWriter writer(scratch);
  RunCursor right(b);
  for (RunCursor left(a); !left.ended(); left.next()) {
    std::uint32_t first = left.first();  // of what is left of the run
    while (!right.ended() && right.first() <= left.last()) {
      if (right.first() > first) writer.add(first, right.first() - 1);
      first = std::max(first, right.last() + 1);
      if (right.last() > left.last()) break;
      right.next();
    }
    if (first <= left.last()) writer.add(first, left.last());
  }
  return writer.finish();
}

std::optional<ContainerView> uniteRuns(const ContainerView& a, const ContainerView& b, Scratch& scratch) {
  const auto isLongArray = [](const ContainerView& container) {
    return container.kind == ContainerKind::array && container.cardinality > kMaxUnitedArray;
  };
  if (!isSuited(a, b) || isLongArray(a) || isLongArray(b)) return std::nullopt;
  RunWriter writer(scratch);
  RunCursor left(a);
  RunCursor right(b);
  while (!left.ended() || !right.ended()) {
    RunCursor& next = right.ended() || (!left.ended() && left.first() <= right.first()) ? left : right;
    writer.add(next.first(), next.last());
    next.next();
  }
  return writer.finish();
}

}  // namespace roster
