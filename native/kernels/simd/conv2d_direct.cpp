// Direct convolution over strips: no im2col. A tile is a few output pixels by two vectors of filters; in NHWC the taps of one filter
// row, kw · C long, lie side by side, so the inner loop is the same as GEMM's.
//
// The data gradient is the same kernel run over dy with turned weights. With a stride, pixels of dx that lie a stride
// apart lie under the same taps, and others under others: stride² convolutions without one, each a phase.
#include <cstring>

#include "kernels/simd/activation.h"
#include "kernels/simd/simd.h"
#include "kernels/simd/conv2d.h"
#include "kernels/simd/gemm.h"
#include "kernels/simd/strip.h"
#include "kernels/parallel.h"

namespace tessera::TESSERA_SIMD {
namespace {

// Half of a usual L2: the strip is read once for each panel of filters.
constexpr int64_t strip_floats = 16 * 1024;

int64_t panels_a_group(const DirectConv& conv) { return ceil_div(conv.group_k(), tile_columns); }
int64_t packed_floats(const DirectConv& conv) {
  return conv.groups * panels_a_group(conv) * conv.taps() * tile_columns;
}

// Where a weight is found: the element of filter k (within its group), tap (i, j) and input channel c.
struct WeightView {
  const float* data;
  int64_t group_step, k_step, i_step, j_step, c_step;
};

// → [group][panel][kh][kw][C/groups][tile_columns], zero-padded to whole panels
void pack_weights(const DirectConv& conv, const WeightView& view, float* to) {
  const int64_t panels = panels_a_group(conv);
  parallel_for(conv.groups * panels, 1, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t first_k = at % panels * tile_columns;
      const int64_t filters = smaller(tile_columns, conv.group_k() - first_k);
      const float* from = view.data + at / panels * view.group_step + first_k * view.k_step;
      float* out = to + at * conv.taps() * tile_columns;
      if (view.c_step == 1 && view.j_step == conv.group_c() && view.i_step == conv.kw * view.j_step) {
        pack_rows(from, view.k_step, filters, conv.taps(), out);
        continue;
      }
      for (int64_t i = 0; i < conv.kh; ++i) {
        for (int64_t j = 0; j < conv.kw; ++j) {
          for (int64_t c = 0; c < conv.group_c(); ++c, out += tile_columns) {
            const float* tap = from + i * view.i_step + j * view.j_step + c * view.c_step;
            for (int64_t k = 0; k < filters; ++k) out[k] = tap[k * view.k_step];
            for (int64_t k = filters; k < tile_columns; ++k) out[k] = 0;
          }
        }
      }
    }
  });
}

// The stretches of a strip that a window covers, relative to its first element: `outer` × `inner` runs of `length`.
struct Runs {
  int64_t outer, outer_step, inner, inner_step, length;

  Runs(const DirectConv& conv, const StripLayout& layout)
      : outer(conv.kh), outer_step(conv.dilation_h * layout.width * conv.c) {
    // Without groups and dilation the taps of a filter row are one stretch.
    const bool joined = conv.groups == 1 && conv.dilation_w == 1;
    inner = joined ? 1 : conv.kw;
    inner_step = conv.dilation_w * conv.c;
    length = joined ? conv.kw * conv.c : conv.group_c();
  }
};

struct Job {
  const DirectConv& conv;
  const StripLayout& layout;
  Runs runs;
  const float* packed;
  const float* bias;
  Activation act;
};

template <int Rows, int Vectors>
void convolve_tile(const Job& job, const float* const* pixels, const float* panel, const float* bias,
                   const ColumnMask& mask, float* const* y) {
  Tile<Rows, Vectors> tile;
  tile.clear();
  for (int64_t i = 0; i < job.runs.outer; ++i) {
    for (int64_t j = 0; j < job.runs.inner; ++j) {
      const int64_t offset = i * job.runs.outer_step + j * job.runs.inner_step;
      panel = tile.accumulate(pixels, offset, job.runs.length, panel);
    }
  }
  const Bounds bounds(job.act);
  const bool whole = mask.vector(Vectors - 1).all;
  TESSERA_UNROLL
  for (int v = 0; v < Vectors; ++v) {
    const Lanes& lanes = mask.vector(v);
    const Vec added = bias == nullptr ? zeros() : lanes.load(bias + v * vector_floats);
    if (whole) {
      TESSERA_UNROLL
      for (int i = 0; i < Rows; ++i) store(y[i] + v * vector_floats, bounds(tile.sum[i][v] + added));
    } else {
      TESSERA_UNROLL
      for (int i = 0; i < Rows; ++i) lanes.store(y[i] + v * vector_floats, bounds(tile.sum[i][v] + added));
    }
  }
}

