// The five linear maps of F(4×4, 3×3), Winograd's minimal filtering with the points 0, ±1, ±2 and ∞ (Lavin and Gray,
// "Fast Algorithms for Convolutional Neural Networks", 2016): a 4×4 tile of a 3×3 convolution is
//   y = Aᵀ [ (G w Gᵀ) ⊙ (Bᵀ d B) ] A
// with 36 products a channel instead of 144. The weight gradient is its transpose: dw = Gᵀ [ (Bᵀ d B) ⊙ (A dy Aᵀ) ] G.
// Each map is written for a line of a tile and for eight channels at once.
#pragma once
#include <immintrin.h>

#include "kernels/avx2/tile.h"

namespace tessera::avx2 {

constexpr int64_t winograd_out = 4;                            // output pixels along a tile's side
constexpr int64_t winograd_in = 6;                             // input pixels along it
constexpr int64_t winograd_points = winograd_in * winograd_in;  // products of a tile

namespace winograd {

inline __m256 times(float factor, __m256 a) { return _mm256_mul_ps(_mm256_set1_ps(factor), a); }
inline __m256 times_plus(float factor, __m256 a, __m256 b) { return _mm256_fmadd_ps(_mm256_set1_ps(factor), a, b); }

// Bᵀ: six input pixels
struct InputLine {
  static constexpr int in = 6, out = 6;
  static void apply(const __m256* d, __m256* v) {
    const __m256 even = times_plus(-4, d[2], d[4]), odd = times_plus(-4, d[1], d[3]);
    const __m256 even2 = _mm256_sub_ps(d[4], d[2]), odd2 = times(2, _mm256_sub_ps(d[3], d[1]));
    v[0] = times_plus(4, d[0], times_plus(-5, d[2], d[4]));
    v[1] = _mm256_add_ps(even, odd);
    v[2] = _mm256_sub_ps(even, odd);
    v[3] = _mm256_add_ps(even2, odd2);
    v[4] = _mm256_sub_ps(even2, odd2);
    v[5] = times_plus(4, d[1], times_plus(-5, d[3], d[5]));
  }
};

// Aᵀ: back to four output pixels
struct OutputLine {
  static constexpr int in = 6, out = 4;
  static void apply(const __m256* m, __m256* y) {
    const __m256 sum = _mm256_add_ps(m[1], m[2]), difference = _mm256_sub_ps(m[1], m[2]);
    const __m256 sum2 = _mm256_add_ps(m[3], m[4]), difference2 = _mm256_sub_ps(m[3], m[4]);
    y[0] = _mm256_add_ps(m[0], _mm256_add_ps(sum, sum2));
    y[1] = times_plus(2, difference2, difference);
    y[2] = times_plus(4, sum2, sum);
    y[3] = _mm256_add_ps(times_plus(8, difference2, difference), m[5]);
  }
};

// A: four pixels of the output's gradient
struct OutputGradientLine {
  static constexpr int in = 4, out = 6;
  static void apply(const __m256* dy, __m256* d) {
    const __m256 even = _mm256_add_ps(dy[0], dy[2]), odd = _mm256_add_ps(dy[1], dy[3]);
    const __m256 even2 = times_plus(4, dy[2], dy[0]), odd2 = times_plus(8, dy[3], times(2, dy[1]));
    d[0] = dy[0];
    d[1] = _mm256_add_ps(even, odd);
    d[2] = _mm256_sub_ps(even, odd);
    d[3] = _mm256_add_ps(even2, odd2);
    d[4] = _mm256_sub_ps(even2, odd2);
    d[5] = dy[3];
  }
};

// G: three taps
struct FilterLine {
  static constexpr int in = 3, out = 6;
  static void apply(const __m256* w, __m256* u) {
    const __m256 ends = times(-1.0f / 6, _mm256_add_ps(w[0], w[2])), middle = times(1.0f / 6, w[1]);
    const __m256 ends2 = times_plus(1.0f / 24, w[0], times(1.0f / 6, w[2])), middle2 = times(1.0f / 12, w[1]);
    u[0] = times(0.25f, w[0]);
    u[1] = _mm256_sub_ps(ends, middle);
    u[2] = _mm256_add_ps(ends, middle);
    u[3] = _mm256_add_ps(ends2, middle2);
    u[4] = _mm256_sub_ps(ends2, middle2);
    u[5] = w[2];
  }
};

// Gᵀ: back to three taps
struct FilterGradientLine {
  static constexpr int in = 6, out = 3;
  static void apply(const __m256* u, __m256* dw) {
    const __m256 sum = times(1.0f / 6, _mm256_add_ps(u[1], u[2])), sum2 = _mm256_add_ps(u[3], u[4]);
    const __m256 difference = times(1.0f / 6, _mm256_sub_ps(u[2], u[1]));
    dw[0] = _mm256_sub_ps(times_plus(0.25f, u[0], times(1.0f / 24, sum2)), sum);
    dw[1] = times_plus(1.0f / 12, _mm256_sub_ps(u[3], u[4]), difference);
    dw[2] = _mm256_add_ps(_mm256_sub_ps(times(1.0f / 6, sum2), sum), u[5]);
  }
};

// A line's map over the columns of a square and then over its rows: load(i, j) gives the square's vectors,
// store(i, j, value) takes the result's.
template <class Line, class Load, class Store>
inline void transform_square(Load load, Store store) {
  __m256 half[Line::out][Line::in], to[Line::out];
  TESSERA_UNROLL
  for (int j = 0; j < Line::in; ++j) {
    __m256 from[Line::in];
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
}  // namespace tessera::avx2
