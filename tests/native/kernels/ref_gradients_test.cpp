// The textbook's backward passes against its forward passes: for a random direction, ⟨dL/dx, direction⟩ must be what
// L = ⟨y, g⟩ changes by along it. All sums over what the float32 kernels give are in float64.
//
// Most operators are linear, and are tried on whole numbers: then every result is exact, the central difference too,
// and the two must be equal. The smooth ones are differentiated by a formula of fourth order.
#include <algorithm>
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

std::vector<float> moved(const std::vector<float>& x, float step, const std::vector<float>& direction) {
  auto result = x;
  for (size_t i = 0; i < x.size(); ++i) result[i] += step * direction[i];
  return result;
}

void check_derivative(const std::string& what, double analytic, double numeric, double tolerance) {
  const double scale = std::max({1.0, std::abs(numeric), std::abs(analytic)});
  check(std::abs(numeric - analytic) <= tolerance * scale,
        what + ": " + std::to_string(analytic) + ", not " + std::to_string(numeric));
}

// Of an operator that is linear between x − direction and x + direction; tolerance 0: to the bit.
void check_linear(const std::string& what, const Function& forward, const std::vector<float>& x,
                  const std::vector<float>& g, const std::vector<float>& dx, double tolerance = 0) {
  for (int trial = 0; trial < 4; ++trial) {
    const auto direction = whole_numbers(static_cast<int64_t>(x.size()));
    const double change = dot(forward(moved(x, 1, direction)), g) - dot(forward(moved(x, -1, direction)), g);
    check_derivative(what, dot(dx, direction), change / 2, tolerance);
  }
}

void check_smooth(const std::string& what, const Function& forward, const std::vector<float>& x,
                  const std::vector<float>& g, const std::vector<float>& dx) {
  const float h = 1.0f / 32;
  for (int trial = 0; trial < 4; ++trial) {
    auto direction = normal_numbers(static_cast<int64_t>(x.size()));
    for (float& value : direction) value = std::round(value * 64) / 64;  // so that x + h · direction is what it says
    const auto at = [&](float steps) { return dot(forward(moved(x, steps * h, direction)), g); };
    const double numeric = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
    check_derivative(what, dot(dx, direction), numeric, 1e-4);
  }
}

void check_conv(const std::string& what, const Conv2dShape& s) {
  const int64_t ny = s.n * s.out_h() * s.out_w() * s.k, nw = s.k * s.kh * s.kw * (s.c / s.groups);
  const auto x = whole_numbers(s.n * s.h * s.w * s.c), w = whole_numbers(nw), b = whole_numbers(s.k);
  const auto g = whole_numbers(ny);
  const auto run = [&](const std::vector<float>& x_, const std::vector<float>& w_, const float* b_) {
    std::vector<float> y(static_cast<size_t>(ny));
    ref.conv2d_forward(s, x_.data(), w_.data(), b_, Activation::none, y.data(), nullptr);
    return y;
  };
  std::vector<float> dx(x.size()), dw(w.size()), db(b.size());
  ref.conv2d_backward_data(s, g.data(), w.data(), dx.data(), nullptr);
  ref.conv2d_backward_weights(s, x.data(), g.data(), dw.data(), db.data(), nullptr);
  check_linear(what + " data", [&](const auto& v) { return run(v, w, b.data()); }, x, g, dx);
  check_linear(what + " weights", [&](const auto& v) { return run(x, v, nullptr); }, w, g, dw);
  check_linear(what + " bias", [&](const auto& v) { return run(x, w, v.data()); }, b, g, db);

  // Gradients of parameters are added to what is there, and a bias that is not there gets none.
  auto twice = dw;
  ref.conv2d_backward_weights(s, x.data(), g.data(), twice.data(), nullptr, nullptr);
  for (float& value : dw) value *= 2;
  check(same(twice, dw), what + ": the weight gradient is accumulated");

  // An activation behind it is the same as one by itself.
  std::vector<float> fused(static_cast<size_t>(ny)), apart = run(x, w, b.data());
  ref.conv2d_forward(s, x.data(), w.data(), b.data(), Activation::tanh, fused.data(), nullptr);
  ref.activation_forward(Activation::tanh, ny, apart.data(), apart.data());
  check(same(fused, apart), what + ": activation");
}

