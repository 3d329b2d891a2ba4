// Each pass by the algorithm that is fastest for its shape: from a table and not from a clock, so that the same network
// gives the same bits on every run. Forward the batch does not count either: a picture gets the same bits alone.
#include "kernels/simd/conv2d.h"

#include "kernels/simd/tile.h"
#include "kernels/simd/winograd.h"

namespace tessera::TESSERA_SIMD {
namespace {

template <class Run>
struct Algorithm {
  const char* name;
  size_t (*scratch)(const Conv2dShape&);
  Run* run;
};

// The forward pass reads prepared weights.
struct Forward : Algorithm<decltype(direct_forward)> {
  size_t (*prepared)(const Conv2dShape&);
  decltype(direct_prepare)* prepare;
};
using BackwardData = Algorithm<decltype(direct_backward_data)>;
using BackwardWeights = Algorithm<decltype(direct_backward_weights)>;

bool takes_winograd(const Conv2dShape& s, ConvPass pass, Convolutions choice) {
  if (choice == Convolutions::direct) return false;
  if (choice == Convolutions::by_shape && tiny_suits(s)) return false;
  return choice == Convolutions::winograd ? winograd_can(s) : winograd_suits(s, pass);
}

Forward forward_of(const Conv2dShape& s, Convolutions choice) {
  if (takes_winograd(s, ConvPass::forward, choice)) {
    return {{"winograd", winograd_forward_scratch, winograd_forward}, winograd_prepared, winograd_prepare};
  }
  if (pointwise_suits(s)) {
    return {{"gemm", pointwise_forward_scratch, pointwise_forward}, pointwise_prepared, pointwise_prepare};
  }
  if (depthwise_suits(s)) {
    return {{"depthwise", depthwise_forward_scratch, depthwise_forward}, depthwise_prepared, depthwise_prepare};
  }
  if (tiny_suits(s)) return {{"tiny", tiny_forward_scratch, tiny_forward}, direct_prepared, direct_prepare};
  return {{"direct", direct_forward_scratch, direct_forward}, direct_prepared, direct_prepare};
}

BackwardData backward_data_of(const Conv2dShape& s, Convolutions choice) {
  if (takes_winograd(s, ConvPass::backward_data, choice)) {
    return {"winograd", winograd_backward_data_scratch, winograd_backward_data};
  }
  if (pointwise_suits(s)) return {"gemm", pointwise_backward_data_scratch, pointwise_backward_data};
  if (depthwise_suits(s)) {
    return {"depthwise", depthwise_backward_data_scratch, depthwise_backward_data};
  }
  if (tiny_suits(s)) return {"tiny", tiny_backward_data_scratch, tiny_backward_data};
  return {"direct", direct_backward_data_scratch, direct_backward_data};
}

BackwardWeights backward_weights_of(const Conv2dShape& s, Convolutions choice) {
  if (takes_winograd(s, ConvPass::backward_weights, choice)) {
    return {"winograd", winograd_backward_weights_scratch, winograd_backward_weights};
  }
  if (depthwise_suits(s)) return {"depthwise", depthwise_backward_weights_scratch, depthwise_backward_weights};
  if (tiny_suits(s)) return {"tiny", tiny_backward_weights_scratch, tiny_backward_weights};
  if (wide_suits(s)) return {"wide", wide_backward_weights_scratch, wide_backward_weights};
  return {"direct", direct_backward_weights_scratch, direct_backward_weights};
}

size_t aligned(size_t floats) { return static_cast<size_t>(round_up(static_cast<int64_t>(floats), line_floats)); }

}  // namespace

template <Convolutions Choice>
const char* Conv2d<Choice>::algorithm(const Conv2dShape& s, ConvPass pass) {
  switch (pass) {
    case ConvPass::forward:
      return forward_of(s, Choice).name;
    case ConvPass::backward_data:
      return backward_data_of(s, Choice).name;
    default:
      return backward_weights_of(s, Choice).name;
  }
}

template <Convolutions Choice>
size_t Conv2d<Choice>::forward_scratch(const Conv2dShape& s) {
  const Forward forward = forward_of(s, Choice);
  return aligned(forward.prepared(s)) + forward.scratch(s);
}

template <Convolutions Choice>
void Conv2d<Choice>::forward(const Conv2dShape& s, const float* x, const float* weights, const float* bias,
                             Activation act, float* y, float* scratch) {
  const Forward forward = forward_of(s, Choice);
  forward.prepare(s, weights, scratch);
  forward.run(s, x, scratch, bias, act, y, scratch + aligned(forward.prepared(s)));
}

template <Convolutions Choice>
size_t Conv2d<Choice>::prepared(const Conv2dShape& s) {
  return forward_of(s, Choice).prepared(s);
}

template <Convolutions Choice>
void Conv2d<Choice>::prepare(const Conv2dShape& s, const float* weights, float* prepared) {
  forward_of(s, Choice).prepare(s, weights, prepared);
}

template <Convolutions Choice>
void Conv2d<Choice>::forward_prepared(const Conv2dShape& s, const float* x, const float* prepared, const float* bias,
                                      Activation act, float* y, float* scratch) {
  forward_of(s, Choice).run(s, x, prepared, bias, act, y, scratch);
}

template <Convolutions Choice>
size_t Conv2d<Choice>::backward_data_scratch(const Conv2dShape& s) {
  return backward_data_of(s, Choice).scratch(s);
}

template <Convolutions Choice>
void Conv2d<Choice>::backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx,
                                         float* scratch) {
  backward_data_of(s, Choice).run(s, dy, weights, dx, scratch);
}

template <Convolutions Choice>
size_t Conv2d<Choice>::backward_weights_scratch(const Conv2dShape& s) {
  return backward_weights_of(s, Choice).scratch(s);
}

template <Convolutions Choice>
void Conv2d<Choice>::backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights,
                                            float* dbias, float* scratch) {
  backward_weights_of(s, Choice).run(s, x, dy, dweights, dbias, scratch);
}

template struct Conv2d<Convolutions::by_shape>;
template struct Conv2d<Convolutions::direct>;
template struct Conv2d<Convolutions::winograd>;

}  // namespace tessera::TESSERA_SIMD
