// Winograd convolution, fused: a block of tiles is transformed, multiplied and transformed back while it lies in the
// cache. The data gradient is the same kernel run over dy with turned weights.
//
// A result is the same fused multiply-adds over the channels, in their order, whichever block or thread it falls to.
#include <cstring>

#include "kernels/simd/activation.h"
#include "kernels/simd/simd.h"
#include "kernels/simd/vec.h"
#include "kernels/simd/winograd_tiles.h"
#include "kernels/parallel.h"

namespace tessera::TESSERA_SIMD {
namespace {

using winograd::transform_square;

// 48 tiles by 64 filters: V and M stay in L2 where channels are few, and weights that come from further
// away are worth their way.
constexpr int64_t most_tiles = 48, least_tiles = 12, most_panels_at_once = 64 / tile_columns;

// How the work is cut: tasks of some tiles by some panels; within a task the panels are taken a few at a time.
struct Blocks {
  int64_t most;            // tiles of a task that its buffers have room for
  int64_t tiles;           // of a task
  int64_t panels;          // of a task
  int64_t panels_at_once;
  int64_t channels;        // of a row of V

  explicit Blocks(const WinogradConv& conv) {
    const int64_t all_panels = ceil_div(conv.k, tile_columns), tasks_wanted = 2 * threads();
    panels_at_once = smaller(all_panels, most_panels_at_once);
    channels = round_up(conv.c, tile_columns);
    // Where tiles are few, tasks share out the filters, or else have fewer tiles. Both cost: tiles are transformed
    // once for each share, weights are read once for each block of tiles, and weights are what filters have many of.
    const int64_t most_shares = greater(1, all_panels / most_panels_at_once);
    const auto tiles_wanted = [&](int64_t shares) {
      const int64_t wanted = round_up(ceil_div(conv.tiles() * shares, tasks_wanted), tile_rows);
      return smaller(most_tiles, greater(least_tiles, wanted));
    };
    most = tiles_wanted(most_shares);
    const int64_t shares = smaller(most_shares, ceil_div(tasks_wanted, ceil_div(conv.tiles(), most)));
    panels = round_up(ceil_div(all_panels, shares), panels_at_once);
    tiles = smaller(most, tiles_wanted(shares));
  }

