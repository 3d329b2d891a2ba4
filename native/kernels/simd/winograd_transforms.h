// The five linear maps of F(4×4, 3×3), Winograd's minimal filtering with the points 0, ±1, ±2 and ∞ (Lavin and Gray,
// "Fast Algorithms for Convolutional Neural Networks", 2016): a 4×4 tile of a 3×3 convolution is
//   y = Aᵀ [ (G w Gᵀ) ⊙ (Bᵀ d B) ] A
// with 36 products a channel instead of 144. The weight gradient is its transpose: dw = Gᵀ [ (Bᵀ d B) ⊙ (A dy Aᵀ) ] G.
// Each map is written for a line of a tile and for a vector of channels at once.
#pragma once
#include "kernels/simd/tile.h"

namespace tessera::TESSERA_SIMD {

constexpr int64_t winograd_in = 6;                             // input pixels along it
constexpr int64_t winograd_points = winograd_in * winograd_in;  // products of a tile

namespace winograd {

inline Vec times(float factor, Vec a) { return broadcast(factor) * a; }
inline Vec times_plus(float factor, Vec a, Vec b) { return fma(broadcast(factor), a, b); }

// Bᵀ: six input pixels
struct InputLine {
  static constexpr int in = 6, out = 6;
  static void apply(const Vec* d, Vec* v) {
    const Vec even = times_plus(-4, d[2], d[4]), odd = times_plus(-4, d[1], d[3]);
    const Vec even2 = d[4] - d[2], odd2 = times(2, d[3] - d[1]);
    v[0] = times_plus(4, d[0], times_plus(-5, d[2], d[4]));
    v[1] = even + odd;
    v[2] = even - odd;
    v[3] = even2 + odd2;
    v[4] = even2 - odd2;
    v[5] = times_plus(4, d[1], times_plus(-5, d[3], d[5]));
  }
};

// Aᵀ: back to four output pixels
struct OutputLine {
  static constexpr int in = 6, out = 4;
  static void apply(const Vec* m, Vec* y) {
    const Vec sum = m[1] + m[2], difference = m[1] - m[2];
    const Vec sum2 = m[3] + m[4], difference2 = m[3] - m[4];
    y[0] = m[0] + (sum + sum2);
    y[1] = times_plus(2, difference2, difference);
    y[2] = times_plus(4, sum2, sum);
    y[3] = times_plus(8, difference2, difference) + m[5];
  }
};

// A: four pixels of the output's gradient
struct OutputGradientLine {
  static constexpr int in = 4, out = 6;
  static void apply(const Vec* dy, Vec* d) {
    const Vec even = dy[0] + dy[2], odd = dy[1] + dy[3];
    const Vec even2 = times_plus(4, dy[2], dy[0]), odd2 = times_plus(8, dy[3], times(2, dy[1]));
    d[0] = dy[0];
    d[1] = even + odd;
    d[2] = even - odd;
    d[3] = even2 + odd2;
    d[4] = even2 - odd2;
    d[5] = dy[3];
  }
};

// G: three taps
struct FilterLine {
  static constexpr int in = 3, out = 6;
  static void apply(const Vec* w, Vec* u) {
    const Vec ends = times(-1.0f / 6, w[0] + w[2]), middle = times(1.0f / 6, w[1]);
    const Vec ends2 = times_plus(1.0f / 24, w[0], times(1.0f / 6, w[2])), middle2 = times(1.0f / 12, w[1]);
    u[0] = times(0.25f, w[0]);
    u[1] = ends - middle;
    u[2] = ends + middle;
    u[3] = ends2 + middle2;
    u[4] = ends2 - middle2;
    u[5] = w[2];
  }
};

// Gᵀ: back to three taps
struct FilterGradientLine {
  static constexpr int in = 6, out = 3;
  static void apply(const Vec* u, Vec* dw) {
    const Vec sum = times(1.0f / 6, u[1] + u[2]), sum2 = u[3] + u[4];
    const Vec difference = times(1.0f / 6, u[2] - u[1]);
    dw[0] = times_plus(0.25f, u[0], times(1.0f / 24, sum2)) - sum;
    dw[1] = times_plus(1.0f / 12, u[3] - u[4], difference);
    dw[2] = times(1.0f / 6, sum2) - sum + u[5];
  }
};

// A line's map over the columns of a square and then over its rows: load(i, j) gives the square's vectors,
// store(i, j, value) takes the result's.
template <class Line, class Load, class Store>
inline void transform_square(Load load, Store store) {
  Vec half[Line::out][Line::in], to[Line::out];
  TESSERA_UNROLL
  for (int j = 0; j < Line::in; ++j) {
    Vec from[Line::in];
    TESSERA_UNROLL
    for (int i = 0; i < Line::in; ++i) from[i] = load(i, j);
    Line::apply(from, to);
    TESSERA_UNROLL
    for (int i = 0; i < Line::out; ++i) half[i][j] = to[i];
  }
  TESSERA_UNROLL
  for (int i = 0; i < Line::out; ++i) {
    Line::apply(half[i], to);
    TESSERA_UNROLL
    for (int j = 0; j < Line::out; ++j) store(i, j, to[j]);
  }
}

}  // namespace winograd
}  // namespace tessera::TESSERA_SIMD
