// The fast table against the textbook, on random shapes with odd sizes and tails, for 1, 2, 3 and 7 threads. Inputs
// are small whole numbers where sums of products are exact in any order: there the two must agree to the bit. So
// convolutions are the direct ones here; winograd_test has the others.
#include <algorithm>

#include "check.h"
#include "kernels/kernels.h"
#include "kernels/parallel.h"
#include "kernels/tables.h"

using namespace tessera;
using namespace tessera::test;

namespace {

int64_t one_of(std::initializer_list<int64_t> values) {
  return values.begin()[pick(0, static_cast<int64_t>(values.size()) - 1)];
}

Conv2dShape random_conv() {
  for (;;) {
    Conv2dShape s{.n = pick(1, 3), .h = pick(1, 14), .w = pick(1, 14), .c = one_of({1, 2, 3, 4, 5, 7, 8, 9, 16, 17}),
                  .k = one_of({1, 2, 3, 5, 8, 15, 16, 17, 31, 33}), .kh = pick(1, 5), .kw = pick(1, 5)};
    s.stride_h = pick(1, 3), s.stride_w = pick(1, 3);
    s.pad_top = pick(0, 3), s.pad_left = pick(0, 3), s.pad_bottom = pick(0, 3), s.pad_right = pick(0, 3);
    s.dilation_h = pick(1, 2), s.dilation_w = pick(1, 3);
    if (pick(0, 3) == 0) {
      s.groups = pick(2, 3);
      s.c *= s.groups;
      s.k *= s.groups;
    }
    const bool fits = s.h + s.pad_top + s.pad_bottom > s.dilation_h * (s.kh - 1) &&
                      s.w + s.pad_left + s.pad_right > s.dilation_w * (s.kw - 1);
    if (fits) return s;
  }
}

std::string name_of(const Conv2dShape& s) {
  char text[200];
  std::snprintf(text, sizeof text,
                "n%d %dx%d c%d k%d kernel %dx%d stride %d,%d pad %d,%d,%d,%d dilation %d,%d groups %d, %d threads",
                int(s.n), int(s.h), int(s.w), int(s.c), int(s.k), int(s.kh), int(s.kw), int(s.stride_h),
                int(s.stride_w), int(s.pad_top), int(s.pad_left), int(s.pad_bottom), int(s.pad_right),
                int(s.dilation_h), int(s.dilation_w), int(s.groups), threads());
  return text;
}

void check_conv(const Kernels& fast, const Conv2dShape& s) {
  const Kernels& ref = ref_kernels();
  const int64_t nx = s.n * s.h * s.w * s.c, ny = s.n * s.out_h() * s.out_w() * s.k;
  const int64_t nw = s.k * s.kh * s.kw * (s.c / s.groups);
  const auto x = whole_numbers(nx), w = whole_numbers(nw), dy = whole_numbers(ny), bias = whole_numbers(s.k);
  constexpr Activation activations[] = {Activation::none, Activation::relu, Activation::relu6};
  const Activation act = activations[pick(0, 2)];
  const float* bias_or_null = pick(0, 2) == 0 ? nullptr : bias.data();

  std::vector<float> y(ny), dx(nx);
  Guarded fast_y(ny), fast_dx(nx);
  Guarded forward_scratch(fast.conv2d_forward_scratch(s)), data_scratch(fast.conv2d_backward_data_scratch(s));
  Guarded weights_scratch(fast.conv2d_backward_weights_scratch(s));
  ref.conv2d_forward(s, x.data(), w.data(), bias_or_null, act, y.data(), nullptr);
  fast.conv2d_forward(s, x.data(), w.data(), bias_or_null, act, fast_y.data(), forward_scratch.data());
  check(same(y, fast_y.values()) && fast_y.guards_intact() && forward_scratch.guards_intact(), "forward " + name_of(s));
  count_zeros(y);

  Guarded prepared(static_cast<int64_t>(fast.conv2d_prepared(s))), again(ny);
  fast.conv2d_prepare(s, w.data(), prepared.data());
  fast.conv2d_forward_prepared(s, x.data(), prepared.data(), bias_or_null, act, again.data(), forward_scratch.data());
  check(same(y, again.values()) && again.guards_intact() && prepared.guards_intact(), "prepared " + name_of(s));

  ref.conv2d_backward_data(s, dy.data(), w.data(), dx.data(), nullptr);
  fast.conv2d_backward_data(s, dy.data(), w.data(), fast_dx.data(), data_scratch.data());
  check(same(dx, fast_dx.values()) && fast_dx.guards_intact() && data_scratch.guards_intact(), "data " + name_of(s));
  count_zeros(dx);

  // Gradients of parameters are added to what is there.
  auto dw = whole_numbers(nw), db = whole_numbers(s.k);
  auto fast_dw = dw, fast_db = db;
  ref.conv2d_backward_weights(s, x.data(), dy.data(), dw.data(), db.data(), nullptr);
  fast.conv2d_backward_weights(s, x.data(), dy.data(), fast_dw.data(), fast_db.data(), weights_scratch.data());
  check(same(dw, fast_dw) && same(db, fast_db) && weights_scratch.guards_intact(), "weights " + name_of(s));
  count_zeros(dw);
}

// Many channels and pixels, which some algorithms take alone: 1×1, strides, and ranges of pixels that are summed up.
Conv2dShape random_wide_conv() {
  const int64_t kernel = one_of({1, 1, 3}), pad = kernel / 2 * pick(0, 1);
  Conv2dShape s{.n = pick(1, 3), .h = pick(3, 24), .w = pick(3, 24), .c = pick(16, 40), .k = pick(16, 40),
                .kh = kernel, .kw = kernel};
  s.stride_h = s.stride_w = pick(1, 2);
  s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = pad;
  if (pick(0, 9) == 0) s.c = s.k = 64 + pick(0, 20);
  return s;
}

// Up to four output pixels, and more pictures than a tile has rows.
Conv2dShape random_tiny_conv() {
  for (;;) {
    Conv2dShape s{.n = pick(1, 20), .h = pick(1, 5), .w = pick(1, 5), .c = pick(16, 40), .k = pick(16, 40), .kh = pick(1, 5),
                  .kw = pick(1, 5)};
    s.stride_h = pick(1, 3), s.stride_w = pick(1, 3);
    s.pad_top = pick(0, 2), s.pad_left = pick(0, 2), s.pad_bottom = pick(0, 2), s.pad_right = pick(0, 2);
    s.dilation_h = pick(1, 2), s.dilation_w = pick(1, 2);
    const bool fits = s.dilation_h * (s.kh - 1) < s.h + s.pad_top + s.pad_bottom &&
                      s.dilation_w * (s.kw - 1) < s.w + s.pad_left + s.pad_right;
    if (fits && s.out_h() * s.out_w() <= 4) return s;
  }
}

// A filter for each channel.
Conv2dShape random_depthwise_conv() {
  for (;;) {
    Conv2dShape s = random_conv();
    s.kh = pick(1, 7), s.kw = pick(1, 7);
    s.c = s.k = s.groups = one_of({2, 3, 7, 8, 9, 16, 17, 40});
    if (s.out_h() > 0 && s.out_w() > 0) return s;
  }
}

void check_gemm(const Kernels& fast) {
  const bool trans_a = pick(0, 1), trans_b = pick(0, 1);
  const int64_t m = pick(1, 70), n = pick(1, 70), k = one_of({1, 2, 7, 33, 255, 256, 257, 520});
  const int64_t lda = (trans_a ? m : k) + pick(0, 3), ldb = (trans_b ? k : n) + pick(0, 3), ldc = n;
  const auto a = whole_numbers((trans_a ? k : m) * lda), b = whole_numbers((trans_b ? n : k) * ldb);
  auto c = whole_numbers(m * ldc);
  auto fast_c = c;
  const float alpha = static_cast<float>(pick(-1, 2)), beta = static_cast<float>(pick(0, 2));
  Guarded scratch(fast.gemm_scratch(m, n, k));
  ref_kernels().gemm(trans_a, trans_b, m, n, k, alpha, a.data(), lda, b.data(), ldb, beta, c.data(), ldc, nullptr);
  fast.gemm(trans_a, trans_b, m, n, k, alpha, a.data(), lda, b.data(), ldb, beta, fast_c.data(), ldc, scratch.data());
  count_zeros(c);
  check(same(c, fast_c) && scratch.guards_intact(),
        "gemm " + std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k));
}