  int64_t m_row() const { return panels_at_once * tile_columns; }
  // Odd numbers of cache lines, so that the 36 places of a tile do not all fall into the same set of L1.
  int64_t v_point_step() const { return most * channels + line_floats; }
  int64_t m_point_step() const { return most * m_row() + line_floats; }
  int64_t v_floats() const { return winograd_points * v_point_step(); }
  int64_t m_floats() const { return winograd_points * m_point_step(); }
  int64_t slot_floats() const { return v_floats() + m_floats() + channels; }
};

struct Job {
  const WinogradConv& conv;
  const Blocks& blocks;
  const WinogradFilters& filters;
  const float* x;
  const float* u;
  const float* bias;
  Activation act;
  float* y;
};

// V[36][tile][channel] = Bᵀ d B
void transform_input(const Job& job, int64_t first, int64_t count, const float* zeros, float* v) {
  const WinogradConv& conv = job.conv;
  const int64_t step = job.blocks.v_point_step();
  for (int64_t t = 0; t < count; ++t) {
    const WinogradTile tile(conv, first + t);
    const Square<winograd_in> square(job.x + tile.picture * conv.h * conv.w * conv.c, conv.h, conv.w, conv.c,
                                     tile.row - conv.pad_top, tile.column - conv.pad_left, zeros);
    float* to = v + t * job.blocks.channels;
    const auto put = [&](int i, int j, Vec value) { store(to + (6 * i + j) * step, value); };
    int64_t c = 0;
    for (; c + vector_floats <= conv.c; c += vector_floats, to += vector_floats) {
      transform_square<winograd::InputLine>([&](int i, int j) { return load(square.pixel[i][j] + c); }, put);
    }
    if (c == conv.c) continue;
    const Lanes lanes(conv.c - c);
    transform_square<winograd::InputLine>([&](int i, int j) { return lanes.load(square.pixel[i][j] + c); }, put);
  }
}

// M[36][tile][filter] = V · U
void multiply(const Job& job, int64_t count, int64_t first_panel, int64_t panels, const float* v, float* m) {
  const int64_t c = job.conv.c, row_v = job.blocks.channels, row_m = job.blocks.m_row();
  for (int64_t point = 0; point < winograd_points; ++point) {
    const float* from = v + point * job.blocks.v_point_step();
    for (int64_t panel = 0; panel < panels; ++panel) {
      const float* u = job.u + point * job.filters.point_step() + (first_panel + panel) * c * tile_columns;
      float* to = m + point * job.blocks.m_point_step() + panel * tile_columns;
      with_tile(job.conv.k - (first_panel + panel) * tile_columns, [&]<int Most, int Vectors>() {
        for (int64_t t = 0; t < count; t += Most) {
          with_rows<Most>(count - t, [&]<int Rows>() {
            const float* rows[Rows];
            for (int i = 0; i < Rows; ++i) rows[i] = from + (t + i) * row_v;
            Tile<Rows, Vectors> tile;
            tile.clear();
            tile.accumulate(rows, 0, c, u);
            TESSERA_UNROLL
            for (int i = 0; i < Rows; ++i) {
              for (int n = 0; n < Vectors; ++n) store(to + (t + i) * row_m + n * vector_floats, tile.sum[i][n]);
            }
          });
        }
      });
    }
  }
}

// y = Aᵀ M A of a vector of filters, then bias and ReLU. Whole: all of the tile's pixels and lanes exist.
template <class Form, bool Whole>
void transform_vector(const Job& job, const float* m, Vec bias, const Lanes& lanes, int64_t rows, int64_t columns,
                      float* y) {
  const int64_t step = job.blocks.m_point_step(), row_step = job.conv.out_w * job.conv.k;
  transform_square<typename Form::Output>(
      [&](int i, int j) { return load(m + (6 * i + j) * step); },
      [&](int i, int j, Vec value) {
        if (!Whole && (i >= rows || j >= columns)) return;
        value = value + bias;
        value = finished(value, job.act);
        float* to = y + i * row_step + j * job.conv.k;
        if constexpr (Whole) {
          store(to, value);
        } else {
          lanes.store(to, value);
        }
      });
}

template <class Form>
void transform_output(const Job& job, int64_t first, int64_t count, int64_t first_k, int64_t filters, const float* m) {
  const WinogradConv& conv = job.conv;
  for (int64_t t = 0; t < count; ++t) {
    const WinogradTile tile(conv, first + t);
    const int64_t rows = conv.out_h - tile.row, columns = conv.out_w - tile.column;
    const bool all_pixels = rows >= Form::out && columns >= Form::out;
    float* pixels = job.y + ((tile.picture * conv.out_h + tile.row) * conv.out_w + tile.column) * conv.k + first_k;
    for (int64_t k = 0; k < filters; k += vector_floats) {
      const Lanes lanes(filters - k);
      const Vec bias = job.bias == nullptr ? zeros() : lanes.load(job.bias + first_k + k);
      const auto run = all_pixels && lanes.all ? transform_vector<Form, true> : transform_vector<Form, false>;
      run(job, m + t * job.blocks.m_row() + k, bias, lanes, rows, columns, pixels + k);
    }
  }
}

WinogradFilters filters_of(const WinogradConv& conv) { return {.c = conv.c, .k = conv.k}; }

size_t slots_floats(const WinogradConv& conv) {
  return static_cast<size_t>(threads() * Blocks(conv).slot_floats());
}

template <class Form>
void convolve(const WinogradConv& conv, const float* x, const float* u, const float* bias, Activation act, float* y,
              float* slots) {
  const Blocks blocks(conv);
  const WinogradFilters filters = filters_of(conv);
  const Job job{conv, blocks, filters, x, u, bias, act, y};
  const int64_t panels = filters.panels();
  const int64_t panel_tasks = ceil_div(panels, blocks.panels);
  const int64_t tasks = ceil_div(conv.tiles(), blocks.tiles) * panel_tasks;
  parallel_for_slots(tasks, 1, [&](int64_t begin, int64_t end, int slot) {
    float* v = slots + slot * blocks.slot_floats();
    float* m = v + blocks.v_floats();
    float* zeros = m + blocks.m_floats();
    memset(zeros, 0, static_cast<size_t>(blocks.channels) * sizeof(float));
    for (int64_t task = begin; task < end; ++task) {
      const int64_t first = task / panel_tasks * blocks.tiles, count = smaller(blocks.tiles, conv.tiles() - first);
      const int64_t first_panel = task % panel_tasks * blocks.panels;
      const int64_t last_panel = smaller(panels, first_panel + blocks.panels);
      transform_input(job, first, count, zeros, v);
      for (int64_t panel = first_panel; panel < last_panel; panel += blocks.panels_at_once) {
        const int64_t at_once = smaller(blocks.panels_at_once, last_panel - panel), k = panel * tile_columns;
        multiply(job, count, panel, at_once, v, m);
        transform_output<Form>(job, first, count, k, smaller(conv.k - k, at_once * tile_columns), m);
      }
    }
  });
}

}  // namespace

size_t winograd_prepared(const Conv2dShape& s) {
  return static_cast<size_t>(filters_of(winograd_conv(s)).floats());
}

void winograd_prepare(const Conv2dShape& s, const float* weights, float* prepared) {
  winograd_filters(filters_of(winograd_conv(s)), s.kh, weights, prepared);
}

size_t winograd_forward_scratch(const Conv2dShape& s) { return slots_floats(winograd_conv(s)); }

void winograd_forward(const Conv2dShape& s, const float* x, const float* prepared, const float* bias, Activation act,
                      float* y, float* scratch) {
  const WinogradConv conv = winograd_conv(s);
  with_winograd_form(s.kh, [&]<class Form>() {
    convolve<Form>(conv, x, prepared, bias, fused_part(act), y, scratch);
  });
  finish_apart(act, s.n * s.out_h() * s.out_w() * s.k, y);
}

size_t winograd_backward_data_scratch(const Conv2dShape& s) {
  const WinogradConv conv = winograd_conv_transposed(s);
  return static_cast<size_t>(filters_of(conv).floats()) + slots_floats(conv);
}

void winograd_backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx, float* scratch) {
  const WinogradConv conv = winograd_conv_transposed(s);
  winograd_filters_turned(filters_of(conv), s.kh, weights, scratch);
  with_winograd_form(s.kh, [&]<class Form>() {
    convolve<Form>(conv, dy, scratch, nullptr, Activation::none, dx, scratch + filters_of(conv).floats());
  });
}

}  // namespace tessera::TESSERA_SIMD