// Numbers that differ by at least 16, so that a step of up to 4 changes no winner.
std::vector<float> far_apart(int64_t count) {
  std::vector<float> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i) values[i] = 16 * static_cast<float>(i);
  std::shuffle(values.begin(), values.end(), random_source);
  return values;
}

void check_pools(const std::string& what, Pool2dShape s) {
  const auto x = far_apart(s.n * s.h * s.w * s.c), g = whole_numbers(s.n * s.out_h() * s.out_w() * s.c);
  std::vector<float> dx(x.size());
  std::vector<uint16_t> argmax(g.size());
  const auto greatest = [&](const std::vector<float>& v) {
    std::vector<float> y(g.size());
    ref.max_pool2d_forward(s, v.data(), y.data(), argmax.data());
    return y;
  };
  greatest(x);
  ref.max_pool2d_backward(s, g.data(), argmax.data(), dx.data());
  check_linear("max pool, " + what, greatest, x, g, dx);

  for (const bool include : {false, true}) {
    s.count_include_pad = include;
    const auto average = [&](const std::vector<float>& v) {
      std::vector<float> y(g.size());
      ref.avg_pool2d_forward(s, v.data(), y.data());
      return y;
    };
    const auto small = whole_numbers(static_cast<int64_t>(x.size()));
    ref.avg_pool2d_backward(s, g.data(), dx.data());
    // Thirds are not exact.
    check_linear("average pool, " + what + (include ? ", padding counts" : ""), average, small, g, dx, 1e-6);
  }
}

void check_global_pool() {
  const auto x = whole_numbers(2 * 12 * 5), g = whole_numbers(2 * 5);
  std::vector<float> dx(x.size());
  ref.global_avg_pool_backward(2, 12, 5, g.data(), dx.data());
  const auto mean = [&](const std::vector<float>& v) {
    std::vector<float> y(g.size());
    ref.global_avg_pool_forward(2, 12, 5, v.data(), y.data());
    return y;
  };
  check_linear("global average pool", mean, x, g, dx, 1e-6);
}

void check_dense() {
  const int64_t n = 4, in = 11, out = 6;
  const auto x = whole_numbers(n * in), w = whole_numbers(out * in), b = whole_numbers(out), g = whole_numbers(n * out);
  const auto run = [&](const std::vector<float>& x_, const std::vector<float>& w_, const float* b_) {
    std::vector<float> y(g.size());
    ref.dense_forward(n, in, out, x_.data(), w_.data(), b_, Activation::none, y.data(), nullptr);
    return y;
  };
  std::vector<float> dx(x.size()), dw(w.size()), db(b.size());
  ref.dense_backward_data(n, in, out, g.data(), w.data(), dx.data(), nullptr);
  ref.dense_backward_weights(n, in, out, x.data(), g.data(), dw.data(), db.data(), nullptr);
  check_linear("dense data", [&](const auto& v) { return run(v, w, b.data()); }, x, g, dx);
  check_linear("dense weights", [&](const auto& v) { return run(x, v, nullptr); }, w, g, dw);
  check_linear("dense bias", [&](const auto& v) { return run(x, w, v.data()); }, b, g, db);
}

