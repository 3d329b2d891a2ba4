// 1×1 convolution: in NHWC the pixels of a batch are the rows of a matrix [N·H·W, C].
#include "kernels/simd/activation.h"
#include "kernels/simd/simd.h"
#include "kernels/simd/conv2d.h"
#include "kernels/simd/gemm.h"

namespace tessera::TESSERA_SIMD {
namespace {
int64_t pixels(const Conv2dShape& s) { return s.n * s.h * s.w; }
}  // namespace

bool pointwise_suits(const Conv2dShape& s) {
  return s.kh == 1 && s.kw == 1 && s.stride_h == 1 && s.stride_w == 1 && s.groups == 1 && s.pad_top == 0 &&
         s.pad_left == 0 && s.pad_bottom == 0 && s.pad_right == 0;
}

size_t pointwise_prepared(const Conv2dShape& s) { return gemm_packed_b(s.k, s.c); }

void pointwise_prepare(const Conv2dShape& s, const float* weights, float* prepared) {
  gemm_pack_b(true, s.k, s.c, weights, s.c, prepared);
}

size_t pointwise_forward_scratch(const Conv2dShape&) { return 0; }

void pointwise_forward(const Conv2dShape& s, const float* x, const float* prepared, const float* bias, Activation act,
                       float* y, float* scratch) {
  // Neither x, which is read where it lies, nor the weights, which are packed, are packed again.
  fused_gemm(false, true, pixels(s), s.k, s.c, 1, x, s.c, nullptr, s.c, 0, y, s.k,
             {.bias = bias, .act = fused_part(act)}, scratch, prepared);
  finish_apart(act, pixels(s) * s.k, y);
}

size_t pointwise_backward_data_scratch(const Conv2dShape& s) { return gemm_scratch(pixels(s), s.c, s.k); }

void pointwise_backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx, float* scratch) {
  gemm(false, false, pixels(s), s.c, s.k, 1, dy, s.k, weights, s.c, 0, dx, s.c, scratch);
}

}  // namespace tessera::TESSERA_SIMD
