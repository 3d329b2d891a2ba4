// A fully connected layer: y[N, out] = x[N, in] · weights[out, in]ᵀ + bias[out].
#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::ref {

size_t dense_scratch(int64_t, int64_t, int64_t) { return 0; }

void dense_forward(int64_t n, int64_t in, int64_t out, const float* x, const float* weights, const float* bias,
                   Activation act, float* y, float*) {
  parallel_for(n * out, 1, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t row = at / out, unit = at % out;
      double sum = bias == nullptr ? 0 : bias[unit];
      for (int64_t i = 0; i < in; ++i) sum += static_cast<double>(x[row * in + i]) * weights[unit * in + i];
      y[at] = activate(act, static_cast<float>(sum));
    }
  });
}

void dense_backward_data(int64_t n, int64_t in, int64_t out, const float* dy, const float* weights, float* dx,
                         float*) {
  parallel_for(n * in, 1, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t row = at / in, i = at % in;
      double sum = 0;
      for (int64_t unit = 0; unit < out; ++unit) {
        sum += static_cast<double>(dy[row * out + unit]) * weights[unit * in + i];
      }
      dx[at] = static_cast<float>(sum);
    }
  });
}

void dense_backward_weights(int64_t n, int64_t in, int64_t out, const float* x, const float* dy, float* dweights,
                            float* dbias, float*) {
  parallel_for(out, 1, [=](int64_t begin, int64_t end) {
    for (int64_t unit = begin; unit < end; ++unit) {
      for (int64_t i = 0; i < in; ++i) {
        double sum = 0;
        for (int64_t row = 0; row < n; ++row) sum += static_cast<double>(dy[row * out + unit]) * x[row * in + i];
        dweights[unit * in + i] += static_cast<float>(sum);
      }
      if (dbias == nullptr) continue;
      double sum = 0;
      for (int64_t row = 0; row < n; ++row) sum += dy[row * out + unit];
      dbias[unit] += static_cast<float>(sum);
    }
  });
}

}  // namespace tessera::ref
