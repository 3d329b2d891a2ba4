// A strip: the rows of one picture that a few output rows look at, copied with their padding, so that a convolution's
// inner loop meets no edge. Direct convolution and its weight gradient both read strips.
#pragma once
#include <cstdint>

#include "kernels/simd/tile.h"
#include "kernels/kernels.h"

namespace tessera::TESSERA_SIMD {

// A convolution as the direct kernel sees it. The data gradient is made of such: of dy, with turned weights.
struct DirectConv {
  int64_t n, h, w, c;       // input pictures
  int64_t k, out_h, out_w;  // output pictures
  int64_t kh, kw;
  int64_t stride_h, stride_w, dilation_h, dilation_w;
  int64_t pad_top, pad_left;  // may be negative: cropped
  int64_t groups;
  int64_t y_picture, y_row, y_pixel;  // floats from one to the next in the output

  int64_t group_c() const { return c / groups; }
  int64_t group_k() const { return k / groups; }
  int64_t taps() const { return kh * kw * group_c(); }
};

DirectConv direct_conv(const Conv2dShape& shape);

struct StripLayout {
  int64_t rows;     // output rows a strip serves
  int64_t in_rows;  // input rows in it
  int64_t width;    // pixels a row, padding included
  int64_t floats;

  // `floats_wanted` bounds the size where several rows would fit.
  StripLayout(const DirectConv& conv, int64_t floats_wanted);
};

// Input rows from output row `first_row` of picture x on, with zeros where the picture ends.
void copy_strip(const DirectConv& conv, const StripLayout& layout, const float* x, int64_t first_row, float* strip);

}  // namespace tessera::TESSERA_SIMD
