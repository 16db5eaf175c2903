// CRoaring's own kernels on containers that lie in our packs: the one place that knows its internals.
#pragma once

#include <cstdint>

#include "core/data/container.h"

namespace roster {

// |a ∩ b| by CRoaring's pair kernel for the two kinds; neither is empty.
std::uint32_t roaringIntersectCount(const ContainerView& a, const ContainerView& b);

}  // namespace roster
