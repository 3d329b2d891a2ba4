#include "network/operators.h"

#include "network/arena.h"
#include "network/layout.h"

namespace tessera {
namespace {

Floats zeros(int64_t count) { return Floats(static_cast<size_t>(count)); }

Floats inner(int64_t outer, int64_t c, int64_t hw, const float* from) {
  Floats to = zeros(outer * c * hw);
  channels_last(outer, c, hw, from, to.data());
  return to;
}

Floats outer(int64_t count, int64_t c, int64_t hw, const Floats& from) {
  Floats to = zeros(count * c * hw);
  channels_first(count, c, hw, from.data(), to.data());
  return to;
}

Memory scratch(size_t floats) { return Memory(floats * sizeof(float)); }

int64_t out_hw(const auto& shape) { return shape.out_h() * shape.out_w(); }

}  // namespace

Floats conv2d_forward(const Conv2dShape& s, const float* x, const float* weights, const float* bias) {
  const Kernels& kernels = active_kernels();
  const Floats inner_x = inner(s.n, s.c, s.h * s.w, x);
  const Floats inner_weights = inner(s.k, s.c / s.groups, s.kh * s.kw, weights);
  Floats y = zeros(s.n * out_hw(s) * s.k);
  const Memory work = scratch(kernels.conv2d_forward_scratch(s));
  kernels.conv2d_forward(s, inner_x.data(), inner_weights.data(), bias, Activation::none, y.data(), work.floats());
  return outer(s.n, s.k, out_hw(s), y);
}

LayerGradients conv2d_backward(const Conv2dShape& s, const float* x, const float* weights, const float* dy) {
  const Kernels& kernels = active_kernels();
  const Floats inner_x = inner(s.n, s.c, s.h * s.w, x);
  const Floats inner_weights = inner(s.k, s.c / s.groups, s.kh * s.kw, weights);
  const Floats inner_dy = inner(s.n, s.k, out_hw(s), dy);
  Floats dx = zeros(s.n * s.h * s.w * s.c), dweights = zeros(static_cast<int64_t>(inner_weights.size()));
  Floats dbias = zeros(s.k);
  const Memory data = scratch(kernels.conv2d_backward_data_scratch(s));
  kernels.conv2d_backward_data(s, inner_dy.data(), inner_weights.data(), dx.data(), data.floats());
  const Memory sums = scratch(kernels.conv2d_backward_weights_scratch(s));
  kernels.conv2d_backward_weights(s, inner_x.data(), inner_dy.data(), dweights.data(), dbias.data(), sums.floats());
  return {outer(s.n, s.c, s.h * s.w, dx), outer(s.k, s.c / s.groups, s.kh * s.kw, dweights), dbias};
}

Floats dense_forward(int64_t n, int64_t in, int64_t out, const float* x, const float* weights, const float* bias) {
  const Kernels& kernels = active_kernels();
  Floats y = zeros(n * out);
  const Memory work = scratch(kernels.dense_scratch(n, in, out));
  kernels.dense_forward(n, in, out, x, weights, bias, Activation::none, y.data(), work.floats());
  return y;
}

LayerGradients dense_backward(int64_t n, int64_t in, int64_t out, const float* x, const float* weights,
                              const float* dy) {
  const Kernels& kernels = active_kernels();
  LayerGradients gradients{zeros(n * in), zeros(out * in), zeros(out)};
  const Memory work = scratch(kernels.dense_scratch(n, in, out));
  kernels.dense_backward_data(n, in, out, dy, weights, gradients.dx.data(), work.floats());
  kernels.dense_backward_weights(n, in, out, x, dy, gradients.dweights.data(), gradients.dbias.data(),
                                 work.floats());
  return gradients;
}

MaxPooled max_pool2d_forward(const Pool2dShape& s, const float* x) {
  const Floats inner_x = inner(s.n, s.c, s.h * s.w, x);
  Floats y = zeros(s.n * out_hw(s) * s.c);
  std::vector<uint16_t> inner_argmax(y.size()), argmax(y.size());
  active_kernels().max_pool2d_forward(s, inner_x.data(), y.data(), inner_argmax.data());
  for (int64_t n = 0, at = 0; n < s.n; ++n) {
    for (int64_t c = 0; c < s.c; ++c) {
      for (int64_t pixel = 0; pixel < out_hw(s); ++pixel, ++at) {
        argmax[static_cast<size_t>(at)] = inner_argmax[static_cast<size_t>((n * out_hw(s) + pixel) * s.c + c)];
      }
    }
  }
  return {outer(s.n, s.c, out_hw(s), y), argmax};
}

Floats max_pool2d_backward(const Pool2dShape& s, const float* dy, const uint16_t* argmax) {
  const Floats inner_dy = inner(s.n, s.c, out_hw(s), dy);
  std::vector<uint16_t> inner_argmax(inner_dy.size());
  for (int64_t n = 0, at = 0; n < s.n; ++n) {
    for (int64_t c = 0; c < s.c; ++c) {
      for (int64_t pixel = 0; pixel < out_hw(s); ++pixel, ++at) {
        inner_argmax[static_cast<size_t>((n * out_hw(s) + pixel) * s.c + c)] = argmax[at];
      }
    }
  }
  Floats dx = zeros(s.n * s.h * s.w * s.c);
  active_kernels().max_pool2d_backward(s, inner_dy.data(), inner_argmax.data(), dx.data());
  return outer(s.n, s.c, s.h * s.w, dx);
}

Floats avg_pool2d_forward(const Pool2dShape& s, const float* x) {
  const Floats inner_x = inner(s.n, s.c, s.h * s.w, x);
  Floats y = zeros(s.n * out_hw(s) * s.c);
  active_kernels().avg_pool2d_forward(s, inner_x.data(), y.data());
  return outer(s.n, s.c, out_hw(s), y);
}

Floats avg_pool2d_backward(const Pool2dShape& s, const float* dy) {
  const Floats inner_dy = inner(s.n, s.c, out_hw(s), dy);
  Floats dx = zeros(s.n * s.h * s.w * s.c);
  active_kernels().avg_pool2d_backward(s, inner_dy.data(), dx.data());
  return outer(s.n, s.c, s.h * s.w, dx);
}

Floats global_avg_pool_forward(int64_t n, int64_t c, int64_t hw, const float* x) {
  const Floats inner_x = inner(n, c, hw, x);
  Floats y = zeros(n * c);
  active_kernels().global_avg_pool_forward(n, hw, c, inner_x.data(), y.data());
  return y;
}

Floats global_avg_pool_backward(int64_t n, int64_t c, int64_t hw, const float* dy) {
  Floats dx = zeros(n * hw * c);
  active_kernels().global_avg_pool_backward(n, hw, c, dy, dx.data());
  return outer(n, c, hw, dx);
}

Floats batch_norm_forward(int64_t n, int64_t c, int64_t hw, const BatchNormStatistics& how, const float* x,
                          const float* scale, const float* shift, float* mean, float* variance) {
  const Kernels& kernels = active_kernels();
  const BatchNormShape shape{n * hw, c, how.epsilon, how.momentum};
  const Floats inner_x = inner(n, c, hw, x);
  Floats y = zeros(n * c * hw), batch_mean = zeros(c), rstd = zeros(c);
  const Memory work = scratch(kernels.batch_norm_scratch(shape));
  if (how.training) {
    kernels.batch_norm_forward(shape, inner_x.data(), scale, shift, mean, variance, y.data(), batch_mean.data(),
                               rstd.data(), work.floats());
  } else {
    kernels.batch_norm_frozen_forward(shape, inner_x.data(), scale, shift, mean, variance, y.data(), work.floats());
  }
  return outer(n, c, hw, y);
}

LayerGradients batch_norm_backward(int64_t n, int64_t c, int64_t hw, const BatchNormStatistics& how, const float* x,
                                   const float* scale, const float* mean, const float* variance, const float* dy) {
  const Kernels& kernels = active_kernels();
  const BatchNormShape shape{n * hw, c, how.epsilon, how.momentum};
  const Floats inner_x = inner(n, c, hw, x), inner_dy = inner(n, c, hw, dy);
  Floats dx = zeros(n * c * hw), dscale = zeros(c), dshift = zeros(c);
  const Memory work = scratch(kernels.batch_norm_scratch(shape));
  if (how.training) {
    // The batch's own statistics are those of its forward pass.
    Floats y = zeros(n * c * hw), batch_mean = zeros(c), rstd = zeros(c);
    kernels.batch_norm_forward(shape, inner_x.data(), scale, dshift.data(), nullptr, nullptr, y.data(),
                               batch_mean.data(), rstd.data(), work.floats());
    kernels.batch_norm_backward(shape, inner_x.data(), scale, batch_mean.data(), rstd.data(), inner_dy.data(),
                                dx.data(), dscale.data(), dshift.data(), work.floats());
  } else {
    kernels.batch_norm_frozen_backward(shape, inner_x.data(), scale, mean, variance, inner_dy.data(), dx.data(),
                                       dscale.data(), dshift.data(), work.floats());
  }
  return {outer(n, c, hw, dx), dscale, dshift};
}

Floats lrn_forward(const LrnShape& shape, int64_t n, int64_t hw, const float* x) {
  const Floats inner_x = inner(n, shape.c, hw, x);
  Floats y = zeros(shape.rows * shape.c);
  active_kernels().lrn_forward(shape, inner_x.data(), y.data());
  return outer(n, shape.c, hw, y);
}

Floats lrn_backward(const LrnShape& shape, int64_t n, int64_t hw, const float* x, const float* dy) {
  const Floats inner_x = inner(n, shape.c, hw, x), inner_dy = inner(n, shape.c, hw, dy);
  Floats dx = zeros(shape.rows * shape.c);
  active_kernels().lrn_backward(shape, inner_x.data(), inner_dy.data(), dx.data());
  return outer(n, shape.c, hw, dx);
}

Floats pad2d_forward(const Pad2dShape& s, const float* x) {
  const int64_t padded = (s.h + s.top + s.bottom) * (s.w + s.left + s.right);
  const Floats inner_x = inner(s.n, s.c, s.h * s.w, x);
  Floats y = zeros(s.n * s.c * padded);
  active_kernels().pad2d_forward(s, inner_x.data(), y.data());
  return outer(s.n, s.c, padded, y);
}

Floats pad2d_backward(const Pad2dShape& s, const float* dy) {
  const int64_t padded = (s.h + s.top + s.bottom) * (s.w + s.left + s.right);
  const Floats inner_dy = inner(s.n, s.c, padded, dy);
  Floats dx = zeros(s.n * s.c * s.h * s.w);
  active_kernels().pad2d_backward(s, inner_dy.data(), dx.data());
  return outer(s.n, s.c, s.h * s.w, dx);
}

Floats scale_channels(int64_t n, int64_t c, int64_t hw, const float* x, const float* scale) {
  const Floats inner_x = inner(n, c, hw, x);
  Floats y = zeros(n * c * hw);
  active_kernels().scale_channels(n, hw, c, inner_x.data(), scale, y.data());
  return outer(n, c, hw, y);
}

Floats scale_channels_backward_scale(int64_t n, int64_t c, int64_t hw, const float* x, const float* dy) {
  const Floats inner_x = inner(n, c, hw, x), inner_dy = inner(n, c, hw, dy);
  Floats dscale = zeros(n * c);
  active_kernels().scale_channels_backward_scale(n, hw, c, inner_x.data(), inner_dy.data(), dscale.data());
  return dscale;
}

void gemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, const float* b,
          float beta, float* c) {
  const Kernels& kernels = active_kernels();
  const Memory work = scratch(kernels.gemm_scratch(m, n, k));
  kernels.gemm(trans_a, trans_b, m, n, k, alpha, a, trans_a ? m : k, b, trans_b ? k : n, beta, c, n, work.floats());
}

}  // namespace tessera
