#include "network/average.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace tessera {
namespace {

int64_t floats_of(const Memory& memory) { return static_cast<int64_t>(memory.bytes() / sizeof(float)); }

void move_towards(float decay, const Memory& now, Memory& average) {
  const float *from = now.floats(), share = 1 - decay;
  float* to = average.floats();
  parallel_for(floats_of(now), 16 * 1024, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) to[i] += share * (from[i] - to[i]);
  });
}

}  // namespace

void WeightAverage::begin(size_t parameters, size_t statistics) {
  parameters_ = Memory(parameters * sizeof(float));
  statistics_ = Memory(statistics * sizeof(float));
  started_ = true;
}

void WeightAverage::forget() {
  parameters_ = Memory();
  statistics_ = Memory();
  started_ = false;
}

void WeightAverage::update(float decay, const Memory& parameters, const Memory& statistics) {
  if (!started_) {
    begin(parameters.bytes() / sizeof(float), statistics.bytes() / sizeof(float));
    decay = 0;
  }
  move_towards(decay, parameters, parameters_);
  move_towards(decay, statistics, statistics_);
}

}  // namespace tessera
