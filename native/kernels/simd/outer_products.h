// Sums of outer products, which weight gradients are:
//   u[point][k][c] += Σ_t d[point][t][k] · v[point][t][c]
// where t counts pixels and points are taps, or where t counts tiles and points are Winograd's 36.
//
// The t are taken in blocks: `fill` writes a block's v and d, then they are multiplied into u. Where there are many t
// beside few sums, they are cut into ranges that each have a u of their own, and a thread takes a range at a time; the
// ranges' sums are to be added in order. Otherwise all threads share every block, and each adds its products to the
// part of u that it owns. The cut depends on the shape alone, so the bits do not depend on the thread count.
#pragma once
#include "kernels/simd/tile.h"
#include "kernels/simd/vec.h"
#include "kernels/parallel.h"

namespace tessera::TESSERA_SIMD {

struct OuterProducts {
  int64_t points, k, c, count;
  bool same_d;         // one d serves all points
  int64_t bias_point;  // whose d, summed over t, is the bias' gradient
  int64_t ranges, panels;  // of t; of tile_columns c

  OuterProducts(int64_t points_, int64_t k_, int64_t c_, int64_t count_, bool same_d_, int64_t bias_point_);

  // Odd numbers of cache lines, here and below, so that neighbours in a column do not share a set of L1.
  int64_t point_step() const { return panels * k * tile_columns + line_floats; }
  int64_t panel_step() const { return k * tile_columns; }
  int64_t u_floats() const { return points * point_step(); }
  // A range's sums: u[point][panel][k][tile_columns], then the bias' gradient [k].
  int64_t range_floats() const { return u_floats() + round_up(k, tile_columns); }
  int64_t floats() const;  // of scratch
};

// Buffers of one block: v[point][panel][t][tile_columns], zero-padded to whole panels, and d[point][t][k].
struct ProductBlock {
  int64_t most, v_panel_step, v_point_step, d_row, d_point_step, v_floats, floats;

  ProductBlock(const OuterProducts& products, int64_t most_t);
};

// The sums of one block, by one thread or all. `first` overwrites what is there.
void add_products(const OuterProducts& products, const ProductBlock& block, const float* v, int64_t count, bool first,
                  float* range);

// How many t a block has where a thread has it for itself, and where all share it.
int64_t own_block(const OuterProducts& products);
int64_t shared_block(const OuterProducts& products);

// fill(t, v, d) writes the v[point][panel][tile_columns] and d[point][k] of one t, at the block's steps. The ranges' sums are at
// the beginning of scratch.
template <class Fill>
void sum_outer_products(const OuterProducts& products, float* scratch, Fill fill) {
  const ProductBlock block(products, products.ranges > 1 ? own_block(products) : shared_block(products));
  float* blocks = scratch + products.ranges * products.range_floats();
  // Called from a range's own thread, the loops in here run on that thread alone.
  const auto sum_range = [&](int64_t range, float* v) {
    float* d = v + block.v_floats;
    const int64_t begin = products.count * range / products.ranges;
    const int64_t end = products.count * (range + 1) / products.ranges;
    for (int64_t at = begin; at < end; at += block.most) {
      const int64_t count = smaller(block.most, end - at);
      parallel_for(count, 4, [&](int64_t first_t, int64_t last_t) {
        for (int64_t t = first_t; t < last_t; ++t) fill(block, at + t, v + t * tile_columns, d + t * block.d_row);
      });
      add_products(products, block, v, count, at == begin, scratch + range * products.range_floats());
    }
  };
  if (products.ranges == 1) return sum_range(0, blocks);
  parallel_for_slots(products.ranges, 1, [&](int64_t begin, int64_t end, int slot) {
    for (int64_t range = begin; range < end; ++range) sum_range(range, blocks + slot * block.floats);
  });
}

// A vector of the ranges' sums, in order.
inline Vec range_sum(const OuterProducts& products, const float* ranges, int64_t offset) {
  Vec sum = load(ranges + offset);
  for (int64_t range = 1; range < products.ranges; ++range) {
    sum = sum + load(ranges + range * products.range_floats() + offset);
  }
  return sum;
}

// dbias[k] += the ranges' sums; null is passed over.
void add_bias_sums(const OuterProducts& products, const float* ranges, float* dbias);

}  // namespace tessera::TESSERA_SIMD
