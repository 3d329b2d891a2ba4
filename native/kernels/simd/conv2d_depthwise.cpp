// Depthwise convolution: every channel has one filter of its own, so vectors run over the channels and nothing is shared
// between lanes. A weight, once loaded, serves several pixels of a line.
#include "kernels/parallel.h"
#include "kernels/simd/activation.h"
#include "kernels/simd/conv2d.h"
#include "kernels/simd/depthwise_lines.h"
#include "kernels/simd/tile.h"

namespace tessera::TESSERA_SIMD {
namespace {

constexpr int pixels_at_once = 8;

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
  Bounds bounds;

  Finish(const float* bias_, Activation act) : bias(bias_), bounds(act) {}
  Vec bias_at(int64_t c, const Lanes& lanes) const { return bias == nullptr ? zeros() : lanes.load(bias + c); }
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
  const Vec bias = finish.bias_at(c, lanes);
  TESSERA_UNROLL
  for (int i = 0; i < Pixels; ++i) lanes.store(y + (at + i) * line.y_step + c, finish.bounds(sum[i] + bias));
}

// Pixels first … last, in channels first_c … last_c.
void convolve_line(const Line& line, int64_t first, int64_t last, int64_t first_c, int64_t last_c, const Finish& finish, float* y) {
  for (int64_t c = first_c; c < last_c; c += vector_floats) {
    const Lanes lanes(last_c - c);
    for (int64_t at = first; at < last; at += pixels_at_once) {
      const int64_t end = smaller(last, at + pixels_at_once);
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

// ---- Windows as networks have them: 3 or 5 columns wide, 1 or 2 apart ----
//
// Some neighbouring pixels of a row together: what the windows see is loaded once for all that see it, and the taps of a row
// of the window stay in registers. The sums are those of a line, in the same order.

constexpr int64_t most_window_rows = 11;
constexpr int64_t channels_at_once = 64;  // whole cache lines, and few enough that rows of a picture stay in L1
constexpr bool registers_suffice = tile_rows >= 6;

// What a row of the output looks at: rows of the picture with their taps, [kw][weights_row] each.
struct WindowRows {
  const float* x[most_window_rows];
  const float* weights[most_window_rows];
  int64_t count = 0;

  WindowRows(const Conv2dShape& s, const float* picture, int64_t oh, const float* prepared) {
    for (int64_t i = 0; i < s.kh; ++i) {
      const int64_t row = oh * s.stride_h - s.pad_top + i * s.dilation_h;
      if (row < 0 || row >= s.h) continue;
      x[count] = picture + row * s.w * s.c;
      weights[count++] = prepared + i * s.kw * padded_channels(s);
    }
  }
};

template <int Pixels, int Columns, int Stride, bool AtEdge>
void convolve_windows(const Conv2dShape& s, const WindowRows& rows, int64_t first, int64_t c, const Finish& finish, float* y) {
  constexpr int seen = (Pixels - 1) * Stride + Columns;
  const int64_t weights_row = padded_channels(s), start = first * Stride - s.pad_left;
  Vec sum[Pixels];
  TESSERA_UNROLL
  for (int i = 0; i < Pixels; ++i) sum[i] = zeros();
  for (int64_t row = 0; row < rows.count; ++row) {
    const float* x = rows.x[row] + start * s.c + c;
    Vec weight[Columns];
    TESSERA_UNROLL
    for (int j = 0; j < Columns; ++j) weight[j] = load(rows.weights[row] + j * weights_row + c);
    TESSERA_UNROLL
    for (int at = 0; at < seen; ++at, x += s.c) {
      const bool outside = AtEdge && (start + at < 0 || start + at >= s.w);
      if (outside) continue;
      const Vec value = load(x);
      TESSERA_UNROLL
      for (int i = 0; i < Pixels; ++i) {
        const int j = at - i * Stride;
        if (j >= 0 && j < Columns) sum[i] = fma(value, weight[j], sum[i]);
      }
    }
  }
  const Vec bias = finish.bias_at(c, Lanes(vector_floats));
  const Bounds bounds = finish.bounds;
  TESSERA_UNROLL
  for (int i = 0; i < Pixels; ++i) store(y + (first + i) * s.c + c, bounds(sum[i] + bias));
}

// Rows first … last of the output of all pictures; whole vectors of channels from first_c on, and as many pixels as are whole
// groups. Returns how many of a row's pixels that is.
template <int Pixels, int Columns, int Stride>
int64_t convolve_rows(const Conv2dShape& s, const float* x, const float* prepared, const Finish& finish, int64_t first,
                      int64_t last, int64_t first_c, int64_t last_c, float* y) {
  const int64_t out_w = s.out_w(), done = out_w / Pixels * Pixels;
  for (int64_t at = first; at < last; ++at) {
    const WindowRows rows(s, x + at / s.out_h() * s.h * s.w * s.c, at % s.out_h(), prepared);
    float* to = y + at * out_w * s.c;
    for (int64_t pixel = 0; pixel < done; pixel += Pixels) {
      const int64_t start = pixel * Stride - s.pad_left;
      const bool inside = start >= 0 && start + (Pixels - 1) * Stride + Columns <= s.w;
      for (int64_t c = first_c; c + vector_floats <= last_c; c += vector_floats) {
        if (inside) {
          convolve_windows<Pixels, Columns, Stride, false>(s, rows, pixel, c, finish, to);
        } else {
          convolve_windows<Pixels, Columns, Stride, true>(s, rows, pixel, c, finish, to);
        }
      }
    }
  }
  return done;
}

using Windows = decltype(convolve_rows<8, 3, 1>);

template <int Columns, int Stride>
Windows* windows_in_groups(int64_t out_w) {
  return out_w % 7 == 0 && out_w % 8 != 0 ? convolve_rows<7, Columns, Stride> : convolve_rows<8, Columns, Stride>;
}

// Null where windows are others than these, pixels too few for a group, or registers.
Windows* windows_of(const Conv2dShape& s) {
  if (!registers_suffice || s.dilation_w != 1 || s.kh > most_window_rows || s.out_w() < 7) return nullptr;
  if (s.kw == 3 && s.stride_w == 1) return windows_in_groups<3, 1>(s.out_w());
  if (s.kw == 3 && s.stride_w == 2) return windows_in_groups<3, 2>(s.out_w());
  if (s.kw == 5 && s.stride_w == 1) return windows_in_groups<5, 1>(s.out_w());
  if (s.kw == 5 && s.stride_w == 2) return windows_in_groups<5, 2>(s.out_w());
  return nullptr;
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

}  // namespace

bool depthwise_suits(const Conv2dShape& s) {
  return s.groups > 1 && s.groups == s.c && s.k == s.c && taps_of(s) <= most_depthwise_taps;
}

size_t depthwise_prepared(const Conv2dShape& s) { return static_cast<size_t>(taps_of(s) * padded_channels(s)); }

void depthwise_prepare(const Conv2dShape& s, const float* weights, float* prepared) {
  transpose_weights(s, weights, prepared);
}

size_t depthwise_forward_scratch(const Conv2dShape&) { return 0; }

void depthwise_forward(const Conv2dShape& s, const float* x, const float* prepared, const float* bias, Activation act,
                       float* y, float*) {
  const Finish finish(bias, fused_part(act));
  Windows* const windows = windows_of(s);
  const int64_t rows = s.n * s.out_h(), blocks = windows == nullptr ? 1 : ceil_div(s.c, channels_at_once);
  // Rows first … last of the output, in a block of channels.
  const auto convolve = [&](int64_t first, int64_t last, int64_t block) {
    const int64_t first_c = block * channels_at_once, last_c = blocks == 1 ? s.c : smaller(s.c, first_c + channels_at_once);
    const int64_t done = windows == nullptr ? 0 : windows(s, x, prepared, finish, first, last, first_c, last_c, y);
    const int64_t whole_c = first_c + (last_c - first_c) / vector_floats * vector_floats;
    if (done == s.out_w() && whole_c == last_c) return;
    for (int64_t at = first; at < last; ++at) {
      const float* picture = x + at / s.out_h() * s.h * s.w * s.c;
      const Line line = output_line(s, picture, at % s.out_h(), prepared, padded_channels(s));
      float* to = y + at * s.out_w() * s.c;
      convolve_line(line, 0, done, whole_c, last_c, finish, to);
      convolve_line(line, done, s.out_w(), first_c, last_c, finish, to);
    }
  };
  // Few rows are shared out by channels, as the layers around them are (gemm.cpp).
  if (blocks >= threads() && rows < 4 * threads()) {
    parallel_for(blocks, 1, [&](int64_t begin, int64_t end) {
      for (int64_t block = begin; block < end; ++block) convolve(0, rows, block);
    });
  } else {
    parallel_for(rows, 1, [&](int64_t begin, int64_t end) {
      for (int64_t block = 0; block < blocks; ++block) convolve(begin, end, block);
    });
  }
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
        convolve_line(line, 0, line.pixels, 0, s.c, Finish(nullptr, Activation::none), dx + (at * s.w + first) * s.c);
      }
    }
  });
}

}  // namespace tessera::TESSERA_SIMD
