#include "kernels/tables.h"

#include "kernels/ref/ref.h"
#include "kernels/simd/activation.h"
#include "kernels/simd/conv2d.h"
#include "kernels/simd/lrn.h"
#include "kernels/simd/simd.h"

// The name of this instruction set, as text.
#define TESSERA_TEXT_OF(name) #name
#define TESSERA_TEXT(name) TESSERA_TEXT_OF(name)

namespace tessera::TESSERA_SIMD {
namespace {

template <Convolutions Choice>
Kernels kernels_with() {
  Kernels kernels = ref_kernels();  // what is not listed below is the textbook's
  kernels.isa = TESSERA_TEXT(TESSERA_SIMD);
  kernels.gemm_scratch = gemm_scratch;
  kernels.gemm = gemm;
  kernels.conv2d_algorithm = Conv2d<Choice>::algorithm;
  kernels.conv2d_forward_scratch = Conv2d<Choice>::forward_scratch;
  kernels.conv2d_forward = Conv2d<Choice>::forward;
  kernels.conv2d_prepared = Conv2d<Choice>::prepared;
  kernels.conv2d_prepare = Conv2d<Choice>::prepare;
  kernels.conv2d_forward_prepared = Conv2d<Choice>::forward_prepared;
  kernels.conv2d_backward_data_scratch = Conv2d<Choice>::backward_data_scratch;
  kernels.conv2d_backward_data = Conv2d<Choice>::backward_data;
  kernels.conv2d_backward_weights_scratch = Conv2d<Choice>::backward_weights_scratch;
  kernels.conv2d_backward_weights = Conv2d<Choice>::backward_weights;
  kernels.dense_scratch = dense_scratch;
  kernels.dense_forward = dense_forward;
  kernels.dense_backward_data = dense_backward_data;
  kernels.dense_backward_weights = dense_backward_weights;
  kernels.max_pool2d_forward = max_pool2d_forward;
  kernels.max_pool2d_backward = max_pool2d_backward;
  kernels.avg_pool2d_forward = avg_pool2d_forward;
  kernels.avg_pool2d_backward = avg_pool2d_backward;
  kernels.global_avg_pool_forward = global_avg_pool_forward;
  kernels.activation_forward = activation_forward;
  kernels.activation_backward = activation_backward;
  kernels.leaky_relu_forward = leaky_relu_forward;
  kernels.leaky_relu_backward = leaky_relu_backward;
  kernels.hard_swish_forward = hard_swish_forward;
  kernels.hard_swish_backward = hard_swish_backward;
  kernels.add = add;
  kernels.mul = mul;
  kernels.lrn_forward = lrn_forward;
  kernels.lrn_backward = lrn_backward;
  kernels.batch_norm_scratch = batch_norm_scratch;
  kernels.batch_norm_forward = batch_norm_forward;
  kernels.batch_norm_backward = batch_norm_backward;
  kernels.batch_norm_frozen_forward = batch_norm_frozen_forward;
  kernels.normalise = normalise;
  kernels.sgd_step = sgd_step;
  kernels.adam_step = adam_step;
  return kernels;
}

}  // namespace

const Kernels& table(Convolutions choice) {
  static const Kernels tables[] = {kernels_with<Convolutions::by_shape>(), kernels_with<Convolutions::direct>(),
                                   kernels_with<Convolutions::winograd>()};
  return tables[static_cast<int>(choice)];
}

}  // namespace tessera::TESSERA_SIMD
