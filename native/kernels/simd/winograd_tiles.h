// How Winograd's kernels see a convolution: pictures cut into tiles of 4×4 output pixels, or of 2×2 under 5×5 taps.
#pragma once
#include "kernels/simd/winograd.h"
#include "kernels/simd/winograd_transforms.h"
#include "kernels/simd/winograd_transforms_5x5.h"

namespace tessera::TESSERA_SIMD {

namespace winograd {

// F(4×4, 3×3)
struct Form3x3 {
  static constexpr int64_t out = 4, taps = 3;  // along a side
  using Output = OutputLine;
  using OutputGradient = OutputGradientLine;
  using Filter = FilterLine;
  using FilterGradient = FilterGradientLine;
};

// F(2×2, 5×5)
struct Form5x5 {
  static constexpr int64_t out = 2, taps = 5;
  using Output = OutputLine5x5;
  using OutputGradient = OutputGradientLine5x5;
  using Filter = FilterLine5x5;
  using FilterGradient = FilterGradientLine5x5;
};

}  // namespace winograd

// Calls body with the form for windows of this height.
template <class Body>
void with_winograd_form(int64_t taps, Body body) {
  if (taps == winograd::Form3x3::taps) return body.template operator()<winograd::Form3x3>();
  body.template operator()<winograd::Form5x5>();
}

// The convolution as the kernel sees it. The data gradient is one too: of dy, with turned weights.
struct WinogradConv {
  int64_t n, h, w, c;         // input pictures
  int64_t k, out_h, out_w;    // output pictures
  int64_t pad_top, pad_left;  // may be negative: cropped
  int64_t side;               // output pixels along a tile's

  int64_t tiles_h() const { return ceil_div(out_h, side); }
  int64_t tiles_w() const { return ceil_div(out_w, side); }
  int64_t tiles() const { return n * tiles_h() * tiles_w(); }
};

WinogradConv winograd_conv(const Conv2dShape& shape);
WinogradConv winograd_conv_transposed(const Conv2dShape& shape);

// A tile of the output, counted over pictures, rows and columns.
struct WinogradTile {
  int64_t picture, row, column;  // of its first pixel

  WinogradTile(const WinogradConv& conv, int64_t at)
      : picture(at / (conv.tiles_h() * conv.tiles_w())),
        row(at / conv.tiles_w() % conv.tiles_h() * conv.side),
        column(at % conv.tiles_w() * conv.side) {}
};

// Where the pixels of a square in a picture lie; `zeros`, as long as a pixel, stands for those outside.
template <int Side>
struct Square {
  const float* pixel[Side][Side];

  Square(const float* picture, int64_t h, int64_t w, int64_t c, int64_t top, int64_t left, const float* zeros) {
    for (int i = 0; i < Side; ++i) {
      const int64_t row = top + i;
      const float* line = row >= 0 && row < h ? picture + row * w * c : nullptr;
      for (int j = 0; j < Side; ++j) {
        const int64_t column = left + j;
        pixel[i][j] = line != nullptr && column >= 0 && column < w ? line + column * c : zeros;
      }
    }
  }
};

// Transformed weights U[36][panels][C][tile_columns], zero-padded to whole panels of filters.
struct WinogradFilters {
  int64_t c, k;

  int64_t panels() const { return ceil_div(k, tile_columns); }
  // An odd number of cache lines, so that the 36 places of a weight do not all fall into the same set of L1.
  int64_t point_step() const { return panels() * c * tile_columns + line_floats; }
  int64_t floats() const { return winograd_points * point_step(); }
};

// From weights [K, window, window, C]: those of the layer, or of its data gradient (turned by 180°, C and K exchanged).
void winograd_filters(const WinogradFilters& sizes, int64_t window, const float* weights, float* u);
void winograd_filters_turned(const WinogradFilters& sizes, int64_t window, const float* weights, float* u);

}  // namespace tessera::TESSERA_SIMD
