#include "bench/kernels/program_kernels.h"

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "bench/kernels/program_shapes.h"
#include "bench/kernels/scan_shapes.h"
#include "bench/kernels/shape_kernels.h"

namespace roster::bench {

namespace {

constexpr std::array<std::pair<ContainerKind, const char*>, 3> kForms = {
    {{ContainerKind::array, "array"}, {ContainerKind::bitset, "bitset"}, {ContainerKind::run, "run"}}};

class ProgramKernels {
 public:
  explicit ProgramKernels(std::vector<Kernel>& kernels) : kernels_(kernels) {}

  void add() {
    addPairs();
    addIntersections();
    addUnions();
    addUnionsWithin();
    addThresholds();
    addNumbers();
    addScans();
    addSeveralRoots();
    addThresholdsWithMaximum();
    addLeaves();
    addShapes(kernels_, shapes_, data_.snapshot());
  }

 private:
  void take(std::string name, Shape shape) { shapes_.push_back({std::move(name), std::move(shape)}); }

  HeldPtr dense() { return scattered(dice_, 3 + dice_.below(8), ContainerKind::bitset); }
  Shape denseShape() { return data_.bitmap(dense()); }
  std::vector<Shape> denseShapes(std::size_t count) {
    std::vector<Shape> shapes;
    for (std::size_t i = 0; i < count; ++i) shapes.push_back(denseShape());
    return shapes;
  }
  // Arrays of one contact in `every`.
  Shape array(std::uint32_t every) { return data_.bitmap(scattered(dice_, every, ContainerKind::array)); }
  std::vector<Shape> arrays(std::size_t count, std::uint32_t every) {
    std::vector<Shape> shapes;
    for (std::size_t i = 0; i < count; ++i) shapes.push_back(array(every));
    return shapes;
  }
  static std::vector<Shape> with(std::vector<Shape> shapes, Shape more) {
    shapes.push_back(std::move(more));
    return shapes;
  }

  void addPairs() {
    take("bitmap", denseShape());
    for (const auto& [left, leftName] : kForms) {
      take(std::string("not-") + leftName, no(data_.bitmap(ofForm(dice_, left))));
      for (const auto& [right, rightName] : kForms) {
        const std::string pair = std::string(leftName) + "-" + rightName;
        const HeldPtr a = ofForm(dice_, left);
        const HeldPtr b = ofForm(dice_, right);
        take("and-" + pair, all({data_.bitmap(a), data_.bitmap(b)}));
        take("andnot-" + pair, all({data_.bitmap(a), no(data_.bitmap(b))}));
        take("or-" + pair, any({data_.bitmap(a), data_.bitmap(b)}));
      }
    }
  }

  void addIntersections() {
    take("and-of-3-dense", all(denseShapes(3)));
    take("and-of-5-dense", all(denseShapes(5)));
    take("and-of-3-dense-without-2", all(with(with(denseShapes(3), no(denseShape())), no(denseShape()))));
    // Filtered through the others; the second array is so long that all become bits.
    take("and-of-short-array-and-2-dense", all(with(denseShapes(2), array(200))));
    take("and-of-long-array-and-2-dense", all(with(denseShapes(2), array(80))));
    take("and-of-3-arrays", all(arrays(3, 200)));
    take("and-of-3-runs", all(data_.bitmaps({clustered(dice_), clustered(dice_), clustered(dice_)})));
  }

  void addUnions() {
    take("or-of-3-dense", any(denseShapes(3)));
    take("or-of-16-dense", any(denseShapes(16)));
    take("or-of-16-arrays", any(arrays(16, 2000)));
    take("or-of-4-runs", any(data_.bitmaps({clustered(dice_), clustered(dice_), clustered(dice_), clustered(dice_)})));
    take("or-of-every-form",
         any(with(with(with(denseShapes(2), array(200)), array(200)), data_.bitmap(clustered(dice_)))));
    // It holds everybody after the first two, which are its largest.
    const HeldPtr half = scattered(dice_, 2, ContainerKind::bitset);
    auto others = std::make_shared<Held>(*half);
    others->values.clear();
    others->runs.clear();
    for (std::uint64_t& word : others->words.words) word = ~word;
    take("or-that-holds-everybody",
         any(with(with(denseShapes(14), data_.bitmap(half)), data_.bitmap(finish(others, ContainerKind::bitset)))));
    take("or-of-10-disjoint", data_.oneOf(disjoint(10)));
  }

