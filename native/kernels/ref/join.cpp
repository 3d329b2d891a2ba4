// Where branches meet, and where numbers are dropped.
#include <cstring>

#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::ref {
namespace {

// SplitMix64's finisher over seed and place: every number has a coin of its own, whoever tosses it and when.
uint64_t mixed(uint64_t seed, uint64_t place) {
  uint64_t z = seed + (place + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

}  // namespace

// Inverted dropout (Srivastava et al., 2014, scaled while training).
void dropout(int64_t count, float rate, uint64_t seed, const float* x, float* y) {
  const auto limit = static_cast<uint64_t>(static_cast<double>(rate) * 4294967296.0);
  const float scale = 1 / (1 - rate);
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      y[i] = mixed(seed, static_cast<uint64_t>(i)) >> 32 < limit ? 0 : x[i] * scale;
    }
  });
}

void add(int64_t count, const float* a, const float* b, float* y) {
  parallel_for(count, 16 * 1024, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y[i] = a[i] + b[i];
  });
}

void copy_columns(int64_t rows, int64_t columns, const float* from, int64_t from_stride, float* to,
                  int64_t to_stride) {
  parallel_for(rows, 256, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      std::memcpy(to + row * to_stride, from + row * from_stride, static_cast<size_t>(columns) * sizeof(float));
    }
  });
}

}  // namespace tessera::ref
