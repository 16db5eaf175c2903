// The levels of vector instructions for which Highway has compiled a file; include it after <hwy/highway.h>.
#pragma once

#include <cstdint>
#include <hwy/targets.h>
#include <vector>

namespace roster {

// What `make` gives at every level this machine runs, the best one first. `make` dispatches through Highway, and must
// be a lambda of the file whose levels are meant. For tests: meanwhile nothing else may dispatch.
template <class Make>
auto atEveryLevel(const Make& make) {
  std::vector<decltype(make())> all;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    all.push_back(make());
  }
  hwy::SetSupportedTargetsForTest(0);
  return all;
}

}  // namespace roster
