// The register tile that every matrix product and convolution here is made of: up to 6 rows by 16 columns of C in 12
// vector registers, two for a row of B and one for a broadcast element of A. At 16 registers nothing larger fits.
#pragma once
#include <immintrin.h>

#include <cstdint>

#if defined(__clang__)
#define TESSERA_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define TESSERA_UNROLL _Pragma("GCC unroll 8")
#else
#define TESSERA_UNROLL
#endif

namespace tessera::avx2 {

constexpr int64_t tile_rows = 6;
constexpr int64_t tile_columns = 16;

constexpr int64_t round_up(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }
constexpr int64_t ceil_div(int64_t value, int64_t by) { return (value + by - 1) / by; }
constexpr int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
constexpr int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }

template <int Rows>
struct Tile {
  __m256 sum[Rows][2];

  void clear() {
    TESSERA_UNROLL
    for (int i = 0; i < Rows; ++i) sum[i][0] = sum[i][1] = _mm256_setzero_ps();
  }

  // sum[i][:] += Σ_q a[i][offset + q] · b[q][:] for q in 0 … length − 1; b has 16 columns. Returns the b after.
  const float* accumulate(const float* const* a, int64_t offset, int64_t length, const float* b) {
    const float* row[Rows];
    TESSERA_UNROLL
    for (int i = 0; i < Rows; ++i) row[i] = a[i] + offset;
    for (int64_t q = 0; q < length; ++q, b += tile_columns) {
      const __m256 b0 = _mm256_loadu_ps(b), b1 = _mm256_loadu_ps(b + 8);
      TESSERA_UNROLL
      for (int i = 0; i < Rows; ++i) {
        const __m256 x = _mm256_broadcast_ss(row[i] + q);
        sum[i][0] = _mm256_fmadd_ps(x, b0, sum[i][0]);
        sum[i][1] = _mm256_fmadd_ps(x, b1, sum[i][1]);
      }
    }
    return b;
  }
};

// Which of the 16 columns of a tile exist: two masks for _mm256_maskload_ps and _mm256_maskstore_ps.
struct ColumnMask {
  __m256i low, high;
  bool all;

  explicit ColumnMask(int64_t columns) : all(columns >= tile_columns) {
    const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i limit = _mm256_set1_epi32(static_cast<int>(smaller(columns, tile_columns)));
    low = _mm256_cmpgt_epi32(limit, index);
    high = _mm256_cmpgt_epi32(limit, _mm256_add_epi32(index, _mm256_set1_epi32(8)));
  }
  void load(const float* from, __m256& a, __m256& b) const {
    a = _mm256_maskload_ps(from, low);
    b = _mm256_maskload_ps(from + 8, high);
  }
  void store(float* to, __m256 a, __m256 b) const {
    if (all) {
      _mm256_storeu_ps(to, a);
      _mm256_storeu_ps(to + 8, b);
    } else {
      _mm256_maskstore_ps(to, low, a);
      _mm256_maskstore_ps(to + 8, high, b);
    }
  }
};

// Calls body with the row count as a constant, so that the loops over rows unroll into registers.
template <class Body>
void with_rows(int64_t rows, Body body) {
  switch (rows) {
    case 1:
      return body.template operator()<1>();
    case 2:
      return body.template operator()<2>();
    case 3:
      return body.template operator()<3>();
    case 4:
      return body.template operator()<4>();
    case 5:
      return body.template operator()<5>();
    default:
      return body.template operator()<6>();
  }
}

}  // namespace tessera::avx2
