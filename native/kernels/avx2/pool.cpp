// Max pooling, eight channels at a time. Backward every pixel gathers from the windows that cover it, so that threads
// share out rows and windows may overlap.
#include <immintrin.h>

#include <cmath>
#include <cstring>

#include "kernels/avx2/avx2.h"
#include "kernels/avx2/lanes.h"
#include "kernels/avx2/pool_windows.h"
#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::avx2 {
namespace {

// Eight places, each below 65,536, as uint16.
void store_places(uint16_t* to, __m256i places) {
  const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(places, places), 0x08);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(packed));
}

__m256i load_places(const uint16_t* from) {
  return _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

// pixel[c] += dy[c] where the window's greatest value was at this place
void add_where(int place, const uint16_t* argmax, const float* dy, int64_t channels, float* pixel) {
  int64_t c = 0;
  for (; c + vector_floats <= channels; c += vector_floats) {
    const __m256i here = _mm256_cmpeq_epi32(load_places(argmax + c), _mm256_set1_epi32(place));
    const __m256 gradient = _mm256_and_ps(_mm256_loadu_ps(dy + c), _mm256_castsi256_ps(here));
    _mm256_storeu_ps(pixel + c, _mm256_add_ps(_mm256_loadu_ps(pixel + c), gradient));
  }
  for (; c < channels; ++c) pixel[c] += argmax[c] == place ? dy[c] : 0;
}

}  // namespace

void max_pool2d_forward(const Pool2dShape& s, const float* x, float* y, uint16_t* argmax) {
  if (s.c % 8 != 0) {
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
        for (int64_t c = 0; c < s.c; c += 8) {
          __m256 best = _mm256_set1_ps(-HUGE_VALF);
          __m256i places = _mm256_setzero_si256();
          bool first = true;
          for (int64_t row = h.first; row < h.last; ++row) {
            for (int64_t column = w.first; column < w.last; ++column, first = false) {
              const __m256 value = _mm256_loadu_ps(x + ((n * s.h + row) * s.w + column) * s.c + c);
              const __m256i place = _mm256_set1_epi32(static_cast<int>((row - top) * s.window_w + column - left));
              // Greater, or not a number while the best so far is one: the first of equals stays, NaN surfaces.
              const __m256 nan = _mm256_andnot_ps(_mm256_cmp_ps(best, best, _CMP_UNORD_Q),
                                                  _mm256_cmp_ps(value, value, _CMP_UNORD_Q));
              __m256 takes = _mm256_or_ps(_mm256_cmp_ps(value, best, _CMP_GT_OQ), nan);
              if (first) takes = _mm256_castsi256_ps(_mm256_set1_epi32(-1));
              best = _mm256_blendv_ps(best, value, takes);
              places = _mm256_blendv_epi8(places, place, _mm256_castps_si256(takes));
            }
          }
          _mm256_storeu_ps(y + out + c, best);
          store_places(argmax + out + c, places);
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

}  // namespace tessera::avx2