// One panel of filters, from k on, over the output rows of a strip, in tiles of Most pixels by Vectors.
template <int64_t Most, int Vectors>
void convolve_panel(const Job& job, const float* base, int64_t rows, const float* panel, int64_t k,
                    const ColumnMask& mask, float* y) {
  const DirectConv& conv = job.conv;
  const int64_t pixels = rows * conv.out_w;
  const float* bias = job.bias == nullptr ? nullptr : job.bias + k;
  for (int64_t pixel = 0; pixel < pixels; pixel += Most) {
    const int64_t count = smaller(Most, pixels - pixel);
    const float* windows[Most];
    float* out[Most];
    int64_t row = pixel / conv.out_w, column = pixel % conv.out_w;
    for (int64_t i = 0; i < count; ++i) {
      windows[i] = base + (row * conv.stride_h * job.layout.width + column * conv.stride_w) * conv.c;
      out[i] = y + row * conv.y_row + column * conv.y_pixel + k;
      if (++column == conv.out_w) {
        column = 0;
        ++row;
      }
    }
    with_rows<Most>(count, [&]<int Rows>() { convolve_tile<Rows, Vectors>(job, windows, panel, bias, mask, out); });
  }
}

// All filters over the output rows of one strip; y is the first pixel of those rows.
void convolve_strip(const Job& job, const float* strip, int64_t rows, float* y) {
  const DirectConv& conv = job.conv;
  const int64_t panels = panels_a_group(conv);
  for (int64_t at = 0; at < conv.groups * panels; ++at) {
    const int64_t group = at / panels, first_k = at % panels * tile_columns, filters = conv.group_k() - first_k;
    const float* panel = job.packed + at * conv.taps() * tile_columns;
    const auto run = filters <= vector_floats ? convolve_panel<narrow_rows, 1> : convolve_panel<tile_rows, 2>;
    run(job, strip + group * conv.group_c(), rows, panel, group * conv.group_k() + first_k, ColumnMask(filters), y);
  }
}

int64_t strips_floats(const DirectConv& conv) {
  return threads() * round_up(StripLayout(conv, strip_floats).floats, line_floats);
}

void convolve(const DirectConv& conv, const float* x, const float* packed, const float* bias, Activation act, float* y,
              float* strips) {
  const StripLayout layout(conv, strip_floats);
  const Job job{conv, layout, Runs(conv, layout), packed, bias, act};
  const int64_t blocks = ceil_div(conv.out_h, layout.rows);
  parallel_for_slots(conv.n * blocks, 1, [&](int64_t begin, int64_t end, int slot) {
    float* strip = strips + slot * round_up(layout.floats, line_floats);
    for (int64_t at = begin; at < end; ++at) {
      const int64_t picture = at / blocks, row = at % blocks * layout.rows;
      copy_strip(conv, layout, x + picture * conv.h * conv.w * conv.c, row, strip);
      float* out = y + picture * conv.y_picture + row * conv.y_row;
      convolve_strip(job, strip, smaller(layout.rows, conv.out_h - row), out);
    }
  });
}

// The rows of dx, first, first + stride, …, that lie under the same filter rows: every tap_step-th from first_tap on.
// Over dy that is a convolution of stride 1. The same holds for columns.
struct Phase {
  int64_t first, count;
  int64_t first_tap = 0, taps = 0, tap_step = 1;
  int64_t dilation = 1, pad = 0;

  Phase(int64_t at, int64_t size, int64_t kernel, int64_t stride, int64_t dilated, int64_t padding)
      : first(at), count(ceil_div(size - at, stride)) {
    for (int64_t tap = 0; tap < kernel; ++tap) {
      const int64_t reach = first + padding - tap * dilated;  // stride · the row of dy
      if (reach % stride != 0) continue;
      if (taps == 0) first_tap = tap;
      if (taps == 1) tap_step = tap - first_tap;
      ++taps;
      pad = -reach / stride;  // the last tap's row is the topmost
    }
    if (taps > 1) dilation = tap_step * dilated / stride;
  }
};