void check_dense(const Kernels& fast) {
  const Kernels& ref = ref_kernels();
  const int64_t n = one_of({1, 3, 8, 16, 33, 64, 65, 90}), in = pick(1, 300), out = pick(1, 40);
  const auto x = whole_numbers(n * in), w = whole_numbers(out * in), b = whole_numbers(out), dy = whole_numbers(n * out);
  std::vector<float> y(n * out), dx(n * in), dw(out * in, 1), db(out, 1);
  auto fast_dw = dw, fast_db = db;
  Guarded fast_y(n * out), fast_dx(n * in), scratch(fast.dense_scratch(n, in, out));
  ref.dense_forward(n, in, out, x.data(), w.data(), b.data(), Activation::relu, y.data(), nullptr);
  fast.dense_forward(n, in, out, x.data(), w.data(), b.data(), Activation::relu, fast_y.data(), scratch.data());
  ref.dense_backward_data(n, in, out, dy.data(), w.data(), dx.data(), nullptr);
  fast.dense_backward_data(n, in, out, dy.data(), w.data(), fast_dx.data(), scratch.data());
  ref.dense_backward_weights(n, in, out, x.data(), dy.data(), dw.data(), db.data(), nullptr);
  fast.dense_backward_weights(n, in, out, x.data(), dy.data(), fast_dw.data(), fast_db.data(), scratch.data());
  check(same(y, fast_y.values()) && same(dx, fast_dx.values()) && same(dw, fast_dw) && same(db, fast_db) &&
            fast_y.guards_intact() && fast_dx.guards_intact() && scratch.guards_intact(),
        "dense " + std::to_string(n) + "x" + std::to_string(in) + "x" + std::to_string(out));
}

