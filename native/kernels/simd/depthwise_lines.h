// What depthwise convolutions and their gradients run along: a row of the output, or, where the data gradient has a stride, the
// pixels of a row that lie a stride apart and so under the same taps.
#pragma once
#include <cstdint>

#include "kernels/kernels.h"
#include "kernels/simd/tile.h"

namespace tessera::TESSERA_SIMD {

constexpr int64_t most_depthwise_taps = 121;

inline int64_t taps_of(const Conv2dShape& s) { return s.kh * s.kw; }
inline int64_t padded_channels(const Conv2dShape& s) { return round_up(s.c, vector_floats); }

struct Tap {
  const float* x;        // what it sees under the line's first pixel
  const float* weights;  // [C]
  int64_t first, last;   // the line's pixels under which it lies inside of the picture
};

struct Line {
  Tap taps[most_depthwise_taps];
  int64_t count = 0;  // of taps
  int64_t pixels, x_step, y_step;
  int64_t all_first = 0, all_last;  // pixels that have all taps inside

  Line(int64_t pixels_, int64_t x_step_, int64_t y_step_)
      : pixels(pixels_), x_step(x_step_), y_step(y_step_), all_last(pixels_) {}

  // A tap that sees columns start, start + step, … of a row of `width`.
  void add(const float* row, int64_t width, int64_t start, int64_t step, int64_t channels, const float* weights) {
    const int64_t first = start >= 0 ? 0 : ceil_div(-start, step);
    const int64_t last = start >= width ? 0 : smaller(pixels, (width - 1 - start) / step + 1);
    if (first >= last) return;
    taps[count++] = {row + start * channels, weights, first, last};
    all_first = greater(all_first, first);
    all_last = smaller(all_last, last);
  }
};

// The taps of row oh of the output.
inline Line output_line(const Conv2dShape& s, const float* picture, int64_t oh, const float* weights, int64_t weights_row) {
  Line line(s.out_w(), s.stride_w * s.c, s.c);
  for (int64_t i = 0; i < s.kh; ++i) {
    const int64_t row = oh * s.stride_h - s.pad_top + i * s.dilation_h;
    if (row < 0 || row >= s.h) continue;
    for (int64_t j = 0; j < s.kw; ++j) {
      line.add(picture + row * s.w * s.c, s.w, j * s.dilation_w - s.pad_left, s.stride_w, s.c,
               weights + (i * s.kw + j) * weights_row);
    }
  }
  return line;
}

}  // namespace tessera::TESSERA_SIMD
