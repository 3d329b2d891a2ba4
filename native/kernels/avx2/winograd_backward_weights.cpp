// The weight gradient in the Winograd domain: dU[36][C/16][K][16] = Σ_tile D[tile][K] · V[tile][C], then dw = Gᵀ dU G.
//
// Tiles are taken in blocks: transformed, then multiplied into dU. Where there are many of them beside few channels,
// they are cut into ranges that each have a dU of their own, and a thread takes a range at a time; the ranges' dU are
// added in order. Otherwise all threads share every block: each adds its products to the part of dU that it owns. The
// cut depends on the shape alone, so the bits do not depend on the thread count.
#include <cstring>

#include "kernels/avx2/lanes.h"
#include "kernels/avx2/winograd_tiles.h"
#include "kernels/parallel.h"

namespace tessera::avx2 {
namespace {

using winograd::transform_square;

// 96 tiles of a panel of V and of a tile's rows of D fit into L1.
constexpr int64_t tiles_at_once = 96;
// A block that one thread has for itself stays in L2 where channels are few. One that is shared is larger where its V
// and D still fit into a part of L3, so that the threads meet less often.
constexpr int64_t own_block = 48, most_shared_block = 4 * tiles_at_once;
constexpr int64_t shared_floats = 1024 * 1024;
// Every range costs the writing and reading of a dU, so it must have some tiles, and all must not take much memory.
constexpr int64_t least_ranges = 8, most_ranges = 16, tiles_a_range = 128;
constexpr int64_t ranges_floats = 5 * 1024 * 1024;

// Buffers of one block of tiles.
struct Block {
  int64_t tiles, panels;  // panels of 16 channels
  int64_t d_row, v_point_step, d_point_step;

  // Odd numbers of cache lines, so that neighbours in a column do not fall into the same set of L1.
  Block(const WinogradConv& conv, int64_t most_tiles)
      : tiles(smaller(most_tiles, conv.tiles())),
        panels(ceil_div(conv.c, tile_columns)),
        d_row(round_up(conv.k, 2 * tile_columns) + tile_columns),
        v_point_step(panels * tiles * tile_columns + tile_columns),
        d_point_step(tiles * d_row + (tiles + 1) % 2 * tile_columns) {}

  int64_t v_floats() const { return winograd_points * v_point_step; }
  int64_t floats() const { return v_floats() + winograd_points * d_point_step; }
};

int64_t shared_block(const WinogradConv& conv) {
  const int64_t fit = shared_floats / (winograd_points * (conv.c + conv.k)) / tiles_at_once * tiles_at_once;
  return greater(tiles_at_once, smaller(fit, most_shared_block));
}

struct Sizes {
  WinogradConv conv;
  int64_t panels;  // of 16 channels
  int64_t u_point_step;
  int64_t ranges;  // of tiles

  explicit Sizes(const Conv2dShape& s) : conv(winograd_conv(s)), panels(ceil_div(conv.c, tile_columns)) {
    u_point_step = panels * conv.k * tile_columns + tile_columns;
    ranges = smaller(smaller(most_ranges, conv.tiles() / tiles_a_range), ranges_floats / u_floats());
    if (ranges < least_ranges) ranges = 1;
  }

  Block block() const { return Block(conv, ranges > 1 ? own_block : shared_block(conv)); }
  // A range's sums: dU, then the bias' gradient.
  int64_t u_floats() const { return winograd_points * u_point_step; }
  int64_t range_floats() const { return u_floats() + round_up(conv.k, tile_columns); }
  int64_t zeros_floats() const { return round_up(greater(conv.c, conv.k), tile_columns); }
};

// A block's buffers, and the sums that its products go to.
struct Buffers {
  float *v, *d, *u, *bias;

