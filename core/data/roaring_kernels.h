// CRoaring's own kernels on containers that lie in our packs: the one place that knows its internals.
#pragma once

#include <cstdint>
#include <span>

#include "core/data/container.h"

namespace roster {

// |a ∩ b| by CRoaring's pair kernel for the two kinds; neither is empty.
std::uint32_t roaringIntersectCount(const ContainerView& a, const ContainerView& b);

// Algebra of arrays, written to `out`, which has room for kMaxArrayCardinality values and is none of the operands;
// returns how many there are. Of a union, both together have no more than that.
std::uint32_t roaringIntersect(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b, std::uint16_t* out);
std::uint32_t roaringSubtract(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b, std::uint16_t* out);
std::uint32_t roaringUnite(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b, std::uint16_t* out);

}  // namespace roster
