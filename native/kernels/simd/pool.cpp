// Max pooling, a vector of channels at a time. Backward every pixel gathers from the windows that cover it, so that threads
// share out rows and windows may overlap.
#include <cmath>
#include <cstring>

#include "kernels/simd/simd.h"
#include "kernels/simd/pool_windows.h"
#include "kernels/simd/vec.h"
#include "kernels/parallel.h"

namespace tessera::TESSERA_SIMD {
namespace {

// Places of a vector of channels, of which only the first few may exist.
IntVec load_places(const uint16_t* from, int64_t channels) {
  if (channels >= vector_floats) return load_u16(from);
  uint16_t some[vector_floats] = {};
  memcpy(some, from, static_cast<size_t>(channels) * sizeof(uint16_t));
  return load_u16(some);
}

void store_places(uint16_t* to, int64_t channels, IntVec places) {
  if (channels >= vector_floats) return store_u16(to, places);
  uint16_t some[vector_floats];
  store_u16(some, places);
  memcpy(to, some, static_cast<size_t>(channels) * sizeof(uint16_t));
}

// pixel[c] += dy[c] where the window's greatest value was at this place; the first window overwrites.
void take_where(int place, const uint16_t* argmax, const float* dy, int64_t channels, bool first, float* pixel) {
  for (int64_t c = 0; c < channels; c += vector_floats) {
    const Lanes lanes(channels - c);
    const Vec taken = only(load_places(argmax + c, channels - c) == broadcast_int(place), lanes.load(dy + c));
    lanes.store(pixel + c, first ? taken : lanes.load(pixel + c) + taken);
  }
}

}  // namespace

void max_pool2d_forward(const Pool2dShape& s, const float* x, float* y, uint16_t* argmax) {
  parallel_for(s.n * s.out_h(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t n = at / s.out_h(), top = at % s.out_h() * s.stride_h - s.pad_top;
      const Range h = pool_rows(s).pixels(at % s.out_h());
      for (int64_t ow = 0; ow < s.out_w(); ++ow) {
        const int64_t left = ow * s.stride_w - s.pad_left;
        const Range w = pool_columns(s).pixels(ow);
        const int64_t out = (at * s.out_w() + ow) * s.c;
        for (int64_t c = 0; c < s.c; c += vector_floats) {
          const Lanes lanes(s.c - c);
          const float* picture = x + n * s.h * s.w * s.c + c;
          Vec best = broadcast(-HUGE_VALF);
          IntVec places = broadcast_int(0);
          bool first = true;
          for (int64_t row = h.first; row < h.last; ++row) {
            for (int64_t column = w.first; column < w.last; ++column) {
              const Vec value = lanes.load(picture + (row * s.w + column) * s.c);
              const IntVec place = broadcast_int(static_cast<int>((row - top) * s.window_w + column - left));
              if (first) {
                first = false;
                best = value;
                places = place;
                continue;
              }
              // Greater, or not a number while the best so far is one: the first of equals stays, NaN surfaces.
              const Mask takes = (value > best) | without(is_nan(value), is_nan(best));
              best = select(takes, value, best);
              places = select(takes, place, places);
            }
          }
          lanes.store(y + out + c, best);
          store_places(argmax + out + c, s.c - c, places);
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
        bool first = true;
        for (int64_t oh = h.first; oh < h.last; ++oh) {
          for (int64_t ow = w.first; ow < w.last; ++ow) {
            const int place = static_cast<int>((row - rows.start(oh)) * s.window_w + column - columns.start(ow));
            const int64_t from = ((n * rows.out + oh) * columns.out + ow) * s.c;
            take_where(place, argmax + from, dy + from, s.c, first, pixel);
            first = false;
          }
        }
        if (first) memset(pixel, 0, static_cast<size_t>(s.c) * sizeof(float));
      }
    }
  });
}

}  // namespace tessera::TESSERA_SIMD
