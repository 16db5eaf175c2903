// What the tests of the suites have in common: a directory, a host, and small options.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/suite.h"
#include "index/engine/host.h"
#include "tests/support/temporary_directory.h"

namespace roster::bench {

class SuiteTest : public ::testing::Test {
 protected:
  SuiteOptions optionsFor(std::uint64_t contacts) const {
    SuiteOptions options;
    options.contacts = contacts;
    options.directory = directory_.path();
    options.threads = 2;
    options.seconds = 0;
    return options;
  }

  TemporaryDirectory directory_;
  SystemClock clock_;
  Host host_{clock_};
};

}  // namespace roster::bench
