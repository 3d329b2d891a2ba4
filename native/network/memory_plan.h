// When each buffer of a plan lives, and where in the arena it lies.
#pragma once
#include <cstdint>
#include <vector>

#include "network/arena.h"
#include "network/plan.h"

namespace tessera {

// Byte offsets into the arena, by value or by node.
struct MemoryPlan {
  std::vector<size_t> values;
  std::vector<size_t> gradients;  // of values that carry one
  // By node and input: where several nodes read a value, the last of them makes its gradient and the others' shares are
  // added to it, one after the other; they lie here until then.
  static constexpr size_t direct = SIZE_MAX;  // goes straight into the gradient
  std::vector<std::vector<size_t>> shares;
  std::vector<size_t> kept;
  std::vector<size_t> forward_scratch, backward_scratch;
  size_t update_scratch = 0;  // of the deferred gradients
  size_t targets = 0;  // of losses that compare number by number
  size_t bytes = 0;
};

// For batches of at most `max_batch` pictures and the threads that are set for the calling thread. Of those, `portion` go
// through the plan at a time (0: all); the logits and the targets of all have room.
MemoryPlan plan_memory(const Plan& plan, const Kernels& kernels, int64_t max_batch, int64_t portion = 0);

}  // namespace tessera
