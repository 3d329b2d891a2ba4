// The exponential moving average of a network's numbers: of its parameters and running statistics, step after step.
#pragma once
#include <cstddef>

#include "network/arena.h"

namespace tessera {

class WeightAverage {
 public:
  bool started() const { return started_; }
  size_t bytes() const { return parameters_.bytes() + statistics_.bytes(); }

  // Each as long as the network's own block; zero at first.
  void begin(size_t parameters, size_t statistics);
  void forget();

  // average ← decay · average + (1 − decay) · now; the first one is a copy.
  void update(float decay, const Memory& parameters, const Memory& statistics);

  Memory& parameters() { return parameters_; }
  Memory& statistics() { return statistics_; }

 private:
  Memory parameters_, statistics_;
  bool started_ = false;
};

}  // namespace tessera
