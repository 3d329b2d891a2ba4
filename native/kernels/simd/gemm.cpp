// Packed GEMM after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008): B in panels as
// wide as the register tile, so that a panel of KC rows stays in L1 while the rows of A stream past it. A is read where it lies (the
// tile broadcasts single elements, which cost the same from any row); only a transposed A is copied.
#include "kernels/simd/gemm.h"

#include "kernels/simd/activation.h"
#include "kernels/simd/simd.h"
#include "kernels/simd/tile.h"
#include "kernels/parallel.h"

namespace tessera::TESSERA_SIMD {
namespace {

constexpr int64_t kc_max = 256;
constexpr int64_t mc_max = 1536;
constexpr int64_t nc_max = 4096;
// Sums so short that writing C costs as much as they do: there C is written row by row, and the panels of a task stay in
// the cache.
constexpr int64_t short_kc = 64, short_rows = 24;
static_assert(short_rows % tile_rows == 0 && short_rows % narrow_rows == 0);

struct Matrix {
  const float* data;
  int64_t row_step, column_step;
  const float* at(int64_t row, int64_t column) const { return data + row * row_step + column * column_step; }
};

}  // namespace

// Squares of a vector by a vector, turned in registers.
void pack_rows(const float* from, int64_t step, int64_t rows, int64_t length, float* to) {
  for (int64_t q = 0; q < length; q += vector_floats) {
    const int64_t some = smaller(vector_floats, length - q);
    const Lanes lanes(some);
    for (int64_t first = 0; first < tile_columns; first += vector_floats) {
      Vec square[vector_floats];
      TESSERA_UNROLL
      for (int64_t j = 0; j < vector_floats; ++j) {
        square[j] = first + j < rows ? lanes.load(from + (first + j) * step + q) : zeros();
      }
      transpose(square);
      float* out = to + q * tile_columns + first;
      for (int64_t i = 0; i < some; ++i) store(out + i * tile_columns, square[i]);
    }
  }
}

namespace {

// b[k0 …, n0 …] → panels [n / tile_columns][kc][tile_columns], zero-padded to whole panels. Some panels are written side
// by side, so that of a stored row some lines are read one after the other.
void pack_b(const Matrix& b, int64_t k0, int64_t kc, int64_t n0, int64_t nc, float* to) {
  const int64_t panels_at_once = b.column_step == 1 ? 8 : 1;
  const int64_t panels = ceil_div(nc, tile_columns);
  parallel_for(ceil_div(panels, panels_at_once), 1, [=](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t first_panel = block * panels_at_once, last_panel = smaller(panels, first_panel + panels_at_once);
      if (b.row_step == 1 && b.column_step != 1) {
        const int64_t first = first_panel * tile_columns;
        pack_rows(b.at(k0, n0 + first), b.column_step, nc - first, kc, to + first * kc);
        continue;
      }
      for (int64_t q = 0; q < kc; ++q) {
        for (int64_t panel = first_panel; panel < last_panel; ++panel) {
          const int64_t first = panel * tile_columns, columns = smaller(tile_columns, nc - first);
          const float* from = b.at(k0 + q, n0 + first);
          float* out = to + (panel * kc + q) * tile_columns;
          if (b.column_step == 1 && columns == tile_columns) {
            store(out, load(from));
            store(out + vector_floats, load(from + vector_floats));
            continue;
          }
          for (int64_t j = 0; j < columns; ++j) out[j] = from[j * b.column_step];
          for (int64_t j = columns; j < tile_columns; ++j) out[j] = 0;
        }
      }
    }
  });
}

// a[m0 …, k0 …] → rows [mc][kc], for an A that is stored transposed.
void pack_a(const Matrix& a, int64_t m0, int64_t mc, int64_t k0, int64_t kc, float* to) {
  parallel_for(mc, 64, [=](int64_t begin, int64_t end) {
    for (int64_t q = 0; q < kc; ++q) {
      for (int64_t i = begin; i < end; ++i) to[i * kc + q] = *a.at(m0 + i, k0 + q);
    }
  });
}

struct Block {
  const float* a;  // rows of length ≥ kc
  int64_t lda, kc;
  const float* panels;
  int64_t nc;
  float alpha, beta;
  float* c;
  int64_t ldc;
  Epilogue epilogue;
};

// C = act(alpha · sums + beta · C + bias). Whole: all of the tile's columns exist. What hangs on the block alone is asked before the
// loops: where sums are short, the results are what takes time.
template <bool Whole, int Rows, int Vectors>
void finish_tile(const Block& block, int64_t row, int64_t panel, const ColumnMask& mask, Tile<Rows, Vectors>& tile) {
  float* const c = block.c + row * block.ldc + panel * tile_columns;
  if (block.alpha != 1) {
    const Vec alpha = broadcast(block.alpha);
    TESSERA_UNROLL
    for (int i = 0; i < Rows; ++i) {
      for (int v = 0; v < Vectors; ++v) tile.sum[i][v] = alpha * tile.sum[i][v];
    }
  }
  if (block.beta != 0) {
    const Vec beta = broadcast(block.beta);
    TESSERA_UNROLL
    for (int i = 0; i < Rows; ++i) {
      for (int v = 0; v < Vectors; ++v) {
        const float* from = c + i * block.ldc + v * vector_floats;
        tile.sum[i][v] = fma(beta, Whole ? load(from) : mask.vector(v).load(from), tile.sum[i][v]);
      }
    }
  }
  const Bounds bounds(block.epilogue.act);
  TESSERA_UNROLL
  for (int v = 0; v < Vectors; ++v) {
    const int64_t column = panel * tile_columns + v * vector_floats;
    const Vec bias = block.epilogue.bias == nullptr ? zeros() : mask.vector(v).load(block.epilogue.bias + column);
    TESSERA_UNROLL
    for (int i = 0; i < Rows; ++i) {
      float* to = c + i * block.ldc + v * vector_floats;
      const Vec value = bounds(tile.sum[i][v] + bias);
      if constexpr (Whole) {
        store(to, value);
      } else {
        mask.vector(v).store(to, value);
      }
    }
  }
}

template <int Rows, int Vectors>
void multiply_tile(const Block& block, int64_t row, int64_t panel, const ColumnMask& mask) {
  const float* a[Rows];
  for (int i = 0; i < Rows; ++i) a[i] = block.a + (row + i) * block.lda;
  Tile<Rows, Vectors> tile;
  tile.clear();
  tile.accumulate(a, 0, block.kc, block.panels + panel * block.kc * tile_columns);
  if (mask.vector(Vectors - 1).all) {
    finish_tile<true>(block, row, panel, mask, tile);
  } else {
    finish_tile<false>(block, row, panel, mask, tile);
  }
}

// How C[m, n] is shared out: tasks of some 48 rows, which stay in L2, by as many panels as leave enough tasks. All have nearly as
// many rows: a short one would read its panels for little, and others would wait for a long one.
//
// Neighbouring tasks are mostly one thread's. Where the weights are little beside the pixels, they are of the same rows, so that
// a thread goes on with the part of the picture that it has in its cache (parallel.h); otherwise of the same panels.
class Tasks {
 public:
  Tasks(int64_t m, int64_t n, int64_t k)
      : rows_(m), panels_(ceil_div(n, tile_columns)),
        row_tasks_(greater((m + rows_a_task / 2) / rows_a_task, smaller(ceil_div(threads(), panels_), ceil_div(m, least_rows)))),
        panels_a_task_(greater(1, smaller(16, panels_ * row_tasks_ / (8 * threads())))),
        panel_tasks_(ceil_div(panels_, panels_a_task_)), few_weights_(n * k <= most_few_weights),
        rows_first_(few_weights_ && m >= smaller(n, k)) {}

