// The textbook's backward passes against its forward passes: for a random direction, ⟨dL/dx, direction⟩ must be the
// central difference of L along it. Linear operators are exact for any step, so the step is large; the smooth ones
// take a small one. L = ⟨y, g⟩ for a random g, summed in float64.
#include <functional>

#include "check.h"
#include "kernels/kernels.h"

using namespace tessera;
using namespace tessera::test;

namespace {

const Kernels& ref = ref_kernels();

double dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

using Function = std::function<std::vector<float>(const std::vector<float>&)>;

void check_gradient(const std::string& what, const Function& forward, const std::vector<float>& x,
                    const std::vector<float>& g, const std::vector<float>& dx, float step, double tolerance = 2e-3) {
  for (int trial = 0; trial < 4; ++trial) {
    const auto direction = normal_numbers(static_cast<int64_t>(x.size()));
    auto ahead = x, behind = x;
    for (size_t i = 0; i < x.size(); ++i) {
      ahead[i] += step * direction[i];
      behind[i] -= step * direction[i];
    }
    const double numeric = (dot(forward(ahead), g) - dot(forward(behind), g)) / (2.0 * step);
    const double analytic = dot(dx, direction);
    const double scale = std::max({1.0, std::abs(numeric), std::abs(analytic)});
    check(std::abs(numeric - analytic) <= tolerance * scale,
          what + ": " + std::to_string(analytic) + ", not " + std::to_string(numeric));
  }
}

void check_conv(const std::string& what, const Conv2dShape& s) {
  const int64_t ny = s.n * s.out_h() * s.out_w() * s.k, nw = s.k * s.kh * s.kw * (s.c / s.groups);
  const auto x = normal_numbers(s.n * s.h * s.w * s.c), w = normal_numbers(nw), b = normal_numbers(s.k);
  const auto g = normal_numbers(ny);
  const auto run = [&](const std::vector<float>& x_, const std::vector<float>& w_, const std::vector<float>& b_) {
    std::vector<float> y(static_cast<size_t>(ny));
    ref.conv2d_forward(s, x_.data(), w_.data(), b_.data(), Activation::none, y.data(), nullptr);
    return y;
  };
  std::vector<float> dx(x.size()), dw(w.size()), db(b.size());
  ref.conv2d_backward_data(s, g.data(), w.data(), dx.data(), nullptr);
  ref.conv2d_backward_weights(s, x.data(), g.data(), dw.data(), db.data(), nullptr);
  check_gradient(what + " data", [&](const auto& v) { return run(v, w, b); }, x, g, dx, 0.5f);
  check_gradient(what + " weights", [&](const auto& v) { return run(x, v, b); }, w, g, dw, 0.5f);
  check_gradient(what + " bias", [&](const auto& v) { return run(x, w, v); }, b, g, db, 0.5f);
}

void check_pools() {
  for (const bool include : {false, true}) {
    const Pool2dShape s{.n = 2, .h = 7, .w = 6, .c = 3, .window_h = 3, .window_w = 2, .stride_h = 2, .stride_w = 1,
                        .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1, .count_include_pad = include};
    const auto x = normal_numbers(s.n * s.h * s.w * s.c), g = normal_numbers(s.n * s.out_h() * s.out_w() * s.c);
    std::vector<float> dx(x.size());
    const auto average = [&](const std::vector<float>& v) {
      std::vector<float> y(g.size());
      ref.avg_pool2d_forward(s, v.data(), y.data());
      return y;
    };
    ref.avg_pool2d_backward(s, g.data(), dx.data());
    check_gradient("average pool", average, x, g, dx, 0.5f);

    std::vector<uint16_t> argmax(g.size());
    const auto greatest = [&](const std::vector<float>& v) {
      std::vector<float> y(g.size());
      ref.max_pool2d_forward(s, v.data(), y.data(), argmax.data());
      return y;
    };
    greatest(x);
    ref.max_pool2d_backward(s, g.data(), argmax.data(), dx.data());
    // So small a step changes no winner.
    check_gradient("max pool", greatest, x, g, dx, 1e-4f, 1e-2);
  }
  const auto x = normal_numbers(2 * 12 * 5), g = normal_numbers(2 * 5);
  std::vector<float> dx(x.size());
  ref.global_avg_pool_backward(2, 12, 5, g.data(), dx.data());
  const auto mean = [&](const std::vector<float>& v) {
    std::vector<float> y(g.size());
    ref.global_avg_pool_forward(2, 12, 5, v.data(), y.data());
    return y;
  };
  check_gradient("global average pool", mean, x, g, dx, 0.5f);
}

void check_dense() {
  const int64_t n = 4, in = 11, out = 6;
  const auto x = normal_numbers(n * in), w = normal_numbers(out * in), b = normal_numbers(out), g = normal_numbers(n * out);
  const auto run = [&](const std::vector<float>& x_, const std::vector<float>& w_) {
    std::vector<float> y(g.size());
    ref.dense_forward(n, in, out, x_.data(), w_.data(), b.data(), Activation::none, y.data(), nullptr);
    return y;
  };
  std::vector<float> dx(x.size()), dw(w.size()), db(b.size());
  ref.dense_backward_data(n, in, out, g.data(), w.data(), dx.data(), nullptr);
  ref.dense_backward_weights(n, in, out, x.data(), g.data(), dw.data(), db.data(), nullptr);
  check_gradient("dense data", [&](const auto& v) { return run(v, w); }, x, g, dx, 0.5f);
  check_gradient("dense weights", [&](const auto& v) { return run(x, v); }, w, g, dw, 0.5f);
}

void check_activations() {
  for (const auto act : {Activation::relu, Activation::sigmoid, Activation::tanh, Activation::none}) {
    const auto x = normal_numbers(40), g = normal_numbers(40);
    std::vector<float> y(40), dx(40);
    const auto run = [&](const std::vector<float>& v) {
      std::vector<float> out(40);
      ref.activation_forward(act, 40, v.data(), out.data());
      return out;
    };
    y = run(x);
    ref.activation_backward(act, 40, y.data(), g.data(), dx.data());
    check_gradient("activation", run, x, g, dx, 1e-3f, 5e-3);
  }
}

void check_losses() {
  const std::vector<float> one{1};
  const auto z = normal_numbers(5 * 7);
  const std::vector<int32_t> labels{0, 3, 6, 2, 2};
  std::vector<float> targets(z.size()), dz(z.size());
  for (float& target : targets) target = static_cast<float>(pick(0, 1));
  ref.softmax_cross_entropy(5, 7, z.data(), labels.data(), dz.data());
  check_gradient("softmax cross-entropy", [&](const auto& v) {
    return std::vector<float>{ref.softmax_cross_entropy(5, 7, v.data(), labels.data(), nullptr)};
  }, z, one, dz, 1e-2f);
  ref.bce_with_logits(35, z.data(), targets.data(), dz.data());
  check_gradient("binary cross-entropy", [&](const auto& v) {
    return std::vector<float>{ref.bce_with_logits(35, v.data(), targets.data(), nullptr)};
  }, z, one, dz, 1e-2f);
  ref.mse(35, z.data(), targets.data(), dz.data());
  check_gradient("mean squared error", [&](const auto& v) {
    return std::vector<float>{ref.mse(35, v.data(), targets.data(), nullptr)};
  }, z, one, dz, 1e-2f);

  // By hand: two equal logits give ln 2.
  const std::vector<float> even{1, 1};
  const std::vector<int32_t> label{1};
  check(std::abs(ref.softmax_cross_entropy(1, 2, even.data(), label.data(), nullptr) - std::log(2.0f)) < 1e-6f, "ln 2");
}

void check_optimizers() {
  // By hand: p = 1, g = 0.5, rate 0.1.
  const float g = 0.5f;
  float p = 1, buffer = 0;
  ref.sgd_step(1, &p, &g, &buffer, 1, 0.1f, 0.9f, false, 0, true);
  check(std::abs(p - 0.95f) < 1e-6f && buffer == 0.5f, "SGD, first step");
  ref.sgd_step(1, &p, &g, &buffer, 1, 0.1f, 0.9f, false, 0, false);
  check(std::abs(p - 0.855f) < 1e-6f && std::abs(buffer - 0.95f) < 1e-6f, "SGD, second step: 0.9 · 0.5 + 0.5");
  float q = 1, m = 0, v = 0;
  ref.adam_step(1, &q, &g, &m, &v, 1, 0.1f, 0.9f, 0.999f, 1e-8f, 0, false, 1);
  check(std::abs(q - 0.9f) < 1e-5f, "Adam's first step is the learning rate");
  q = 1, m = 0, v = 0;
  ref.adam_step(1, &q, &g, &m, &v, 1, 0.1f, 0.9f, 0.999f, 1e-8f, 0.1f, true, 1);
  check(std::abs(q - 0.89f) < 1e-5f, "AdamW decays first: 1 − 0.1 · 0.1 − 0.1");
}

}  // namespace

