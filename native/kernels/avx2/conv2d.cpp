// Each pass by the algorithm that is fastest for its shape: from a table and not from a clock, so that the same network
// gives the same bits on every run. Forward the batch does not count either: a picture gets the same bits alone.
#include "kernels/avx2/conv2d.h"

#include "kernels/avx2/winograd.h"

namespace tessera::avx2 {
namespace {

template <class Run>
struct Algorithm {
  const char* name;
  size_t (*scratch)(const Conv2dShape&);
  Run* run;
};

using Forward = Algorithm<decltype(direct_forward)>;
using BackwardData = Algorithm<decltype(direct_backward_data)>;
using BackwardWeights = Algorithm<decltype(direct_backward_weights)>;

Forward forward_of(const Conv2dShape& s, bool with_winograd) {
  if (with_winograd && winograd_suits(s, ConvPass::forward)) {
    return {"winograd", winograd_forward_scratch, winograd_forward};
  }
  if (pointwise_suits(s)) return {"gemm", pointwise_forward_scratch, pointwise_forward};
  return {"direct", direct_forward_scratch, direct_forward};
}

BackwardData backward_data_of(const Conv2dShape& s, bool with_winograd) {
  if (with_winograd && winograd_suits(s, ConvPass::backward_data)) {
    return {"winograd", winograd_backward_data_scratch, winograd_backward_data};
  }
  if (pointwise_suits(s)) return {"gemm", pointwise_backward_data_scratch, pointwise_backward_data};
  return {"direct", direct_backward_data_scratch, direct_backward_data};
}

BackwardWeights backward_weights_of(const Conv2dShape& s, bool with_winograd) {
  if (with_winograd && winograd_suits(s, ConvPass::backward_weights)) {
    return {"winograd", winograd_backward_weights_scratch, winograd_backward_weights};
  }
  if (wide_suits(s)) return {"wide", wide_backward_weights_scratch, wide_backward_weights};
  return {"direct", direct_backward_weights_scratch, direct_backward_weights};
}

}  // namespace

template <bool WithWinograd>
const char* Conv2d<WithWinograd>::algorithm(const Conv2dShape& s, ConvPass pass) {
  switch (pass) {
    case ConvPass::forward:
      return forward_of(s, WithWinograd).name;
    case ConvPass::backward_data:
      return backward_data_of(s, WithWinograd).name;
    default:
      return backward_weights_of(s, WithWinograd).name;
  }
}

template <bool WithWinograd>
size_t Conv2d<WithWinograd>::forward_scratch(const Conv2dShape& s) {
  return forward_of(s, WithWinograd).scratch(s);
}

template <bool WithWinograd>
void Conv2d<WithWinograd>::forward(const Conv2dShape& s, const float* x, const float* weights, const float* bias,
                                   Activation act, float* y, float* scratch) {
  forward_of(s, WithWinograd).run(s, x, weights, bias, act, y, scratch);
}

template <bool WithWinograd>
size_t Conv2d<WithWinograd>::backward_data_scratch(const Conv2dShape& s) {
  return backward_data_of(s, WithWinograd).scratch(s);
}

template <bool WithWinograd>
void Conv2d<WithWinograd>::backward_data(const Conv2dShape& s, const float* dy, const float* weights, float* dx,
                                         float* scratch) {
  backward_data_of(s, WithWinograd).run(s, dy, weights, dx, scratch);
}

template <bool WithWinograd>
size_t Conv2d<WithWinograd>::backward_weights_scratch(const Conv2dShape& s) {
  return backward_weights_of(s, WithWinograd).scratch(s);
}

template <bool WithWinograd>
void Conv2d<WithWinograd>::backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights,
                                            float* dbias, float* scratch) {
  backward_weights_of(s, WithWinograd).run(s, x, dy, dweights, dbias, scratch);
}

template struct Conv2d<true>;
template struct Conv2d<false>;

}  // namespace tessera::avx2