  Buffers(const Sizes& sizes, const Block& block, float* block_buffer, float* range)
      : v(block_buffer), d(v + block.v_floats()), u(range), bias(u + sizes.u_floats()) {}
};

// V[36][panel][tile][16] = Bᵀ x B, zero-padded to whole panels
void transform_input(const WinogradConv& conv, const Block& block, const float* x, const WinogradTile& tile,
                     const float* zeros, float* v) {
  const Square<winograd_in> square(x + tile.picture * conv.h * conv.w * conv.c, conv.h, conv.w, conv.c,
                                   tile.row - conv.pad_top, tile.column - conv.pad_left, zeros);
  for (int64_t c = 0; c < block.panels * tile_columns; c += vector_floats) {
    const Lanes lanes(greater(0, conv.c - c));
    float* to = v + c / tile_columns * block.tiles * tile_columns + c % tile_columns;
    transform_square<winograd::InputLine>(
        [&](int i, int j) { return lanes.load(square.pixel[i][j] + c); },
        [&](int i, int j, __m256 value) { _mm256_storeu_ps(to + (6 * i + j) * block.v_point_step, value); });
  }
}

// D[36][tile][filter] = A dy Aᵀ
void transform_gradient(const WinogradConv& conv, const Block& block, const float* dy, const WinogradTile& tile,
                        const float* zeros, float* d) {
  const Square<winograd_out> square(dy + tile.picture * conv.out_h * conv.out_w * conv.k, conv.out_h, conv.out_w,
                                    conv.k, tile.row, tile.column, zeros);
  for (int64_t k = 0; k < conv.k; k += vector_floats) {
    const Lanes lanes(conv.k - k);
    transform_square<winograd::OutputGradientLine>(
        [&](int i, int j) { return lanes.load(square.pixel[i][j] + k); },
        [&](int i, int j, __m256 value) { _mm256_storeu_ps(d + k + (6 * i + j) * block.d_point_step, value); });
  }
}

// dU[filter][16] += Σ_tile D[tile][filter] · V[tile][16], for a few filters
template <int Rows>
void accumulate(int64_t count, const float* d, int64_t d_row, const float* v, bool first, float* u) {
  Tile<Rows> tile;
  tile.clear();
  for (int64_t t = 0; t < count; ++t, d += d_row, v += tile_columns) {
    const __m256 low = _mm256_loadu_ps(v), high = _mm256_loadu_ps(v + vector_floats);
    TESSERA_UNROLL
    for (int i = 0; i < Rows; ++i) {
      const __m256 gradient = _mm256_broadcast_ss(d + i);
      tile.sum[i][0] = _mm256_fmadd_ps(gradient, low, tile.sum[i][0]);
      tile.sum[i][1] = _mm256_fmadd_ps(gradient, high, tile.sum[i][1]);
    }
  }
  TESSERA_UNROLL
  for (int i = 0; i < Rows; ++i) {
    float* to = u + i * tile_columns;
    if (!first) {
      tile.sum[i][0] = _mm256_add_ps(tile.sum[i][0], _mm256_loadu_ps(to));
      tile.sum[i][1] = _mm256_add_ps(tile.sum[i][1], _mm256_loadu_ps(to + vector_floats));
    }
    _mm256_storeu_ps(to, tile.sum[i][0]);
    _mm256_storeu_ps(to + vector_floats, tile.sum[i][1]);
  }
}

// One panel of channels of one of the 36, over `count` tiles.
void accumulate_panel(const Sizes& sizes, const Block& block, const Buffers& buffers, int64_t point, int64_t panel,
                      int64_t count, bool first) {
  const int64_t filters = sizes.conv.k;
  const float* d = buffers.d + point * block.d_point_step;
  const float* v = buffers.v + point * block.v_point_step + panel * block.tiles * tile_columns;
  float* u = buffers.u + point * sizes.u_point_step + panel * filters * tile_columns;
  for (int64_t t = 0; t < count; t += tiles_at_once) {
    const int64_t at_once = smaller(tiles_at_once, count - t);
    for (int64_t k = 0; k < filters; k += tile_rows) {
      with_rows(filters - k, [&]<int Rows>() {
        accumulate<Rows>(at_once, d + t * block.d_row + k, block.d_row, v + t * tile_columns, first && t == 0,
                         u + k * tile_columns);
      });
    }
  }
}

// The second row of A is all ones: at (1, 1) D holds the sum of a tile.
void accumulate_bias(const Sizes& sizes, const Block& block, const Buffers& buffers, int64_t count, bool first) {
  const float* d = buffers.d + (winograd_in + 1) * block.d_point_step;
  for (int64_t k = 0; k < sizes.conv.k; k += vector_floats) {
    __m256 sum = first ? _mm256_setzero_ps() : _mm256_loadu_ps(buffers.bias + k);
    for (int64_t t = 0; t < count; ++t) sum = _mm256_add_ps(sum, _mm256_loadu_ps(d + t * block.d_row + k));
    _mm256_storeu_ps(buffers.bias + k, sum);
  }
}

// The sums of one range of tiles. Called from a range's own thread, the loops here run on that thread alone.
void sum_range(const Sizes& sizes, const Block& block, const Buffers& buffers, int64_t range, const float* x,
               const float* dy, const float* zeros) {
  const WinogradConv& conv = sizes.conv;
  const int64_t begin = conv.tiles() * range / sizes.ranges, end = conv.tiles() * (range + 1) / sizes.ranges;
  for (int64_t at = begin; at < end; at += block.tiles) {
    const int64_t count = smaller(block.tiles, end - at);
    const bool first = at == begin;
    parallel_for(count, 4, [&](int64_t first_tile, int64_t last_tile) {
      for (int64_t t = first_tile; t < last_tile; ++t) {
        const WinogradTile tile(conv, at + t);
        transform_input(conv, block, x, tile, zeros, buffers.v + t * tile_columns);
        transform_gradient(conv, block, dy, tile, zeros, buffers.d + t * block.d_row);
      }
    });
    // The bias' sums are one more task.
    const int64_t tasks = winograd_points * sizes.panels;
    parallel_for(tasks + 1, 1, [&](int64_t first_task, int64_t last_task) {
      for (int64_t task = first_task; task < last_task; ++task) {
        if (task == tasks) {
          accumulate_bias(sizes, block, buffers, count, first);
        } else {
          accumulate_panel(sizes, block, buffers, task / sizes.panels, task % sizes.panels, count, first);
        }
      }
    });
  }
}

// dweights[k][3][3][c] += Gᵀ dU G and dbias[k] += …, of the ranges' sums in order
void transform_back(const Sizes& sizes, const float* ranges, float* dweights, float* dbias) {
  const WinogradConv& conv = sizes.conv;
  parallel_for(conv.k * sizes.panels, 4, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t k = at / sizes.panels, panel = at % sizes.panels;
      const float* u = ranges + (panel * conv.k + k) * tile_columns;
      const int64_t last = smaller(conv.c, (panel + 1) * tile_columns);
      for (int64_t c = panel * tile_columns; c < last; c += vector_floats, u += vector_floats) {
        const Lanes lanes(last - c);
        float* to = dweights + k * 9 * conv.c + c;
        transform_square<winograd::FilterGradientLine>(
            [&](int i, int j) {
              const float* from = u + (6 * i + j) * sizes.u_point_step;
              __m256 sum = _mm256_loadu_ps(from);
              for (int64_t range = 1; range < sizes.ranges; ++range) {
                sum = _mm256_add_ps(sum, _mm256_loadu_ps(from + range * sizes.range_floats()));
              }
              return sum;
            },
            [&](int i, int j, __m256 value) {
              float* tap = to + (3 * i + j) * conv.c;
              lanes.store(tap, _mm256_add_ps(lanes.load(tap), value));
            });
      }
    }
  });
  if (dbias == nullptr) return;
  for (int64_t range = 0; range < sizes.ranges; ++range) {
    const float* bias = ranges + range * sizes.range_floats() + sizes.u_floats();
    for (int64_t k = 0; k < conv.k; ++k) dbias[k] += bias[k];
  }
}

}  // namespace

