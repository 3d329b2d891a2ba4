// Runs a plan's nodes on an arena: forward, and backward as far as gradients are asked for. Holds no parameters.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "network/arena.h"
#include "network/memory_plan.h"
#include "network/plan.h"

namespace tessera {

// What one pass of a network works with, besides the arena.
struct Pass {
  int64_t n;                // pictures
  Blocks blocks;            // `folded` is the runner's own affair
  const float* running;     // running statistics
  float* gradients;         // of the parameters; null where nobody asks for them
  uint64_t seed;            // of this step
};

// Throws `cancelled` where the calling thread's work is.
void check_cancelled();

class Runner {
 public:
  // `prepares`: weights that stay are packed and transformed once and not in every pass, which takes memory for them.
  // `portion`: pictures that go through at a time, 0: all (memory_plan.h).
  Runner(Plan plan, const Kernels& kernels, int64_t max_batch, bool prepares = false, int64_t portion = 0);
  // The same plan for a picture at a time on a thread of its own, within a parallel_for. The weights stay those of `other`,
  // which must outlive it.
  static Runner for_one_thread(const Runner& other);

  const Plan& plan() const { return *plan_; }
  size_t folded_bytes() const { return folded_.bytes() + prepared_.bytes(); }
  size_t bytes() const { return memory_.bytes; }
  // Where its buffers lie from now on: at least `bytes()` long. Between two passes nothing in there is kept, so that
  // runners that take turns may share an arena.
  void use(const Memory& arena);

  float* value(size_t at) const { return values_[at]; }
  float* gradient(size_t at) const { return gradients_[at]; }
  const float* logits() const { return values_[plan().heads[0].value]; }
  const Value& logits_shape() const { return plan().values[plan().heads[0].value]; }
  float* targets() const { return targets_; }
  float* update_scratch() const { return update_scratch_; }

  // The weights into which batch norms are folded, and those that are prepared, from the weights as they are now. Call
  // after they have changed.
  void fold(const Blocks& blocks, const float* running);

  // Value 0 is there, and so are the heads' gradients before `backward`. Both throw `cancelled` between two nodes when
  // the calling thread's work is (parallel.h). Neither allocates.
  void forward(const Pass& pass) const;
  void backward(const Pass& pass) const;
  // For the body of a parallel_for, which must not throw: false where it was cancelled.
  bool forward_unless_cancelled(const Pass& pass) const;

  // One node; the nodes before it (behind it, backward) have run.
  void forward(size_t node, const Pass& pass) const;
  void backward(size_t node, const Pass& pass) const;
  // Whether the node has a backward pass at all.
  bool runs_backward(size_t node) const { return plan().carries[node + 1]; }

 private:
  // By node, as its passes want them.
  struct Place {
    std::vector<const float*> inputs;
    std::vector<float*> input_gradients;  // null where nobody asks for one
    std::vector<bool> adds;               // by input: it is a share, to be added to the whole gradient
    void* kept;
    float *forward_scratch, *backward_scratch;
  };

  Runner(const Runner& other, MemoryPlan memory);

  void run_forward(size_t node, const Pass& pass) const;
  void fold_batch_norms(const Blocks& blocks, const float* running);
  void prepare_weights(Blocks blocks);

  std::shared_ptr<const Plan> plan_;
  const Kernels& kernels_;
  MemoryPlan memory_;
  std::vector<float*> values_, gradients_;
  std::vector<Place> places_;
  float *targets_ = nullptr, *update_scratch_ = nullptr;
  const Runner* lender_ = nullptr;  // whose weights are used
  Memory folded_, prepared_;
  bool prepares_ = false;
  std::vector<const float*> prepared_of_;  // by node; null where it has none
};

}  // namespace tessera
