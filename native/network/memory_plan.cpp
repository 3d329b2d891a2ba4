#include "network/memory_plan.h"

#include <algorithm>

namespace tessera {

MemoryPlan plan_memory(const Plan& plan, const Kernels& kernels, int64_t max_batch, bool training) {
  const int nodes = static_cast<int>(plan.nodes.size());
  // The picture is made at time 0, node i runs forward at i + 1, the loss at `loss`, node i backward at `backward(i)`.
  const int loss = nodes + 1;
  const auto backward = [&](int node) { return loss + nodes - node; };
  const int end = training ? backward(0) : loss;

  ArenaPlan arena;
  const auto bytes_of = [&](int value) {
    return static_cast<size_t>(max_batch * plan.values[static_cast<size_t>(value)].size()) * sizeof(float);
  };
  std::vector<int> values, gradients, kept, forward_scratch, backward_scratch;
  for (int value = 0; value <= nodes; ++value) {
    const bool is_output = value == nodes;
    int last = is_output ? end : value + 1;
    if (training && !is_output && plan.nodes[static_cast<size_t>(value)]->backward_reads_input()) {
      last = backward(value);
    }
    if (training && value > 0 && plan.nodes[static_cast<size_t>(value) - 1]->backward_reads_output()) {
      last = std::max(last, backward(value - 1));
    }
    values.push_back(arena.add(bytes_of(value), value, last));
    if (!training) continue;
    // Written by the loss, or by the node that reads the value; read by the node that wrote it.
    const bool is_picture = value == 0;
    gradients.push_back(
        arena.add(is_picture ? 0 : bytes_of(value), is_output ? loss : backward(value),
                  is_picture ? backward(0) : backward(value - 1)));
  }
  for (int i = 0; i < nodes; ++i) {
    const Node& node = *plan.nodes[static_cast<size_t>(i)];
    kept.push_back(arena.add(node.kept_bytes(max_batch), i + 1, training ? backward(i) : i + 1));
    // What suffices for the greatest batch suffices for a smaller one (kernels.h).
    const size_t forward = node.forward_scratch(kernels, max_batch) * sizeof(float);
    forward_scratch.push_back(arena.add(forward, i + 1, i + 1));
    if (!training) continue;
    const size_t back = node.backward_scratch(kernels, max_batch) * sizeof(float);
    backward_scratch.push_back(arena.add(back, backward(i), backward(i)));
  }
  const int targets = arena.add(bytes_of(nodes), loss, loss);
  arena.place();

  const auto offsets = [&](const std::vector<int>& buffers) {
    std::vector<size_t> result;
    for (const int buffer : buffers) result.push_back(arena.offset(buffer));
    return result;
  };
  return {offsets(values),          offsets(gradients),        offsets(kept), offsets(forward_scratch),
          offsets(backward_scratch), arena.offset(targets), arena.bytes()};
}

}  // namespace tessera
