// Average pooling, a vector of channels at a time. Backward every pixel gathers from the windows that cover it, so that
// threads share out rows and windows may overlap. Its shares are divided, not multiplied by a reciprocal: no compiler can join
// that to the sum, so they are the textbook's to the bit.
#include <cstring>

#include "kernels/simd/simd.h"
#include "kernels/simd/pool_windows.h"
#include "kernels/simd/vec.h"
#include "kernels/parallel.h"

namespace tessera::TESSERA_SIMD {
namespace {

float divisor(const Pool2dShape& s, int64_t oh, int64_t ow) {
  const int64_t pixels = pool_rows(s).extent(oh, s.count_include_pad) * pool_columns(s).extent(ow, s.count_include_pad);
  return static_cast<float>(s.count_include_pad ? pixels : greater(1, pixels));
}

}  // namespace

void avg_pool2d_forward(const Pool2dShape& s, const float* x, float* y) {
  const PoolAxis rows = pool_rows(s), columns = pool_columns(s);
  parallel_for(s.n * rows.out, 1, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t n = at / rows.out, oh = at % rows.out;
      const Range h = rows.pixels(oh);
      for (int64_t ow = 0; ow < columns.out; ++ow) {
        const Range w = columns.pixels(ow);
        const Vec count = broadcast(divisor(s, oh, ow));
        for (int64_t c = 0; c < s.c; c += vector_floats) {
          const Lanes lanes(s.c - c);
          Vec sum = zeros();
          for (int64_t row = h.first; row < h.last; ++row) {
            for (int64_t column = w.first; column < w.last; ++column) {
              sum = sum + lanes.load(x + ((n * s.h + row) * s.w + column) * s.c + c);
            }
          }
          lanes.store(y + (at * columns.out + ow) * s.c + c, sum / count);
        }
      }
    }
  });
}

void avg_pool2d_backward(const Pool2dShape& s, const float* dy, float* dx) {
  const PoolAxis rows = pool_rows(s), columns = pool_columns(s);
  parallel_for(s.n * s.h, 1, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t n = at / s.h;
      const Range h = rows.windows(at % s.h);
      for (int64_t column = 0; column < s.w; ++column) {
        const Range w = columns.windows(column);
        float* pixel = dx + (at * s.w + column) * s.c;
        memset(pixel, 0, static_cast<size_t>(s.c) * sizeof(float));
        for (int64_t oh = h.first; oh < h.last; ++oh) {
          for (int64_t ow = w.first; ow < w.last; ++ow) {
            const float* gradient = dy + ((n * rows.out + oh) * columns.out + ow) * s.c;
            const Vec count = broadcast(divisor(s, oh, ow));
            for (int64_t c = 0; c < s.c; c += vector_floats) {
              const Lanes lanes(s.c - c);
              lanes.store(pixel + c, lanes.load(pixel + c) + lanes.load(gradient + c) / count);
            }
          }
        }
      }
    }
  });
}

void global_avg_pool_forward(int64_t n, int64_t hw, int64_t c, const float* x, float* y) {
  // Tasks of four vectors of channels of a picture.
  constexpr int64_t vectors = 4;
  const int64_t blocks = ceil_div(c, vectors * vector_floats);
  parallel_for(n * blocks, 4, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t first = at % blocks * vectors * vector_floats;
      const Lanes lanes[vectors] = {Lanes(c - first), Lanes(c - first - vector_floats),
                                    Lanes(c - first - 2 * vector_floats), Lanes(c - first - 3 * vector_floats)};
      Vec sum[vectors];
      TESSERA_UNROLL
      for (int64_t i = 0; i < vectors; ++i) sum[i] = zeros();
      const float* pixel = x + at / blocks * hw * c + first;
      for (int64_t p = 0; p < hw; ++p, pixel += c) {
        TESSERA_UNROLL
        for (int64_t i = 0; i < vectors; ++i) {
          sum[i] = sum[i] + lanes[i].load(pixel + i * vector_floats);
        }
      }
      const Vec count = broadcast(static_cast<float>(hw));
      TESSERA_UNROLL
      for (int64_t i = 0; i < vectors; ++i) {
        lanes[i].store(y + at / blocks * c + first + i * vector_floats, sum[i] / count);
      }
    }
  });
}

}  // namespace tessera::TESSERA_SIMD
