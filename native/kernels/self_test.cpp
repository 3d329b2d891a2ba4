#include "kernels/self_test.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

namespace tessera {
namespace {

std::vector<float> numbers(int64_t count, uint32_t seed) {
  std::vector<float> out(static_cast<size_t>(count));
  for (float& value : out) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<float>(seed >> 8) / 8388608.0f - 1.0f;
  }
  return out;
}

class Scratch {
 public:
  explicit Scratch(size_t floats) : storage_(floats + 16) {}
  float* data() {
    void* start = storage_.data();
    size_t space = storage_.size() * sizeof(float);
    return static_cast<float*>(std::align(64, 1, start, space));
  }

 private:
  std::vector<float> storage_;
};

// Written so that NaN counts as different.
bool agree(const std::vector<float>& a, const std::vector<float>& b) {
  float greatest = 0, difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!std::isfinite(a[i])) return false;
    greatest = std::max(greatest, std::abs(b[i]));
    difference = std::max(difference, std::abs(a[i] - b[i]));
  }
  return difference <= 1e-4f * greatest;
}

bool gemm_agrees(const Kernels& table) {
  constexpr int64_t m = 13, n = 21, k = 30;
  const auto a = numbers(m * k, 1), b = numbers(k * n, 2);
  const auto run = [&](const Kernels& kernels) {
    auto c = numbers(m * n, 3);
    kernels.gemm(false, true, m, n, k, 0.5f, a.data(), k, b.data(), k, 2.0f, c.data(), n,
                 Scratch(kernels.gemm_scratch(m, n, k)).data());
    return c;
  };
  return agree(run(table), run(ref_kernels()));
}

bool conv2d_agrees(const Kernels& table, const Conv2dShape& s) {
  const auto x = numbers(s.n * s.h * s.w * s.c, 4), weights = numbers(s.k * s.kh * s.kw * s.c / s.groups, 5);
  const auto dy = numbers(s.n * s.out_h() * s.out_w() * s.k, 6), bias = numbers(s.k, 7);
  const auto forward = [&](const Kernels& kernels) {
    std::vector<float> y(dy.size());
    kernels.conv2d_forward(s, x.data(), weights.data(), bias.data(), Activation::relu, y.data(),
                           Scratch(kernels.conv2d_forward_scratch(s)).data());
    return y;
  };
  const auto backward_data = [&](const Kernels& kernels) {
    std::vector<float> dx(x.size());
    kernels.conv2d_backward_data(s, dy.data(), weights.data(), dx.data(),
                                 Scratch(kernels.conv2d_backward_data_scratch(s)).data());
    return dx;
  };
  const auto backward_weights = [&](const Kernels& kernels) {
    std::vector<float> dweights(weights.size()), dbias(bias.size());
    kernels.conv2d_backward_weights(s, x.data(), dy.data(), dweights.data(), dbias.data(),
                                    Scratch(kernels.conv2d_backward_weights_scratch(s)).data());
    dweights.insert(dweights.end(), dbias.begin(), dbias.end());
    return dweights;
  };
  const Kernels& ref = ref_kernels();
  return agree(forward(table), forward(ref)) && agree(backward_data(table), backward_data(ref)) &&
         agree(backward_weights(table), backward_weights(ref));
}

}  // namespace

const char* self_test(const Kernels& table) {
  if (!gemm_agrees(table)) return "the matrix product failed its self-test";
  const Conv2dShape first_layer{
      .n = 2, .h = 9, .w = 8, .c = 3, .k = 10, .kh = 3, .kw = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1};
  const Conv2dShape middle_layer{
      .n = 2, .h = 8, .w = 9, .c = 17, .k = 19, .kh = 3, .kw = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1};
  const Conv2dShape strided{.n = 2, .h = 9, .w = 9, .c = 8, .k = 8, .kh = 3, .kw = 3, .stride_h = 2, .stride_w = 2};
  if (!conv2d_agrees(table, first_layer)) return "the convolution of few channels failed its self-test";
  if (!conv2d_agrees(table, middle_layer)) return "the convolution of many channels failed its self-test";
  if (!conv2d_agrees(table, strided)) return "the strided convolution failed its self-test";
  return nullptr;
}

}  // namespace tessera
