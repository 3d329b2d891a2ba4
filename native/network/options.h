// What a network is compiled with.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "network/initialise.h"
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
  // Of the cross-entropy of softmax, in training and evaluation: a share of every target that is spread evenly over the
  // classes, and a weight for each class; no weights: all alike.
  float label_smoothing = 0;
  std::vector<float> class_weights = {};
  Initialisation initialisation = Initialisation::he;
  // Layers whose numbers stay as they are. Their batch norms go by the running statistics while training too; what
  // comes before the first layer that learns runs forward only, with batch norms folded into convolutions.
  std::vector<std::string> frozen = {};
  // False: those of large dense layers are made and used up piece by piece as the optimiser steps (deferred.h), to the same
  // bits and without memory for them. Then there is no clipping by the norm of all gradients, and none to read.
  bool keeps_gradients = true;
};

// Of the network's plan of training, or of prediction.
inline CompileOptions compile_options(const NetworkOptions& options, bool training) {
  return {.training = training,
          .gradients = training ? Gradients::of_parameters : Gradients::none,
          .frozen = options.frozen,
          .defers = !options.keeps_gradients};
}

}  // namespace tessera
