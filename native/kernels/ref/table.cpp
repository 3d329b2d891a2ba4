#include "kernels/ref/ref.h"

namespace tessera {

const Kernels& ref_kernels() {
  static const Kernels table{
      .isa = "ref",
      .gemm_scratch = ref::gemm_scratch,
      .gemm = ref::gemm,
      .conv2d_forward_scratch = ref::conv2d_scratch,
      .conv2d_forward = ref::conv2d_forward,
      .conv2d_backward_data_scratch = ref::conv2d_scratch,
      .conv2d_backward_data = ref::conv2d_backward_data,
      .conv2d_backward_weights_scratch = ref::conv2d_scratch,
      .conv2d_backward_weights = ref::conv2d_backward_weights,
      .dense_scratch = ref::dense_scratch,
      .dense_forward = ref::dense_forward,
      .dense_backward_data = ref::dense_backward_data,
      .dense_backward_weights = ref::dense_backward_weights,
      .max_pool2d_forward = ref::max_pool2d_forward,
      .max_pool2d_backward = ref::max_pool2d_backward,
      .avg_pool2d_forward = ref::avg_pool2d_forward,
      .avg_pool2d_backward = ref::avg_pool2d_backward,
      .global_avg_pool_forward = ref::global_avg_pool_forward,
      .global_avg_pool_backward = ref::global_avg_pool_backward,
      .activation_forward = ref::activation_forward,
      .activation_backward = ref::activation_backward,
      .softmax_cross_entropy = ref::softmax_cross_entropy,
      .bce_with_logits = ref::bce_with_logits,
      .mse = ref::mse,
      .normalise = ref::normalise,
      .sgd_step = ref::sgd_step,
      .adam_step = ref::adam_step,
  };
  return table;
}

}  // namespace tessera
