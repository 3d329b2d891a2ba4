// The functions of this room's tables, beside those of conv2d.h and activation.h. Shapes and meanings: kernels.h. Only
// what is faster than the textbook is here.
#pragma once
#include "kernels/kernels.h"
#include "kernels/simd/vec.h"

namespace tessera::TESSERA_SIMD {

size_t gemm_scratch(int64_t m, int64_t n, int64_t k);
void gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
          const float* b, int64_t ldb, float beta, float* c, int64_t ldc, float* scratch);

size_t dense_scratch(int64_t n, int64_t in, int64_t out);
void dense_forward(int64_t n, int64_t in, int64_t out, const float* x, const float* weights, const float* bias,
                   Activation act, float* y, float* scratch);
void dense_backward_data(int64_t n, int64_t in, int64_t out, const float* dy, const float* weights, float* dx,
                         float* scratch);
void dense_backward_weights(int64_t n, int64_t in, int64_t out, const float* x, const float* dy, float* dweights,
                            float* dbias, float* scratch);

void max_pool2d_forward(const Pool2dShape& shape, const float* x, float* y, uint16_t* argmax);
void max_pool2d_backward(const Pool2dShape& shape, const float* dy, const uint16_t* argmax, float* dx);
void avg_pool2d_forward(const Pool2dShape& shape, const float* x, float* y);
void avg_pool2d_backward(const Pool2dShape& shape, const float* dy, float* dx);
void global_avg_pool_forward(int64_t n, int64_t hw, int64_t c, const float* x, float* y);

size_t batch_norm_scratch(const BatchNormShape& shape);
void batch_norm_forward(const BatchNormShape& shape, const float* x, const float* scale, const float* shift,
                        float* running_mean, float* running_variance, float* y, float* mean, float* rstd,
                        float* scratch);
void batch_norm_backward(const BatchNormShape& shape, const float* x, const float* scale, const float* mean,
                         const float* rstd, const float* dy, float* dx, float* dscale, float* dshift, float* scratch);
void batch_norm_frozen_forward(const BatchNormShape& shape, const float* x, const float* scale, const float* shift,
                               const float* mean, const float* variance, float* y, float* scratch);
void normalise(int64_t pixels, int64_t c, const uint8_t* x, const float* scale, const float* shift, float* y);
void sgd_step(int64_t count, float* parameters, const float* gradients, float* momentum_buffer, float scale,
              float learning_rate, float momentum, bool nesterov, float weight_decay, bool first_step);
void adam_step(int64_t count, float* parameters, const float* gradients, float* m, float* v, float scale,
               float learning_rate, float beta1, float beta2, float epsilon, float weight_decay, bool decoupled,
               int64_t step);

}  // namespace tessera::TESSERA_SIMD
