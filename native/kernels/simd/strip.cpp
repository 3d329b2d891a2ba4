#include "kernels/simd/strip.h"

#include <cstring>

namespace tessera::TESSERA_SIMD {

DirectConv direct_conv(const Conv2dShape& s) {
  return {.n = s.n, .h = s.h, .w = s.w, .c = s.c, .k = s.k, .out_h = s.out_h(), .out_w = s.out_w(), .kh = s.kh,
          .kw = s.kw, .stride_h = s.stride_h, .stride_w = s.stride_w, .dilation_h = s.dilation_h,
          .dilation_w = s.dilation_w, .pad_top = s.pad_top, .pad_left = s.pad_left, .groups = s.groups,
          .y_picture = s.out_h() * s.out_w() * s.k, .y_row = s.out_w() * s.k, .y_pixel = s.k};
}

StripLayout::StripLayout(const DirectConv& conv, int64_t floats_wanted) {
  width = (conv.out_w - 1) * conv.stride_w + conv.dilation_w * (conv.kw - 1) + 1;
  const int64_t window = conv.dilation_h * (conv.kh - 1) + 1;
  const int64_t in_rows_wanted = greater(window, floats_wanted / greater(1, width * conv.c));
  rows = smaller(conv.out_h, (in_rows_wanted - window) / conv.stride_h + 1);
  in_rows = (rows - 1) * conv.stride_h + window;
  floats = in_rows * width * conv.c;
}

namespace {

void copy_row(const DirectConv& conv, int64_t width, const float* row, float* to) {
  const int64_t first = greater(0, conv.pad_left), last = smaller(width, conv.pad_left + conv.w);
  if (first >= last) {
    memset(to, 0, static_cast<size_t>(width * conv.c) * sizeof(float));
    return;
  }
  memset(to, 0, static_cast<size_t>(first * conv.c) * sizeof(float));
  memcpy(to + first * conv.c, row + (first - conv.pad_left) * conv.c,
         static_cast<size_t>((last - first) * conv.c) * sizeof(float));
  memset(to + last * conv.c, 0, static_cast<size_t>((width - last) * conv.c) * sizeof(float));
}

}  // namespace

void copy_strip(const DirectConv& conv, const StripLayout& layout, const float* x, int64_t first_row, float* strip) {
  for (int64_t i = 0; i < layout.in_rows; ++i) {
    float* to = strip + i * layout.width * conv.c;
    const int64_t row = first_row * conv.stride_h + i - conv.pad_top;
    if (row < 0 || row >= conv.h) {
      memset(to, 0, static_cast<size_t>(layout.width * conv.c) * sizeof(float));
    } else {
      copy_row(conv, layout.width, x + row * conv.w * conv.c, to);
    }
  }
}

}  // namespace tessera::TESSERA_SIMD
