#include "addon/operators.h"

#include <algorithm>
#include <vector>

#include "addon/arguments.h"
#include "addon/operator_calls.h"
#include "network/operators.h"

namespace tessera::addon {
namespace {

Napi::Value to_object(Napi::Env env, const LayerGradients& gradients) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("dx", to_array(env, gradients.dx));
  object.Set("dweights", to_array(env, gradients.dweights));
  object.Set("dbias", to_array(env, gradients.dbias));
  return object;
}

Conv2dShape conv2d_shape(const Napi::Value& value) {
  const Napi::Object from = object(value, "shape");
  const auto [n, c, h, w] = whole_numbers<4>(from, "x");
  const auto [top, left, bottom, right] = whole_numbers<4>(from, "padding");
  const auto kernel = whole_numbers<2>(from, "kernel"), stride = whole_numbers<2>(from, "stride");
  const auto dilation = whole_numbers<2>(from, "dilation");
  return {.n = n, .h = h, .w = w, .c = c, .k = whole_number(from, "filters"), .kh = kernel[0], .kw = kernel[1],
          .stride_h = stride[0], .stride_w = stride[1], .pad_top = top, .pad_left = left, .pad_bottom = bottom,
          .pad_right = right, .dilation_h = dilation[0], .dilation_w = dilation[1],
          .groups = whole_number(from, "groups")};
}

Pool2dShape pool2d_shape(const Napi::Value& value) {
  const Napi::Object from = object(value, "shape");
  const auto [n, c, h, w] = whole_numbers<4>(from, "x");
  const auto window = whole_numbers<2>(from, "window"), stride = whole_numbers<2>(from, "stride");
  const auto [top, left, bottom, right] = whole_numbers<4>(from, "padding");
  return {.n = n, .h = h, .w = w, .c = c, .window_h = window[0], .window_w = window[1], .stride_h = stride[0],
          .stride_w = stride[1], .pad_top = top, .pad_left = left, .pad_bottom = bottom, .pad_right = right,
          .count_include_pad = flag(from, "countIncludePad"), .ceil_mode = flag(from, "ceilMode")};
}

int64_t inputs(const auto& s) { return s.n * s.c * s.h * s.w; }
int64_t outputs(const Conv2dShape& s) { return s.n * s.k * s.out_h() * s.out_w(); }
int64_t outputs(const Pool2dShape& s) { return s.n * s.c * s.out_h() * s.out_w(); }
int64_t weight_count(const Conv2dShape& s) { return s.k * s.c / s.groups * s.kh * s.kw; }

Napi::Value conv2d_forward(const Call& call) {
  const Conv2dShape s = conv2d_shape(call[0]);
  return to_array(call.Env(), tessera::conv2d_forward(s, floats(call[1], inputs(s), "x"),
                                                      floats(call[2], weight_count(s), "weights"),
                                                      floats_or_null(call[3], s.k, "bias")));
}

Napi::Value conv2d_backward(const Call& call) {
  const Conv2dShape s = conv2d_shape(call[0]);
  return to_object(call.Env(), tessera::conv2d_backward(s, floats(call[1], inputs(s), "x"),
                                                        floats(call[2], weight_count(s), "weights"),
                                                        floats(call[3], outputs(s), "dy")));
}

struct DenseShape {
  int64_t n, in, out;
};

DenseShape dense_shape(const Napi::Value& value) {
  const Napi::Object from = object(value, "shape");
  return {whole_number(from, "n"), whole_number(from, "in"), whole_number(from, "out")};
}

Napi::Value dense_forward(const Call& call) {
  const auto [n, in, out] = dense_shape(call[0]);
  return to_array(call.Env(), tessera::dense_forward(n, in, out, floats(call[1], n * in, "x"),
                                                     floats(call[2], out * in, "weights"),
                                                     floats_or_null(call[3], out, "bias")));
}

Napi::Value dense_backward(const Call& call) {
  const auto [n, in, out] = dense_shape(call[0]);
  return to_object(call.Env(),
                   tessera::dense_backward(n, in, out, floats(call[1], n * in, "x"),
                                           floats(call[2], out * in, "weights"), floats(call[3], n * out, "dy")));
}

Napi::Value max_pool2d_forward(const Call& call) {
  const Pool2dShape s = pool2d_shape(call[0]);
  const MaxPooled pooled = tessera::max_pool2d_forward(s, floats(call[1], inputs(s), "x"));
  Napi::Uint16Array argmax = Napi::Uint16Array::New(call.Env(), pooled.argmax.size());
  std::copy(pooled.argmax.begin(), pooled.argmax.end(), argmax.Data());
  Napi::Object result = Napi::Object::New(call.Env());
  result.Set("y", to_array(call.Env(), pooled.y));
  result.Set("argmax", argmax);
  return result;
}

Napi::Value max_pool2d_backward(const Call& call) {
  const Pool2dShape s = pool2d_shape(call[0]);
  const uint16_t* argmax = places(call[2], outputs(s), "argmax");
  if (std::any_of(argmax, argmax + outputs(s), [&](uint16_t at) { return at >= s.window_h * s.window_w; })) {
    refuse_shape("argmax", "it holds a place outside of the window");
  }
  return to_array(call.Env(), tessera::max_pool2d_backward(s, floats(call[1], outputs(s), "dy"), argmax));
}

Napi::Value avg_pool2d_forward(const Call& call) {
  const Pool2dShape s = pool2d_shape(call[0]);
  return to_array(call.Env(), tessera::avg_pool2d_forward(s, floats(call[1], inputs(s), "x")));
}

Napi::Value avg_pool2d_backward(const Call& call) {
  const Pool2dShape s = pool2d_shape(call[0]);
  return to_array(call.Env(), tessera::avg_pool2d_backward(s, floats(call[1], outputs(s), "dy")));
}

Napi::Value global_avg_pool_forward(const Call& call) {
  const auto [n, c, h, w] = whole_numbers<4>(object(call[0], "shape"), "x");
  return to_array(call.Env(), tessera::global_avg_pool_forward(n, c, h * w, floats(call[1], n * c * h * w, "x")));
}

Napi::Value global_avg_pool_backward(const Call& call) {
  const auto [n, c, h, w] = whole_numbers<4>(object(call[0], "shape"), "x");
  return to_array(call.Env(), tessera::global_avg_pool_backward(n, c, h * w, floats(call[1], n * c, "dy")));
}

Napi::Value activation_forward(const Call& call) {
  const Activation kind = activation(text(object(call[0], "shape"), "activation"));
  const int64_t count = whole_number(object(call[0], "shape"), "count");
  const float* x = floats(call[1], count, "x");
  Floats y(static_cast<size_t>(count));
  active_kernels().activation_forward(kind, count, x, y.data());
  return to_array(call.Env(), y);
}

Napi::Value activation_backward(const Call& call) {
  const Activation kind = activation(text(object(call[0], "shape"), "activation"));
  const int64_t count = whole_number(object(call[0], "shape"), "count");
  const float *y = floats(call[1], count, "y"), *dy = floats(call[2], count, "dy");
  Floats dx(static_cast<size_t>(count));
  active_kernels().activation_backward(kind, count, y, dy, dx.data());
  return to_array(call.Env(), dx);
}

Napi::Value with_loss(Napi::Env env, float loss, const Floats& gradient) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("loss", loss);
  result.Set("gradient", to_array(env, gradient));
  return result;
}

