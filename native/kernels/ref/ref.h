// The textbook table's functions, one file per operator family. Shapes and meanings: kernels.h.
#pragma once
#include "kernels/kernels.h"

namespace tessera::ref {

size_t gemm_scratch(int64_t m, int64_t n, int64_t k);
void gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
          const float* b, int64_t ldb, float beta, float* c, int64_t ldc, float* scratch);

const char* conv2d_algorithm(const Conv2dShape& shape, ConvPass pass);
size_t conv2d_scratch(const Conv2dShape& shape);
void conv2d_forward(const Conv2dShape& shape, const float* x, const float* weights, const float* bias, Activation act,
                    float* y, float* scratch);
void conv2d_prepare(const Conv2dShape& shape, const float* weights, float* prepared);
void conv2d_backward_data(const Conv2dShape& shape, const float* dy, const float* weights, float* dx, float* scratch);
void conv2d_backward_weights(const Conv2dShape& shape, const float* x, const float* dy, float* dweights, float* dbias,
                             float* scratch);

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
void global_avg_pool_backward(int64_t n, int64_t hw, int64_t c, const float* dy, float* dx);

float activate(Activation act, float x);
void activation_forward(Activation act, int64_t count, const float* x, float* y);
void activation_backward(Activation act, int64_t count, const float* y, const float* dy, float* dx);
void leaky_relu_forward(int64_t count, float slope, const float* x, float* y);
void leaky_relu_backward(int64_t count, float slope, const float* y, const float* dy, float* dx);
void hard_swish_forward(int64_t count, const float* x, float* y);
void hard_swish_backward(int64_t count, const float* x, const float* dy, float* dx);
void hard_sigmoid_forward(int64_t count, const float* x, float* y);
void hard_sigmoid_backward(int64_t count, const float* y, const float* dy, float* dx);
void clip_forward(int64_t count, float least, float greatest, const float* x, float* y);
void clip_backward(int64_t count, float least, float greatest, const float* x, const float* dy, float* dx);

size_t batch_norm_scratch(const BatchNormShape& shape);
void batch_norm_forward(const BatchNormShape& shape, const float* x, const float* scale, const float* shift,
                        float* running_mean, float* running_variance, float* y, float* mean, float* rstd,
                        float* scratch);
void batch_norm_backward(const BatchNormShape& shape, const float* x, const float* scale, const float* mean,
                         const float* rstd, const float* dy, float* dx, float* dscale, float* dshift, float* scratch);
void batch_norm_frozen_forward(const BatchNormShape& shape, const float* x, const float* scale, const float* shift,
                               const float* mean, const float* variance, float* y, float* scratch);
void batch_norm_frozen_backward(const BatchNormShape& shape, const float* x, const float* scale, const float* mean,
                                const float* variance, const float* dy, float* dx, float* dscale, float* dshift,
                                float* scratch);

void lrn_forward(const LrnShape& shape, const float* x, float* y);
void lrn_backward(const LrnShape& shape, const float* x, const float* dy, float* dx);
void dropout(int64_t count, float rate, uint64_t seed, const float* x, float* y);
void add(int64_t count, const float* a, const float* b, float* y);
void mul(int64_t count, const float* a, const float* b, float* y);
void scale_channels(int64_t n, int64_t hw, int64_t c, const float* x, const float* scale, float* y);
void scale_channels_backward_scale(int64_t n, int64_t hw, int64_t c, const float* x, const float* dy, float* dscale);
void pad2d_forward(const Pad2dShape& shape, const float* x, float* y);
void pad2d_backward(const Pad2dShape& shape, const float* dy, float* dx);
void copy_columns(int64_t rows, int64_t columns, const float* from, int64_t from_stride, float* to, int64_t to_stride);

float softmax_cross_entropy(int64_t n, int64_t classes, const float* logits, const int32_t* labels, float* dlogits);
float softmax_cross_entropy_smoothed(int64_t n, int64_t classes, const float* logits, const int32_t* labels,
                                     float smoothing, const float* class_weights, float* dlogits);
float softmax_cross_entropy_soft(int64_t n, int64_t classes, const float* logits, const float* targets,
                                 const float* class_weights, float* dlogits);
void softmax_forward(int64_t n, int64_t classes, const float* x, float* y);
void softmax_backward(int64_t n, int64_t classes, const float* y, const float* dy, float* dx);
float bce_with_logits(int64_t count, const float* logits, const float* targets, float* dlogits);
float mse(int64_t count, const float* outputs, const float* targets, float* doutputs);
void normalise(int64_t pixels, int64_t c, const uint8_t* x, const float* scale, const float* shift, float* y);

void sgd_step(int64_t count, float* parameters, const float* gradients, float* momentum_buffer, float scale,
              float learning_rate, float momentum, bool nesterov, float weight_decay, bool first_step);
void adam_step(int64_t count, float* parameters, const float* gradients, float* m, float* v, float scale,
               float learning_rate, float beta1, float beta2, float epsilon, float weight_decay, bool decoupled,
               int64_t step);

}  // namespace tessera::ref
