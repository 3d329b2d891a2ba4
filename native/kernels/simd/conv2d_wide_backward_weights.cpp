// The direct weight gradient of layers with many channels: an outer product of dy's pixel and x's pixel for every tap
// and pixel. The pixels under a tap are copied side by side, which is cheap beside many filters, and makes the inner
// loop long whatever the stride, and however small the picture.
#include <cstring>

#include "kernels/simd/conv2d.h"
#include "kernels/simd/outer_products.h"

namespace tessera::TESSERA_SIMD {
namespace {

OuterProducts products_of(const Conv2dShape& s) {
  return {s.kh * s.kw, s.k, s.c, s.n * s.out_h() * s.out_w(), true, 0};
}

void copy_pixel(const float* from, int64_t channels, float* to, int64_t panel_step) {
  for (int64_t c = 0; c < channels; c += tile_columns, to += panel_step) {
    const ColumnMask mask(channels - c);
    Vec low, high;
    mask.load(from + c, low, high);
    store(to, low);
    store(to + vector_floats, high);
  }
}

}  // namespace

// With few channels, copying the taps costs more than it saves; over a strip, pixels under a stride or a window of 1×1 are read once alone.
bool wide_suits(const Conv2dShape& s) {
  const int64_t channels = smaller(s.c, s.k);
  const bool strided = s.stride_h > 1 || s.stride_w > 1, pointwise = s.kh == 1 && s.kw == 1;
  return s.groups == 1 && channels >= (strided || pointwise ? 16 : 64);
}

size_t wide_backward_weights_scratch(const Conv2dShape& s) {
  return static_cast<size_t>(round_up(s.c, tile_columns) + products_of(s).floats());
}

void wide_backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights, float* dbias,
                           float* scratch) {
  const OuterProducts products = products_of(s);
  float* zeros = scratch;
  float* ranges = zeros + round_up(s.c, tile_columns);
  memset(zeros, 0, static_cast<size_t>(round_up(s.c, tile_columns)) * sizeof(float));
  const int64_t out_h = s.out_h(), out_w = s.out_w();
  sum_outer_products(products, ranges, [&](const ProductBlock& block, int64_t t, float* v, float* d) {
    const int64_t picture = t / (out_h * out_w), oh = t / out_w % out_h, ow = t % out_w;
    memcpy(d, dy + t * s.k, static_cast<size_t>(s.k) * sizeof(float));
    for (int64_t i = 0; i < s.kh; ++i) {
      const int64_t row = oh * s.stride_h - s.pad_top + i * s.dilation_h;
      for (int64_t j = 0; j < s.kw; ++j, v += block.v_point_step) {
        const int64_t column = ow * s.stride_w - s.pad_left + j * s.dilation_w;
        const bool inside = row >= 0 && row < s.h && column >= 0 && column < s.w;
        copy_pixel(inside ? x + ((picture * s.h + row) * s.w + column) * s.c : zeros, s.c, v, block.v_panel_step);
      }
    }
  });
  parallel_for(s.k, 4, [&](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k) {
      for (int64_t tap = 0; tap < products.points; ++tap) {
        float* to = dweights + (k * products.points + tap) * s.c;
        for (int64_t c = 0; c < s.c; c += vector_floats) {
          const int64_t panel = c / tile_columns, u = tap * products.point_step() + panel * products.panel_step();
          const Lanes lanes(s.c - c);
          const Vec sum = range_sum(products, ranges, u + k * tile_columns + c % tile_columns);
          lanes.store(to + c, lanes.load(to + c) + sum);
        }
      }
    }
  });
  add_bias_sums(products, ranges, dbias);
}

}  // namespace tessera::TESSERA_SIMD
