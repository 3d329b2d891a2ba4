// Loops over flat arrays (kernels.h).
#pragma once
#include "kernels/kernels.h"
#include "kernels/simd/vec.h"

namespace tessera::TESSERA_SIMD {

void activation_forward(Activation act, int64_t count, const float* x, float* y);
void activation_backward(Activation act, int64_t count, const float* y, const float* dy, float* dx);
void leaky_relu_forward(int64_t count, float slope, const float* x, float* y);
void leaky_relu_backward(int64_t count, float slope, const float* y, const float* dy, float* dx);
void hard_swish_forward(int64_t count, const float* x, float* y);
void hard_swish_backward(int64_t count, const float* x, const float* dy, float* dx);
void add(int64_t count, const float* a, const float* b, float* y);
void mul(int64_t count, const float* a, const float* b, float* y);

}  // namespace tessera::TESSERA_SIMD