// The gradient of A · B is a matrix product too: dA = alpha · G · Bᵀ, and dB = alpha · Aᵀ · G.
void check_gemm() {
  const int64_t m = 5, n = 7, k = 6;
  for (const bool trans_a : {false, true}) {
    for (const bool trans_b : {false, true}) {
      const int64_t lda = trans_a ? m : k, ldb = trans_b ? k : n;
      const auto a = whole_numbers(m * k), b = whole_numbers(k * n), c = whole_numbers(m * n), g = whole_numbers(m * n);
      const auto run = [&](const std::vector<float>& a_, const std::vector<float>& b_, const std::vector<float>& c_) {
        auto y = c_;
        ref.gemm(trans_a, trans_b, m, n, k, 2, a_.data(), lda, b_.data(), ldb, -3, y.data(), n, nullptr);
        return y;
      };
      std::vector<float> da(a.size()), db(b.size()), dc = g;
      if (trans_a) {
        ref.gemm(trans_b, true, k, m, n, 2, b.data(), ldb, g.data(), n, 0, da.data(), m, nullptr);
      } else {
        ref.gemm(false, !trans_b, m, k, n, 2, g.data(), n, b.data(), ldb, 0, da.data(), k, nullptr);
      }
      if (trans_b) {
        ref.gemm(true, trans_a, n, k, m, 2, g.data(), n, a.data(), lda, 0, db.data(), k, nullptr);
      } else {
        ref.gemm(!trans_a, false, k, n, m, 2, a.data(), lda, g.data(), n, 0, db.data(), n, nullptr);
      }
      for (float& value : dc) value *= -3;
      const std::string what = std::string("gemm ") + (trans_a ? "Aᵀ " : "A ") + (trans_b ? "Bᵀ" : "B");
      check_linear(what + ", A", [&](const auto& v) { return run(v, b, c); }, a, g, da);
      check_linear(what + ", B", [&](const auto& v) { return run(a, v, c); }, b, g, db);
      check_linear(what + ", C", [&](const auto& v) { return run(a, b, v); }, c, g, dc);
    }
  }
}

void check_activations() {
  const auto forward = [](Activation act) {
    return [act](const std::vector<float>& v) {
      std::vector<float> out(v.size());
      ref.activation_forward(act, static_cast<int64_t>(v.size()), v.data(), out.data());
      return out;
    };
  };
  const auto gradient = [&](Activation act, const std::vector<float>& x, const std::vector<float>& g) {
    std::vector<float> dx(x.size());
    const auto y = forward(act)(x);
    ref.activation_backward(act, static_cast<int64_t>(x.size()), y.data(), g.data(), dx.data());
    return dx;
  };
  auto x = far_apart(40);
  for (float& value : x) value -= 16 * 20 + 8;  // half of them below zero, none within a step of it
  const auto g = whole_numbers(40);
  for (const auto act : {Activation::relu, Activation::none}) {
    check_linear("relu or none", forward(act), x, g, gradient(act, x, g));
  }
  const auto z = normal_numbers(40), h = normal_numbers(40);
  for (const auto act : {Activation::sigmoid, Activation::tanh}) {
    check_smooth("sigmoid or tanh", forward(act), z, h, gradient(act, z, h));
  }
}

void check_other_activations() {
  auto x = far_apart(40);
  for (float& value : x) value -= 16 * 20 + 8;
  const auto g = whole_numbers(40);
  std::vector<float> dx(40);
  const auto leaky = [](const std::vector<float>& v) {
    std::vector<float> y(v.size());
    ref.leaky_relu_forward(40, 0.25f, v.data(), y.data());
    return y;
  };
  ref.leaky_relu_backward(40, 0.25f, leaky(x).data(), g.data(), dx.data());
  check_linear("leaky relu", leaky, x, g, dx);

  // Within ±1 of the middle of each of the three parts, so that no step crosses a corner.
  auto z = normal_numbers(40);
  for (size_t i = 0; i < z.size(); ++i) z[i] = std::clamp(z[i], -1.0f, 1.0f) + 6 * (static_cast<float>(i % 3) - 1);
  const auto swish = [](const std::vector<float>& v) {
    std::vector<float> y(v.size());
    ref.hard_swish_forward(40, v.data(), y.data());
    return y;
  };
  ref.hard_swish_backward(40, z.data(), g.data(), dx.data());
  check_smooth("hard swish", swish, z, g, dx);
  // Steps stay on one side of its corners too: they are those of hard swish.
  const auto gate = [](const std::vector<float>& v) {
    std::vector<float> y(v.size());
    ref.hard_sigmoid_forward(40, v.data(), y.data());
    return y;
  };
  ref.hard_sigmoid_backward(40, gate(z).data(), g.data(), dx.data());
  check_smooth("hard sigmoid", gate, z, g, dx);
  const auto clip = [](const std::vector<float>& v) {
    std::vector<float> y(v.size());
    ref.clip_forward(40, -3, 3, v.data(), y.data());
    return y;
  };
  ref.clip_backward(40, -3, 3, z.data(), g.data(), dx.data());
  check_smooth("clip", clip, z, g, dx);
  for (float& value : z) value += 3;
  const auto relu6 = [](const std::vector<float>& v) {
    std::vector<float> y(v.size());
    ref.activation_forward(Activation::relu6, 40, v.data(), y.data());
    return y;
  };
  ref.activation_backward(Activation::relu6, 40, relu6(z).data(), g.data(), dx.data());
  check_smooth("relu6", relu6, z, g, dx);
  check(swish(std::vector<float>(40, 1.5f))[0] == 1.125f, "hard swish by hand: 1.5 · (1.5 / 6 + 1/2)");
  const std::vector<float> seven(40, 7);
  std::vector<float> six(40);
  ref.activation_forward(Activation::relu6, 40, seven.data(), six.data());
  ref.activation_backward(Activation::relu6, 40, six.data(), g.data(), dx.data());
  check(six[0] == 6 && same(dx, std::vector<float>(40, 0)), "relu6 stops at 6");
}

