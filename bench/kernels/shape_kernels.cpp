#include "bench/kernels/shape_kernels.h"

#include <memory>
#include <utility>

#include "bench/kernels/kernel_data.h"

namespace roster::bench {

void addShapes(std::vector<Kernel>& kernels, const std::vector<NamedShape>& shapes, const SnapshotPtr& snapshot) {
  for (const NamedShape& each : shapes) {
    auto program = ShardProgram::prepare(each.shape.plan, *snapshot, 0);
    const auto prepared = std::make_shared<PreparedProgram>(snapshot, std::move(program).value());
    const auto plain = [holds = each.shape.holds] { return countWhere(holds); };
    kernels.push_back({"program-count/" + each.name, [prepared] { return prepared->evaluator.count(0); }, plain});
    kernels.push_back({"program/" + each.name,
                       [prepared] {
                         const Scratch::Mark mark(prepared->scratch);
                         return prepared->evaluator.evaluate(0).cardinality;
                       },
                       plain});
  }
}

}  // namespace roster::bench