  int64_t count() const { return panel_tasks_ * row_tasks_; }
  // B stays in L2, or no two tasks read the same part of it.
  bool fetches_weights_once() const { return few_weights_ || row_tasks_ == 1; }
  int64_t first_row(int64_t task) const { return boundary(row(task)); }
  int64_t last_row(int64_t task) const { return boundary(row(task) + 1); }
  int64_t first_panel(int64_t task) const { return panel(task) * panels_a_task_; }
  int64_t last_panel(int64_t task) const { return smaller(panels_, first_panel(task) + panels_a_task_); }

 private:
  static constexpr int64_t rows_a_task = 48, least_rows = 24;  // the latter where there are more threads than panels
  static constexpr int64_t most_few_weights = 128 * 1024;

  // Whole tiles, but for the last rows.
  int64_t boundary(int64_t row_task) const {
    return row_task == row_tasks_ ? rows_ : rows_ * row_task / row_tasks_ / tile_rows * tile_rows;
  }
  int64_t row(int64_t task) const { return rows_first_ ? task / panel_tasks_ : task % row_tasks_; }
  int64_t panel(int64_t task) const { return rows_first_ ? task % panel_tasks_ : task / row_tasks_; }

  int64_t rows_, panels_, row_tasks_, panels_a_task_, panel_tasks_;
  bool few_weights_, rows_first_;
};

void multiply_task(const Block& block, const Tasks& tasks, int64_t task) {
  const int64_t first = tasks.first_row(task), last = tasks.last_row(task);
  // A panel over all or over the next few rows of the task.
  const int64_t rows_at_once = block.kc <= short_kc ? short_rows : last - first;
  for (int64_t row = first; row < last; row += rows_at_once) {
    const int64_t end = smaller(last, row + rows_at_once);
    for (int64_t panel = tasks.first_panel(task); panel < tasks.last_panel(task); ++panel) {
      const int64_t columns = block.nc - panel * tile_columns;
      const ColumnMask mask(columns);
      with_tile(columns, [&]<int Most, int Vectors>() {
        for (int64_t at = row; at < end; at += Most) {
          with_rows<Most>(end - at, [&]<int Rows>() { multiply_tile<Rows, Vectors>(block, at, panel, mask); });
        }
      });
    }
  }
}

}  // namespace

