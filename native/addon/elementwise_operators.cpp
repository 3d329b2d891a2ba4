// The single operators that know no windows, on the calling thread; app/engine/ops checks their shapes.
#include "addon/arguments.h"
#include "addon/operator_calls.h"
#include "network/error.h"

namespace tessera::addon {
namespace {

Napi::Object shape_of(const Call& call) { return object(call[0], "shape"); }

size_t size_of(int64_t count) {
  if (count < 0) refuse_shape("shape", "extents cannot be negative");
  return static_cast<size_t>(count);
}

// [N, C, HW]: pictures whose pixels stand in a row.
struct Planes {
  int64_t n, c, hw;

  explicit Planes(const Napi::Object& shape)
      : n(whole_number(shape, "n")), c(whole_number(shape, "c")), hw(whole_number(shape, "hw")) {}
  int64_t count() const { return n * c * hw; }
};

float real(const Napi::Object& shape, const char* key) { return static_cast<float>(number(shape, key)); }

BatchNormStatistics statistics(const Napi::Object& shape) {
  return {real(shape, "epsilon"), real(shape, "momentum"), flag(shape, "training")};
}

Napi::Value batch_norm_forward(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const Planes s(shape);
  const float *mean = floats(call[4], s.c, "mean"), *variance = floats(call[5], s.c, "variance");
  Floats moved_mean(mean, mean + s.c), moved_variance(variance, variance + s.c);
  const Floats y = tessera::batch_norm_forward(s.n, s.c, s.hw, statistics(shape), floats(call[1], s.count(), "x"),
                                               floats(call[2], s.c, "scale"), floats(call[3], s.c, "shift"),
                                               moved_mean.data(), moved_variance.data());
  Napi::Object result = Napi::Object::New(call.Env());
  result.Set("y", to_array(call.Env(), y));
  result.Set("mean", to_array(call.Env(), moved_mean));
  result.Set("variance", to_array(call.Env(), moved_variance));
  return result;
}

Napi::Value batch_norm_backward(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const Planes s(shape);
  const LayerGradients gradients = tessera::batch_norm_backward(
      s.n, s.c, s.hw, statistics(shape), floats(call[1], s.count(), "x"), floats(call[2], s.c, "scale"),
      floats(call[3], s.c, "mean"), floats(call[4], s.c, "variance"), floats(call[5], s.count(), "dy"));
  Napi::Object result = Napi::Object::New(call.Env());
  result.Set("dx", to_array(call.Env(), gradients.dx));
  result.Set("dscale", to_array(call.Env(), gradients.dweights));
  result.Set("dshift", to_array(call.Env(), gradients.dbias));
  return result;
}

LrnShape lrn_shape(const Napi::Object& shape) {
  const Planes s(shape);
  return {.rows = s.n * s.hw, .c = s.c, .size = whole_number(shape, "size"), .alpha = real(shape, "alpha"),
          .beta = real(shape, "beta"), .bias = real(shape, "bias")};
}

Napi::Value lrn_forward(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const Planes s(shape);
  return to_array(call.Env(),
                  tessera::lrn_forward(lrn_shape(shape), s.n, s.hw, floats(call[1], s.count(), "x")));
}

Napi::Value lrn_backward(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const Planes s(shape);
  return to_array(call.Env(), tessera::lrn_backward(lrn_shape(shape), s.n, s.hw, floats(call[1], s.count(), "x"),
                                                    floats(call[2], s.count(), "dy")));
}

Pad2dShape pad_shape(const Napi::Object& shape) {
  const auto [n, c, h, w] = whole_numbers<4>(shape, "x");
  const auto [top, left, bottom, right] = whole_numbers<4>(shape, "padding");
  return {.n = n, .h = h, .w = w, .c = c, .top = top, .left = left, .bottom = bottom, .right = right,
          .value = real(shape, "value")};
}

int64_t padded_count(const Pad2dShape& s) { return s.n * s.c * (s.h + s.top + s.bottom) * (s.w + s.left + s.right); }

Napi::Value pad2d_forward(const Call& call) {
  const Pad2dShape s = pad_shape(shape_of(call));
  return to_array(call.Env(), tessera::pad2d_forward(s, floats(call[1], s.n * s.c * s.h * s.w, "x")));
}

Napi::Value pad2d_backward(const Call& call) {
  const Pad2dShape s = pad_shape(shape_of(call));
  return to_array(call.Env(), tessera::pad2d_backward(s, floats(call[1], padded_count(s), "dy")));
}

Napi::Value dropout(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const int64_t count = whole_number(shape, "count");
  const float* x = floats(call[1], count, "x");
  Floats y(size_of(count));
  active_kernels().dropout(count, real(shape, "rate"), static_cast<uint64_t>(number(shape, "seed")), x, y.data());
  return to_array(call.Env(), y);
}

Napi::Value leaky_relu_forward(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const int64_t count = whole_number(shape, "count");
  const float* x = floats(call[1], count, "x");
  Floats y(size_of(count));
  active_kernels().leaky_relu_forward(count, real(shape, "slope"), x, y.data());
  return to_array(call.Env(), y);
}

Napi::Value leaky_relu_backward(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const int64_t count = whole_number(shape, "count");
  const float *y = floats(call[1], count, "y"), *dy = floats(call[2], count, "dy");
  Floats dx(size_of(count));
  active_kernels().leaky_relu_backward(count, real(shape, "slope"), y, dy, dx.data());
  return to_array(call.Env(), dx);
}

Napi::Value clip_forward(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const int64_t count = whole_number(shape, "count");
  const float* x = floats(call[1], count, "x");
  Floats y(size_of(count));
  active_kernels().clip_forward(count, real(shape, "least"), real(shape, "greatest"), x, y.data());
  return to_array(call.Env(), y);
}

Napi::Value clip_backward(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const int64_t count = whole_number(shape, "count");
  const float *x = floats(call[1], count, "x"), *dy = floats(call[2], count, "dy");
  Floats dx(size_of(count));
  active_kernels().clip_backward(count, real(shape, "least"), real(shape, "greatest"), x, dy, dx.data());
  return to_array(call.Env(), dx);
}

// Rows of several tensors side by side: { rows, columns }, then the tensor of rows · columns numbers to be laid at the
// column `at` of what `into` holds already.
Napi::Value copy_columns(const Call& call) {
  const Napi::Object shape = shape_of(call);
  const int64_t rows = whole_number(shape, "rows"), columns = whole_number(shape, "columns");
  const int64_t at = whole_number(shape, "at"), width = whole_number(shape, "width");
  if (at < 0 || columns < 0 || at + columns > width) refuse_shape("copyColumns", "the columns do not lie in the rows");
  const float *from = floats(call[1], rows * columns, "from"), *before = floats(call[2], rows * width, "into");
  Floats into(before, before + rows * width);
  active_kernels().copy_columns(rows, columns, from, columns, into.data() + at, width);
  return to_array(call.Env(), into);
}

// From one tensor to one of its size.
template <auto Kernel>
Napi::Value unary(const Call& call) {
  const int64_t count = whole_number(shape_of(call), "count");
  const float* x = floats(call[1], count, "x");
  Floats y(size_of(count));
  (active_kernels().*Kernel)(count, x, y.data());
  return to_array(call.Env(), y);
}

// From two tensors of one size to a third.
template <auto Kernel>
Napi::Value binary(const Call& call) {
  const int64_t count = whole_number(shape_of(call), "count");
  const float *a = floats(call[1], count, "the first tensor"), *b = floats(call[2], count, "the second tensor");
  Floats y(size_of(count));
  (active_kernels().*Kernel)(count, a, b, y.data());
  return to_array(call.Env(), y);
}

Napi::Value softmax_forward(const Call& call) {
  const int64_t n = whole_number(shape_of(call), "n"), classes = whole_number(shape_of(call), "classes");
  const float* x = floats(call[1], n * classes, "x");
  Floats y(size_of(n * classes));
  active_kernels().softmax_forward(n, classes, x, y.data());
  return to_array(call.Env(), y);
}

Napi::Value softmax_backward(const Call& call) {
  const int64_t n = whole_number(shape_of(call), "n"), classes = whole_number(shape_of(call), "classes");
  const float *y = floats(call[1], n * classes, "y"), *dy = floats(call[2], n * classes, "dy");
  Floats dx(size_of(n * classes));
  active_kernels().softmax_backward(n, classes, y, dy, dx.data());
  return to_array(call.Env(), dx);
}

Napi::Value scale_channels(const Call& call) {
  const Planes s(shape_of(call));
  return to_array(call.Env(), tessera::scale_channels(s.n, s.c, s.hw, floats(call[1], s.count(), "x"),
                                                      floats(call[2], s.n * s.c, "scale")));
}

Napi::Value scale_channels_backward_scale(const Call& call) {
  const Planes s(shape_of(call));
  return to_array(call.Env(), tessera::scale_channels_backward_scale(s.n, s.c, s.hw, floats(call[1], s.count(), "x"),
                                                                     floats(call[2], s.count(), "dy")));
}

}  // namespace

void define_elementwise_operators(Napi::Env env, Napi::Object exports) {
  define<batch_norm_forward>(env, exports, "batchNormForward");
  define<batch_norm_backward>(env, exports, "batchNormBackward");
  define<lrn_forward>(env, exports, "lrnForward");
  define<lrn_backward>(env, exports, "lrnBackward");
  define<pad2d_forward>(env, exports, "pad2dForward");
  define<pad2d_backward>(env, exports, "pad2dBackward");
  define<dropout>(env, exports, "dropout");
  define<leaky_relu_forward>(env, exports, "leakyReluForward");
  define<leaky_relu_backward>(env, exports, "leakyReluBackward");
  define<unary<&Kernels::hard_swish_forward>>(env, exports, "hardSwishForward");
  define<binary<&Kernels::hard_swish_backward>>(env, exports, "hardSwishBackward");
  define<unary<&Kernels::hard_sigmoid_forward>>(env, exports, "hardSigmoidForward");
  define<binary<&Kernels::hard_sigmoid_backward>>(env, exports, "hardSigmoidBackward");
  define<binary<&Kernels::add>>(env, exports, "add");
  define<binary<&Kernels::mul>>(env, exports, "mul");
  define<clip_forward>(env, exports, "clipForward");
  define<clip_backward>(env, exports, "clipBackward");
  define<copy_columns>(env, exports, "copyColumns");
  define<softmax_forward>(env, exports, "softmaxForward");
  define<softmax_backward>(env, exports, "softmaxBackward");
  define<scale_channels>(env, exports, "scaleChannels");
  define<scale_channels_backward_scale>(env, exports, "scaleChannelsBackwardScale");
}

}  // namespace tessera::addon
