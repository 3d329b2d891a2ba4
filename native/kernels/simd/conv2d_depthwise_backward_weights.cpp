// The weight gradient of depthwise convolution: lines in ranges that depend on the shape alone.
#include <cstring>

#include "kernels/parallel.h"
#include "kernels/simd/conv2d.h"
#include "kernels/simd/depthwise_lines.h"
#include "kernels/simd/tile.h"

namespace tessera::TESSERA_SIMD {
namespace {

constexpr int64_t most_taps_at_once = 8;
constexpr int64_t most_ranges = 16;

// sums[tap][C] += Σ_pixel x · dy for a few taps of a line; Whole: all lanes exist.
template <int Taps>
void accumulate_taps(const Line& line, const Tap* taps, const float* dy, int64_t c, const Lanes& lanes, float* sums,
                     const float* first_weights) {
  Vec sum[Taps];
  float* to[Taps];
  int64_t first = 0, last = line.pixels;
  TESSERA_UNROLL
  for (int i = 0; i < Taps; ++i) {
    to[i] = sums + (taps[i].weights - first_weights) + c;
    sum[i] = load(to[i]);
    first = greater(first, taps[i].first);
    last = smaller(last, taps[i].last);
  }
  last = greater(first, last);
  const auto alone = [&](int i, int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      sum[i] = fma(lanes.load(taps[i].x + at * line.x_step + c), lanes.load(dy + at * line.y_step + c), sum[i]);
    }
  };
  TESSERA_UNROLL
  for (int i = 0; i < Taps; ++i) alone(i, taps[i].first, smaller(first, taps[i].last));
  for (int64_t at = first; at < last; ++at) {
    const Vec gradient = lanes.load(dy + at * line.y_step + c);
    TESSERA_UNROLL
    for (int i = 0; i < Taps; ++i) sum[i] = fma(lanes.load(taps[i].x + at * line.x_step + c), gradient, sum[i]);
  }
  TESSERA_UNROLL
  for (int i = 0; i < Taps; ++i) {
    alone(i, greater(last, taps[i].first), taps[i].last);
    store(to[i], sum[i]);
  }
}

// What one range of lines adds to: [kh · kw][C], then the bias' [C].
int64_t partial_floats(const Conv2dShape& s) { return (taps_of(s) + 1) * padded_channels(s); }
int64_t ranges_of(const Conv2dShape& s) { return smaller(most_ranges, s.n * s.out_h()); }

void accumulate_line(const Conv2dShape& s, const Line& line, const float* dy, float* partial) {
  const int64_t chunks = ceil_div(line.count, most_taps_at_once);
  const int64_t at_once = chunks == 0 ? 0 : ceil_div(line.count, chunks);
  for (int64_t c = 0; c < s.c; c += vector_floats) {
    const Lanes lanes(s.c - c);
    for (int64_t tap = 0; tap < line.count; tap += at_once) {
      with_rows<most_taps_at_once>(smaller(at_once, line.count - tap), [&]<int Taps>() {
        accumulate_taps<Taps>(line, line.taps + tap, dy, c, lanes, partial, partial);
      });
    }
    float* bias = partial + taps_of(s) * padded_channels(s) + c;
    Vec sum = load(bias);
    for (int64_t at = 0; at < line.pixels; ++at) sum = sum + lanes.load(dy + at * line.y_step + c);
    store(bias, sum);
  }
}

}  // namespace

size_t depthwise_backward_weights_scratch(const Conv2dShape& s) {
  return static_cast<size_t>(ranges_of(s) * partial_floats(s));
}

// Lines in a number of ranges that depends on the shape alone, whose sums are added in order.
void depthwise_backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights, float* dbias,
                                float* scratch) {
  const int64_t lines = s.n * s.out_h(), ranges = ranges_of(s), row = padded_channels(s), taps = taps_of(s);
  parallel_for(ranges, 1, [&](int64_t begin, int64_t end) {
    for (int64_t range = begin; range < end; ++range) {
      float* partial = scratch + range * partial_floats(s);
      memset(partial, 0, static_cast<size_t>(partial_floats(s)) * sizeof(float));
      for (int64_t at = lines * range / ranges; at < lines * (range + 1) / ranges; ++at) {
        const float* picture = x + at / s.out_h() * s.h * s.w * s.c;
        // Of the weights' places only how far they lie from the first is wanted here.
        accumulate_line(s, output_line(s, picture, at % s.out_h(), partial, row), dy + at * s.out_w() * s.c, partial);
      }
    }
  });
  parallel_for(s.c, 16, [&](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      for (int64_t tap = 0; tap <= taps; ++tap) {
        float sum = 0;
        for (int64_t range = 0; range < ranges; ++range) sum += scratch[range * partial_floats(s) + tap * row + c];
        if (tap < taps) {
          dweights[c * taps + tap] += sum;
        } else if (dbias != nullptr) {
          dbias[c] += sum;
        }
      }
    }
  });
}

}  // namespace tessera::TESSERA_SIMD
