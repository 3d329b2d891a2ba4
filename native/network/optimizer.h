// SGD with momentum, Adam and AdamW over a network's whole block of parameters, with gradients clipped by their norm.
#pragma once
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernels/kernels.h"
#include "network/arena.h"
#include "network/parameters.h"

namespace tessera {

struct OptimizerStep {
  enum class Kind { sgd, adam, adamw } kind;
  float learning_rate;
  float weight_decay = 0;
  float momentum = 0;  // SGD only
  bool nesterov = false;
  float beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f;  // Adam and AdamW
  float clip_norm = 0;            // what the 2-norm of all gradients is brought down to; 0: they stay as they are
  bool decay_weights_only = false;  // biases and the numbers of norms, which have one axis, are not decayed
  bool measures_norm = false;       // the gradients' 2-norm is taken even where nothing is clipped by it
  float average_decay = 0;          // of the network's moving average (average.h); 0: none is kept
  // Shares of the learning rate by parameter, 1 for those not in it. 0: it stays, and counts for no norm.
  std::map<std::string, float> rates = {};
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
  // The 2-norm of the last step's gradients before clipping; NaN where nobody asked for it.
  float norm() const { return measured_ ? static_cast<float>(std::sqrt(squares_)) : std::nanf(""); }

  // Refuses what cannot be, before anything is changed.
  void prepare(const OptimizerStep& how, const Parameters& parameters);
  // A step, as prepared: of the first `count` floats, which is all, or all up to the deferred ones (deferred.h). Does not
  // depend on the number of threads.
  void apply(const Kernels& kernels, const OptimizerStep& how, int64_t count, float* parameters, const float* gradients);
  // More of the same step, unclipped: a later stretch of the block, by the gradients of that stretch.
  void apply_further(const Kernels& kernels, const OptimizerStep& how, int64_t offset, int64_t count, float* parameters,
                     const float* gradients) {
    if (measured_) squares_ += squares(offset, count, gradients);
    move(kernels, how, 1, offset, count, parameters, gradients);
  }

 private:
  // A stretch of the block whose numbers are treated alike.
  struct Run {
    int64_t offset, count;
    float rate;
    bool decays;
  };
  // The sum of the squares of a stretch of the block, without what stays.
  double squares(int64_t offset, int64_t count, const float* gradients);
  void move(const Kernels& kernels, const OptimizerStep& how, float scale, int64_t offset, int64_t count, float* parameters,
            const float* gradients);

  std::vector<Run> runs_;
  std::vector<Run> pieces_;  // of the norm: short ones, so that threads may share them
  std::vector<double> sums_;
  bool measured_ = false;
  double squares_ = 0;
  size_t floats_ = 0;
  std::map<std::string, float> prepared_rates_;
  bool prepared_weights_only_ = false;
  OptimizerStep::Kind kind_ = OptimizerStep::Kind::sgd;
  int64_t step_ = 0;
  Memory first_, second_;
};

}  // namespace tessera