size_t winograd_backward_weights_scratch(const Conv2dShape& s) {
  const Sizes sizes(s);
  // What sharing needs is asked for by larger batches too, or the size might fall where they turn to ranges.
  const int64_t shared = sizes.range_floats() + Block(sizes.conv, shared_block(sizes.conv)).floats();
  const int64_t own = sizes.ranges * sizes.range_floats() + threads() * sizes.block().floats();
  return static_cast<size_t>(sizes.zeros_floats() + (sizes.ranges > 1 ? greater(shared, own) : shared));
}

void winograd_backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights, float* dbias,
                               float* scratch) {
  const Sizes sizes(s);
  const Block block = sizes.block();
  float* zeros = scratch;
  float* ranges = zeros + sizes.zeros_floats();
  float* blocks = ranges + sizes.ranges * sizes.range_floats();
  memset(zeros, 0, static_cast<size_t>(sizes.zeros_floats()) * sizeof(float));
  if (sizes.ranges == 1) {
    sum_range(sizes, block, Buffers(sizes, block, blocks, ranges), 0, x, dy, zeros);
  } else {
    parallel_for_slots(sizes.ranges, 1, [&](int64_t begin, int64_t end, int slot) {
      for (int64_t range = begin; range < end; ++range) {
        const Buffers buffers(sizes, block, blocks + slot * block.floats(), ranges + range * sizes.range_floats());
        sum_range(sizes, block, buffers, range, x, dy, zeros);
      }
    });
  }
  transform_back(sizes, ranges, dweights, dbias);
}

}  // namespace tessera::avx2