void check_batch_norm() {
  const BatchNormShape s{.rows = 24, .c = 5, .epsilon = 1e-3f, .momentum = 0.25f};
  const int64_t count = s.rows * s.c;
  const auto x = normal_numbers(count), scale = normal_numbers(s.c), shift = normal_numbers(s.c);
  const auto g = normal_numbers(count), start = normal_numbers(s.c);
  std::vector<float> mean(5), rstd(5), dx(x.size()), dscale(5), dshift(5), variance(5, 2);
  using Given = std::vector<float>;
  const auto run = [&](const Given& x_, const Given& scale_, const Given& shift_) {
    Given y(x.size());
    ref.batch_norm_forward(s, x_.data(), scale_.data(), shift_.data(), nullptr, nullptr, y.data(), mean.data(),
                           rstd.data(), nullptr);
    return y;
  };
  run(x, scale, shift);
  ref.batch_norm_backward(s, x.data(), scale.data(), mean.data(), rstd.data(), g.data(), dx.data(), dscale.data(),
                          dshift.data(), nullptr);
  check_smooth("batch norm", [&](const Given& v) { return run(v, scale, shift); }, x, g, dx);
  check_smooth("batch norm, scale", [&](const Given& v) { return run(x, v, shift); }, scale, g, dscale);
  check_smooth("batch norm, shift", [&](const Given& v) { return run(x, scale, v); }, shift, g, dshift);

  const auto frozen = [&](const Given& x_, const Given& scale_, const Given& shift_) {
    Given y(x.size());
    ref.batch_norm_frozen_forward(s, x_.data(), scale_.data(), shift_.data(), start.data(), variance.data(), y.data(),
                                  nullptr);
    return y;
  };
  std::fill(dscale.begin(), dscale.end(), 0.0f);
  std::fill(dshift.begin(), dshift.end(), 0.0f);
  ref.batch_norm_frozen_backward(s, x.data(), scale.data(), start.data(), variance.data(), g.data(), dx.data(),
                                 dscale.data(), dshift.data(), nullptr);
  check_smooth("frozen batch norm", [&](const Given& v) { return frozen(v, scale, shift); }, x, g, dx);
  check_smooth("frozen batch norm, scale", [&](const Given& v) { return frozen(x, v, shift); }, scale, g, dscale);
  check_smooth("frozen batch norm, shift", [&](const Given& v) { return frozen(x, scale, v); }, shift, g, dshift);

  // By hand: 1, 2, 3 and 6 have the mean 3 and the variances 14/4 and 14/3.
  const BatchNormShape four{.rows = 4, .c = 1, .epsilon = 0, .momentum = 0.5f};
  const Given numbers{1, 2, 3, 6}, one{1}, zero{0};
  Given y(4), running_mean{1}, running_variance{2}, m(1), r(1);
  ref.batch_norm_forward(four, numbers.data(), one.data(), zero.data(), running_mean.data(), running_variance.data(),
                         y.data(), m.data(), r.data(), nullptr);
  check(m[0] == 3 && std::abs(y[3] - 3 / std::sqrt(3.5f)) < 1e-6f, "batch norm by hand");
  check(running_mean[0] == 2 && std::abs(running_variance[0] - (1 + 7.0f / 3)) < 1e-6f, "running statistics by hand");
}