  // A category's values: each contact has one of them, or none.
  std::vector<HeldPtr> disjoint(std::uint32_t count) {
    std::vector<HeldPtr> values;
    for (std::uint32_t i = 0; i < count; ++i) {
      values.push_back(std::make_shared<Held>());
      values.back()->words.clear();
    }
    for (std::uint32_t place = 0; place < kChunkSize; ++place) {
      const std::uint32_t value = dice_.below(count + 1);
      if (value < count) values[value]->words.set(place);
    }
    for (HeldPtr& value : values) value = finish(value, ContainerKind::bitset);
    return values;
  }

  // What an AND has left is handed down into its ORs.
  void addUnionsWithin() {
    take("dense-and-or-of-4-dense", all({denseShape(), any(denseShapes(4))}));
    take("array-and-or-of-4-dense", all({array(200), any(denseShapes(4))}));
    take("dense-and-or-of-4-arrays", all({denseShape(), any(arrays(4, 200))}));
    take("and-of-2-ors", all({any(denseShapes(3)), any(denseShapes(3))}));
    take("dense-without-or-of-4-dense", all({denseShape(), no(any(denseShapes(4)))}));
    const HeldNumbersPtr numbers = data_.numbers(dice_, 2, 0, 99'999);
    take("dense-and-or-with-numbers", all({denseShape(), any({denseShape(), data_.in(numbers, {{0, 40'000}})})}));
    take("array-and-or-with-numbers", all({array(200), any({denseShape(), data_.in(numbers, {{0, 40'000}})})}));
  }

  void addThresholds() {
    take("at-least-2-of-3", atLeast(2, denseShapes(3)));
    take("at-least-3-of-8", atLeast(3, denseShapes(8)));
    take("at-least-5-of-20", atLeast(5, denseShapes(20)));
    take("at-least-2-of-8-arrays", atLeast(2, arrays(8, 200)));
    take("at-least-2-of-300-arrays", atLeast(2, arrays(300, 2000)));  // more than a vertical counter takes
    take("dense-and-at-least-3-of-8", all({denseShape(), atLeast(3, denseShapes(8))}));
  }

  void addNumbers() {
    const HeldNumbersPtr everybodys = data_.numbers(dice_, 1, 1000, 100'000);
    const HeldNumbersPtr somes = data_.numbers(dice_, 3, -5000, 5000);
    take("numbers-one-sided", data_.in(everybodys, {{50'001, 100'000}}));
    take("numbers-two-sided", data_.in(everybodys, {{30'001, 70'000}}));
    take("numbers-of-some", data_.in(somes, {{-1234, 1234}}));
    take("numbers-in-two-intervals", data_.in(everybodys, {{2000, 3000}, {70'001, 90'000}}));
    take("numbers-outside-of-an-interval", data_.in(everybodys, {{0, 30'000}, {70'001, 200'000}}));
    take("numbers-all-in-range", data_.in(somes, {{-10'000, 10'000}}));
    take("numbers-none-in-range", data_.in(somes, {{10'000, 20'000}}));
    take("numbers-within-array", all({array(200), data_.in(everybodys, {{30'001, 70'000}})}));
    take("numbers-within-dense", all({denseShape(), data_.in(everybodys, {{30'001, 70'000}})}));
    take("numbers-of-two-fields", all({data_.in(everybodys, {{30'001, 70'000}}), data_.in(somes, {{-1234, 1234}})}));
    take("not-numbers", no(data_.in(somes, {{-1234, 1234}})));
  }

  void addScans() {
    const HeldNumbersPtr left = data_.numbers(dice_, 2, 0, 999);
    const HeldNumbersPtr right = data_.numbers(dice_, 2, 0, 999);
    take("scan", data_.less(left, right));
    take("scan-within-array", all({array(200), data_.less(left, right)}));
    take("scan-within-2-dense", all({denseShape(), denseShape(), data_.less(left, right)}));
  }

  void addThresholdsWithMaximum() {
    take("exactly-2-of-8", countOf(2, 2, denseShapes(8)));
    take("2-to-3-of-8", countOf(2, 3, denseShapes(8)));
    take("at-most-1-of-8", countOf(0, 1, denseShapes(8)));
    take("exactly-2-of-8-arrays", countOf(2, 2, arrays(8, 200)));
    take("at-most-1-of-8-arrays", countOf(0, 1, arrays(8, 200)));
    take("at-most-1-of-300-arrays", countOf(0, 1, arrays(300, 2000)));  // more than a vertical counter takes
    take("dense-and-2-to-3-of-8", all({denseShape(), countOf(2, 3, denseShapes(8))}));
    take("array-and-2-to-3-of-8", all({array(200), countOf(2, 3, denseShapes(8))}));
    take("array-and-at-most-1-of-8", all({array(200), countOf(0, 1, denseShapes(8))}));
  }

  void addLeaves() {
    const HeldNumbersPtr numbers = data_.numbers(dice_, 2, 0, 999);
    take("present", present(numbers));
    take("not-present", no(present(numbers)));
    take("dense-and-present", all({denseShape(), present(numbers)}));
    take("contacts", contacts(scattered(dice_, 200, ContainerKind::array)));
    take("dense-and-contacts", all({denseShape(), contacts(scattered(dice_, 200, ContainerKind::array))}));
    take("not-contacts", no(contacts(scattered(dice_, 200, ContainerKind::array))));
    take("list", inList(data_, scattered(dice_, 10, ContainerKind::bitset)));
    take("dense-and-list", all({denseShape(), inList(data_, scattered(dice_, 10, ContainerKind::bitset))}));
    take("array-and-list", all({array(200), inList(data_, scattered(dice_, 10, ContainerKind::bitset))}));
    take("everybody", constant(true));
    take("nobody", constant(false));
    take("and-of-3-long-arrays", all(arrays(3, 80)));
    take("and-of-shorter-array-and-2-dense", all(with(denseShapes(2), array(400))));
    take("shorter-array-and-2-to-3-of-8", all({array(1500), countOf(2, 3, denseShapes(8))}));
    take("dense-and-everybody", all({denseShape(), constant(true)}));
  }

  // Segments that have parts in common, as the nodes of a tree have: the sum of their counts.
  void addSeveralRoots() {
    const Shape part = any(denseShapes(4));
    const HeldNumbersPtr numbers = data_.numbers(dice_, 1, 0, 99'999);
    const Shape range = data_.in(numbers, {{0, 40'000}});
    std::vector<Shape> roots;
    roots.reserve(8);
    for (int i = 0; i < 4; ++i) roots.push_back(all({part, denseShape()}));
    for (int i = 0; i < 4; ++i) roots.push_back(all({part, range, no(denseShape())}));
    std::vector<const PlanNode*> plans;
    std::vector<std::function<bool(std::uint32_t)>> conditions;
    for (const Shape& root : roots) {
      plans.push_back(&root.plan);
      conditions.push_back(root.holds);
    }
    const SnapshotPtr snapshot = data_.snapshot();
    auto program = ShardProgram::prepare(plans, *snapshot, 0);
    const auto prepared = std::make_shared<PreparedProgram>(snapshot, std::move(program).value());
    const auto run = [prepared] {
      std::array<std::uint64_t, 8> counts{};
      prepared->evaluator.countEach(0, counts);
      std::uint64_t sum = 0;
      for (const std::uint64_t count : counts) sum += count;
      return static_cast<std::uint32_t>(sum);
    };
    const auto plain = [conditions] {
      std::uint32_t sum = 0;
      for (const auto& holds : conditions) sum += countWhere(holds);
      return sum;
    };
    kernels_.push_back({"program-count/8-roots-with-parts-in-common", run, plain});
  }

  std::vector<Kernel>& kernels_;
  Dice dice_{20261125};
  ChunkData data_;
  std::vector<NamedShape> shapes_;
};

}  // namespace

void addPrograms(std::vector<Kernel>& kernels) { ProgramKernels(kernels).add(); }

}  // namespace roster::bench
