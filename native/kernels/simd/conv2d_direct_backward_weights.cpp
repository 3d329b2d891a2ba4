// The weight gradient as a matrix product over pixels: dw[tap, k] = Σ_pixel x[pixel + tap] · dy[pixel, k], in tiles
// of a few taps by a panel of filters. Taps may lie anywhere in a strip, so few channels (a first layer) fill a tile as
// well as many.
//
// Work is cut into panels of filters and, where those are few, a number of picture ranges that depends on the
// shape alone; the ranges' partial sums are added in order. The bits do not depend on the thread count.
#include <cstring>

#include "kernels/simd/conv2d.h"
#include "kernels/simd/strip.h"
#include "kernels/parallel.h"

namespace tessera::TESSERA_SIMD {
namespace {

constexpr int64_t strip_floats = 8 * 1024;
constexpr int64_t tasks_wanted = 16;

struct Sizes {
  DirectConv conv;
  StripLayout layout;
  int64_t panels;  // over all groups
  int64_t ranges;  // of pictures

  explicit Sizes(const Conv2dShape& s)
      : conv(direct_conv(s)),
        layout(conv, strip_floats),
        panels(conv.groups * ceil_div(conv.group_k(), tile_columns)),
        ranges(greater(1, smaller(conv.n, ceil_div(tasks_wanted, panels)))) {}

  // One range's part of one panel: [taps][tile_columns], then the bias' [tile_columns].
  int64_t partial_floats() const { return (conv.taps() + 1) * tile_columns; }
  int64_t partials_floats() const { return ranges * panels * partial_floats(); }
  int64_t columns_floats() const { return layout.rows * conv.out_w * tile_columns; }
  int64_t slot_floats() const { return round_up(layout.floats, 16) + round_up(columns_floats(), 16); }
};

// A panel's columns of dy, side by side, zero where filters end; their sums go to `bias`.
void pack_columns(const float* dy, int64_t pixels, int64_t row_step, const ColumnMask& mask, float* to, float* bias) {
  Vec low_sum = load(bias), high_sum = load(bias + vector_floats);
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    Vec low, high;
    mask.load(dy + pixel * row_step, low, high);
    store(to + pixel * tile_columns, low);
    store(to + pixel * tile_columns + vector_floats, high);
    low_sum = low_sum + low;
    high_sum = high_sum + high;
  }
  store(bias, low_sum);
  store(bias + vector_floats, high_sum);
}

// partial[tap …][tile_columns] += the strip's pixels under the taps of a tile times the columns.
template <int Taps, int Vectors>
void accumulate_taps(const Sizes& sizes, const float* const* taps, int64_t rows, const float* columns, float* partial) {
  const DirectConv& conv = sizes.conv;
  const int64_t step = conv.stride_w * conv.c, row_step = conv.stride_h * sizes.layout.width * conv.c;
  Vec sum[Taps][Vectors];
  TESSERA_UNROLL
  for (int i = 0; i < Taps; ++i) {
    for (int v = 0; v < Vectors; ++v) sum[i][v] = load(partial + i * tile_columns + v * vector_floats);
  }
  for (int64_t row = 0; row < rows; ++row) {
    const float* x[Taps];
    TESSERA_UNROLL
    for (int i = 0; i < Taps; ++i) x[i] = taps[i] + row * row_step;
    for (int64_t column = 0, at = 0; column < conv.out_w; ++column, at += step, columns += tile_columns) {
      Vec gradient[Vectors];
      for (int v = 0; v < Vectors; ++v) gradient[v] = load(columns + v * vector_floats);
      TESSERA_UNROLL
      for (int i = 0; i < Taps; ++i) {
        const Vec value = broadcast(x[i][at]);
        for (int v = 0; v < Vectors; ++v) sum[i][v] = fma(value, gradient[v], sum[i][v]);
      }
    }
  }
  TESSERA_UNROLL
  for (int i = 0; i < Taps; ++i) {
    for (int v = 0; v < Vectors; ++v) store(partial + i * tile_columns + v * vector_floats, sum[i][v]);
  }
}

template <int64_t Most, int Vectors>
void accumulate_strip(const Sizes& sizes, const float* strip, int64_t rows, const float* columns, float* partial) {
  const DirectConv& conv = sizes.conv;
  const int64_t group_c = conv.group_c();
  for (int64_t first = 0; first < conv.taps(); first += Most) {
    const int64_t count = smaller(Most, conv.taps() - first);
    const float* taps[Most];
    for (int64_t i = 0; i < count; ++i) {
      const int64_t tap = first + i, c = tap % group_c, place = tap / group_c;
      const int64_t row = place / conv.kw * conv.dilation_h, column = place % conv.kw * conv.dilation_w;
      taps[i] = strip + (row * sizes.layout.width + column) * conv.c + c;
    }
    with_rows<Most>(count, [&]<int Taps>() {
      accumulate_taps<Taps, Vectors>(sizes, taps, rows, columns, partial + first * tile_columns);
    });
  }
}

}  // namespace

