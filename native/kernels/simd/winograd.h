// Fused Winograd convolution F(4×4, 3×3) and F(2×2, 5×5) for 3×3 and 5×5 layers of stride 1 without dilation and groups; any padding, any
// number of channels, any size. Shapes and meanings of the functions: kernels.h.
#pragma once
#include "kernels/kernels.h"
#include "kernels/simd/vec.h"

namespace tessera::TESSERA_SIMD {

// Whether it can compute a layer at all.
bool winograd_can(const Conv2dShape& shape);

// Whether this pass of this layer is faster here than directly. Depends on the layer alone, not on the batch and not
// on the threads: a picture gets the same bits alone and in a batch.
bool winograd_suits(const Conv2dShape& shape, ConvPass pass);

// The forward pass reads prepared weights: U, transformed.
size_t winograd_prepared(const Conv2dShape& shape);
void winograd_prepare(const Conv2dShape& shape, const float* weights, float* prepared);
size_t winograd_forward_scratch(const Conv2dShape& shape);
void winograd_forward(const Conv2dShape& shape, const float* x, const float* prepared, const float* bias,
                      Activation act, float* y, float* scratch);
size_t winograd_backward_data_scratch(const Conv2dShape& shape);
void winograd_backward_data(const Conv2dShape& shape, const float* dy, const float* weights, float* dx,
                            float* scratch);
size_t winograd_backward_weights_scratch(const Conv2dShape& shape);
void winograd_backward_weights(const Conv2dShape& shape, const float* x, const float* dy, float* dweights,
                               float* dbias, float* scratch);

}  // namespace tessera::TESSERA_SIMD