void check_lrn() {
  for (const int64_t size : {1, 3, 4, 5, 9}) {
    const LrnShape s{.rows = 6, .c = 7, .size = size, .alpha = 0.5f, .beta = 0.75f, .bias = 1.5f};
    const auto x = normal_numbers(42), g = normal_numbers(42);
    std::vector<float> dx(42);
    const auto run = [&](const std::vector<float>& v) {
      std::vector<float> y(v.size());
      ref.lrn_forward(s, v.data(), y.data());
      return y;
    };
    ref.lrn_backward(s, x.data(), g.data(), dx.data());
    check_smooth("lrn over " + std::to_string(size), run, x, g, dx);
  }
  // By hand: of three channels, a size of 2 sees itself and the next.
  const LrnShape s{.rows = 1, .c = 3, .size = 2, .alpha = 2, .beta = 1, .bias = 1};
  const std::vector<float> x{1, 2, 3};
  std::vector<float> y(3);
  ref.lrn_forward(s, x.data(), y.data());
  check(y[0] == 1.0f / 6 && y[1] == 2.0f / 14 && y[2] == 3.0f / 10, "lrn of an even size");
}

void check_dropout() {
  const int64_t count = 20'000;
  const std::vector<float> ones(count, 1);
  std::vector<float> once(count), twice(count), other(count);
  ref.dropout(count, 0.25f, 7, ones.data(), once.data());
  ref.dropout(count, 0.25f, 7, ones.data(), twice.data());
  ref.dropout(count, 0.25f, 8, ones.data(), other.data());
  check(same(once, twice), "a seed has one mask, forward and backward");
  check(!same(once, other), "another seed has another");
  double kept = 0, both = 0;
  for (size_t i = 0; i < once.size(); ++i) {
    check(once[i] == 0 || once[i] == 1 / 0.75f, "what is kept is scaled");
    kept += once[i] != 0;
    both += once[i] != 0 && other[i] != 0;
  }
  check(std::abs(kept / count - 0.75) < 0.015, "a quarter is dropped");
  check(std::abs(both / count - 0.5625) < 0.015, "masks know nothing of each other");
  ref.dropout(count, 0, 7, ones.data(), once.data());
  check(same(once, ones), "a rate of 0 keeps everything");
}

void check_joins() {
  const auto a = whole_numbers(60), b = whole_numbers(60);
  std::vector<float> sum(60), wide(10 * 9, -1);
  ref.add(60, a.data(), b.data(), sum.data());
  for (size_t i = 0; i < 60; ++i) check(sum[i] == a[i] + b[i], "add");
  ref.copy_columns(10, 6, a.data(), 6, wide.data() + 2, 9);
  std::vector<float> back(60);
  ref.copy_columns(10, 6, wide.data() + 2, 9, back.data(), 6);
  check(same(back, a), "columns come back as they went");
  for (size_t i = 0; i < 10; ++i) check(wide[i * 9 + 1] == -1 && wide[i * 9 + 8] == -1, "and touch nothing beside them");
}

