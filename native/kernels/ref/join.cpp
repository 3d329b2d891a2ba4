// Where branches meet, where numbers are dropped, and frames of zeros.
#include <algorithm>
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

void mul(int64_t count, const float* a, const float* b, float* y) {
  parallel_for(count, 16 * 1024, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y[i] = a[i] * b[i];
  });
}

void scale_channels(int64_t n, int64_t hw, int64_t c, const float* x, const float* scale, float* y) {
  parallel_for(n * hw, 64, [=](int64_t begin, int64_t end) {
    for (int64_t pixel = begin; pixel < end; ++pixel) {
      const float* of_picture = scale + pixel / hw * c;
      for (int64_t i = 0; i < c; ++i) y[pixel * c + i] = x[pixel * c + i] * of_picture[i];
    }
  });
}

void scale_channels_backward_scale(int64_t n, int64_t hw, int64_t c, const float* x, const float* dy, float* dscale) {
  parallel_for(n * c, 1, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t first = at / c * hw * c + at % c;
      double sum = 0;
      for (int64_t pixel = 0; pixel < hw; ++pixel) {
        sum += static_cast<double>(x[first + pixel * c]) * dy[first + pixel * c];
      }
      dscale[at] = static_cast<float>(sum);
    }
  });
}

void pad2d_forward(const Pad2dShape& s, const float* x, float* y) {
  const int64_t height = s.h + s.top + s.bottom, width = s.w + s.left + s.right;
  parallel_for(s.n * height, 1, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      float* to = y + row * width * s.c;
      std::fill_n(to, width * s.c, s.value);
      const int64_t n = row / height, from = row % height - s.top;
      if (from < 0 || from >= s.h) continue;
      std::memcpy(to + s.left * s.c, x + (n * s.h + from) * s.w * s.c, static_cast<size_t>(s.w * s.c) * sizeof(float));
    }
  });
}

void pad2d_backward(const Pad2dShape& s, const float* dy, float* dx) {
  const int64_t height = s.h + s.top + s.bottom, width = s.w + s.left + s.right;
  parallel_for(s.n * s.h, 1, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t from = row / s.h * height + row % s.h + s.top;
      std::memcpy(dx + row * s.w * s.c, dy + (from * width + s.left) * s.c,
                  static_cast<size_t>(s.w * s.c) * sizeof(float));
    }
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
