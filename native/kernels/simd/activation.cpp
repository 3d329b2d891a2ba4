// Activations and sums, a vector at a time. All are bit-equal to the textbook but sigmoid and tanh, which are within a
// few units in the last place.
#include "kernels/simd/activation.h"

#include "kernels/parallel.h"
#include "kernels/simd/exponential.h"

namespace tessera::TESSERA_SIMD {
namespace {

constexpr int64_t grain = 16 * 1024;

// y[i] = body(x[i])
template <class Body>
void map(int64_t count, const float* x, float* y, Body body) {
  parallel_for(count, grain, [=](int64_t begin, int64_t end) {
    int64_t i = begin;
    for (; i + vector_floats <= end; i += vector_floats) store(y + i, body(load(x + i)));
    const Lanes rest(end - i);
    if (i < end) rest.store(y + i, body(rest.load(x + i)));
  });
}

// y[i] = body(a[i], b[i])
template <class Body>
void map(int64_t count, const float* a, const float* b, float* y, Body body) {
  parallel_for(count, grain, [=](int64_t begin, int64_t end) {
    int64_t i = begin;
    for (; i + vector_floats <= end; i += vector_floats) store(y + i, body(load(a + i), load(b + i)));
    const Lanes rest(end - i);
    if (i < end) rest.store(y + i, body(rest.load(a + i), rest.load(b + i)));
  });
}

}  // namespace

void activation_forward(Activation act, int64_t count, const float* x, float* y) {
  switch (act) {
    case Activation::relu:
      return map(count, x, y, [](Vec a) { return at_least(a, zeros()); });
    case Activation::relu6:
      return map(count, x, y, [](Vec a) { return at_most(at_least(a, zeros()), broadcast(6)); });
    case Activation::sigmoid:
      return map(count, x, y, [](Vec a) { return broadcast(1) / (broadcast(1) + exponential(zeros() - a)); });
    case Activation::tanh:
      // (e²ˣ − 1) / (e²ˣ + 1)
      return map(count, x, y, [](Vec a) {
        const Vec less_one = exponential_less_one(at_most(a + a, broadcast(40)));
        return less_one / (less_one + broadcast(2));
      });
    case Activation::none:
      return map(count, x, y, [](Vec a) { return a; });
  }
}

void activation_backward(Activation act, int64_t count, const float* y, const float* dy, float* dx) {
  switch (act) {
    case Activation::relu:
      return map(count, y, dy, dx, [](Vec out, Vec g) { return only(out > zeros(), g); });
    case Activation::relu6:
      return map(count, y, dy, dx, [](Vec out, Vec g) { return only((out > zeros()) & (out < broadcast(6)), g); });
    case Activation::sigmoid:
      return map(count, y, dy, dx, [](Vec out, Vec g) { return g * out * (broadcast(1) - out); });
    case Activation::tanh:
      return map(count, y, dy, dx, [](Vec out, Vec g) { return g * fnma(out, out, broadcast(1)); });
    case Activation::none:
      return map(count, y, dy, dx, [](Vec, Vec g) { return g; });
  }
}

void leaky_relu_forward(int64_t count, float slope, const float* x, float* y) {
  map(count, x, y, [=](Vec a) { return select(a > zeros(), a, broadcast(slope) * a); });
}

void leaky_relu_backward(int64_t count, float slope, const float* y, const float* dy, float* dx) {
  map(count, y, dy, dx, [=](Vec out, Vec g) { return select(out > zeros(), g, broadcast(slope) * g); });
}

void hard_swish_forward(int64_t count, const float* x, float* y) {
  map(count, x, y, [](Vec a) {
    return a * at_most(at_least(a / broadcast(6) + broadcast(0.5f), zeros()), broadcast(1));
  });
}

void hard_swish_backward(int64_t count, const float* x, const float* dy, float* dx) {
  map(count, x, dy, dx, [](Vec a, Vec g) {
    const Vec three = broadcast(3), within = a / three + broadcast(0.5f);
    const Mask below = (a < zeros() - three) | (a == zeros() - three), above = (a > three) | (a == three);
    return g * select(below, zeros(), select(above, broadcast(1), within));
  });
}

void add(int64_t count, const float* a, const float* b, float* y) {
  map(count, a, b, y, [](Vec u, Vec v) { return u + v; });
}

void mul(int64_t count, const float* a, const float* b, float* y) {
  map(count, a, b, y, [](Vec u, Vec v) { return u * v; });
}

}  // namespace tessera::TESSERA_SIMD
