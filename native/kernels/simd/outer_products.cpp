#include "kernels/simd/outer_products.h"

namespace tessera::TESSERA_SIMD {
namespace {

// 96 t of a panel of v and of a tile's rows of d fit into L1.
constexpr int64_t at_once = 96;
// A thread's own block stays in L2 where channels are few. A shared one fits into the L2 of a few threads together: the
// larger it is, the less often they meet.
constexpr int64_t own_floats = 128 * 1024, shared_floats = 512 * 1024;

// Every range costs the writing and reading of a u, so it must have some t, and all must not take much memory.
constexpr int64_t least_ranges = 8, most_ranges = 16, least_a_range = 128;
constexpr int64_t ranges_floats = 5 * 1024 * 1024;

// u[k][:] += Σ_t d[t][k] · v[t][:], for a few k
template <int Rows, int Vectors>
void accumulate(int64_t count, const float* d, int64_t d_row, const float* v, bool first, float* u) {
  Tile<Rows, Vectors> tile;
  tile.clear();
  for (int64_t t = 0; t < count; ++t, d += d_row, v += tile_columns) {
    Vec columns[Vectors];
    for (int n = 0; n < Vectors; ++n) columns[n] = load(v + n * vector_floats);
    TESSERA_UNROLL
    for (int i = 0; i < Rows; ++i) {
      const Vec factor = broadcast(d[i]);
      for (int n = 0; n < Vectors; ++n) tile.sum[i][n] = fma(factor, columns[n], tile.sum[i][n]);
    }
  }
  TESSERA_UNROLL
  for (int i = 0; i < Rows; ++i) {
    for (int n = 0; n < Vectors; ++n) {
      float* to = u + i * tile_columns + n * vector_floats;
      store(to, first ? tile.sum[i][n] : tile.sum[i][n] + load(to));
    }
  }
}

// One panel of one point; so many of its columns exist.
void add_panel(const OuterProducts& products, const ProductBlock& block, int64_t columns, const float* v,
               const float* d, int64_t count, bool first, float* u) {
  with_tile(columns, [&]<int Most, int Vectors>() {
    for (int64_t t = 0; t < count; t += at_once) {
      const int64_t some = smaller(at_once, count - t);
      for (int64_t k = 0; k < products.k; k += Most) {
        with_rows<Most>(products.k - k, [&]<int Rows>() {
          accumulate<Rows, Vectors>(some, d + t * block.d_row + k, block.d_row, v + t * tile_columns, first && t == 0,
                                    u + k * tile_columns);
        });
      }
    }
  });
}

void add_bias(const OuterProducts& products, const ProductBlock& block, const float* d, int64_t count, bool first,
              float* bias) {
  for (int64_t k = 0; k < products.k; k += vector_floats) {
    Vec sum = first ? zeros() : load(bias + k);
    for (int64_t t = 0; t < count; ++t) sum = sum + load(d + t * block.d_row + k);
    store(bias + k, sum);
  }
}

int64_t block_of(const OuterProducts& products, int64_t floats, int64_t least, int64_t most) {
  const int64_t floats_a_t = products.points * products.c + (products.same_d ? 1 : products.points) * products.k;
  return greater(least, smaller(floats / floats_a_t / least * least, most));
}

}  // namespace

OuterProducts::OuterProducts(int64_t points_, int64_t k_, int64_t c_, int64_t count_, bool same_d_,
                             int64_t bias_point_)
    : points(points_), k(k_), c(c_), count(count_), same_d(same_d_), bias_point(bias_point_),
      panels(ceil_div(c_, tile_columns)) {
  ranges = smaller(smaller(most_ranges, count / least_a_range), ranges_floats / u_floats());
  if (ranges < least_ranges) ranges = 1;
}

int64_t OuterProducts::floats() const {
  // What sharing needs is asked for by larger counts too, or the size might fall where they turn to ranges.
  const int64_t shared = range_floats() + ProductBlock(*this, shared_block(*this)).floats;
  const int64_t own = ranges * range_floats() + threads() * ProductBlock(*this, own_block(*this)).floats;
  return ranges > 1 ? greater(shared, own) : shared;
}

ProductBlock::ProductBlock(const OuterProducts& products, int64_t most_t)
    : most(smaller(most_t, products.count)),
      v_panel_step(most * tile_columns),
      v_point_step(products.panels * v_panel_step + line_floats),
      d_row(round_up(products.k, 2 * line_floats) + line_floats),
      d_point_step(most * d_row + (most + 1) % 2 * line_floats),
      v_floats(products.points * v_point_step),
      floats(v_floats + (products.same_d ? 1 : products.points) * d_point_step) {}

int64_t own_block(const OuterProducts& products) {
  return block_of(products, own_floats, at_once / 2, 2 * at_once);
}

int64_t shared_block(const OuterProducts& products) {
  return block_of(products, shared_floats, at_once, 8 * at_once);
}

void add_products(const OuterProducts& products, const ProductBlock& block, const float* v, int64_t count, bool first,
                  float* range) {
  const float* d = v + block.v_floats;
  const auto d_of = [&](int64_t point) { return products.same_d ? d : d + point * block.d_point_step; };
  // The bias' sums are one more task.
  const int64_t tasks = products.points * products.panels;
  parallel_for(tasks + 1, 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      if (task == tasks) {
        add_bias(products, block, d_of(products.bias_point), count, first, range + products.u_floats());
        continue;
      }
      const int64_t point = task / products.panels, panel = task % products.panels;
      add_panel(products, block, products.c - panel * tile_columns, v + point * block.v_point_step + panel * block.v_panel_step, d_of(point),
                count, first, range + point * products.point_step() + panel * products.panel_step());
    }
  });
}

void add_bias_sums(const OuterProducts& products, const float* ranges, float* dbias) {
  if (dbias == nullptr) return;
  for (int64_t range = 0; range < products.ranges; ++range) {
    const float* bias = ranges + range * products.range_floats() + products.u_floats();
    for (int64_t k = 0; k < products.k; ++k) dbias[k] += bias[k];
  }
}

}  // namespace tessera::TESSERA_SIMD
