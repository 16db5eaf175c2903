// Times the kernels with Google Benchmark; with --count-instructions alone, run under callgrind, it dumps what each
// one costs under its name. Either way every kernel must agree with its plain loop first.
#include <benchmark/benchmark.h>
#include <cstring>
#include <fmt/format.h>
#include <valgrind/callgrind.h>

#include "bench/kernels/kernels.h"

namespace {

using roster::bench::Kernel;

bool agrees(const Kernel& kernel) {
  const std::uint32_t found = kernel.run();
  const std::uint32_t right = kernel.plain();
  if (found != right) fmt::print(stderr, "{} finds {}, its plain loop {}\n", kernel.name, found, right);
  return found == right;
}

// Nothing else is instrumented, since that takes many times as long. Each kernel runs once before, so that it finds the
// allocator as it left it itself.
void countInstructions(const std::vector<Kernel>& kernels) {
  for (const Kernel& kernel : kernels) {
    kernel.run();
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
    kernel.run();
    CALLGRIND_DUMP_STATS_AT(kernel.name.c_str());
    CALLGRIND_STOP_INSTRUMENTATION;
  }
}

void timeThem(const std::vector<Kernel>& kernels, int argc, char** argv) {
  for (const Kernel& kernel : kernels) {
    const auto add = [](const std::string& name, const std::function<std::uint32_t()>& run) {
      benchmark::RegisterBenchmark(name.c_str(), [&run](benchmark::State& state) {
        for (auto _ : state) benchmark::DoNotOptimize(run());
      });
    };
    add(kernel.name, kernel.run);
    add(kernel.name + "/plain", kernel.plain);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<Kernel> kernels = roster::bench::makeKernels();
  bool right = true;
  for (const Kernel& kernel : kernels) right = agrees(kernel) && right;
  if (!right) return 1;
  if (argc == 2 && std::strcmp(argv[1], "--count-instructions") == 0) countInstructions(kernels);
  else timeThem(kernels, argc, argv);
  return 0;
}