DirectConv phase_conv(const Conv2dShape& s, const Phase& rows, const Phase& columns) {
  return {.n = s.n, .h = s.out_h(), .w = s.out_w(), .c = s.k, .k = s.c, .out_h = rows.count, .out_w = columns.count,
          .kh = rows.taps, .kw = columns.taps, .stride_h = 1, .stride_w = 1, .dilation_h = rows.dilation,
          .dilation_w = columns.dilation, .pad_top = rows.pad, .pad_left = columns.pad, .groups = s.groups,
          .y_picture = s.h * s.w * s.c, .y_row = s.stride_h * s.w * s.c, .y_pixel = s.stride_w * s.c};
}

// Calls body(rows, columns) for each phase that has pixels.
template <class Body>
void for_each_phase(const Conv2dShape& s, Body body) {
  for (int64_t row = 0; row < smaller(s.h, s.stride_h); ++row) {
    const Phase rows(row, s.h, s.kh, s.stride_h, s.dilation_h, s.pad_top);
    for (int64_t column = 0; column < smaller(s.w, s.stride_w); ++column) {
      body(rows, Phase(column, s.w, s.kw, s.stride_w, s.dilation_w, s.pad_left));
    }
  }
}

}  // namespace

size_t direct_prepared(const Conv2dShape& s) { return static_cast<size_t>(packed_floats(direct_conv(s))); }

void direct_prepare(const Conv2dShape& s, const float* weights, float* prepared) {
  const DirectConv conv = direct_conv(s);
  const int64_t taps = conv.taps(), group_c = conv.group_c();
  const WeightView view{.data = weights, .group_step = conv.group_k() * taps, .k_step = taps,
                        .i_step = s.kw * group_c, .j_step = group_c, .c_step = 1};
  pack_weights(conv, view, prepared);
}

size_t direct_forward_scratch(const Conv2dShape& s) { return static_cast<size_t>(strips_floats(direct_conv(s))); }

void direct_forward(const Conv2dShape& s, const float* x, const float* prepared, const float* bias, Activation act,
                    float* y, float* scratch) {
  convolve(direct_conv(s), x, prepared, bias, fused_part(act), y, scratch);
  finish_apart(act, s.n * s.out_h() * s.out_w() * s.k, y);
}

size_t direct_backward_data_scratch(const Conv2dShape& s) {
  int64_t most = 0;
  for_each_phase(s, [&](const Phase& rows, const Phase& columns) {
    if (rows.taps * columns.taps == 0) return;
    const DirectConv conv = phase_conv(s, rows, columns);
    most = greater(most, round_up(packed_floats(conv), line_floats) + strips_floats(conv));
  });
  return static_cast<size_t>(most);
}

void direct_backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx, float* scratch) {
  const int64_t group_c = s.c / s.groups, taps = s.kh * s.kw * group_c;
  bool all_written = true;
  for_each_phase(s, [&](const Phase& rows, const Phase& columns) {
    all_written = all_written && rows.taps * columns.taps > 0;
  });
  if (!all_written) {
    // No window lies over some pixels.
    parallel_for(s.n * s.h, 8, [=](int64_t begin, int64_t end) {
      memset(dx + begin * s.w * s.c, 0, static_cast<size_t>((end - begin) * s.w * s.c) * sizeof(float));
    });
  }
  for_each_phase(s, [&](const Phase& rows, const Phase& columns) {
    if (rows.taps * columns.taps == 0) return;
    // Filters and channels change places, and the window is turned by 180°.
    const int64_t last_i = rows.first_tap + (rows.taps - 1) * rows.tap_step;
    const int64_t last_j = columns.first_tap + (columns.taps - 1) * columns.tap_step;
    const WeightView view{.data = weights + (last_i * s.kw + last_j) * group_c, .group_step = s.k / s.groups * taps,
                          .k_step = 1, .i_step = -rows.tap_step * s.kw * group_c,
                          .j_step = -columns.tap_step * group_c, .c_step = taps};
    const DirectConv conv = phase_conv(s, rows, columns);
    pack_weights(conv, view, scratch);
    convolve(conv, dy, scratch, nullptr, Activation::none, dx + (rows.first * s.w + columns.first) * s.c,
             scratch + round_up(packed_floats(conv), line_floats));
  });
}

}  // namespace tessera::TESSERA_SIMD
