#include "network/optimizer.h"

namespace tessera {

const char* name_of(OptimizerStep::Kind kind) {
  switch (kind) {
    case OptimizerStep::Kind::sgd:
      return "sgd";
    case OptimizerStep::Kind::adam:
      return "adam";
    case OptimizerStep::Kind::adamw:
      return "adamw";
  }
  return "";
}

std::vector<const char*> OptimizerState::block_names(OptimizerStep::Kind kind) {
  if (kind == OptimizerStep::Kind::sgd) return {"momentum"};
  return {"m", "v"};
}

std::vector<OptimizerState::Block> OptimizerState::blocks() const {
  std::vector<Block> blocks;
  for (const char* name : block_names(kind_)) {
    blocks.push_back({name, blocks.empty() ? first_.floats() : second_.floats()});
  }
  return blocks;
}

void OptimizerState::begin(OptimizerStep::Kind kind, int64_t step, size_t floats) {
  first_ = Memory(floats * sizeof(float));
  second_ = kind == OptimizerStep::Kind::sgd ? Memory() : Memory(floats * sizeof(float));
  kind_ = kind;
  step_ = step;
}

void OptimizerState::apply(const Kernels& kernels, const OptimizerStep& how, size_t floats, float* parameters,
                           const float* gradients) {
  if (!started() || kind_ != how.kind) begin(how.kind, 0, floats);
  ++step_;
  const auto count = static_cast<int64_t>(floats);
  if (how.kind == OptimizerStep::Kind::sgd) {
    kernels.sgd_step(count, parameters, gradients, first_.floats(), 1, how.learning_rate, how.momentum, how.nesterov,
                     how.weight_decay, step_ == 1);
  } else {
    kernels.adam_step(count, parameters, gradients, first_.floats(), second_.floats(), 1, how.learning_rate,
                      how.beta1, how.beta2, how.epsilon, how.weight_decay,
                      how.kind == OptimizerStep::Kind::adamw, step_);
  }
}

}  // namespace tessera
