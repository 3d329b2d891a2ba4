// Convolution: each pass by the algorithm that is fastest for its shape, from a table and not from a clock, so that
// the same network gives the same bits on every run.
#include "kernels/avx2/avx2.h"
#include "kernels/avx2/winograd.h"

namespace tessera::avx2 {

const char* conv2d_algorithm(const Conv2dShape& s, ConvPass pass) {
  return winograd_suits(s, pass) ? "winograd" : direct_algorithm(s, pass);
}

size_t conv2d_forward_scratch(const Conv2dShape& s) {
  return winograd_suits(s, ConvPass::forward) ? winograd_forward_scratch(s) : direct_forward_scratch(s);
}

void conv2d_forward(const Conv2dShape& s, const float* x, const float* weights, const float* bias, Activation act,
                    float* y, float* scratch) {
  const auto run = winograd_suits(s, ConvPass::forward) ? winograd_forward : direct_forward;
  run(s, x, weights, bias, act, y, scratch);
}

size_t conv2d_backward_data_scratch(const Conv2dShape& s) {
  return winograd_suits(s, ConvPass::backward_data) ? winograd_backward_data_scratch(s)
                                                    : direct_backward_data_scratch(s);
}

void conv2d_backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx, float* scratch) {
  const auto run = winograd_suits(s, ConvPass::backward_data) ? winograd_backward_data : direct_backward_data;
  run(s, dy, weights, dx, scratch);
}

size_t conv2d_backward_weights_scratch(const Conv2dShape& s) {
  return winograd_suits(s, ConvPass::backward_weights) ? winograd_backward_weights_scratch(s)
                                                       : direct_backward_weights_scratch(s);
}

void conv2d_backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights, float* dbias,
                             float* scratch) {
  const auto run = winograd_suits(s, ConvPass::backward_weights) ? winograd_backward_weights : direct_backward_weights;
  run(s, x, dy, dweights, dbias, scratch);
}

}  // namespace tessera::avx2
