// SGD with momentum, Adam and AdamW over a network's whole block of parameters.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/kernels.h"
#include "network/arena.h"

namespace tessera {

struct OptimizerStep {
  enum class Kind { sgd, adam, adamw } kind;
  float learning_rate;
  float weight_decay = 0;
  float momentum = 0;  // SGD only
  bool nesterov = false;
  float beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f;  // Adam and AdamW
};

const char* name_of(OptimizerStep::Kind kind);

// What an optimiser keeps between steps. It begins anew when another kind is asked for.
class OptimizerState {
 public:
  bool started() const { return step_ > 0; }
  OptimizerStep::Kind kind() const { return kind_; }
  int64_t step() const { return step_; }
  size_t bytes() const { return first_.bytes() + second_.bytes(); }

  // What a kind of optimiser keeps: "momentum", or "m" and "v".
  static std::vector<const char*> block_names(OptimizerStep::Kind kind);

  // The same with its memory, each as long as the block of parameters.
  struct Block {
    const char* name;
    float* data;
  };
  std::vector<Block> blocks() const;

  // Forgets everything; blocks are zero then.
  void begin(OptimizerStep::Kind kind, int64_t step, size_t floats);
  void forget() { step_ = 0; }

  void apply(const Kernels& kernels, const OptimizerStep& how, size_t floats, float* parameters,
             const float* gradients);

 private:
  OptimizerStep::Kind kind_ = OptimizerStep::Kind::sgd;
  int64_t step_ = 0;
  Memory first_, second_;
};

}  // namespace tessera
