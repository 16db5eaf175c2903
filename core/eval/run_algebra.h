// Set algebra of containers that are few runs, or an array beside runs: the work is that of the runs, however many
// values they stand for.
#pragma once

#include <optional>

#include "core/data/container.h"
#include "core/eval/scratch.h"

namespace roster {

// Each is nothing where an operand is a bitset, both are arrays, or the runs are so many that bits are as fast. Neither
// operand is empty. The result is a view of runs in scratch, of any number of values.
std::optional<ContainerView> intersectRuns(const ContainerView& a, const ContainerView& b, Scratch& scratch);
std::optional<ContainerView> subtractRuns(const ContainerView& a, const ContainerView& b, Scratch& scratch);
std::optional<ContainerView> uniteRuns(const ContainerView& a, const ContainerView& b, Scratch& scratch);

}  // namespace roster
