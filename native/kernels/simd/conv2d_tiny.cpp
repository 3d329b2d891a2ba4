// Layers whose output has few pixels, fewer than a tile has rows: there a tile's rows are pictures instead, all at the same
// pixel. Then every row has the same taps inside of its picture, and those in the padding, which are most of them, are
// left out: 3×3 taps over 2×2 pixels are 16 products a channel instead of 36.
#include "kernels/simd/activation.h"
#include "kernels/simd/conv2d.h"
#include "kernels/simd/gemm.h"
#include "kernels/simd/simd.h"
#include "kernels/simd/tile.h"
#include "kernels/parallel.h"

namespace tessera::TESSERA_SIMD {
namespace {

constexpr int64_t most_pixels = 4, most_taps = 25, least_channels = 16;

// One tap of one output pixel, where it lies inside of the picture.
struct Product {
  int64_t in, out, tap;
};

// Calls body for every product of a layer, in the order of the output's pixels and their taps.
template <class Body>
void for_each_product(const Conv2dShape& s, Body body) {
  for (int64_t out = 0; out < s.out_h() * s.out_w(); ++out) {
    for (int64_t tap = 0; tap < s.kh * s.kw; ++tap) {
      const int64_t row = out / s.out_w() * s.stride_h - s.pad_top + tap / s.kw * s.dilation_h;
      const int64_t column = out % s.out_w() * s.stride_w - s.pad_left + tap % s.kw * s.dilation_w;
      if (row >= 0 && row < s.h && column >= 0 && column < s.w) body(Product{row * s.w + column, out, tap});
    }
  }
}

// Pictures of `pixels` by `channels`, side by side.
struct Pictures {
  int64_t pixels, channels;
  int64_t floats() const { return pixels * channels; }
};

// The products that end in one pixel of `to`: which pixel of `from` each reads, by which tap.
struct Sources {
  int64_t count = 0;
  int64_t pixel[most_pixels * most_taps], tap[most_pixels * most_taps];

  void add(int64_t from, int64_t by) {
    pixel[count] = from;
    tap[count++] = by;
  }
};

// y[n][pixel][:] = Σ x[n][source][:] · packed[panel][tap][:][tile_columns]. sources_of(pixel) gives a pixel's.
template <class SourcesOf>
void convolve(int64_t n, int64_t taps, const Pictures& from, const float* x, const float* packed, const float* bias,
              Activation act, const Pictures& to, float* y, SourcesOf sources_of) {
  const int64_t panels = ceil_div(to.channels, tile_columns);
  const int64_t tap_floats = from.channels * tile_columns;
  parallel_for(panels * to.pixels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t first = task / to.pixels * tile_columns, pixel = task % to.pixels;
      const float* panel = packed + task / to.pixels * taps * tap_floats;
      const ColumnMask mask(to.channels - first);
      const Sources sources = sources_of(pixel);
      with_tile(to.channels - first, [&]<int Most, int Vectors>() {
        for (int64_t picture = 0; picture < n; picture += Most) {
          with_rows<Most>(n - picture, [&]<int Rows>() {
            const float* rows[Rows];
            for (int i = 0; i < Rows; ++i) rows[i] = x + (picture + i) * from.floats();
            Tile<Rows, Vectors> tile;
            tile.clear();
            for (int64_t at = 0; at < sources.count; ++at) {
              tile.accumulate(rows, sources.pixel[at] * from.channels, from.channels,
                              panel + sources.tap[at] * tap_floats);
            }
            float* out = y + picture * to.floats() + pixel * to.channels + first;
            for (int v = 0; v < Vectors; ++v) {
              const Lanes& lanes = mask.vector(v);
              const Vec added = bias == nullptr ? zeros() : lanes.load(bias + first + v * vector_floats);
              TESSERA_UNROLL
              for (int i = 0; i < Rows; ++i) {
                lanes.store(out + i * to.floats() + v * vector_floats, finished(tile.sum[i][v] + added, act));
              }
            }
          });
        }
      });
    }
  });
}

Pictures input_of(const Conv2dShape& s) { return {s.h * s.w, s.c}; }
Pictures output_of(const Conv2dShape& s) { return {s.out_h() * s.out_w(), s.k}; }

// [panel of channels][tap][filter][tile_columns], zero-padded
void pack_for_data(const Conv2dShape& s, const float* weights, float* to) {
  const int64_t taps = s.kh * s.kw;
  parallel_for(ceil_div(s.c, tile_columns) * taps, 1, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t first = at / taps * tile_columns, tap = at % taps;
      const ColumnMask mask(s.c - first);
      float* out = to + at * s.k * tile_columns;
      for (int64_t k = 0; k < s.k; ++k, out += tile_columns) {
        Vec low, high;
        mask.load(weights + (k * taps + tap) * s.c + first, low, high);
        store(out, low);
        store(out + vector_floats, high);
      }
    }
  });
}

}  // namespace

bool tiny_suits(const Conv2dShape& s) {
  return s.out_h() * s.out_w() <= most_pixels && s.kh * s.kw > 1 && s.kh * s.kw <= most_taps && s.groups == 1 &&
         smaller(s.c, s.k) >= least_channels;
}

// Packed as direct convolution has them.
size_t tiny_forward_scratch(const Conv2dShape&) { return 0; }

void tiny_forward(const Conv2dShape& s, const float* x, const float* prepared, const float* bias, Activation act,
                  float* y, float*) {
  convolve(s.n, s.kh * s.kw, input_of(s), x, prepared, bias, fused_part(act), output_of(s), y,
           [&](int64_t pixel) {
             Sources sources;
             for_each_product(s, [&](const Product& p) {
               if (p.out == pixel) sources.add(p.in, p.tap);
             });
             return sources;
           });
  finish_apart(act, s.n * output_of(s).floats(), y);
}

size_t tiny_backward_data_scratch(const Conv2dShape& s) {
  return static_cast<size_t>(s.kh * s.kw * s.k * round_up(s.c, tile_columns));
}

void tiny_backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx, float* scratch) {
  pack_for_data(s, weights, scratch);
  convolve(s.n, s.kh * s.kw, output_of(s), dy, scratch, nullptr, Activation::none, input_of(s), dx, [&](int64_t pixel) {
    Sources sources;
    for_each_product(s, [&](const Product& p) {
      if (p.in == pixel) sources.add(p.out, p.tap);
    });
    return sources;
  });
}

size_t tiny_backward_weights_scratch(const Conv2dShape& s) { return gemm_scratch(s.k, s.c, s.n); }

// A tap's gradient is a sum of matrix products over the pictures.
void tiny_backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights, float* dbias,
                           float* scratch) {
  const Pictures input = input_of(s), output = output_of(s);
  for_each_product(s, [&](const Product& p) {
    gemm(true, false, s.k, s.c, s.n, 1, dy + p.out * s.k, output.floats(), x + p.in * s.c, input.floats(), 1,
         dweights + p.tap * s.c, s.kh * s.kw * s.c, scratch);
  });
  if (dbias == nullptr) return;
  for (int64_t k = 0; k < s.k; k += vector_floats) {
    const Lanes lanes(s.k - k);
    Vec sum = zeros();
    for (int64_t row = 0; row < s.n * output.pixels; ++row) sum = sum + lanes.load(dy + row * s.k + k);
    lanes.store(dbias + k, lanes.load(dbias + k) + sum);
  }
}

}  // namespace tessera::TESSERA_SIMD
