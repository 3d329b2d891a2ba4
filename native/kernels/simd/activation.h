// Loops over flat arrays (kernels.h).
#pragma once
#include <cmath>

#include "kernels/kernels.h"
#include "kernels/simd/vec.h"

namespace tessera::TESSERA_SIMD {

// What computes a layer finishes its results by these while they are in registers; the others take a pass of their own.
inline bool is_fused(Activation act) {
  return act == Activation::none || act == Activation::relu || act == Activation::relu6;
}
inline Activation fused_part(Activation act) { return is_fused(act) ? act : Activation::none; }

// `act` is one that is_fused.
inline Vec finished(Vec sum, Activation act) {
  if (act == Activation::none) return sum;
  sum = at_least(sum, zeros());
  return act == Activation::relu6 ? at_most(sum, broadcast(6)) : sum;
}

// The same for loops that finish many results: without a branch, by bounds that are infinite where there are none.
struct Bounds {
  Vec least, greatest;

  explicit Bounds(Activation act)
      : least(broadcast(act == Activation::none ? -INFINITY : 0.0f)),
        greatest(broadcast(act == Activation::relu6 ? 6.0f : INFINITY)) {}
  Vec operator()(Vec sum) const { return at_most(at_least(sum, least), greatest); }
};

void activation_forward(Activation act, int64_t count, const float* x, float* y);
// The pass of its own over y, where there is one.
inline void finish_apart(Activation act, int64_t count, float* y) {
  if (!is_fused(act)) activation_forward(act, count, y, y);
}
void activation_backward(Activation act, int64_t count, const float* y, const float* dy, float* dx);
void leaky_relu_forward(int64_t count, float slope, const float* x, float* y);
void leaky_relu_backward(int64_t count, float slope, const float* y, const float* dy, float* dx);
void hard_swish_forward(int64_t count, const float* x, float* y);
void hard_swish_backward(int64_t count, const float* x, const float* dy, float* dx);
void add(int64_t count, const float* a, const float* b, float* y);
void mul(int64_t count, const float* a, const float* b, float* y);

}  // namespace tessera::TESSERA_SIMD
