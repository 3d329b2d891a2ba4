// Pooling over windows of [N, H, W, C], each channel on its own.
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::ref {
namespace {

// The part of a window that lies inside of the picture, as rows and columns of the input.
struct Window {
  int64_t top, left;  // of the whole window, may be negative
  int64_t h0, h1, w0, w1;

  Window(const Pool2dShape& s, int64_t oh, int64_t ow)
      : top(oh * s.stride_h - s.pad_top),
        left(ow * s.stride_w - s.pad_left),
        h0(std::max<int64_t>(0, top)),
        h1(std::min(s.h, top + s.window_h)),
        w0(std::max<int64_t>(0, left)),
        w1(std::min(s.w, left + s.window_w)) {}
};

int64_t input_index(const Pool2dShape& s, int64_t n, int64_t h, int64_t w, int64_t c) {
  return ((n * s.h + h) * s.w + w) * s.c + c;
}

int64_t output_index(const Pool2dShape& s, int64_t n, int64_t oh, int64_t ow, int64_t c) {
  return ((n * s.out_h() + oh) * s.out_w() + ow) * s.c + c;
}

// How many pixels an average is taken over; padding counts only where the shape says so.
int64_t divisor(const Pool2dShape& s, const Window& window) {
  if (!s.count_include_pad) return std::max<int64_t>(1, (window.h1 - window.h0) * (window.w1 - window.w0));
  const int64_t bottom = std::min(s.h + s.pad_bottom, window.top + s.window_h);
  const int64_t right = std::min(s.w + s.pad_right, window.left + s.window_w);
  return (bottom - window.top) * (right - window.left);
}

}  // namespace

void max_pool2d_forward(const Pool2dShape& s, const float* x, float* y, uint16_t* argmax) {
  parallel_for(s.n * s.out_h(), 1, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t n = row / s.out_h(), oh = row % s.out_h();
      for (int64_t ow = 0; ow < s.out_w(); ++ow) {
        const Window window(s, oh, ow);
        for (int64_t c = 0; c < s.c; ++c) {
          float best = -std::numeric_limits<float>::infinity();
          int64_t place = -1;
          for (int64_t h = window.h0; h < window.h1; ++h) {
            for (int64_t w = window.w0; w < window.w1; ++w) {
              const float value = x[input_index(s, n, h, w, c)];
              // The first of equals stays; NaN takes the place and keeps it.
              if (place < 0 || value > best || (std::isnan(value) && !std::isnan(best))) {
                best = value;
                place = (h - window.top) * s.window_w + (w - window.left);
              }
            }
          }
          y[output_index(s, n, oh, ow, c)] = best;
          argmax[output_index(s, n, oh, ow, c)] = static_cast<uint16_t>(std::max<int64_t>(0, place));
        }
      }
    }
  });
}

void max_pool2d_backward(const Pool2dShape& s, const float* dy, const uint16_t* argmax, float* dx) {
  // Windows may overlap, so one thread takes a whole picture.
  parallel_for(s.n, 1, [=](int64_t begin, int64_t end) {
    std::fill(dx + begin * s.h * s.w * s.c, dx + end * s.h * s.w * s.c, 0.0f);
    for (int64_t n = begin; n < end; ++n) {
      for (int64_t oh = 0; oh < s.out_h(); ++oh) {
        for (int64_t ow = 0; ow < s.out_w(); ++ow) {
          for (int64_t c = 0; c < s.c; ++c) {
            const int64_t from = output_index(s, n, oh, ow, c);
            const int64_t h = oh * s.stride_h - s.pad_top + argmax[from] / s.window_w;
            const int64_t w = ow * s.stride_w - s.pad_left + argmax[from] % s.window_w;
            // A window that lies in the padding alone has no pixel to give its gradient to.
            if (h < 0 || h >= s.h || w < 0 || w >= s.w) continue;
            dx[input_index(s, n, h, w, c)] += dy[from];
          }
        }
      }
    }
  });
}

void avg_pool2d_forward(const Pool2dShape& s, const float* x, float* y) {
  parallel_for(s.n * s.out_h(), 1, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t n = row / s.out_h(), oh = row % s.out_h();
      for (int64_t ow = 0; ow < s.out_w(); ++ow) {
        const Window window(s, oh, ow);
        for (int64_t c = 0; c < s.c; ++c) {
          double sum = 0;
          for (int64_t h = window.h0; h < window.h1; ++h) {
            for (int64_t w = window.w0; w < window.w1; ++w) sum += x[input_index(s, n, h, w, c)];
          }
          y[output_index(s, n, oh, ow, c)] = static_cast<float>(sum / static_cast<double>(divisor(s, window)));
        }
      }
    }
  });
}

void avg_pool2d_backward(const Pool2dShape& s, const float* dy, float* dx) {
  parallel_for(s.n, 1, [=](int64_t begin, int64_t end) {
    std::fill(dx + begin * s.h * s.w * s.c, dx + end * s.h * s.w * s.c, 0.0f);
    for (int64_t n = begin; n < end; ++n) {
      for (int64_t oh = 0; oh < s.out_h(); ++oh) {
        for (int64_t ow = 0; ow < s.out_w(); ++ow) {
          const Window window(s, oh, ow);
          const auto pixels = static_cast<float>(divisor(s, window));
          for (int64_t h = window.h0; h < window.h1; ++h) {
            for (int64_t w = window.w0; w < window.w1; ++w) {
              for (int64_t c = 0; c < s.c; ++c) {
                dx[input_index(s, n, h, w, c)] += dy[output_index(s, n, oh, ow, c)] / pixels;
              }
            }
          }
        }
      }
    }
  });
}

void global_avg_pool_forward(int64_t n, int64_t hw, int64_t c, const float* x, float* y) {
  parallel_for(n * c, 1, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t picture = at / c, channel = at % c;
      double sum = 0;
      for (int64_t pixel = 0; pixel < hw; ++pixel) sum += x[(picture * hw + pixel) * c + channel];
      y[at] = static_cast<float>(sum / static_cast<double>(hw));
    }
  });
}

void global_avg_pool_backward(int64_t n, int64_t hw, int64_t c, const float* dy, float* dx) {
  const float share = 1.0f / static_cast<float>(hw);
  parallel_for(n * hw, 1, [=](int64_t begin, int64_t end) {
    for (int64_t pixel = begin; pixel < end; ++pixel) {
      for (int64_t channel = 0; channel < c; ++channel) dx[pixel * c + channel] = dy[pixel / hw * c + channel] * share;
    }
  });
}

}  // namespace tessera::ref
