// Along one axis: the pixels that a window covers, and the windows that cover a pixel.
#pragma once
#include "kernels/simd/tile.h"
#include "kernels/kernels.h"

namespace tessera::TESSERA_SIMD {

struct Range {
  int64_t first, last;  // last is not in it
};

struct PoolAxis {
  int64_t size, window, stride, pad, pad_end, out;

  int64_t start(int64_t at) const { return at * stride - pad; }  // may be negative
  Range pixels(int64_t at) const { return {greater(0, start(at)), smaller(size, start(at) + window)}; }
  Range windows(int64_t pixel) const {
    const int64_t before = pixel + pad - window + 1;
    return {before <= 0 ? 0 : ceil_div(before, stride), smaller(out, (pixel + pad) / stride + 1)};
  }
  // What an average divides by, of the two axes' product.
  int64_t extent(int64_t at, bool with_pad) const {
    if (with_pad) return smaller(size + pad_end, start(at) + window) - start(at);
    const Range range = pixels(at);
    return range.last - range.first;
  }
};

inline PoolAxis pool_rows(const Pool2dShape& s) {
  return {s.h, s.window_h, s.stride_h, s.pad_top, s.pad_bottom, s.out_h()};
}
inline PoolAxis pool_columns(const Pool2dShape& s) {
  return {s.w, s.window_w, s.stride_w, s.pad_left, s.pad_right, s.out_w()};
}

}  // namespace tessera::TESSERA_SIMD