int main() {
  check_conv("plain convolution", {.n = 2, .h = 5, .w = 6, .c = 3, .k = 4, .kh = 3, .kw = 3});
  check_conv("stride", {.n = 1, .h = 8, .w = 7, .c = 2, .k = 3, .kh = 3, .kw = 2, .stride_h = 2, .stride_w = 3});
  check_conv("asymmetric padding", {.n = 1, .h = 5, .w = 5, .c = 2, .k = 3, .kh = 3, .kw = 3, .pad_top = 2,
                                    .pad_left = 0, .pad_bottom = 1, .pad_right = 2});
  check_conv("dilation", {.n = 1, .h = 9, .w = 9, .c = 2, .k = 2, .kh = 3, .kw = 3, .pad_top = 1, .pad_left = 1,
                          .pad_bottom = 1, .pad_right = 1, .dilation_h = 2, .dilation_w = 3});
  check_conv("groups", {.n = 2, .h = 4, .w = 4, .c = 6, .k = 9, .kh = 2, .kw = 2, .groups = 3});
  check_conv("depthwise", {.n = 1, .h = 6, .w = 6, .c = 4, .k = 4, .kh = 3, .kw = 3, .pad_top = 1, .pad_left = 1,
                           .pad_bottom = 1, .pad_right = 1, .groups = 4});
  check_pools();
  check_dense();
  check_activations();
  check_losses();
  check_optimizers();
  return finish();
}
