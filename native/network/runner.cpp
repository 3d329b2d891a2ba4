#include "network/runner.h"

#include <cmath>
#include <utility>

#include "kernels/parallel.h"
#include "network/error.h"
#include "network/initialise.h"

namespace tessera {
namespace {

// Of a layer, so that dropout drops the same whatever the nodes are that the layers have become.
uint64_t seed_of(uint64_t step, size_t layer) { return step ^ (static_cast<uint64_t>(layer) * 0xd6e8feb86659fd93u); }

}  // namespace

void check_cancelled() {
  if (cancelled()) throw Error("cancelled", {});
}

Runner::Runner(Plan plan, const Kernels& kernels, int64_t max_batch, bool prepares, int64_t portion)
    : plan_(std::make_shared<const Plan>(std::move(plan))),
      kernels_(kernels),
      memory_(plan_memory(*plan_, kernels, max_batch, portion)),
      prepares_(prepares),
      prepared_of_(plan_->nodes.size(), nullptr) {}

Runner::Runner(const Runner& other, MemoryPlan memory)
    : plan_(other.plan_), kernels_(other.kernels_), memory_(std::move(memory)), lender_(&other) {}

Runner Runner::for_one_thread(const Runner& other) {
  const int before = threads();
  set_threads(1);
  MemoryPlan memory = plan_memory(other.plan(), other.kernels_, 1);
  set_threads(before);
  return Runner(other, std::move(memory));
}

void Runner::use(const Memory& arena) {
  values_.clear();
  gradients_.clear();
  places_.clear();
  for (size_t at = 0; at < plan_->values.size(); ++at) {
    values_.push_back(arena.at(memory_.values[at]));
    gradients_.push_back(plan_->carries[at] ? arena.at(memory_.gradients[at]) : nullptr);
  }
  for (size_t node = 0; node < plan_->nodes.size(); ++node) {
    Place& place = places_.emplace_back();
    for (size_t input = 0; input < plan_->reads[node].size(); ++input) {
      const size_t value = plan_->reads[node][input], share = memory_.shares[node][input];
      const bool adds = share != MemoryPlan::direct;
      place.inputs.push_back(values_[value]);
      place.input_gradients.push_back(adds ? arena.at(share) : gradients_[value]);
      place.adds.push_back(adds);
    }
    place.kept = arena.at<void>(memory_.kept[node]);
    place.forward_scratch = arena.at(memory_.forward_scratch[node]);
    place.backward_scratch = arena.at(memory_.backward_scratch[node]);
  }
  targets_ = arena.at(memory_.targets);
  update_scratch_ = arena.at(memory_.update_scratch);
}

void Runner::fold(const Blocks& blocks, const float* running) {
  fold_batch_norms(blocks, running);
  if (prepares_) prepare_weights(blocks);
}

void Runner::prepare_weights(Blocks blocks) {
  const Cancellation whole(nullptr);
  blocks.folded = folded_.floats();
  constexpr size_t line = 16;  // floats
  std::vector<size_t> offsets;
  size_t floats = 0;
  for (const auto& node : plan_->nodes) {
    offsets.push_back(floats);
    floats += (node->prepared_floats(kernels_) + line - 1) / line * line;
  }
  offsets.push_back(floats);
  if (floats == 0) return;
  if (prepared_.bytes() == 0) prepared_ = Memory(floats * sizeof(float));
  for (size_t node = 0; node < plan_->nodes.size(); ++node) {
    if (offsets[node + 1] == offsets[node]) continue;
    float* to = prepared_.floats() + offsets[node];
    plan_->nodes[node]->prepare(kernels_, blocks, to);
    prepared_of_[node] = to;
  }
}

// conv(x) · factor + (shift − mean · factor), with factor = scale / √(variance + ε), is conv(x) by weights · factor.
void Runner::fold_batch_norms(const Blocks& blocks, const float* running) {
  if (plan_->folds.empty()) return;
  if (folded_.bytes() == 0) folded_ = Memory(plan_->folded_floats * sizeof(float));
  for (const Fold& fold : plan_->folds) {
    const float *weights = blocks.weight(fold.from), *bias = blocks.bias(fold.from);
    const float *scale = blocks.of(fold.norm.block) + fold.norm.scale, *shift = blocks.of(fold.norm.block) + fold.norm.shift;
    const float *mean = running + fold.norm.mean, *variance = running + fold.norm.variance;
    float *to = folded_.floats() + fold.to.weight, *to_bias = folded_.floats() + fold.to.bias;
    for (int64_t k = 0; k < fold.filters; ++k) {
      const double factor = scale[k] / std::sqrt(static_cast<double>(variance[k]) + fold.epsilon);
      const double before = bias == nullptr ? 0.0 : bias[k];
      to_bias[k] = static_cast<float>((before - mean[k]) * factor + shift[k]);
      for (int64_t i = k * fold.row; i < (k + 1) * fold.row; ++i) to[i] = static_cast<float>(weights[i] * factor);
    }
  }
}

void Runner::forward(const Pass& pass) const {
  for (size_t node = 0; node < plan_->nodes.size(); ++node) forward(node, pass);
}

bool Runner::forward_unless_cancelled(const Pass& pass) const {
  for (size_t node = 0; node < plan_->nodes.size() && !cancelled(); ++node) run_forward(node, pass);
  return !cancelled();
}

void Runner::backward(const Pass& pass) const {
  for (size_t node = plan_->nodes.size(); node-- > 0;) {
    if (runs_backward(node)) backward(node, pass);
  }
}

void Runner::forward(size_t node, const Pass& pass) const {
  run_forward(node, pass);
  check_cancelled();
}

void Runner::run_forward(size_t node, const Pass& pass) const {
  const Place& place = places_[node];
  const Runner& weights = lender_ == nullptr ? *this : *lender_;
  Blocks blocks = pass.blocks;
  blocks.folded = weights.folded_.floats();
  plan_->nodes[node]->forward({.kernels = kernels_, .n = pass.n, .inputs = place.inputs.data(), .y = values_[node + 1],
                              .blocks = blocks, .running = pass.running, .prepared = weights.prepared_of_[node],
                              .kept = place.kept, .scratch = place.forward_scratch, .seed = seed_of(pass.seed, plan_->places[node])});
}

void Runner::backward(size_t node, const Pass& pass) const {
  const Place& place = places_[node];
  Blocks blocks = pass.blocks;
  blocks.folded = folded_.floats();
  plan_->nodes[node]->backward({.kernels = kernels_, .n = pass.n, .inputs = place.inputs.data(), .y = values_[node + 1],
                               .dy = gradients_[node + 1], .input_gradients = place.input_gradients.data(),
                               .blocks = blocks, .running = pass.running,
                               .gradients = plan_->trains[node] ? pass.gradients : nullptr, .kept = place.kept,
                               .scratch = place.backward_scratch, .seed = seed_of(pass.seed, plan_->places[node])});
  for (size_t input = 0; input < place.adds.size(); ++input) {
    if (!place.adds[input]) continue;
    const size_t value = plan_->reads[node][input];
    kernels_.add(pass.n * plan_->values[value].size(), gradients_[value], place.input_gradients[input], gradients_[value]);
  }
  check_cancelled();
}

}  // namespace tessera
