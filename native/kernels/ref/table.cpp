#include "kernels/ref/ref.h"

namespace tessera {

const Kernels& ref_kernels() {
  static const Kernels table{
      .isa = "ref",
      .gemm_scratch = ref::gemm_scratch,
      .gemm = ref::gemm,
      .conv2d_algorithm = ref::conv2d_algorithm,
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
      .leaky_relu_forward = ref::leaky_relu_forward,
      .leaky_relu_backward = ref::leaky_relu_backward,
      .hard_swish_forward = ref::hard_swish_forward,
      .hard_swish_backward = ref::hard_swish_backward,
      .batch_norm_scratch = ref::batch_norm_scratch,
      .batch_norm_forward = ref::batch_norm_forward,
      .batch_norm_backward = ref::batch_norm_backward,
      .batch_norm_frozen_forward = ref::batch_norm_frozen_forward,
      .batch_norm_frozen_backward = ref::batch_norm_frozen_backward,
      .lrn_forward = ref::lrn_forward,
      .lrn_backward = ref::lrn_backward,
      .dropout = ref::dropout,
      .add = ref::add,
      .copy_columns = ref::copy_columns,
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
