#include "network/memory_plan.h"

#include <algorithm>

namespace tessera {
namespace {
constexpr int no_buffer = -1;
}

MemoryPlan plan_memory(const Plan& plan, const Kernels& kernels, int64_t max_batch, bool training) {
  const int nodes = static_cast<int>(plan.nodes.size());
  // The picture is made at time 0, node i runs forward at i + 1, the loss at `loss`, node i backward at `backward(i)`.
  const int loss = nodes + 1;
  const auto backward = [&](int node) { return loss + nodes - node; };
  const int end = training ? backward(0) : loss;

  const auto runs = [&](int node) { return training || !plan.training_only[static_cast<size_t>(node)]; };

  ArenaPlan arena;
  const auto bytes_of = [&](int value) {
    if (value > 0 && !runs(value - 1)) return size_t{0};
    return static_cast<size_t>(max_batch * plan.values[static_cast<size_t>(value)].size()) * sizeof(float);
  };
  std::vector<std::vector<int>> readers(plan.values.size());
  for (int i = 0; i < nodes; ++i) {
    for (const size_t value : plan.reads[static_cast<size_t>(i)]) readers[value].push_back(i);
  }
  std::vector<int> values, gradients, kept, forward_scratch, backward_scratch;
  for (int value = 0; value <= nodes; ++value) {
    const std::vector<int>& by = readers[static_cast<size_t>(value)];  // in the order in which they run
    const bool is_logits = static_cast<size_t>(value) == plan.heads[0].value, is_head = by.empty();
    int last = is_logits ? end : is_head ? loss : by.back() + 1;
    for (const int reader : by) {
      if (training && plan.nodes[static_cast<size_t>(reader)]->backward_reads_input()) {
        last = std::max(last, backward(reader));
      }
    }
    if (training && value > 0 && plan.nodes[static_cast<size_t>(value) - 1]->backward_reads_output()) {
      last = std::max(last, backward(value - 1));
    }
    values.push_back(arena.add(bytes_of(value), value, last));
    if (!training) continue;
    // Written first by the loss, or by the last node that reads the value; read by the node that wrote it.
    const bool is_picture = value == 0;
    gradients.push_back(arena.add(is_picture ? 0 : bytes_of(value), is_head ? loss : backward(by.back()),
                                  is_picture ? backward(0) : backward(value - 1)));
  }
  std::vector<std::vector<int>> shares(training ? plan.nodes.size() : 0);
  for (int i = 0; i < nodes; ++i) {
    const auto at = static_cast<size_t>(i);
    const Node& node = *plan.nodes[at];
    kept.push_back(arena.add(runs(i) ? node.kept_bytes(max_batch) : 0, i + 1, training ? backward(i) : i + 1));
    // What suffices for the greatest batch suffices for a smaller one (kernels.h).
    const size_t forward = runs(i) ? node.forward_scratch(kernels, max_batch) * sizeof(float) : 0;
    forward_scratch.push_back(arena.add(forward, i + 1, i + 1));
    if (!training) continue;
    const size_t back = node.backward_scratch(kernels, max_batch) * sizeof(float);
    backward_scratch.push_back(arena.add(back, backward(i), backward(i)));
    for (size_t input = 0; input < plan.reads[at].size(); ++input) {
      const size_t value = plan.reads[at][input];
      const auto same = std::find(plan.reads[at].begin(), plan.reads[at].end(), value) - plan.reads[at].begin();
      const bool direct = value == 0 || (readers[value].back() == i && static_cast<size_t>(same) == input);
      shares[at].push_back(direct ? no_buffer : arena.add(bytes_of(static_cast<int>(value)), backward(i), backward(i)));
    }
  }
  const int targets = arena.add(bytes_of(static_cast<int>(plan.heads[0].value)), loss, loss);
  arena.place();

  const auto offsets = [&](const std::vector<int>& buffers) {
    std::vector<size_t> result;
    for (const int buffer : buffers) result.push_back(arena.offset(buffer));
    return result;
  };
  std::vector<std::vector<size_t>> share_offsets;
  for (const std::vector<int>& buffers : shares) {
    std::vector<size_t>& of_node = share_offsets.emplace_back();
    for (const int buffer : buffers) of_node.push_back(buffer == no_buffer ? MemoryPlan::direct : arena.offset(buffer));
  }
  return {.values = offsets(values),
          .gradients = offsets(gradients),
          .shares = share_offsets,
          .kept = offsets(kept),
          .forward_scratch = offsets(forward_scratch),
          .backward_scratch = offsets(backward_scratch),
          .targets = arena.offset(targets),
          .bytes = arena.bytes()};
}

}  // namespace tessera
