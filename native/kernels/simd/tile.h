// The register tile that every matrix product and convolution here is made of: up to tile_rows rows of C by two vectors
// of columns, all in registers beside two for a row of B and one for a broadcast element of A. With 16 registers of eight
// floats, 6 rows by 16 columns are the most that fits; each instruction set has its own height (vec.h).
#pragma once
#include <cstdint>

#include "kernels/simd/vec.h"

#if defined(__clang__)
#define TESSERA_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define TESSERA_UNROLL _Pragma("GCC unroll 32")
#else
#define TESSERA_UNROLL
#endif

namespace tessera::TESSERA_SIMD {

constexpr int64_t tile_columns = 2 * vector_floats;
constexpr int64_t line_floats = 16;  // of a cache line

constexpr int64_t round_up(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }
constexpr int64_t ceil_div(int64_t value, int64_t by) { return (value + by - 1) / by; }
constexpr int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
constexpr int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }

// Where no more than a vector's columns exist, a tile is one vector wide and higher.
constexpr int64_t narrow_rows = smaller(8, 2 * tile_rows);

template <int Rows, int Vectors = 2>
struct Tile {
  Vec sum[Rows][Vectors];

  void clear() {
    TESSERA_UNROLL
    for (int i = 0; i < Rows; ++i) {
      for (int v = 0; v < Vectors; ++v) sum[i][v] = zeros();
    }
  }

  // sum[i][:] += Σ_q a[i][offset + q] · b[q][:] for q in 0 … length − 1; a row of b has tile_columns, however many are
  // used. Returns the b after.
  const float* accumulate(const float* const* a, int64_t offset, int64_t length, const float* b) {
    const float* row[Rows];
    TESSERA_UNROLL
    for (int i = 0; i < Rows; ++i) row[i] = a[i] + offset;
    for (int64_t q = 0; q < length; ++q, b += tile_columns) {
      Vec columns[Vectors];
      for (int v = 0; v < Vectors; ++v) columns[v] = load(b + v * vector_floats);
      TESSERA_UNROLL
      for (int i = 0; i < Rows; ++i) {
        const Vec x = broadcast(row[i][q]);
        for (int v = 0; v < Vectors; ++v) sum[i][v] = fma(x, columns[v], sum[i][v]);
      }
    }
    return b;
  }
};

// Which of a tile's columns exist.
struct ColumnMask {
  Lanes low, high;

  explicit ColumnMask(int64_t columns) : low(columns), high(columns - vector_floats) {}
  const Lanes& vector(int at) const { return at == 0 ? low : high; }
  void load(const float* from, Vec& a, Vec& b) const {
    a = low.load(from);
    b = high.load(from + vector_floats);
  }
  void store(float* to, Vec a, Vec b) const {
    low.store(to, a);
    high.store(to + vector_floats, b);
  }
};

// Calls body with the height and the vectors of the tiles that a panel is computed in of which so many columns exist.
template <class Body>
void with_tile(int64_t columns, Body body) {
  if (columns <= vector_floats) return body.template operator()<narrow_rows, 1>();
  body.template operator()<tile_rows, 2>();
}

// Calls body with the row count (more than tile_rows: tile_rows) as a constant, so that the loops over rows unroll into
// registers.
template <int Rows = tile_rows, class Body>
void with_rows(int64_t rows, Body body) {
  if constexpr (Rows > 1) {
    if (rows < Rows) return with_rows<Rows - 1>(rows, body);
  }
  body.template operator()<Rows>();
}

}  // namespace tessera::TESSERA_SIMD
