// Local response normalisation across channels (Krizhevsky et al., 2012), as ONNX defines it.
#include <algorithm>
#include <cmath>

#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::ref {
namespace {

int64_t first(const LrnShape& s, int64_t c) { return std::max<int64_t>(0, c - (s.size - 1) / 2); }
int64_t last(const LrnShape& s, int64_t c) { return std::min(s.c - 1, c + s.size / 2); }

// bias + alpha / size · Σ x² over the channels that c sees, of one pixel.
double base(const LrnShape& s, int64_t c, const float* pixel) {
  double sum = 0;
  for (int64_t i = first(s, c); i <= last(s, c); ++i) sum += static_cast<double>(pixel[i]) * pixel[i];
  return s.bias + s.alpha / static_cast<double>(s.size) * sum;
}

}  // namespace

void lrn_forward(const LrnShape& s, const float* x, float* y) {
  parallel_for(s.rows, 16, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      for (int64_t c = 0; c < s.c; ++c) {
        y[row * s.c + c] = static_cast<float>(x[row * s.c + c] * std::pow(base(s, c, x + row * s.c), -s.beta));
      }
    }
  });
}

// dx[i] = dy[i] · b[i]^−β − 2αβ/size · x[i] · Σ over the channels j that see i of dy[j] · x[j] · b[j]^(−β−1)
void lrn_backward(const LrnShape& s, const float* x, const float* dy, float* dx) {
  parallel_for(s.rows, 16, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const float *pixel = x + row * s.c, *gradient = dy + row * s.c;
      for (int64_t i = 0; i < s.c; ++i) {
        double others = 0;
        for (int64_t j = std::max<int64_t>(0, i - s.size / 2); j <= std::min(s.c - 1, i + (s.size - 1) / 2); ++j) {
          others += static_cast<double>(gradient[j]) * pixel[j] * std::pow(base(s, j, pixel), -s.beta - 1.0);
        }
        const double factor = 2.0 * s.alpha * s.beta / static_cast<double>(s.size);
        dx[row * s.c + i] =
            static_cast<float>(gradient[i] * std::pow(base(s, i, pixel), -s.beta) - factor * pixel[i] * others);
      }
    }
  });
}

}  // namespace tessera::ref
