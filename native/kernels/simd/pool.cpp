// Max pooling, a vector of channels at a time. Backward every pixel gathers from the windows that cover it, so that threads
// share out rows and windows may overlap.
#include <cmath>
#include <cstring>

#include "kernels/simd/simd.h"
#include "kernels/simd/pool_windows.h"
#include "kernels/simd/vec.h"
#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::TESSERA_SIMD {
namespace {

// pixel[c] += dy[c] where the window's greatest value was at this place
void add_where(int place, const uint16_t* argmax, const float* dy, int64_t channels, float* pixel) {
  int64_t c = 0;
  for (; c + vector_floats <= channels; c += vector_floats) {
    const Mask here = load_u16(argmax + c) == broadcast_int(place);
    store(pixel + c, load(pixel + c) + only(here, load(dy + c)));
  }
  for (; c < channels; ++c) pixel[c] += argmax[c] == place ? dy[c] : 0;
}

}  // namespace

void max_pool2d_forward(const Pool2dShape& s, const float* x, float* y, uint16_t* argmax) {
  if (s.c % vector_floats != 0) {
    ref::max_pool2d_forward(s, x, y, argmax);
    return;
  }
  parallel_for(s.n * s.out_h(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t n = at / s.out_h(), top = at % s.out_h() * s.stride_h - s.pad_top;
      const Range h = pool_rows(s).pixels(at % s.out_h());
      for (int64_t ow = 0; ow < s.out_w(); ++ow) {
        const int64_t left = ow * s.stride_w - s.pad_left;
        const Range w = pool_columns(s).pixels(ow);
        const int64_t out = (at * s.out_w() + ow) * s.c;
        for (int64_t c = 0; c < s.c; c += vector_floats) {
          Vec best = broadcast(-HUGE_VALF);
          IntVec places = broadcast_int(0);
          bool first = true;
          for (int64_t row = h.first; row < h.last; ++row) {
            for (int64_t column = w.first; column < w.last; ++column, first = false) {
              const Vec value = load(x + ((n * s.h + row) * s.w + column) * s.c + c);
              const IntVec place = broadcast_int(static_cast<int>((row - top) * s.window_w + column - left));
              // Greater, or not a number while the best so far is one: the first of equals stays, NaN surfaces.
              const Mask nan = without(is_nan(value), is_nan(best));
              const Mask takes = first ? always() : (value > best) | nan;
              best = select(takes, value, best);
              places = select(takes, place, places);
            }
          }
          store(y + out + c, best);
          store_u16(argmax + out + c, places);
        }
      }
    }
  });
}

void max_pool2d_backward(const Pool2dShape& s, const float* dy, const uint16_t* argmax, float* dx) {
  const PoolAxis rows = pool_rows(s), columns = pool_columns(s);
  parallel_for(s.n * s.h, 1, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t n = at / s.h, row = at % s.h;
      const Range h = rows.windows(row);
      for (int64_t column = 0; column < s.w; ++column) {
        const Range w = columns.windows(column);
        float* pixel = dx + (at * s.w + column) * s.c;
        memset(pixel, 0, static_cast<size_t>(s.c) * sizeof(float));
        for (int64_t oh = h.first; oh < h.last; ++oh) {
          for (int64_t ow = w.first; ow < w.last; ++ow) {
            const int place = static_cast<int>((row - rows.start(oh)) * s.window_w + column - columns.start(ow));
            const int64_t from = ((n * rows.out + oh) * columns.out + ow) * s.c;
            add_where(place, argmax + from, dy + from, s.c, pixel);
          }
        }
      }
    }
  });
}

}  // namespace tessera::TESSERA_SIMD
