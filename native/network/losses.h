// What a network's outputs for a batch are worth: the losses of its heads, with their gradients, and how many are right.
#pragma once
#include <cstdint>
#include <vector>

#include "kernels/kernels.h"
#include "network/data_set.h"
#include "network/options.h"
#include "network/runner.h"

namespace tessera {

class Losses {
 public:
  // Of that many classes. Throws `shapeMismatch` where the options do not fit together.
  Losses(const NetworkOptions& options, const Kernels& kernels, int64_t classes);

  // The mean loss of a head, without its weight; the gradient is that of its weighted loss and goes to its place.
  float of(const Plan::Head& head, int64_t n, const Pictures& pictures, const Runner& runner, bool with_gradient);
  // Of all heads, weighted; with their gradients.
  float of_all(int64_t n, const Pictures& pictures, const Runner& runner);
  // Pictures whose greatest logit is the right one.
  int64_t correct(int64_t n, const Pictures& pictures, const Runner& runner);

  // By picture, where its label's logit lies in a head's row: outside a flattened value counts channels slowest, inside
  // fastest. Good until the next call.
  const std::vector<int32_t>& places(int64_t n, const Pictures& pictures, const Value& head);

 private:
  void fill_targets(int64_t n, const Pictures& pictures, const Value& head, float* targets) const;
  const float* class_weights_of(const Value& head);

  const Kernels& kernels_;
  int64_t classes_;
  Loss loss_;
  float smoothing_;
  std::vector<float> class_weights_;
  std::vector<float> placed_weights_;  // in the order of a head's rows
  std::vector<int32_t> places_;
};

}  // namespace tessera
