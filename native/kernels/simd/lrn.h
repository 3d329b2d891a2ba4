// Local response normalisation (kernels.h).
#pragma once
#include "kernels/kernels.h"
#include "kernels/simd/vec.h"

namespace tessera::TESSERA_SIMD {

void lrn_forward(const LrnShape& shape, const float* x, float* y);
void lrn_backward(const LrnShape& shape, const float* x, const float* dy, float* dx);

}  // namespace tessera::TESSERA_SIMD
