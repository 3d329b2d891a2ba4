// The maps of F(2×2, 5×5): the same six points as F(4×4, 3×3), hence the same Bᵀ over a square of 6×6 pixels, and 36
// products a channel where direct convolution has 100 (winograd_transforms.h).
#pragma once
#include "kernels/simd/winograd_transforms.h"

namespace tessera::TESSERA_SIMD::winograd {

// Aᵀ: back to two output pixels
struct OutputLine5x5 {
  static constexpr int in = 6, out = 2;
  static void apply(const Vec* m, Vec* y) {
    y[0] = m[0] + ((m[1] + m[2]) + (m[3] + m[4]));
    y[1] = times_plus(2, m[3] - m[4], m[1] - m[2]) + m[5];
  }
};

// A: two pixels of the output's gradient
struct OutputGradientLine5x5 {
  static constexpr int in = 2, out = 6;
  static void apply(const Vec* dy, Vec* d) {
    d[0] = dy[0];
    d[1] = dy[0] + dy[1];
    d[2] = dy[0] - dy[1];
    d[3] = times_plus(2, dy[1], dy[0]);
    d[4] = times_plus(-2, dy[1], dy[0]);
    d[5] = dy[1];
  }
};

// G: five taps
struct FilterLine5x5 {
  static constexpr int in = 5, out = 6;
  static void apply(const Vec* w, Vec* u) {
    const Vec even = times(-1.0f / 6, w[0] + w[2] + w[4]), odd = times(1.0f / 6, w[1] + w[3]);
    const Vec even2 = times_plus(1.0f / 24, w[0], times_plus(1.0f / 6, w[2], times(2.0f / 3, w[4])));
    const Vec odd2 = times_plus(1.0f / 12, w[1], times(1.0f / 3, w[3]));
    u[0] = times(0.25f, w[0]);
    u[1] = even - odd;
    u[2] = even + odd;
    u[3] = even2 + odd2;
    u[4] = even2 - odd2;
    u[5] = w[4];
  }
};

// Gᵀ: back to five taps
struct FilterGradientLine5x5 {
  static constexpr int in = 6, out = 5;
  static void apply(const Vec* u, Vec* dw) {
    const Vec sum = times(-1.0f / 6, u[1] + u[2]), difference = times(1.0f / 6, u[2] - u[1]);
    const Vec sum2 = times(1.0f / 24, u[3] + u[4]), difference2 = times(1.0f / 12, u[3] - u[4]);
    dw[0] = times_plus(0.25f, u[0], sum + sum2);
    dw[1] = difference + difference2;
    dw[2] = times_plus(4, sum2, sum);
    dw[3] = times_plus(4, difference2, difference);
    dw[4] = times_plus(16, sum2, sum) + u[5];
  }
};

}  // namespace tessera::TESSERA_SIMD::winograd
