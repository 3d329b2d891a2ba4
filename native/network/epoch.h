// A whole epoch, and the evaluation of a whole set, in one call.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "network/feeder.h"
#include "network/network.h"

namespace tessera {

struct Epoch {
  std::vector<int32_t> rows;  // of the data set, in the order in which they are trained; the last batch may be smaller
  int64_t batch;
  std::vector<double> learning_rates;  // of each step
  std::optional<Augmented> augmented = std::nullopt;  // of a set of bytes
};

struct StepDone {
  StepResult result;
  int64_t pictures;
  double seconds;  // since the epoch began
  double waited;   // of those, for its pictures
};

// Makes the same steps that `train_step` makes one by one, on pictures as they are or changed anew, and tells of each on the calling thread. Ends after a step
// whose loss is not finite. Throws like `train_step`: what was told is done, what was not has changed nothing.
void train_epoch(Network& network, const DataSet& set, const Epoch& epoch, const OptimizerStep& optimizer,
                 const std::function<void(const StepDone&)>& tell);

struct Evaluation {
  double loss = 0;  // mean over the pictures
  int64_t correct = 0;
};

// logits: [rows, classes], may be null.
Evaluation evaluate(Network& network, const DataSet& set, const std::vector<int32_t>& rows, int64_t batch, float* logits);

}  // namespace tessera
