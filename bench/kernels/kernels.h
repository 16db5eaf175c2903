// The loops that queries spend their time in, each on fixed random data, with a plain loop of the same meaning beside
// it: every pair of container forms, every shape of a pass over bits, the search for a text, whole programs, and
// analytic queries.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace roster::bench {

// Both return the number of contacts they find, or a digest of an analytic query's answer. The data they work on lives
// as long as the kernel.
struct Kernel {
  std::string name;  // words with hyphens, a slash after the family
  std::function<std::uint32_t()> run;
  std::function<std::uint32_t()> plain;
};

// The same data every time.
std::vector<Kernel> makeKernels();

}  // namespace roster::bench
