// The algorithms of convolution. Each serves the shapes that its `…_suits` names; direct convolution serves all.
#pragma once
#include "kernels/kernels.h"
#include "kernels/simd/vec.h"
#include "kernels/tables.h"

namespace tessera::TESSERA_SIMD {

// The functions of a table (kernels.h).
template <Convolutions Choice>
struct Conv2d {
  static const char* algorithm(const Conv2dShape& shape, ConvPass pass);
  static size_t forward_scratch(const Conv2dShape& shape);
  static void forward(const Conv2dShape& shape, const float* x, const float* weights, const float* bias,
                      Activation act, float* y, float* scratch);
  static size_t prepared(const Conv2dShape& shape);
  static void prepare(const Conv2dShape& shape, const float* weights, float* prepared);
  static void forward_prepared(const Conv2dShape& shape, const float* x, const float* prepared, const float* bias,
                               Activation act, float* y, float* scratch);
  static size_t backward_data_scratch(const Conv2dShape& shape);
  static void backward_data(const Conv2dShape& shape, const float* dy, const float* weights, float* dx,
                            float* scratch);
  static size_t backward_weights_scratch(const Conv2dShape& shape);
  static void backward_weights(const Conv2dShape& shape, const float* x, const float* dy, float* dweights,
                               float* dbias, float* scratch);
};

// Every algorithm's forward pass reads weights that it has prepared.

// Direct convolution over strips.
size_t direct_prepared(const Conv2dShape& shape);
void direct_prepare(const Conv2dShape& shape, const float* weights, float* prepared);
size_t direct_forward_scratch(const Conv2dShape& shape);
void direct_forward(const Conv2dShape& shape, const float* x, const float* prepared, const float* bias,
                    Activation act, float* y, float* scratch);
size_t direct_backward_data_scratch(const Conv2dShape& shape);
void direct_backward_data(const Conv2dShape& shape, const float* dy, const float* weights, float* dx, float* scratch);
size_t direct_backward_weights_scratch(const Conv2dShape& shape);
void direct_backward_weights(const Conv2dShape& shape, const float* x, const float* dy, float* dweights, float* dbias,
                             float* scratch);

// The direct weight gradient where channels are many.
bool wide_suits(const Conv2dShape& shape);
size_t wide_backward_weights_scratch(const Conv2dShape& shape);
void wide_backward_weights(const Conv2dShape& shape, const float* x, const float* dy, float* dweights, float* dbias,
                           float* scratch);

// Few output pixels: a tile's rows are pictures. The forward pass reads weights as direct convolution has prepared them.
bool tiny_suits(const Conv2dShape& shape);
size_t tiny_forward_scratch(const Conv2dShape& shape);
void tiny_forward(const Conv2dShape& shape, const float* x, const float* prepared, const float* bias, Activation act,
                  float* y, float* scratch);
size_t tiny_backward_data_scratch(const Conv2dShape& shape);
void tiny_backward_data(const Conv2dShape& shape, const float* dy, const float* weights, float* dx, float* scratch);
size_t tiny_backward_weights_scratch(const Conv2dShape& shape);
void tiny_backward_weights(const Conv2dShape& shape, const float* x, const float* dy, float* dweights, float* dbias,
                           float* scratch);

// 1×1 without stride and padding: a matrix product over the pixels where they lie.
bool pointwise_suits(const Conv2dShape& shape);
size_t pointwise_prepared(const Conv2dShape& shape);
void pointwise_prepare(const Conv2dShape& shape, const float* weights, float* prepared);
size_t pointwise_forward_scratch(const Conv2dShape& shape);
void pointwise_forward(const Conv2dShape& shape, const float* x, const float* prepared, const float* bias,
                       Activation act, float* y, float* scratch);
size_t pointwise_backward_data_scratch(const Conv2dShape& shape);
void pointwise_backward_data(const Conv2dShape& shape, const float* dy, const float* weights, float* dx,
                             float* scratch);

// As many groups as channels and filters.
bool depthwise_suits(const Conv2dShape& shape);
size_t depthwise_prepared(const Conv2dShape& shape);
void depthwise_prepare(const Conv2dShape& shape, const float* weights, float* prepared);
size_t depthwise_forward_scratch(const Conv2dShape& shape);
void depthwise_forward(const Conv2dShape& shape, const float* x, const float* prepared, const float* bias,
                       Activation act, float* y, float* scratch);
size_t depthwise_backward_data_scratch(const Conv2dShape& shape);
void depthwise_backward_data(const Conv2dShape& shape, const float* dy, const float* weights, float* dx,
                             float* scratch);
size_t depthwise_backward_weights_scratch(const Conv2dShape& shape);
void depthwise_backward_weights(const Conv2dShape& shape, const float* x, const float* dy, float* dweights,
                                float* dbias, float* scratch);

}  // namespace tessera::TESSERA_SIMD
