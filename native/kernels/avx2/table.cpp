#include "kernels/avx2/avx2.h"
#include "kernels/avx2/conv2d.h"
#include "kernels/ref/ref.h"
#include "kernels/simd/activation.h"

namespace tessera {
namespace {

template <bool WithWinograd>
void set_convolution(Kernels& kernels) {
  using Conv2d = avx2::Conv2d<WithWinograd>;
  kernels.conv2d_algorithm = Conv2d::algorithm;
  kernels.conv2d_forward_scratch = Conv2d::forward_scratch;
  kernels.conv2d_forward = Conv2d::forward;
  kernels.conv2d_backward_data_scratch = Conv2d::backward_data_scratch;
  kernels.conv2d_backward_data = Conv2d::backward_data;
  kernels.conv2d_backward_weights_scratch = Conv2d::backward_weights_scratch;
  kernels.conv2d_backward_weights = Conv2d::backward_weights;
}

}  // namespace

const Kernels& avx2_kernels() {
  static const Kernels table = [] {
    Kernels kernels = ref_kernels();  // what is not listed below is the textbook's
    kernels.isa = "avx2";
    kernels.gemm_scratch = avx2::gemm_scratch;
    kernels.gemm = avx2::gemm;
    set_convolution<true>(kernels);
    kernels.dense_scratch = avx2::dense_scratch;
    kernels.dense_forward = avx2::dense_forward;
    kernels.dense_backward_data = avx2::dense_backward_data;
    kernels.dense_backward_weights = avx2::dense_backward_weights;
    kernels.max_pool2d_forward = avx2::max_pool2d_forward;
    kernels.max_pool2d_backward = avx2::max_pool2d_backward;
    kernels.avg_pool2d_forward = avx2::avg_pool2d_forward;
    kernels.avg_pool2d_backward = avx2::avg_pool2d_backward;
    kernels.global_avg_pool_forward = avx2::global_avg_pool_forward;
    kernels.activation_forward = avx2::activation_forward;
    kernels.activation_backward = avx2::activation_backward;
    kernels.leaky_relu_forward = avx2::leaky_relu_forward;
    kernels.leaky_relu_backward = avx2::leaky_relu_backward;
    kernels.hard_swish_forward = avx2::hard_swish_forward;
    kernels.hard_swish_backward = avx2::hard_swish_backward;
    kernels.add = avx2::add;
    kernels.mul = avx2::mul;
    kernels.batch_norm_scratch = avx2::batch_norm_scratch;
    kernels.batch_norm_forward = avx2::batch_norm_forward;
    kernels.batch_norm_backward = avx2::batch_norm_backward;
    kernels.batch_norm_frozen_forward = avx2::batch_norm_frozen_forward;
    kernels.normalise = avx2::normalise;
    kernels.sgd_step = avx2::sgd_step;
    kernels.adam_step = avx2::adam_step;
    return kernels;
  }();
  return table;
}

const Kernels& avx2_direct_kernels() {
  static const Kernels table = [] {
    Kernels kernels = avx2_kernels();
    set_convolution<false>(kernels);
    return kernels;
  }();
  return table;
}

}  // namespace tessera
