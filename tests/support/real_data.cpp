#include "tests/support/real_data.h"

#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

namespace roster {

std::optional<std::string> realData(std::string_view file) {
  const char* folder = std::getenv("ROSTER_DATA");
  const std::filesystem::path base =
      folder != nullptr ? std::filesystem::path(folder) : std::filesystem::path(ROSTER_SOURCE_DIR) / "../shared/data";
  const std::filesystem::path path = base / file;
  if (std::filesystem::exists(path)) return path.string();
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") ADD_FAILURE() << "no real data at " << path;
  return std::nullopt;
}

}  // namespace roster
