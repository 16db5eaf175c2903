#include "bench/suite.h"

#include <algorithm>

#include "bench/audience_suite.h"
#include "bench/export_suite.h"
#include "bench/import_suite.h"
#include "bench/mixed_suite.h"
#include "bench/scaling_suite.h"

namespace roster::bench {

const std::vector<Suite>& suites() {
  static const std::vector<Suite> all = {
      {"audience", true, true, runAudienceSuite}, {"import", false, false, runImportSuite},
      {"export", true, false, runExportSuite},    {"mixed", false, true, runMixedSuite},
      {"scaling", false, true, runScalingSuite},
  };
  return all;
}

const Suite* findSuite(std::string_view name) {
  const auto found = std::ranges::find(suites(), name, &Suite::name);
  return found == suites().end() ? nullptr : &*found;
}

}  // namespace roster::bench
