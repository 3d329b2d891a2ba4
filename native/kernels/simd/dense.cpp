// The fully connected layer as three matrix products.
#include "kernels/simd/activation.h"
#include "kernels/simd/simd.h"
#include "kernels/simd/gemm.h"

namespace tessera::TESSERA_SIMD {

size_t dense_scratch(int64_t n, int64_t in, int64_t out) {
  const size_t forward = gemm_scratch(n, out, in), data = gemm_scratch(n, in, out), weights = gemm_scratch(out, in, n);
  const size_t larger = forward > data ? forward : data;
  return larger > weights ? larger : weights;
}

void dense_forward(int64_t n, int64_t in, int64_t out, const float* x, const float* weights, const float* bias,
                   Activation act, float* y, float* scratch) {
  fused_gemm(false, true, n, out, in, 1, x, in, weights, in, 0, y, out,
             {.bias = bias, .relu = act == Activation::relu}, scratch);
  if (act != Activation::none && act != Activation::relu) activation_forward(act, n * out, y, y);
}

void dense_backward_data(int64_t n, int64_t in, int64_t out, const float* dy, const float* weights, float* dx,
                         float* scratch) {
  gemm(false, false, n, in, out, 1, dy, out, weights, in, 0, dx, in, scratch);
}

void dense_backward_weights(int64_t n, int64_t in, int64_t out, const float* x, const float* dy, float* dweights,
                            float* dbias, float* scratch) {
  gemm(true, false, out, in, n, 1, dy, out, x, in, 1, dweights, in, scratch);
  if (dbias == nullptr) return;
  for (int64_t unit = 0; unit < out; ++unit) {
    float sum = 0;
    for (int64_t row = 0; row < n; ++row) sum += dy[row * out + unit];
    dbias[unit] += sum;
  }
}

}  // namespace tessera::TESSERA_SIMD