size_t direct_backward_weights_scratch(const Conv2dShape& s) {
  const Sizes sizes(s);
  return static_cast<size_t>(round_up(sizes.partials_floats(), 16) + threads() * sizes.slot_floats());
}

void direct_backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights, float* dbias,
                             float* scratch) {
  const Sizes sizes(s);
  const DirectConv& conv = sizes.conv;
  const int64_t panels_a_group = sizes.panels / conv.groups;
  const auto first_filter = [&](int64_t panel) {
    return panel / panels_a_group * conv.group_k() + panel % panels_a_group * tile_columns;
  };
  const auto filters = [&](int64_t panel) {
    return smaller(tile_columns, conv.group_k() - panel % panels_a_group * tile_columns);
  };

  float* slots = scratch + round_up(sizes.partials_floats(), 16);
  parallel_for_slots(sizes.ranges * sizes.panels, 1, [&](int64_t begin, int64_t end, int slot) {
    float* strip = slots + slot * sizes.slot_floats();
    float* columns = strip + round_up(sizes.layout.floats, 16);
    for (int64_t task = begin; task < end; ++task) {
      const int64_t range = task / sizes.panels, panel = task % sizes.panels;
      float* partial = scratch + task * sizes.partial_floats();
      memset(partial, 0, static_cast<size_t>(sizes.partial_floats()) * sizeof(float));
      const ColumnMask mask(filters(panel));
      const auto accumulate =
          filters(panel) <= vector_floats ? accumulate_strip<narrow_rows, 1> : accumulate_strip<tile_rows, 2>;
      const int64_t group_offset = panel / panels_a_group * conv.group_c();
      const int64_t last = conv.n * (range + 1) / sizes.ranges;
      for (int64_t picture = conv.n * range / sizes.ranges; picture < last; ++picture) {
        for (int64_t row = 0; row < conv.out_h; row += sizes.layout.rows) {
          const int64_t rows = smaller(sizes.layout.rows, conv.out_h - row);
          copy_strip(conv, sizes.layout, x + picture * conv.h * conv.w * conv.c, row, strip);
          pack_columns(dy + (picture * conv.out_h + row) * conv.out_w * conv.k + first_filter(panel),
                       rows * conv.out_w, conv.k, mask, columns, partial + conv.taps() * tile_columns);
          accumulate(sizes, strip + group_offset, rows, columns, partial);
        }
      }
    }
  });

  // dweights[k][tap] and dbias[k] from the partials, ranges in order
  parallel_for(sizes.panels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel) {
      for (int64_t j = 0; j < filters(panel); ++j) {
        const int64_t k = first_filter(panel) + j;
        for (int64_t tap = 0; tap <= conv.taps(); ++tap) {
          float sum = 0;
          for (int64_t range = 0; range < sizes.ranges; ++range) {
            sum += scratch[(range * sizes.panels + panel) * sizes.partial_floats() + tap * tile_columns + j];
          }
          if (tap < conv.taps()) {
            dweights[k * conv.taps() + tap] += sum;
          } else if (dbias != nullptr) {
            dbias[k] += sum;
          }
        }
      }
    }
  });
}

}  // namespace tessera::TESSERA_SIMD
