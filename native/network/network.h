// A compiled network: training, evaluation and prediction on one arena, sized before the first step.
//
// One thread at a time may use a network. The same seed, graph and batches give the same bits, whatever the number of
// threads: dropout's masks hang on the seed and on the optimiser's count of steps. Everything throws `Error`; after one the network is as it was before the call.
#pragma once
#include <cstdint>
#include <vector>

#include "network/graph.h"
#include "network/initialise.h"
#include "network/memory_plan.h"
#include "network/optimizer.h"
#include "network/plan.h"

namespace tessera {

enum class Loss { softmax_cross_entropy, binary_cross_entropy, mse };

struct NetworkOptions {
  uint64_t seed = 0;
  int threads = 0;  // 0: `default_threads()`
  int64_t max_batch = 1;
  std::vector<float> mean, std;  // a picture's value becomes (value / 255 − mean) / std; one for each channel
  bool training = true;          // false: forward and evaluate only, in a smaller arena
  Loss loss = Loss::softmax_cross_entropy;
  Initialisation initialisation = Initialisation::he;
};

struct StepResult {
  float loss;       // mean over the batch, before the update; while training, with the weighted auxiliary ones
  int64_t correct;  // pictures whose greatest logit was the right one
};

class Network {
 public:
  Network(const Graph& graph, const NetworkOptions& options);

  const Parameters& parameters() const { return plan_.parameters; }
  size_t arena_bytes() const { return arena_.bytes(); }
  int64_t classes() const { return output().size(); }
  int64_t max_batch() const { return options_.max_batch; }
  const Value& input() const { return plan_.values.front(); }

  // pictures: uint8 [n, H, W, C]; labels: class indices [n].
  StepResult train_step(int64_t n, const uint8_t* pictures, const int32_t* labels, const OptimizerStep& optimizer);
  // logits: [n, classes], may be null.
  StepResult evaluate(int64_t n, const uint8_t* pictures, const int32_t* labels, float* logits);
  void forward(int64_t n, const uint8_t* pictures, float* logits);
  // x: float32 [n, C, H, W], which goes into the first layer untouched.
  void forward(int64_t n, const float* x, float* logits);

  // One parameter or running statistic, in PyTorch's layout.
  void read_parameter(const Parameter& parameter, float* data) const;
  void write_parameter(const Parameter& parameter, const float* data);

  OptimizerState& optimizer() { return optimizer_; }
  // Of the last step, as `read_parameter` gives parameters; trainable ones only.
  void read_gradient(const Parameter& parameter, float* data) const;

 private:
  const Value& output() const { return plan_.values[plan_.heads[0].value]; }
  float* value(size_t at) const { return arena_.at(memory_.values[at]); }
  float* logits() const { return value(plan_.heads[0].value); }

  void check_batch(int64_t n, const int32_t* labels) const;
  void load(int64_t n, const uint8_t* pictures);
  void predict(int64_t n, const uint8_t* pictures);
  // What the running statistics and dropout do hangs on `training`.
  void run_forward(int64_t n, bool training);
  uint64_t seed_of(size_t node) const;
  std::vector<const float*> inputs_of(size_t node) const;
  float* block_of(const Parameter& parameter) const;
  void run_backward(int64_t n);
  void read_logits(int64_t n, float* to) const;
  // Where the labels' logits lie in a head's rows: outside a flattened value counts channels slowest, inside fastest.
  std::vector<int32_t> places_of(const Plan::Head& head, int64_t n, const int32_t* labels) const;
  // Of one head, without its weight; the gradient is that of the head's weighted loss and goes to its place.
  float loss(const Plan::Head& head, int64_t n, const std::vector<int32_t>& places, bool with_gradient) const;
  int64_t count_correct(int64_t n, const std::vector<int32_t>& places) const;

  NetworkOptions options_;
  const Kernels& kernels_;
  Plan plan_;
  MemoryPlan memory_;
  Memory arena_, weights_, gradients_, buffers_;
  OptimizerState optimizer_;
  std::vector<float> scale_, shift_;
};

}  // namespace tessera