void check_products() {
  const int64_t n = 3, hw = 4, c = 5, count = n * hw * c;
  const auto a = whole_numbers(count), b = whole_numbers(count), g = whole_numbers(count), scale = whole_numbers(n * c);
  std::vector<float> da(count), db(count), dscale(n * c);
  ref.mul(count, g.data(), b.data(), da.data());
  check_linear("product", [&](const std::vector<float>& v) {
    std::vector<float> y(count);
    ref.mul(count, v.data(), b.data(), y.data());
    return y;
  }, a, g, da);
  const auto scaled = [&](const std::vector<float>& x, const std::vector<float>& by) {
    std::vector<float> y(count);
    ref.scale_channels(n, hw, c, x.data(), by.data(), y.data());
    return y;
  };
  ref.scale_channels(n, hw, c, g.data(), scale.data(), db.data());
  ref.scale_channels_backward_scale(n, hw, c, a.data(), g.data(), dscale.data());
  check_linear("scaled channels", [&](const auto& v) { return scaled(v, scale); }, a, g, db);
  check_linear("scaled channels, scale", [&](const auto& v) { return scaled(a, v); }, scale, g, dscale);
}

void check_padding() {
  const Pad2dShape s{.n = 2, .h = 3, .w = 4, .c = 3, .top = 1, .left = 2, .bottom = 0, .right = 3};
  const int64_t ny = 2 * 4 * 9 * 3;
  const auto x = whole_numbers(2 * 3 * 4 * 3), g = whole_numbers(ny);
  std::vector<float> dx(x.size());
  const auto run = [&](const std::vector<float>& v) {
    std::vector<float> y(static_cast<size_t>(ny), -1);
    ref.pad2d_forward(s, v.data(), y.data());
    return y;
  };
  ref.pad2d_backward(s, g.data(), dx.data());
  check_linear("padding", run, x, g, dx);
  double inside = 0, all = 0;
  for (const float value : x) inside += value * value;
  for (const float value : run(x)) all += value * value;
  check(inside == all && run(x)[(9 + 2) * 3] == x[0], "the frame is zero, and the picture where it belongs");
}

void check_softmax() {
  const auto z = normal_numbers(4 * 6), g = normal_numbers(4 * 6);
  std::vector<float> dz(z.size());
  const auto run = [](const std::vector<float>& v) {
    std::vector<float> y(v.size());
    ref.softmax_forward(4, 6, v.data(), y.data());
    return y;
  };
  const auto y = run(z);
  ref.softmax_backward(4, 6, y.data(), g.data(), dz.data());
  check_smooth("softmax", run, z, g, dz);
  check(std::abs(y[0] + y[1] + y[2] + y[3] + y[4] + y[5] - 1) < 1e-6f, "shares of 1");
}

void check_smoothed_loss() {
  const std::vector<float> one{1}, weights{0.5f, 2, 1, 0.25f, 3, 1, 0.75f};
  const std::vector<int32_t> labels{0, 3, 6, 2, 2};
  const auto z = normal_numbers(5 * 7);
  std::vector<float> dz(z.size()), plain(z.size());
  for (const float smoothing : {0.0f, 0.1f, 1.0f}) {
    for (const float* by : {static_cast<const float*>(nullptr), weights.data()}) {
      ref.softmax_cross_entropy_smoothed(5, 7, z.data(), labels.data(), smoothing, by, dz.data());
      check_smooth("smoothed cross-entropy", [&](const auto& v) {
        return std::vector<float>{
            ref.softmax_cross_entropy_smoothed(5, 7, v.data(), labels.data(), smoothing, by, nullptr)};
      }, z, one, dz);
    }
  }
  const float loss = ref.softmax_cross_entropy(5, 7, z.data(), labels.data(), plain.data());
  check(loss == ref.softmax_cross_entropy_smoothed(5, 7, z.data(), labels.data(), 0, nullptr, dz.data()) &&
            near(dz, plain), "without smoothing and weights it is the plain one");
  // Shares of the classes: those of one label are the label, without weights.
  std::vector<float> shares(z.size()), hard(z.size());
  ref.softmax_forward(5, 7, z.data(), shares.data());
  for (size_t row = 0; row < 5; ++row) hard[row * 7 + static_cast<size_t>(labels[row])] = 1;
  for (const float* by : {static_cast<const float*>(nullptr), weights.data()}) {
    ref.softmax_cross_entropy_soft(5, 7, z.data(), shares.data(), by, dz.data());
    const auto soft = [&](const auto& v) {
      return std::vector<float>{ref.softmax_cross_entropy_soft(5, 7, v.data(), shares.data(), by, nullptr)};
    };
    check_smooth("cross-entropy of shares", soft, z, one, dz);
  }
  check(loss == ref.softmax_cross_entropy_soft(5, 7, z.data(), hard.data(), nullptr, dz.data()) && near(dz, plain),
        "shares that are all in one class are its label");
  // By hand: of two classes, logits 0 and ln 3 have the shares 1/4 and 3/4. Weights 1 and 3, smoothing 1/2:
  // (1 · 1/4 · ln 4 + 3 · 3/4 · ln 4/3) / 3.
  const std::vector<float> logits{0, std::log(3.0f)}, two{1, 3};
  const std::vector<int32_t> label{1};
  const float expected = (0.25f * std::log(4.0f) + 2.25f * std::log(4.0f / 3)) / 3;
  check(std::abs(ref.softmax_cross_entropy_smoothed(1, 2, logits.data(), label.data(), 0.5f, two.data(), nullptr) -
                 expected) < 1e-6f, "smoothed cross-entropy by hand");
}

