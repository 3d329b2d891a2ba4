#include "network/memory_plan.h"

#include <algorithm>

#include "network/deferred.h"

namespace tessera {
namespace {
constexpr int no_buffer = -1;
}

MemoryPlan plan_memory(const Plan& plan, const Kernels& kernels, int64_t max_batch, int64_t portion) {
  if (portion == 0) portion = max_batch;
  const int nodes = static_cast<int>(plan.nodes.size());
  const auto carries = [&](int value) { return plan.carries[static_cast<size_t>(value)]; };
  const bool any_backward = std::find(plan.carries.begin(), plan.carries.end(), true) != plan.carries.end();
  // The picture is made at time 0, node i runs forward at i + 1, the loss at `loss`, node i backward at `backward(i)`
  // where what it writes carries a gradient.
  const int loss = nodes + 1;
  const auto backward = [&](int node) { return loss + nodes - node; };
  const int end = any_backward ? backward(0) : loss;
  const int update = end + 1;
  const auto read_by_update = [&](auto is_it) {
    return std::any_of(plan.deferred.begin(), plan.deferred.end(), is_it);
  };

  ArenaPlan arena;
  const auto is_logits = [&](int value) { return !plan.heads.empty() && static_cast<size_t>(value) == plan.heads[0].value; };
  const auto bytes_of = [&](int value) {
    return static_cast<size_t>((is_logits(value) ? max_batch : portion) * plan.values[static_cast<size_t>(value)].size()) * sizeof(float);
  };
  std::vector<std::vector<int>> readers(plan.values.size());
  for (int i = 0; i < nodes; ++i) {
    for (const size_t value : plan.reads[static_cast<size_t>(i)]) readers[value].push_back(i);
  }
  std::vector<int> values, gradients, kept, forward_scratch, backward_scratch;
  for (int value = 0; value <= nodes; ++value) {
    const std::vector<int>& by = readers[static_cast<size_t>(value)];  // in the order in which they run
    const bool is_head = by.empty();
    int last = is_logits(value) ? end : is_head ? loss : by.back() + 1;
    for (const int reader : by) {
      if (carries(reader + 1) && plan.nodes[static_cast<size_t>(reader)]->backward_reads_input()) {
        last = std::max(last, backward(reader));
      }
    }
    if (value > 0 && carries(value) && plan.nodes[static_cast<size_t>(value) - 1]->backward_reads_output()) {
      last = std::max(last, backward(value - 1));
    }
    const bool is_input = read_by_update([&](const Deferred& layer) { return plan.reads[layer.node][0] == static_cast<size_t>(value); });
    const bool is_output = read_by_update([&](const Deferred& layer) { return layer.node + 1 == static_cast<size_t>(value); });
    values.push_back(arena.add(bytes_of(value), value, is_input ? update : last));
    // Written first by the loss, or by the last node that reads the value; read by the node that wrote it.
    gradients.push_back(!carries(value) ? no_buffer
                                        : arena.add(bytes_of(value), is_head ? loss : backward(by.back()),
                                                    is_output ? update : value == 0 ? end : backward(value - 1)));
  }
  std::vector<std::vector<int>> shares(plan.nodes.size());
  for (int i = 0; i < nodes; ++i) {
    const auto at = static_cast<size_t>(i);
    const Node& node = *plan.nodes[at];
    const bool runs_backward = carries(i + 1);
    kept.push_back(arena.add(node.kept_bytes(portion), i + 1, runs_backward ? backward(i) : i + 1));
    // What suffices for the greatest portion suffices for a smaller one (kernels.h).
    const size_t forward = node.forward_scratch(kernels, portion) * sizeof(float);
    forward_scratch.push_back(arena.add(forward, i + 1, i + 1));
    const size_t back = node.backward_scratch(kernels, portion) * sizeof(float);
    backward_scratch.push_back(runs_backward ? arena.add(back, backward(i), backward(i)) : no_buffer);
    for (size_t input = 0; input < plan.reads[at].size(); ++input) {
      const size_t value = plan.reads[at][input];
      const auto same = std::find(plan.reads[at].begin(), plan.reads[at].end(), value) - plan.reads[at].begin();
      const bool direct = !carries(static_cast<int>(value)) ||
                          (readers[value].back() == i && static_cast<size_t>(same) == input);
      shares[at].push_back(direct ? no_buffer : arena.add(bytes_of(static_cast<int>(value)), backward(i), backward(i)));
    }
  }
  const int update_scratch = arena.add(deferred_scratch(plan.deferred, kernels, max_batch) * sizeof(float), update, update);
  const int targets = arena.add(plan.heads.empty() ? 0 : bytes_of(static_cast<int>(plan.heads[0].value)), loss, loss);
  arena.place();

  const auto offsets = [&](const std::vector<int>& buffers) {
    std::vector<size_t> result;
    for (const int buffer : buffers) result.push_back(buffer == no_buffer ? 0 : arena.offset(buffer));
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
          .update_scratch = arena.offset(update_scratch),
          .targets = arena.offset(targets),
          .bytes = arena.bytes()};
}

}  // namespace tessera
