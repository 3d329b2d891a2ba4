// Direct convolution over strips: no im2col. A tile is 6 output pixels by 16 filters; in NHWC the taps of one filter
// row, kw · C long, lie side by side, so the inner loop is the same as GEMM's. The data gradient is the same kernel run
// over dy with flipped weights.
#include "kernels/avx2/avx2.h"
#include "kernels/avx2/strip.h"
#include "kernels/parallel.h"

namespace tessera::avx2 {
namespace {

// Half of a usual L2: the strip is read once per 16 filters.
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

// → [group][panel][kh][kw][C/groups][16], zero-padded to whole panels
void pack_weights(const DirectConv& conv, const WeightView& view, float* to) {
  const int64_t panels = panels_a_group(conv);
  parallel_for(conv.groups * panels, 1, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t first_k = at % panels * tile_columns;
      const int64_t filters = smaller(tile_columns, conv.group_k() - first_k);
      const float* from = view.data + at / panels * view.group_step + first_k * view.k_step;
      float* out = to + at * conv.taps() * tile_columns;
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
  bool relu;
};

template <int Rows>
void convolve_tile(const Job& job, const float* const* pixels, const float* panel, const float* bias,
                   const ColumnMask& mask, float* y) {
  Tile<Rows> tile;
  tile.clear();
  for (int64_t i = 0; i < job.runs.outer; ++i) {
    for (int64_t j = 0; j < job.runs.inner; ++j) {
      const int64_t offset = i * job.runs.outer_step + j * job.runs.inner_step;
      panel = tile.accumulate(pixels, offset, job.runs.length, panel);
    }
  }
  __m256 bias_low = _mm256_setzero_ps(), bias_high = _mm256_setzero_ps();
  if (bias != nullptr) mask.load(bias, bias_low, bias_high);
  const __m256 zero = _mm256_setzero_ps();
  TESSERA_UNROLL
  for (int i = 0; i < Rows; ++i) {
    __m256 low = _mm256_add_ps(tile.sum[i][0], bias_low), high = _mm256_add_ps(tile.sum[i][1], bias_high);
    if (job.relu) {
      // In this order max_ps hands on a NaN.
      low = _mm256_max_ps(zero, low);
      high = _mm256_max_ps(zero, high);
    }
    mask.store(y + i * job.conv.k, low, high);
  }
}

// All filters over the output rows of one strip; y is the first pixel of those rows.
void convolve_strip(const Job& job, const float* strip, int64_t rows, float* y) {
  const DirectConv& conv = job.conv;
  const int64_t panels = panels_a_group(conv);
  const int64_t pixels = rows * conv.out_w;
  for (int64_t at = 0; at < conv.groups * panels; ++at) {
    const int64_t group = at / panels, first_k = at % panels * tile_columns;
    const int64_t k = group * conv.group_k() + first_k;
    const ColumnMask mask(conv.group_k() - first_k);
    const float* panel = job.packed + at * conv.taps() * tile_columns;
    const float* base = strip + group * conv.group_c();
    for (int64_t pixel = 0; pixel < pixels; pixel += tile_rows) {
      const int64_t count = smaller(tile_rows, pixels - pixel);
      const float* windows[tile_rows];
      int64_t row = pixel / conv.out_w, column = pixel % conv.out_w;
      for (int64_t i = 0; i < count; ++i) {
        windows[i] = base + (row * conv.stride_h * job.layout.width + column * conv.stride_w) * conv.c;
        if (++column == conv.out_w) {
          column = 0;
          ++row;
        }
      }
      const float* bias = job.bias == nullptr ? nullptr : job.bias + k;
      with_rows(count, [&]<int Rows>() {
        convolve_tile<Rows>(job, windows, panel, bias, mask, y + pixel * conv.k + k);
      });
    }
  }
}

size_t scratch_floats(const DirectConv& conv) {
  const StripLayout layout(conv, strip_floats);
  return static_cast<size_t>(round_up(packed_floats(conv), 16) + threads() * round_up(layout.floats, 16));
}

void convolve(const DirectConv& conv, const float* x, const WeightView& weights, const float* bias, bool relu, float* y,
              float* scratch) {
  pack_weights(conv, weights, scratch);
  const StripLayout layout(conv, strip_floats);
  float* strips = scratch + round_up(packed_floats(conv), 16);
  const Job job{conv, layout, Runs(conv, layout), scratch, bias, relu};
  const int64_t blocks = ceil_div(conv.out_h, layout.rows);
  parallel_for_slots(conv.n * blocks, 1, [&](int64_t begin, int64_t end, int slot) {
    float* strip = strips + slot * round_up(layout.floats, 16);
    for (int64_t at = begin; at < end; ++at) {
      const int64_t picture = at / blocks, row = at % blocks * layout.rows;
      copy_strip(conv, layout, x + picture * conv.h * conv.w * conv.c, row, strip);
      float* out = y + (picture * conv.out_h + row) * conv.out_w * conv.k;
      convolve_strip(job, strip, smaller(layout.rows, conv.out_h - row), out);
    }
  });
}

}  // namespace

const char* direct_algorithm(const Conv2dShape&, ConvPass) { return "direct"; }

size_t direct_forward_scratch(const Conv2dShape& s) { return scratch_floats(direct_conv(s)); }

void direct_forward(const Conv2dShape& s, const float* x, const float* weights, const float* bias, Activation act,
                    float* y, float* scratch) {
  const DirectConv conv = direct_conv(s);
  const int64_t taps = conv.taps(), group_c = conv.group_c();
  const WeightView view{.data = weights, .group_step = conv.group_k() * taps, .k_step = taps,
                        .i_step = s.kw * group_c, .j_step = group_c, .c_step = 1};
  convolve(conv, x, view, bias, act == Activation::relu, y, scratch);
  if (act != Activation::none && act != Activation::relu) {
    activation_forward(act, s.n * s.out_h() * s.out_w() * s.k, y, y);
  }
}

size_t direct_backward_data_scratch(const Conv2dShape& s) { return scratch_floats(direct_conv_transposed(s)); }

void direct_backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx, float* scratch) {
  const DirectConv conv = direct_conv_transposed(s);
  // Filters and channels change places, and the window is turned by 180°.
  const int64_t group_c = s.c / s.groups, taps = s.kh * s.kw * group_c;
  const WeightView view{.data = weights + (s.kh - 1) * s.kw * group_c + (s.kw - 1) * group_c,
                        .group_step = s.k / s.groups * taps, .k_step = 1, .i_step = -s.kw * group_c,
                        .j_step = -group_c, .c_step = taps};
  convolve(conv, dy, view, nullptr, false, dx, scratch);
}

}  // namespace tessera::avx2
