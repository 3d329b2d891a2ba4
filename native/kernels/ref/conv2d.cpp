// Convolution (cross-correlation, as networks mean it), straight from its definition. With g = k / (K / groups):
//   y[n, oh, ow, k] = bias[k] + Σ_{i, j, c} x[n, oh·s − p + i·d, ow·s − p + j·d, g·(C/groups) + c] · w[k, i, j, c]
// where pixels outside of the picture count as zero.
#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::ref {
namespace {

struct Index {
  const Conv2dShape& s;
  int64_t group_c = s.c / s.groups;
  int64_t group_k = s.k / s.groups;

  int64_t x(int64_t n, int64_t h, int64_t w, int64_t c) const { return ((n * s.h + h) * s.w + w) * s.c + c; }
  int64_t y(int64_t n, int64_t h, int64_t w, int64_t k) const {
    return ((n * s.out_h() + h) * s.out_w() + w) * s.k + k;
  }
  int64_t weight(int64_t k, int64_t i, int64_t j, int64_t c) const {
    return ((k * s.kh + i) * s.kw + j) * group_c + c;
  }
  // The input row or column under filter row i or column j; may lie outside.
  int64_t row(int64_t oh, int64_t i) const { return oh * s.stride_h - s.pad_top + i * s.dilation_h; }
  int64_t column(int64_t ow, int64_t j) const { return ow * s.stride_w - s.pad_left + j * s.dilation_w; }
  bool inside(int64_t h, int64_t w) const { return h >= 0 && h < s.h && w >= 0 && w < s.w; }
};

}  // namespace

const char* conv2d_algorithm(const Conv2dShape&, ConvPass) { return "textbook"; }

size_t conv2d_scratch(const Conv2dShape&) { return 0; }

// Weights are read as they are.
void conv2d_prepare(const Conv2dShape&, const float*, float*) {}

void conv2d_forward(const Conv2dShape& s, const float* x, const float* weights, const float* bias, Activation act,
                    float* y, float*) {
  const Index at{s};
  parallel_for(s.n * s.out_h(), 1, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t n = row / s.out_h(), oh = row % s.out_h();
      for (int64_t ow = 0; ow < s.out_w(); ++ow) {
        for (int64_t k = 0; k < s.k; ++k) {
          const int64_t first_c = k / at.group_k * at.group_c;
          double sum = bias == nullptr ? 0 : bias[k];
          for (int64_t i = 0; i < s.kh; ++i) {
            for (int64_t j = 0; j < s.kw; ++j) {
              const int64_t h = at.row(oh, i), w = at.column(ow, j);
              if (!at.inside(h, w)) continue;
              for (int64_t c = 0; c < at.group_c; ++c) {
                sum += static_cast<double>(x[at.x(n, h, w, first_c + c)]) * weights[at.weight(k, i, j, c)];
              }
            }
          }
          y[at.y(n, oh, ow, k)] = activate(act, static_cast<float>(sum));
        }
      }
    }
  });
}

// Every input pixel gathers from the outputs whose windows it lay under.
void conv2d_backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx, float*) {
  const Index at{s};
  parallel_for(s.n * s.h, 1, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t n = row / s.h, h = row % s.h;
      for (int64_t w = 0; w < s.w; ++w) {
        for (int64_t c = 0; c < s.c; ++c) {
          const int64_t group = c / at.group_c;
          double sum = 0;
          for (int64_t i = 0; i < s.kh; ++i) {
            const int64_t down = h + s.pad_top - i * s.dilation_h;
            if (down < 0 || down % s.stride_h != 0 || down / s.stride_h >= s.out_h()) continue;
            for (int64_t j = 0; j < s.kw; ++j) {
              const int64_t right = w + s.pad_left - j * s.dilation_w;
              if (right < 0 || right % s.stride_w != 0 || right / s.stride_w >= s.out_w()) continue;
              for (int64_t k = group * at.group_k; k < (group + 1) * at.group_k; ++k) {
                sum += static_cast<double>(dy[at.y(n, down / s.stride_h, right / s.stride_w, k)]) *
                       weights[at.weight(k, i, j, c - group * at.group_c)];
              }
            }
          }
          dx[at.x(n, h, w, c)] = static_cast<float>(sum);
        }
      }
    }
  });
}

void conv2d_backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights, float* dbias,
                             float*) {
  const Index at{s};
  parallel_for(s.k, 1, [=](int64_t begin, int64_t end) {
    for (int64_t k = begin; k < end; ++k) {
      const int64_t first_c = k / at.group_k * at.group_c;
      for (int64_t i = 0; i < s.kh; ++i) {
        for (int64_t j = 0; j < s.kw; ++j) {
          for (int64_t c = 0; c < at.group_c; ++c) {
            double sum = 0;
            for (int64_t n = 0; n < s.n; ++n) {
              for (int64_t oh = 0; oh < s.out_h(); ++oh) {
                for (int64_t ow = 0; ow < s.out_w(); ++ow) {
                  const int64_t h = at.row(oh, i), w = at.column(ow, j);
                  if (!at.inside(h, w)) continue;
                  sum += static_cast<double>(x[at.x(n, h, w, first_c + c)]) * dy[at.y(n, oh, ow, k)];
                }
              }
            }
            dweights[at.weight(k, i, j, c)] += static_cast<float>(sum);
          }
        }
      }
      if (dbias == nullptr) continue;
      double sum = 0;
      for (int64_t pixel = 0; pixel < s.n * s.out_h() * s.out_w(); ++pixel) sum += dy[pixel * s.k + k];
      dbias[k] += static_cast<float>(sum);
    }
  });
}

}  // namespace tessera::ref
