// A compiled network: training, evaluation and prediction on one arena, sized before the first step.
//
// One thread at a time may use a network. The same seed, graph and batches give the same bits, whatever the number of
// threads: dropout's masks hang on the seed and on the optimiser's count of steps. Everything throws `Error`, also
// `cancelled` where the calling thread's work is (parallel.h); after one the network is as it was before the call.
#pragma once
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "network/average.h"
#include "network/data_set.h"
#include "network/graph.h"
#include "network/loader.h"
#include "network/losses.h"
#include "network/optimizer.h"
#include "network/options.h"
#include "network/predictor.h"
#include "network/runner.h"

namespace tessera {

struct StepResult {
  float loss;       // mean over the batch, before the update; while training, with the weighted auxiliary ones
  int64_t correct;  // pictures whose greatest logit was the right one
  float gradient_norm = std::nanf("");  // of a training step that was to measure it
  // Of a training step whose loss is not finite: the place in the graph of the first layer that gave something else than
  // numbers, or the last layer's. Weights, statistics and the optimiser's state are as they were before.
  int64_t broken_layer = -1;
};

// What a layer gave for a batch, in PyTorch's layout, and what the gradient of its output was.
struct Seen {
  std::string layer;
  Value shape;  // of one picture
  std::vector<float> output;
  std::vector<float> gradient;  // empty where none was asked for
};

struct CaptureRequest {
  std::vector<std::string> layers;  // also "input": the picture as the first layer gets it
  // True: as in a training step, with the batch's own statistics and the masks of the next step; nothing moves.
  bool training = false;
  // Of what the gradient is: the loss of the batch's labels, or the sum over the pictures of the logit of each one's
  // label (what Grad-CAM and saliency go by).
  enum class Of { nothing, loss, logit } of = Of::nothing;
};

struct Captured {
  std::vector<float> logits;
  float loss = 0;  // where its gradient was asked for
  std::vector<Seen> layers;
};

class Network {
 public:
  Network(const Graph& graph, const NetworkOptions& options);
  ~Network();

  const Parameters& parameters() const { return predictor_.runner().plan().parameters; }
  size_t arena_bytes() const { return arena_.bytes(); }
  // Everything that is held: the arena, parameters, gradients, statistics and the optimiser's state.
  size_t total_bytes() const;
  int64_t classes() const { return output().size(); }
  int64_t max_batch() const { return options_.max_batch; }
  const Value& input() const { return predictor_.runner().plan().values.front(); }

  // `pictures` has labels here: class indices.
  StepResult train_step(int64_t n, const Pictures& pictures, const OptimizerStep& optimizer);
  // logits: [n, classes], may be null.
  StepResult evaluate(int64_t n, const Pictures& pictures, float* logits);
  void forward(int64_t n, const Pictures& pictures, float* logits);

  // The outputs of layers in prediction; nothing behind the last of them is computed.
  std::vector<Seen> features(int64_t n, const Pictures& pictures, const std::vector<std::string>& layers);
  // Outputs and gradients of layers, wherever they lie in the network and whatever was joined to them.
  Captured capture(int64_t n, const Pictures& pictures, const CaptureRequest& request);

  // One parameter or running statistic, in PyTorch's layout.
  void read_parameter(const Parameter& parameter, float* data) const;
  void write_parameter(const Parameter& parameter, const float* data);

  OptimizerState& optimizer() { return optimizer_; }
  // The moving average that steps with `average_decay` keep. `swap_average` puts it in the place of the network's own
  // numbers, and back; it does nothing before there is one. Steps are refused while it stands there.
  WeightAverage& average() { return average_; }
  void swap_average();
  // Of the last step, as `read_parameter` gives parameters; trainable ones only.
  void read_gradient(const Parameter& parameter, float* data) const;

 private:
  struct Observer;

  const Value& output() const { return predictor_.runner().logits_shape(); }
  void check_batch(int64_t n, const Pictures& pictures, bool labeled) const;
  void clear_gradients();
  Pass pass(int64_t n);
  StepResult step(int64_t n, const Pictures& pictures, const OptimizerStep& optimizer);
  uint64_t step_seed() const;
  // Goes forward node by node on a batch that gave a loss which is not finite.
  int64_t find_broken(int64_t n, const Pictures& pictures, const Pass& whole_step);
  float* block(Block block) const;
  void read_logits(int64_t n, const Runner& runner, float* to) const;

  Observer& observer(const CompileOptions& how, bool whole);

  NetworkOptions options_;
  Graph graph_;
  const Kernels& kernels_;
  std::optional<Runner> training_;
  Predictor predictor_;
  Loader loader_;
  Losses losses_;
  Memory arena_, weights_, frozen_, statistics_, statistics_before_, gradients_;
  OptimizerState optimizer_;
  WeightAverage average_;
  bool averaged_ = false;  // the average stands in the place of the network's own numbers
  // Counted when numbers change from outside, and when any do; what was folded last goes by them.
  uint64_t written_ = 1, changed_ = 1, training_folded_ = 0;
  std::unique_ptr<Observer> observer_;
};

}  // namespace tessera