void check_max_pool(const Kernels& fast) {
  Pool2dShape s{.n = pick(1, 3), .h = pick(4, 13), .w = pick(4, 13), .c = one_of({1, 3, 8, 11, 16, 24}),
                .window_h = pick(1, 4), .window_w = pick(1, 4), .stride_h = pick(1, 4), .stride_w = pick(1, 4)};
  s.pad_top = s.pad_bottom = pick(0, s.window_h / 2), s.pad_left = s.pad_right = pick(0, s.window_w / 2);
  const int64_t nx = s.n * s.h * s.w * s.c, ny = s.n * s.out_h() * s.out_w() * s.c;
  const auto x = whole_numbers(nx), dy = whole_numbers(ny);
  std::vector<float> y(ny), dx(nx);
  std::vector<uint16_t> argmax(ny), fast_argmax(ny, 999);
  Guarded fast_y(ny), fast_dx(nx);
  ref_kernels().max_pool2d_forward(s, x.data(), y.data(), argmax.data());
  fast.max_pool2d_forward(s, x.data(), fast_y.data(), fast_argmax.data());
  // Whole numbers repeat, so this checks the rule for ties as well.
  check(same(y, fast_y.values()) && argmax == fast_argmax && fast_y.guards_intact(), "max pool forward");
  ref_kernels().max_pool2d_backward(s, dy.data(), argmax.data(), dx.data());
  fast.max_pool2d_backward(s, dy.data(), argmax.data(), fast_dx.data());
  check(same(dx, fast_dx.values()) && fast_dx.guards_intact(), "max pool backward");
}

void check_average_pool(const Kernels& fast) {
  Pool2dShape s{.n = pick(1, 3), .h = pick(4, 13), .w = pick(4, 13), .c = one_of({1, 3, 8, 11, 16, 24}),
                .window_h = pick(1, 4), .window_w = pick(1, 4), .stride_h = pick(1, 4), .stride_w = pick(1, 4)};
  s.pad_top = s.pad_bottom = pick(0, s.window_h / 2), s.pad_left = s.pad_right = pick(0, s.window_w / 2);
  s.count_include_pad = pick(0, 1) == 0;
  const int64_t nx = s.n * s.h * s.w * s.c, ny = s.n * s.out_h() * s.out_w() * s.c;
  const auto x = whole_numbers(nx), dy = whole_numbers(ny);
  std::vector<float> y(ny), dx(nx);
  Guarded fast_y(ny), fast_dx(nx);
  ref_kernels().avg_pool2d_forward(s, x.data(), y.data());
  fast.avg_pool2d_forward(s, x.data(), fast_y.data());
  check(same(y, fast_y.values()) && fast_y.guards_intact(), "average pool forward");
  ref_kernels().avg_pool2d_backward(s, dy.data(), dx.data());
  fast.avg_pool2d_backward(s, dy.data(), fast_dx.data());
  check(same(dx, fast_dx.values()) && fast_dx.guards_intact(), "average pool backward");
}

