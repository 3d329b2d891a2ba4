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

// With the batch's statistics, which move `mean` and `variance` (running ones); or with those alone, which stay.
struct BatchNormStatistics {
  float epsilon, momentum;
  bool training;
};
Floats batch_norm_forward(int64_t n, int64_t c, int64_t hw, const BatchNormStatistics& how, const float* x,
                          const float* scale, const float* shift, float* mean, float* variance);
// dweights is that of the scale, dbias that of the shift. `mean` and `variance` are read where `how` does not train.
LayerGradients batch_norm_backward(int64_t n, int64_t c, int64_t hw, const BatchNormStatistics& how, const float* x,
                                   const float* scale, const float* mean, const float* variance, const float* dy);

Floats lrn_forward(const LrnShape& shape, int64_t n, int64_t hw, const float* x);
Floats lrn_backward(const LrnShape& shape, int64_t n, int64_t hw, const float* x, const float* dy);

Floats pad2d_forward(const Pad2dShape& shape, const float* x);
Floats pad2d_backward(const Pad2dShape& shape, const float* dy);

// x[N, C, HW] · scale[N, C], and the gradient of the scale
Floats scale_channels(int64_t n, int64_t c, int64_t hw, const float* x, const float* scale);
Floats scale_channels_backward_scale(int64_t n, int64_t c, int64_t hw, const float* x, const float* dy);

// c = alpha · op(a)[M,K] · op(b)[K,N] + beta · c
void gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, const float* b,
          float beta, float* c);

}  // namespace tessera
