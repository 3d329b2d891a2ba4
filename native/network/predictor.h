// A network's plan of prediction, and how pictures go through it: all at once, in portions, or each on a thread of its own
// (portions.h).
#pragma once
#include <cstdint>
#include <vector>

#include "network/arena.h"
#include "network/graph.h"
#include "network/loader.h"
#include "network/options.h"
#include "network/runner.h"

namespace tessera {

class Predictor {
 public:
  // For the threads that are set for the calling thread.
  Predictor(const Graph& graph, const Kernels& kernels, const NetworkOptions& options);
  Predictor(const Predictor&) = delete;  // its threads' runners borrow weights of the one that all share
  Predictor& operator=(const Predictor&) = delete;

  const Runner& runner() const { return runner_; }
  // What it wants of an arena that others may use in between.
  size_t bytes() const { return runner_.bytes(); }
  // What it holds beside that.
  size_t own_bytes() const;
  void use(const Memory& arena);

  // The logits of n pictures, where the runner keeps them. `version` counts the changes of what the pass reads. Throws
  // `cancelled`.
  void run(const Pass& pass, uint64_t version, const Loader& loader, const Pictures& pictures);

 private:
  // What is decided before anything is joined.
  struct Ways {
    Plan plan;
    int64_t portion;
    bool alone = false;  // each thread takes pictures of its own

    Ways(const Graph& graph, const Kernels& kernels, const NetworkOptions& options);
  };
  Predictor(Ways ways, const Kernels& kernels, const NetworkOptions& options);

  // Of the first n pictures, the logits to logits_.
  void run_alone(int64_t n, Pass pass, const Loader& loader, const Pictures& pictures);

  int64_t classes() const { return runner_.logits_shape().size(); }

  Runner runner_;
  int64_t portion_;  // pictures that go through at a time
  // Where each thread takes pictures of its own: one for each, with its arena.
  std::vector<Runner> own_runners_;
  std::vector<Memory> own_arenas_;
  std::vector<float> logits_;  // of the portions that are done, where there are several
  uint64_t folded_ = 0;        // the version that was folded last
};

}  // namespace tessera
