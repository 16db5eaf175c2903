#include "bench/suite.h"

#include <algorithm>

#include "bench/audience_suite.h"
#include "bench/behaviour_suite.h"
#include "bench/export_suite.h"
#include "bench/import_suite.h"
#include "bench/mixed_suite.h"
#include "bench/real_suite.h"
#include "bench/scaling_suite.h"
#include "bench/text_suite.h"

namespace roster::bench {

const std::vector<Suite>& suites() {
  static const std::vector<Suite> all = {
      {"audience", true, true, false, runAudienceSuite}, {"import", false, false, false, runImportSuite},
      {"export", true, false, false, runExportSuite},    {"mixed", false, true, false, runMixedSuite},
      {"scaling", false, true, false, runScalingSuite},  {"real", false, true, true, runRealSuite},
      {"text", true, true, false, runTextSuite},         {"behaviour", false, true, false, runBehaviourSuite},
  };
  return all;
}

const Suite* findSuite(std::string_view name) {
  const auto found = std::ranges::find(suites(), name, &Suite::name);
  return found == suites().end() ? nullptr : &*found;
}

}  // namespace roster::bench