size_t gemm_scratch(int64_t m, int64_t n, int64_t k) {
  const int64_t kc = smaller(k, kc_max);
  const int64_t a = smaller(m, mc_max) * kc;
  const int64_t b = round_up(smaller(n, nc_max), tile_columns) * kc;
  return static_cast<size_t>(round_up(a, 16) + b);
}

size_t gemm_packed_b(int64_t n, int64_t k) { return static_cast<size_t>(round_up(n, tile_columns) * k); }

// As fused_gemm takes its blocks of B.
void gemm_pack_b(bool trans_b, int64_t n, int64_t k, const float* b, int64_t ldb, float* to) {
  const Matrix right{b, trans_b ? 1 : ldb, trans_b ? ldb : 1};
  for (int64_t n0 = 0; n0 < n; n0 += nc_max) {
    const int64_t nc = smaller(nc_max, n - n0);
    for (int64_t k0 = 0; k0 < k; k0 += kc_max) {
      const int64_t kc = smaller(kc_max, k - k0);
      pack_b(right, k0, kc, n0, nc, to);
      to += round_up(nc, tile_columns) * kc;
    }
  }
}

void gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
          const float* b, int64_t ldb, float beta, float* c, int64_t ldc, float* scratch) {
  fused_gemm(trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, {}, scratch);
}

void fused_gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
                const float* b, int64_t ldb, float beta, float* c, int64_t ldc, const Epilogue& epilogue,
                float* scratch, const float* all_packed_b) {
  const Matrix left{a, trans_a ? 1 : lda, trans_a ? lda : 1};
  const Matrix right{b, trans_b ? 1 : ldb, trans_b ? ldb : 1};
  float* packed_a = scratch;
  float* packed_b = scratch + round_up(smaller(m, mc_max) * smaller(k, kc_max), 16);
  for (int64_t n0 = 0; n0 < n; n0 += nc_max) {
    const int64_t nc = smaller(nc_max, n - n0);
    // What columns k0 … k0 + kc of A add to C, from its first row on.
    const auto block_at = [&](int64_t k0, const float* from, int64_t step, const float* panels, float* to) {
      Block block{.a = from, .lda = step, .kc = smaller(kc_max, k - k0), .panels = panels, .nc = nc, .alpha = alpha,
                  .beta = k0 == 0 ? beta : 1.0f, .c = to + n0, .ldc = ldc, .epilogue = {}};
      if (k0 + kc_max >= k) {
        block.epilogue = {.bias = epilogue.bias == nullptr ? nullptr : epilogue.bias + n0, .act = epilogue.act};
      }
      return block;
    };
    if (all_packed_b != nullptr) {
      // With nothing to pack in between, a task takes its part of C through all of k, unless many tasks would each fetch more
      // weights than a cache holds.
      const Tasks tasks(m, nc, k);
      const int64_t panels_width = round_up(nc, tile_columns), k_at_once = tasks.fetches_weights_once() ? k : kc_max;
      for (int64_t first_k = 0; first_k < k; first_k += k_at_once) {
        const int64_t last_k = smaller(k, first_k + k_at_once);
        parallel_for(tasks.count(), 1, [&](int64_t begin, int64_t end) {
          for (int64_t task = begin; task < end; ++task) {
            for (int64_t k0 = first_k; k0 < last_k; k0 += kc_max) {
              multiply_task(block_at(k0, a + k0, lda, all_packed_b + panels_width * k0, c), tasks, task);
            }
          }
        });
      }
      all_packed_b += panels_width * k;
      continue;
    }
    for (int64_t k0 = 0; k0 < greater(k, 1); k0 += kc_max) {
      const int64_t kc = smaller(kc_max, k - k0);
      pack_b(right, k0, kc, n0, nc, packed_b);
      // Only rows that are copied need to be bounded.
      const int64_t most_rows = trans_a ? mc_max : m;
      for (int64_t m0 = 0; m0 < m; m0 += most_rows) {
        const int64_t mc = smaller(most_rows, m - m0);
        if (trans_a) pack_a(left, m0, mc, k0, kc, packed_a);
        const Block block =
            block_at(k0, trans_a ? packed_a : left.at(m0, k0), trans_a ? kc : lda, packed_b, c + m0 * ldc);
        const Tasks tasks(mc, nc, kc);
        parallel_for(tasks.count(), 1, [&](int64_t begin, int64_t end) {
          for (int64_t task = begin; task < end; ++task) multiply_task(block, tasks, task);
        });
      }
    }
  }
}

}  // namespace tessera::TESSERA_SIMD
