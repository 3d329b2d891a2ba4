// Max pooling, eight channels at a time.
#include <immintrin.h>

#include <cmath>
#include <cstring>

#include "kernels/avx2/avx2.h"
#include "kernels/avx2/tile.h"
#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::avx2 {
namespace {

struct Rows {
  int64_t first, last;
};

// The part of a window over 0 … size − 1.
Rows clip(int64_t start, int64_t window, int64_t size) {
  return {greater(0, start), smaller(size, start + window)};
}

// Eight places, each below 65,536, as uint16.
void store_places(uint16_t* to, __m256i places) {
  const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(places, places), 0x08);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(packed));
}

__m256i load_places(const uint16_t* from) {
  return _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
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
      const Rows h = clip(top, s.window_h, s.h);
      for (int64_t ow = 0; ow < s.out_w(); ++ow) {
        const int64_t left = ow * s.stride_w - s.pad_left;
        const Rows w = clip(left, s.window_w, s.w);
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
  // Overlapping windows add up at a pixel; the textbook takes care of those.
  if (s.c % 8 != 0 || s.stride_h < s.window_h || s.stride_w < s.window_w) {
    ref::max_pool2d_backward(s, dy, argmax, dx);
    return;
  }
  parallel_for(s.n, 1, [&](int64_t begin, int64_t end) {
    const int64_t picture = s.h * s.w * s.c;
    for (int64_t n = begin; n < end; ++n) {
      memset(dx + n * picture, 0, static_cast<size_t>(picture) * sizeof(float));
      for (int64_t oh = 0; oh < s.out_h(); ++oh) {
        const int64_t top = oh * s.stride_h - s.pad_top;
        const Rows h = clip(top, s.window_h, s.h);
        for (int64_t ow = 0; ow < s.out_w(); ++ow) {
          const int64_t left = ow * s.stride_w - s.pad_left;
          const Rows w = clip(left, s.window_w, s.w);
          const int64_t from = ((n * s.out_h() + oh) * s.out_w() + ow) * s.c;
          for (int64_t c = 0; c < s.c; c += 8) {
            const __m256i places = load_places(argmax + from + c);
            const __m256 gradient = _mm256_loadu_ps(dy + from + c);
            for (int64_t row = h.first; row < h.last; ++row) {
              for (int64_t column = w.first; column < w.last; ++column) {
                const int place = static_cast<int>((row - top) * s.window_w + column - left);
                const __m256i here = _mm256_cmpeq_epi32(places, _mm256_set1_epi32(place));
                _mm256_storeu_ps(dx + ((n * s.h + row) * s.w + column) * s.c + c,
                                 _mm256_and_ps(gradient, _mm256_castsi256_ps(here)));
              }
            }
          }
        }
      }
    }
  });
}

}  // namespace tessera::avx2
