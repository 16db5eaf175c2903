// Predicates over one chunk as kernels.
#pragma once

#include <string>
#include <vector>

#include "bench/kernels/kernels.h"
#include "bench/kernels/program_shapes.h"
#include "core/eval/chunk_evaluator.h"

namespace roster::bench {

struct NamedShape {
  std::string name;
  Shape shape;
};

// Predicates made ready, as a thread has them that goes from chunk to chunk.
struct PreparedProgram {
  PreparedProgram(SnapshotPtr of, ShardProgram made)
      : snapshot(std::move(of)), program(std::move(made)), evaluator(program, scratch) {}
  PreparedProgram(const PreparedProgram&) = delete;  // the evaluator holds on to what is here
  PreparedProgram& operator=(const PreparedProgram&) = delete;

  SnapshotPtr snapshot;
  ShardProgram program;
  Scratch scratch;
  ChunkEvaluator evaluator;
};

// Appends each shape as a count ("program-count/…") and as contacts ("program/…") of the snapshot's one chunk.
void addShapes(std::vector<Kernel>& kernels, const std::vector<NamedShape>& shapes, const SnapshotPtr& snapshot);

}  // namespace roster::bench
