#include "kernels/avx2/strip.h"

#include <cstring>

namespace tessera::avx2 {

DirectConv direct_conv(const Conv2dShape& s) {
  return {.n = s.n, .h = s.h, .w = s.w, .c = s.c, .k = s.k, .out_h = s.out_h(), .out_w = s.out_w(), .kh = s.kh,
          .kw = s.kw, .stride_h = s.stride_h, .stride_w = s.stride_w, .dilation_h = s.dilation_h,
          .dilation_w = s.dilation_w, .pad_top = s.pad_top, .pad_left = s.pad_left, .groups = s.groups};
}

DirectConv direct_conv_transposed(const Conv2dShape& s) {
  return {.n = s.n, .h = s.out_h(), .w = s.out_w(), .c = s.k, .spread_h = s.stride_h, .spread_w = s.stride_w,
          .k = s.c, .out_h = s.h, .out_w = s.w, .kh = s.kh, .kw = s.kw, .stride_h = 1, .stride_w = 1,
          .dilation_h = s.dilation_h, .dilation_w = s.dilation_w, .pad_top = s.dilation_h * (s.kh - 1) - s.pad_top,
          .pad_left = s.dilation_w * (s.kw - 1) - s.pad_left, .groups = s.groups};
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
  if (conv.spread_w > 1) {
    memset(to, 0, static_cast<size_t>(width * conv.c) * sizeof(float));
    for (int64_t w = 0; w < conv.w; ++w) {
      const int64_t at = w * conv.spread_w + conv.pad_left;
      if (at < 0 || at >= width) continue;
      memcpy(to + at * conv.c, row + w * conv.c, static_cast<size_t>(conv.c) * sizeof(float));
    }
    return;
  }
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
    const int64_t spread_row = first_row * conv.stride_h + i - conv.pad_top;
    const int64_t row = spread_row >= 0 ? spread_row / conv.spread_h : -1;
    if (row < 0 || row >= conv.h || spread_row % conv.spread_h != 0) {
      memset(to, 0, static_cast<size_t>(layout.width * conv.c) * sizeof(float));
    } else {
      copy_row(conv, layout.width, x + row * conv.w * conv.c, to);
    }
  }
}

}  // namespace tessera::avx2
