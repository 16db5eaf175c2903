#include "core/data/roaring_kernels.h"

#include <roaring/containers/containers.h>
#include <roaring/roaring.h>
#include <roaring/roaring_version.h>

namespace roster {

// Stack containers that point into foreign memory work as const operands, but no document says so: a new major version
// is to be looked at before it is taken.
static_assert(ROARING_VERSION_MAJOR == 4, "check that CRoaring's containers still have the layout used here");

namespace {

namespace internal = roaring::internal;

// A CRoaring container on the stack whose data is ours. Only ever used as a const operand.
class BorrowedContainer {
 public:
  explicit BorrowedContainer(const ContainerView& view) {
    const auto cardinality = static_cast<std::int32_t>(view.cardinality);
    void* data = const_cast<void*>(view.data);  // NOLINT(cppcoreguidelines-pro-type-const-cast): const operands only
    switch (view.kind) {
      case ContainerKind::array:
        array_.cardinality = array_.capacity = cardinality;
        array_.array = static_cast<std::uint16_t*>(data);
        container_ = &array_;
        type_ = ARRAY_CONTAINER_TYPE;
        return;
      case ContainerKind::bitset:
        bitset_.cardinality = cardinality;
        bitset_.words = static_cast<std::uint64_t*>(data);
        container_ = &bitset_;
        type_ = BITSET_CONTAINER_TYPE;
        return;
      case ContainerKind::run:
        run_.n_runs = run_.capacity = static_cast<std::int32_t>(view.runs);
        run_.runs = static_cast<internal::rle16_t*>(data);
        container_ = &run_;
        type_ = RUN_CONTAINER_TYPE;
        return;
    }
  }
  BorrowedContainer(const BorrowedContainer&) = delete;
  BorrowedContainer& operator=(const BorrowedContainer&) = delete;

  const internal::container_t* get() const { return container_; }
  std::uint8_t type() const { return type_; }

 private:
  internal::array_container_t array_{};
  internal::bitset_container_t bitset_{};
  internal::run_container_t run_{};
  const internal::container_t* container_ = nullptr;
  std::uint8_t type_ = 0;
};

using Values = std::span<const std::uint16_t>;
using ArrayAlgebra = void (*)(const internal::array_container_t*, const internal::array_container_t*,
                              internal::array_container_t*);

internal::array_container_t arrayOf(const std::uint16_t* values, std::size_t size, std::size_t capacity) {
  internal::array_container_t array{};
  array.cardinality = static_cast<std::int32_t>(size);
  array.capacity = static_cast<std::int32_t>(capacity);
  array.array = const_cast<std::uint16_t*>(values);  // NOLINT(cppcoreguidelines-pro-type-const-cast): see its users
  return array;
}

// With all the room that a result can need, CRoaring never allocates for it.
std::uint32_t run(ArrayAlgebra algebra, Values a, Values b, std::uint16_t* out) {
  const internal::array_container_t left = arrayOf(a.data(), a.size(), a.size());
  const internal::array_container_t right = arrayOf(b.data(), b.size(), b.size());
  internal::array_container_t result = arrayOf(out, 0, kMaxArrayCardinality);
  algebra(&left, &right, &result);
  return static_cast<std::uint32_t>(result.cardinality);
}

}  // namespace

std::uint32_t roaringIntersect(Values a, Values b, std::uint16_t* out) {
  return run(internal::array_container_intersection, a, b, out);
}

std::uint32_t roaringSubtract(Values a, Values b, std::uint16_t* out) {
  return run(internal::array_container_andnot, a, b, out);
}

std::uint32_t roaringUnite(Values a, Values b, std::uint16_t* out) {
  return run(internal::array_container_union, a, b, out);
}

std::uint32_t roaringIntersectCount(const ContainerView& a, const ContainerView& b) {
  const BorrowedContainer left(a);
  const BorrowedContainer right(b);
  return static_cast<std::uint32_t>(
      internal::container_and_cardinality(left.get(), left.type(), right.get(), right.type()));
}

}  // namespace roster