void check_losses() {
  const std::vector<float> one{1};
  const auto z = normal_numbers(5 * 7);
  const std::vector<int32_t> labels{0, 3, 6, 2, 2};
  std::vector<float> targets(z.size()), dz(z.size());
  for (float& target : targets) target = static_cast<float>(pick(0, 1));
  ref.softmax_cross_entropy(5, 7, z.data(), labels.data(), dz.data());
  check_smooth("softmax cross-entropy", [&](const auto& v) {
    return std::vector<float>{ref.softmax_cross_entropy(5, 7, v.data(), labels.data(), nullptr)};
  }, z, one, dz);
  ref.bce_with_logits(35, z.data(), targets.data(), dz.data());
  check_smooth("binary cross-entropy", [&](const auto& v) {
    return std::vector<float>{ref.bce_with_logits(35, v.data(), targets.data(), nullptr)};
  }, z, one, dz);
  ref.mse(35, z.data(), targets.data(), dz.data());
  check_smooth("mean squared error", [&](const auto& v) {
    return std::vector<float>{ref.mse(35, v.data(), targets.data(), nullptr)};
  }, z, one, dz);

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
  check_conv("everything at once", {.n = 2, .h = 7, .w = 8, .c = 4, .k = 6, .kh = 3, .kw = 2, .stride_h = 2,
                                    .stride_w = 1, .pad_top = 0, .pad_left = 1, .pad_bottom = 2, .pad_right = 3,
                                    .dilation_h = 1, .dilation_w = 2, .groups = 2});
  check_pools("plain", {.n = 2, .h = 6, .w = 7, .c = 3, .window_h = 2, .window_w = 2, .stride_h = 2, .stride_w = 2});
  check_pools("overlapping and padded",
              {.n = 2, .h = 7, .w = 6, .c = 3, .window_h = 3, .window_w = 2, .stride_h = 2, .stride_w = 1, .pad_top = 1,
               .pad_left = 1, .pad_bottom = 1, .pad_right = 1});
  check_pools("with gaps", {.n = 1, .h = 9, .w = 9, .c = 2, .window_h = 2, .window_w = 2, .stride_h = 3, .stride_w = 4});
  check_pools("padded on one side", {.n = 1, .h = 5, .w = 5, .c = 2, .window_h = 3, .window_w = 3, .stride_h = 1,
                                     .stride_w = 1, .pad_top = 1, .pad_left = 0, .pad_bottom = 0, .pad_right = 1});
  check_global_pool();
  check_dense();
  check_gemm();
  check_activations();
  check_other_activations();
  check_batch_norm();
  check_lrn();
  check_dropout();
  check_joins();
  check_products();
  check_padding();
  check_softmax();
  check_smoothed_loss();
  check_losses();
  check_optimizers();
  return finish();
}