Napi::Value softmax_cross_entropy(const Call& call) {
  const Napi::Object from = object(call[0], "shape");
  const int64_t n = whole_number(from, "n"), classes = whole_number(from, "classes");
  const float* logits = floats(call[1], n * classes, "logits");
  const int32_t* given = labels(call[2], n, "labels");
  if (std::any_of(given, given + n, [&](int32_t label) { return label < 0 || label >= classes; })) {
    refuse_shape("labels", "a label is not one of the classes");
  }
  Floats gradient(static_cast<size_t>(n * classes));
  const float loss = active_kernels().softmax_cross_entropy(n, classes, logits, given, gradient.data());
  return with_loss(call.Env(), loss, gradient);
}

// bce_with_logits and mse: number by number.
template <auto Loss>
Napi::Value numberwise_loss(const Call& call) {
  const int64_t count = whole_number(object(call[0], "shape"), "count");
  const float *outputs = floats(call[1], count, "outputs"), *targets = floats(call[2], count, "targets");
  Floats gradient(static_cast<size_t>(count));
  const float loss = (active_kernels().*Loss)(count, outputs, targets, gradient.data());
  return with_loss(call.Env(), loss, gradient);
}

Napi::Value gemm(const Call& call) {
  const Napi::Object from = object(call[0], "shape");
  const int64_t m = whole_number(from, "m"), n = whole_number(from, "n"), k = whole_number(from, "k");
  const float *a = floats(call[1], m * k, "a"), *b = floats(call[2], k * n, "b");
  const float* before = floats_or_null(call[3], m * n, "c");
  Floats c(static_cast<size_t>(m * n));
  if (before != nullptr) std::copy(before, before + m * n, c.begin());
  tessera::gemm(flag(from, "transA"), flag(from, "transB"), m, n, k, static_cast<float>(number(from, "alpha")), a, b,
                static_cast<float>(number(from, "beta")), c.data());
  return to_array(call.Env(), c);
}

}  // namespace

void define_operators(Napi::Env env, Napi::Object exports) {
  define_augment(env, exports);
  define<conv2d_forward>(env, exports, "conv2dForward");
  define<conv2d_backward>(env, exports, "conv2dBackward");
  define<dense_forward>(env, exports, "denseForward");
  define<dense_backward>(env, exports, "denseBackward");
  define<max_pool2d_forward>(env, exports, "maxPool2dForward");
  define<max_pool2d_backward>(env, exports, "maxPool2dBackward");
  define<avg_pool2d_forward>(env, exports, "avgPool2dForward");
  define<avg_pool2d_backward>(env, exports, "avgPool2dBackward");
  define<global_avg_pool_forward>(env, exports, "globalAvgPoolForward");
  define<global_avg_pool_backward>(env, exports, "globalAvgPoolBackward");
  define<activation_forward>(env, exports, "activationForward");
  define<activation_backward>(env, exports, "activationBackward");
  define<softmax_cross_entropy>(env, exports, "softmaxCrossEntropy");
  define<numberwise_loss<&Kernels::bce_with_logits>>(env, exports, "bceWithLogits");
  define<numberwise_loss<&Kernels::mse>>(env, exports, "mse");
  define<gemm>(env, exports, "gemm");
  define_elementwise_operators(env, exports);
}

}  // namespace tessera::addon