void check_global_average_pool(const Kernels& fast) {
  const int64_t n = pick(1, 4), hw = pick(1, 200), c = pick(1, 70);
  const auto x = whole_numbers(n * hw * c);
  std::vector<float> y(n * c);
  Guarded fast_y(n * c);
  ref_kernels().global_avg_pool_forward(n, hw, c, x.data(), y.data());
  fast.global_avg_pool_forward(n, hw, c, x.data(), fast_y.data());
  check(same(y, fast_y.values()) && fast_y.guards_intact(), "global average pool");
  const auto dy = whole_numbers(n * c);
  std::vector<float> dx(n * hw * c);
  Guarded fast_dx(n * hw * c);
  ref_kernels().global_avg_pool_backward(n, hw, c, dy.data(), dx.data());
  fast.global_avg_pool_backward(n, hw, c, dy.data(), fast_dx.data());
  check(same(dx, fast_dx.values()) && fast_dx.guards_intact(), "global average pool backward");
}

void check_elementwise(const Kernels& fast) {
  const Kernels& ref = ref_kernels();
  const int64_t count = one_of({1, 7, 8, 9, 63, 1000, 40'000});
  const auto x = normal_numbers(count), dy = normal_numbers(count);
  for (const auto act : {Activation::none, Activation::relu, Activation::relu6, Activation::sigmoid, Activation::tanh}) {
    std::vector<float> y(count), dx(count);
    Guarded fast_y(count), fast_dx(count);
    ref.activation_forward(act, count, x.data(), y.data());
    fast.activation_forward(act, count, x.data(), fast_y.data());
    ref.activation_backward(act, count, y.data(), dy.data(), dx.data());
    fast.activation_backward(act, count, y.data(), dy.data(), fast_dx.data());
    check(near(fast_y.values(), y) && near(fast_dx.values(), dx), "activation");
    check(fast_y.guards_intact() && fast_dx.guards_intact(), "activation, guards");
    auto in_place = dy;
    fast.activation_backward(act, count, y.data(), in_place.data(), in_place.data());
    check(near(in_place, dx), "activation backward in place");
  }

  const int64_t c = one_of({1, 3, 4}), pixels = count;
  std::vector<uint8_t> bytes(pixels * c);
  for (auto& byte : bytes) byte = static_cast<uint8_t>(pick(0, 255));
  const auto scale = normal_numbers(c), shift = normal_numbers(c);
  std::vector<float> floats(pixels * c);
  Guarded fast_floats(pixels * c);
  ref.normalise(pixels, c, bytes.data(), scale.data(), shift.data(), floats.data());
  fast.normalise(pixels, c, bytes.data(), scale.data(), shift.data(), fast_floats.data());
  check(near(fast_floats.values(), floats) && fast_floats.guards_intact(), "normalise");
}

std::vector<float> batch_norm_bits(const Kernels& kernels, const BatchNormShape& s, const std::vector<float>& x,
                                   const std::vector<float>& dy, const std::vector<float>& scale) {
  const int64_t count = s.rows * s.c;
  Guarded y(count), dx(count), frozen(count), mean(s.c), rstd(s.c);
  Guarded scratch(static_cast<int64_t>(kernels.batch_norm_scratch(s)));
  std::vector<float> running_mean(s.c, 0.5f), running_variance(s.c, 2), dscale(s.c, 1), dshift(s.c, -1);
  kernels.batch_norm_forward(s, x.data(), scale.data(), dshift.data(), running_mean.data(), running_variance.data(),
                             y.data(), mean.data(), rstd.data(), scratch.data());
  kernels.batch_norm_backward(s, x.data(), scale.data(), mean.values().data(), rstd.values().data(), dy.data(),
                              dx.data(), dscale.data(), dshift.data(), scratch.data());
  kernels.batch_norm_frozen_forward(s, x.data(), scale.data(), dshift.data(), running_mean.data(),
                                    running_variance.data(), frozen.data(), scratch.data());
  auto in_place = dy;
  auto again_scale = dscale, again_shift = dshift;
  kernels.batch_norm_backward(s, x.data(), scale.data(), mean.values().data(), rstd.values().data(), in_place.data(),
                              in_place.data(), again_scale.data(), again_shift.data(), scratch.data());
  check(same(in_place, dx.values()), "batch norm backward in place");
  check(y.guards_intact() && dx.guards_intact() && frozen.guards_intact() && scratch.guards_intact() &&
            mean.guards_intact() && rstd.guards_intact(), "batch norm, guards");
  std::vector<float> all;
  for (const auto& part : {y.values(), dx.values(), frozen.values(), mean.values(), rstd.values(), running_mean,
                           running_variance, dscale, dshift}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

void check_batch_norm(const Kernels& fast) {
  const BatchNormShape s{.rows = one_of({1, 2, 15, 16, 17, 255, 256, 257, 1000, 3000}),
                         .c = one_of({1, 3, 7, 8, 9, 15, 16, 17, 24, 33, 64})};
  auto x = normal_numbers(s.rows * s.c);
  const auto dy = normal_numbers(s.rows * s.c), scale = normal_numbers(s.c);
  // Channels that lie far from zero: there sums of squares would cancel.
  for (size_t i = 0; i < x.size(); ++i) x[i] += static_cast<float>(i % static_cast<size_t>(s.c) % 3) * 30;
  const auto expected = batch_norm_bits(ref_kernels(), s, x, dy, scale), got = batch_norm_bits(fast, s, x, dy, scale);
  double worst = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(got[i]) - expected[i]) / (1 + std::abs(expected[i])));
  }
  // The mean is kept in float32: one last place of 60 times the gradients' sum. Two rows have hardly any spread, and
  // 1 / √epsilon is what they are multiplied with.
  check(worst <= (s.rows < 3 ? 2e-3 : 3e-4),
        "batch norm " + std::to_string(s.rows) + "x" + std::to_string(s.c) + ": " + std::to_string(worst));
  const int now = threads();
  set_threads(1);
  check(same(batch_norm_bits(fast, s, x, dy, scale), got), "batch norm's bits do not depend on the threads");
  set_threads(now);
}

void check_optimizers(const Kernels& fast) {
  // What goes in is of the size of one. A single number may come out near zero, where it keeps fewer digits.
  const auto as_near = [](const std::vector<float>& a, const std::vector<float>& b) {
    return near(a, b) || (a.size() == 1 && std::abs(a[0] - b[0]) <= 1e-6f);
  };
  const Kernels& ref = ref_kernels();
  const int64_t count = one_of({1, 7, 16, 33, 40'000});
  const auto g = normal_numbers(count);
  auto p = normal_numbers(count), m = normal_numbers(count), v = normal_numbers(count);
  for (float& value : v) value *= value;
  auto fast_p = p, fast_m = m, fast_v = v;
  for (int64_t step = 1; step <= 3; ++step) {
    for (const float momentum : {0.0f, 0.9f}) {
      for (const bool nesterov : {false, true}) {
        ref.sgd_step(count, p.data(), g.data(), m.data(), 0.5f, 0.1f, momentum, nesterov, 0.01f, step == 1);
        fast.sgd_step(count, fast_p.data(), g.data(), fast_m.data(), 0.5f, 0.1f, momentum, nesterov, 0.01f, step == 1);
      }
    }
    check(as_near(fast_p, p) && as_near(fast_m, m), "SGD");
    for (const bool decoupled : {false, true}) {
      ref.adam_step(count, p.data(), g.data(), m.data(), v.data(), 1, 0.01f, 0.9f, 0.99f, 1e-6f, 0.1f, decoupled, step);
      fast.adam_step(count, fast_p.data(), g.data(), fast_m.data(), fast_v.data(), 1, 0.01f, 0.9f, 0.99f, 1e-6f, 0.1f,
                     decoupled, step);
    }
    check(near(fast_p, p) && near(fast_m, m) && near(fast_v, v), "Adam");
  }
}

// What suffices for a batch must suffice for a smaller one: networks ask for the greatest alone.
void check_scratch(const Kernels& fast) {
  Conv2dShape s = random_conv();
  const int64_t in = pick(1, 3000), out = pick(1, 600);
  size_t before[4] = {};
  for (s.n = 1; s.n <= 40; ++s.n) {
    const size_t now[4] = {fast.conv2d_forward_scratch(s), fast.conv2d_backward_data_scratch(s),
                           fast.conv2d_backward_weights_scratch(s), fast.dense_scratch(s.n, in, out)};
    for (int i = 0; i < 4; ++i) {
      check(now[i] >= before[i], "scratch falls where the batch grows, " + name_of(s));
      before[i] = now[i];
    }
  }
}

void check_nan_surfaces(const Kernels& kernels) {
  std::vector<float> x(8 * 4, 1.0f), y(8);
  x[8 * 2 + 3] = std::numeric_limits<float>::quiet_NaN();
  std::vector<uint16_t> argmax(8);
  const Pool2dShape s{.n = 1, .h = 2, .w = 2, .c = 8, .window_h = 2, .window_w = 2, .stride_h = 2, .stride_w = 2};
  kernels.max_pool2d_forward(s, x.data(), y.data(), argmax.data());
  check(std::isnan(y[3]) && argmax[3] == 2 && y[4] == 1, std::string("NaN surfaces from max pool, ") + kernels.isa);
  kernels.activation_forward(Activation::relu, 32, x.data(), x.data());
  check(std::isnan(x[19]), std::string("NaN surfaces from relu, ") + kernels.isa);
}

// With any numbers, the bits do not depend on the thread count.
void check_thread_independence(const Kernels& fast, const Conv2dShape& s) {
  const auto x = normal_numbers(s.n * s.h * s.w * s.c), dy = normal_numbers(s.n * s.out_h() * s.out_w() * s.k);
  const auto w = normal_numbers(s.k * s.kh * s.kw * s.c / s.groups);
  std::vector<float> first;
  for (const int count : {1, 2, 3, 7, 64}) {
    set_threads(count);
    std::vector<float> results(w.size() + static_cast<size_t>(s.k) + dy.size() + x.size());
    float *dw = results.data(), *db = dw + w.size(), *y = db + s.k, *dx = y + dy.size();
    std::vector<float> scratch(std::max({fast.conv2d_backward_weights_scratch(s), fast.conv2d_forward_scratch(s),
                                         fast.conv2d_backward_data_scratch(s)}));
    fast.conv2d_backward_weights(s, x.data(), dy.data(), dw, db, scratch.data());
    fast.conv2d_forward(s, x.data(), w.data(), nullptr, Activation::none, y, scratch.data());
    fast.conv2d_backward_data(s, dy.data(), w.data(), dx, scratch.data());
    if (first.empty()) first = results;
    check(same(first, results), "the same bits, " + name_of(s));
  }
}

void check_set(const Kernels& fast, const Kernels& by_shape) {
  for (const int count : {1, 2, 3, 7}) {
    set_threads(count);
    for (int i = 0; i < some_of(100); ++i) check_conv(fast, random_conv());
    for (int i = 0; i < some_of(60); ++i) check_conv(fast, random_tiny_conv());
    for (int i = 0; i < some_of(40); ++i) check_conv(fast, random_wide_conv());
    for (int i = 0; i < some_of(60); ++i) check_conv(fast, random_depthwise_conv());
    for (int i = 0; i < some_of(40); ++i) check_gemm(fast);
    for (int i = 0; i < some_of(20); ++i) check_dense(fast);
    for (int i = 0; i < some_of(40); ++i) check_max_pool(fast);
    for (int i = 0; i < some_of(40); ++i) check_average_pool(fast);
    for (int i = 0; i < some_of(20); ++i) check_global_average_pool(fast);
    for (int i = 0; i < some_of(5); ++i) check_elementwise(fast);
    for (int i = 0; i < some_of(20); ++i) check_batch_norm(fast);
    for (int i = 0; i < some_of(5); ++i) check_optimizers(fast);
    for (int i = 0; i < some_of(20); ++i) check_scratch(fast);
    for (int i = 0; i < some_of(20); ++i) check_scratch(by_shape);
  }
  check_nan_surfaces(fast);
  check_thread_independence(fast, {.n = 5, .h = 13, .w = 11, .c = 7, .k = 19, .kh = 3, .kw = 3, .pad_top = 1,
                                   .pad_left = 1, .pad_bottom = 1, .pad_right = 1});
  for (int i = 0; i < some_of(10); ++i) check_thread_independence(fast, random_wide_conv());
  for (int i = 0; i < some_of(10); ++i) check_thread_independence(fast, random_depthwise_conv());
}

}  // namespace

int main() {
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.runs_here()) {
      std::printf("skipped: this processor has no %s\n", set.name);
      continue;
    }
    std::printf("%s against ref\n", set.name);
    check_set(set.kernels(Convolutions::direct), set.kernels(Convolutions::by_shape));
  }
  check_nan_surfaces(ref_kernels());
  return finish();
}
