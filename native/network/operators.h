// Single operators on tensors as PyTorch keeps them ([N, C, H, W], [K, C/groups, kh, kw], [out, in]), for what looks at
// one layer rather than a network. They bring their own layouts and scratch; sizes are the caller's promise.
#pragma once
#include <cstdint>
#include <vector>

#include "kernels/kernels.h"

namespace tessera {

using Floats = std::vector<float>;

// `bias` may be null.
Floats conv2d_forward(const Conv2dShape& shape, const float* x, const float* weights, const float* bias);

struct LayerGradients {
  Floats dx, dweights, dbias;
};
LayerGradients conv2d_backward(const Conv2dShape& shape, const float* x, const float* weights, const float* dy);

Floats dense_forward(int64_t n, int64_t in, int64_t out, const float* x, const float* weights, const float* bias);
LayerGradients dense_backward(int64_t n, int64_t in, int64_t out, const float* x, const float* weights,
                              const float* dy);

struct MaxPooled {
  Floats y;
  std::vector<uint16_t> argmax;  // [N, C, oh, ow], place in the window
};
MaxPooled max_pool2d_forward(const Pool2dShape& shape, const float* x);
Floats max_pool2d_backward(const Pool2dShape& shape, const float* dy, const uint16_t* argmax);

Floats avg_pool2d_forward(const Pool2dShape& shape, const float* x);
Floats avg_pool2d_backward(const Pool2dShape& shape, const float* dy);

// [N, C, H, W] → [N, C], and back
Floats global_avg_pool_forward(int64_t n, int64_t c, int64_t hw, const float* x);
Floats global_avg_pool_backward(int64_t n, int64_t c, int64_t hw, const float* dy);

// c = alpha · op(a)[M,K] · op(b)[K,N] + beta · c
void gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, const float* b,
          float beta, float* c);

}  // namespace tessera
