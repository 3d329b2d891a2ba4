// Depthwise convolution: every channel has one filter of its own, so vectors run over the channels and nothing is shared
// between lanes. A weight, once loaded, serves several pixels of a line.
//
// A line is a row of the output, or, where the data gradient has a stride, the pixels of a row that lie a stride apart
// and so under the same taps.
#include <cstring>

#include "kernels/parallel.h"
#include "kernels/simd/activation.h"
#include "kernels/simd/conv2d.h"
#include "kernels/simd/tile.h"

namespace tessera::TESSERA_SIMD {
namespace {

constexpr int64_t most_taps = 121;
constexpr int pixels_at_once = 8;
constexpr int64_t most_taps_at_once = 8;  // of the weight gradient
constexpr int64_t most_ranges = 16;

int64_t taps_of(const Conv2dShape& s) { return s.kh * s.kw; }
int64_t padded_channels(const Conv2dShape& s) { return round_up(s.c, vector_floats); }

struct Tap {
  const float* x;        // what it sees under the line's first pixel
  const float* weights;  // [C]
  int64_t first, last;   // the line's pixels under which it lies inside of the picture
};

struct Line {
  Tap taps[most_taps];
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

// weights [C, kh, kw] → [kh · kw][C], padded to whole vectors
void transpose_weights(const Conv2dShape& s, const float* weights, float* to) {
  const int64_t taps = taps_of(s), row = padded_channels(s);
  for (int64_t tap = 0; tap < taps; ++tap) {
    for (int64_t c = 0; c < s.c; ++c) to[tap * row + c] = weights[c * taps + tap];
    for (int64_t c = s.c; c < row; ++c) to[tap * row + c] = 0;
  }
}

struct Finish {
  const float* bias;
  Activation act;

  Vec operator()(Vec sum, const Lanes& lanes, int64_t c) const {
    if (bias != nullptr) sum = sum + lanes.load(bias + c);
    return finished(sum, act);
  }
};

// Some neighbouring pixels; near the edges, where not every pixel has every tap inside, each is asked.
template <int Pixels, bool AtEdge>
void convolve_pixels(const Line& line, int64_t at, int64_t c, const Lanes& lanes, const Finish& finish, float* y) {
  Vec sum[Pixels];
  TESSERA_UNROLL
  for (int i = 0; i < Pixels; ++i) sum[i] = zeros();
  for (int64_t j = 0; j < line.count; ++j) {
    const Tap& tap = line.taps[j];
    const Vec weight = load(tap.weights + c);
    const float* x = tap.x + at * line.x_step + c;
    if (AtEdge && (at < tap.first || at + Pixels > tap.last)) {
      TESSERA_UNROLL
      for (int i = 0; i < Pixels; ++i) {
        if (at + i >= tap.first && at + i < tap.last) sum[i] = fma(lanes.load(x + i * line.x_step), weight, sum[i]);
      }
      continue;
    }
    TESSERA_UNROLL
    for (int i = 0; i < Pixels; ++i) sum[i] = fma(lanes.load(x + i * line.x_step), weight, sum[i]);
  }
  TESSERA_UNROLL
  for (int i = 0; i < Pixels; ++i) lanes.store(y + (at + i) * line.y_step + c, finish(sum[i], lanes, c));
}

void convolve_line(const Line& line, int64_t channels, const Finish& finish, float* y) {
  for (int64_t c = 0; c < channels; c += vector_floats) {
    const Lanes lanes(channels - c);
    for (int64_t at = 0; at < line.pixels; at += pixels_at_once) {
      const int64_t end = smaller(line.pixels, at + pixels_at_once);
      with_rows<pixels_at_once>(end - at, [&]<int Pixels>() {
        if (at >= line.all_first && end <= line.all_last) {
          convolve_pixels<Pixels, false>(line, at, c, lanes, finish, y);
        } else {
          convolve_pixels<Pixels, true>(line, at, c, lanes, finish, y);
        }
      });
    }
  }
}

// The taps of row oh of the output.
Line output_line(const Conv2dShape& s, const float* picture, int64_t oh, const float* weights, int64_t weights_row) {
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

// The taps, over dy, of pixels first, first + stride, … of row ih of dx.
Line input_line(const Conv2dShape& s, const float* picture, int64_t ih, int64_t first, const float* weights,
                int64_t weights_row) {
  Line line(ceil_div(s.w - first, s.stride_w), s.c, s.stride_w * s.c);
  for (int64_t i = 0; i < s.kh; ++i) {
    const int64_t down = ih + s.pad_top - i * s.dilation_h, row = down / s.stride_h;
    if (down < 0 || down % s.stride_h != 0 || row >= s.out_h()) continue;
    for (int64_t j = 0; j < s.kw; ++j) {
      const int64_t right = first + s.pad_left - j * s.dilation_w;
      if (right % s.stride_w != 0) continue;
      line.add(picture + row * s.out_w() * s.c, s.out_w(), right / s.stride_w, 1, s.c,
               weights + (i * s.kw + j) * weights_row);
    }
  }
  return line;
}

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

bool depthwise_suits(const Conv2dShape& s) {
  return s.groups > 1 && s.groups == s.c && s.k == s.c && taps_of(s) <= most_taps;
}

size_t depthwise_prepared(const Conv2dShape& s) { return static_cast<size_t>(taps_of(s) * padded_channels(s)); }

void depthwise_prepare(const Conv2dShape& s, const float* weights, float* prepared) {
  transpose_weights(s, weights, prepared);
}

size_t depthwise_forward_scratch(const Conv2dShape&) { return 0; }

void depthwise_forward(const Conv2dShape& s, const float* x, const float* prepared, const float* bias, Activation act,
                       float* y, float*) {
  const Finish finish{bias, fused_part(act)};
  parallel_for(s.n * s.out_h(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const float* picture = x + at / s.out_h() * s.h * s.w * s.c;
      const Line line = output_line(s, picture, at % s.out_h(), prepared, padded_channels(s));
      convolve_line(line, s.c, finish, y + at * s.out_w() * s.c);
    }
  });
  finish_apart(act, s.n * s.out_h() * s.out_w() * s.c, y);
}

size_t depthwise_backward_data_scratch(const Conv2dShape& s) { return depthwise_prepared(s); }

void depthwise_backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx, float* scratch) {
  transpose_weights(s, weights, scratch);
  parallel_for(s.n * s.h, 1, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const float* picture = dy + at / s.h * s.out_h() * s.out_w() * s.c;
      for (int64_t first = 0; first < smaller(s.stride_w, s.w); ++first) {
        const Line line = input_line(s, picture, at % s.h, first, scratch, padded_channels(s));
        convolve_line(line, s.c, {nullptr, Activation::none}, dx + (at * s.w + first) * s.c);
      }
    }
  });
}

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
