// The fully connected layer as three matrix products.
#include "kernels/parallel.h"
#include "kernels/simd/activation.h"
#include "kernels/simd/gemm.h"
#include "kernels/simd/simd.h"
#include "kernels/simd/tile.h"

namespace tessera::TESSERA_SIMD {
namespace {

// With few rows of x the weights are most of what is read. Then the layer is yᵀ = W · xᵀ: W is the left matrix, which is
// read where it lies and once, and the small x is what is packed. The sums are the same, in the same order.
constexpr int64_t few_rows = 64;

size_t transposed_floats(int64_t n, int64_t out) {
  return static_cast<size_t>(round_up(smaller(n, few_rows) * out, line_floats));
}

// y[n, out] = act(yᵀ[out, n] + bias)
void finish_transposed(int64_t n, int64_t out, const float* from, const float* bias, Activation act, float* y) {
  parallel_for(out, 64, [=](int64_t begin, int64_t end) {
    for (int64_t row = 0; row < n; ++row) {
      for (int64_t unit = begin; unit < end; ++unit) {
        float value = from[unit * n + row] + (bias == nullptr ? 0.0f : bias[unit]);
        if (act != Activation::none && value < 0) value = 0;
        if (act == Activation::relu6 && value > 6) value = 6;
        y[row * out + unit] = value;
      }
    }
  });
}

}  // namespace

size_t dense_scratch(int64_t n, int64_t in, int64_t out) {
  const int64_t few = smaller(n, few_rows);
  const size_t forward = gemm_scratch(n, out, in), data = gemm_scratch(n, in, out), weights = gemm_scratch(out, in, n);
  const size_t transposed = transposed_floats(n, out) + gemm_scratch(out, few, in);
  size_t most = forward > data ? forward : data;
  most = most > weights ? most : weights;
  return most > transposed ? most : transposed;
}

void dense_forward(int64_t n, int64_t in, int64_t out, const float* x, const float* weights, const float* bias,
                   Activation act, float* y, float* scratch) {
  if (n <= few_rows) {
    gemm(false, true, out, n, in, 1, weights, in, x, in, 0, scratch, n, scratch + transposed_floats(n, out));
    finish_transposed(n, out, scratch, bias, fused_part(act), y);
  } else {
    fused_gemm(false, true, n, out, in, 1, x, in, weights, in, 0, y, out, {.bias = bias, .act = fused_part(act)}, scratch);
  }
  finish_apart(act, n * out, y);
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
