// The real data sets that some tests check against.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roster {

// The path of a file below the data folder, which ROSTER_DATA names (../shared/data beside the sources unless set).
// None where it is absent: the test skips then. With CI=true an absent file fails the test that asks for it.
std::optional<std::string> realData(std::string_view file);

}  // namespace roster
