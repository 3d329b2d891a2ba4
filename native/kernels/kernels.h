// The function table of the kernels: one entry per operator and pass, one table per instruction set.
//
// Conventions
//   float32 everywhere; pictures are NHWC, dense and row-major; no alignment is assumed of inputs.
//   Convolution weights are [K, kh, kw, C/groups] ("KRSC"), dense weights [out, in].
//   `bias` may be null. Gradients of parameters are accumulated into (+=); everything else is overwritten.
//   `scratch` holds at least the floats that the matching *_scratch function asks for, 64-byte aligned.
//   That size depends on threads(), which is thread-local: ask and run under the same set_threads. It never falls
//   where n grows: what suffices for a batch suffices for a smaller one.
//   Kernels parallelise by parallel_for (parallel.h), never allocate, never throw.
//   The result does not depend on the thread count.
#pragma once
#include <cstddef>
#include <cstdint>

namespace tessera {

struct Conv2dShape {
  int64_t n, h, w, c;  // input [N, H, W, C]
  int64_t k;           // filters
  int64_t kh, kw;
  int64_t stride_h = 1, stride_w = 1;
  int64_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  int64_t dilation_h = 1, dilation_w = 1;
  int64_t groups = 1;

  int64_t out_h() const { return (h + pad_top + pad_bottom - dilation_h * (kh - 1) - 1) / stride_h + 1; }
  int64_t out_w() const { return (w + pad_left + pad_right - dilation_w * (kw - 1) - 1) / stride_w + 1; }
};

struct Pool2dShape {
  int64_t n, h, w, c;
  int64_t window_h, window_w;
  int64_t stride_h, stride_w;
  int64_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  bool count_include_pad = false;  // average pooling only; false divides by the pixels really under the window
  // A last window may reach over the edge, where it begins inside of the picture or of the padding before it. What lies
  // over the edge never counts.
  bool ceil_mode = false;

  int64_t out_h() const { return places(h + pad_top, pad_bottom, window_h, stride_h); }
  int64_t out_w() const { return places(w + pad_left, pad_right, window_w, stride_w); }

  int64_t places(int64_t begin, int64_t pad_end, int64_t window, int64_t stride) const {
    const int64_t room = begin + pad_end - window, inside = room / stride + 1;
    return ceil_mode && room % stride != 0 && inside * stride < begin ? inside + 1 : inside;
  }
};

// Those whose derivative can be told from the output, and that need no numbers of their own.
enum class Activation { none, relu, relu6, sigmoid, tanh };

enum class ConvPass { forward, backward_data, backward_weights };

// Of [rows, C]: every channel over all pixels of all pictures, rows = N · H · W.
struct BatchNormShape {
  int64_t rows, c;
  float epsilon = 1e-5f;
  float momentum = 0.1f;  // the share of a batch in the running statistics
};

// Pixels of one value around a picture [N, H, W, C].
struct Pad2dShape {
  int64_t n, h, w, c;
  int64_t top, left, bottom, right;
  float value = 0;
};

// Across channels as ONNX counts: channel c sees c − ⌊(size − 1) / 2⌋ … c + ⌈(size − 1) / 2⌉.
struct LrnShape {
  int64_t rows, c, size;
  float alpha, beta, bias;
};

struct Kernels {
  const char* isa;  // "ref", "avx2", …

  // c[M,N] = alpha · op(a)[M,K] · op(b)[K,N] + beta · c; lda, ldb, ldc are row strides of the stored matrices.
  size_t (*gemm_scratch)(int64_t m, int64_t n, int64_t k);  // floats
  void (*gemm)(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
               const float* b, int64_t ldb, float beta, float* c, int64_t ldc, float* scratch);

  // What a pass of a layer of this shape is computed by, for people to read: "direct", "winograd", "gemm", …
  const char* (*conv2d_algorithm)(const Conv2dShape&, ConvPass);

  // y[N, oh, ow, K] = act(conv(x, weights) + bias)
  size_t (*conv2d_forward_scratch)(const Conv2dShape&);
  void (*conv2d_forward)(const Conv2dShape&, const float* x, const float* weights, const float* bias, Activation act,
                         float* y, float* scratch);
  // The same, for weights that stay: what the forward pass makes of them first (packed, transformed) is made once. So many
  // floats as the shape wants, whatever n is; none where weights are read as they are, and then they are their own.
  size_t (*conv2d_prepared)(const Conv2dShape&);
  void (*conv2d_prepare)(const Conv2dShape&, const float* weights, float* prepared);
  void (*conv2d_forward_prepared)(const Conv2dShape&, const float* x, const float* prepared, const float* bias,
                                  Activation act, float* y, float* scratch);
  // dx[N, H, W, C] from dy
  size_t (*conv2d_backward_data_scratch)(const Conv2dShape&);
  void (*conv2d_backward_data)(const Conv2dShape&, const float* dy, const float* weights, float* dx, float* scratch);
  // dweights += …, dbias += … (dbias may be null)
  size_t (*conv2d_backward_weights_scratch)(const Conv2dShape&);
  void (*conv2d_backward_weights)(const Conv2dShape&, const float* x, const float* dy, float* dweights, float* dbias,
                                  float* scratch);

  // y[N, out] = act(x[N, in] · weightsᵀ + bias)
  size_t (*dense_scratch)(int64_t n, int64_t in, int64_t out);  // enough for all three
  void (*dense_forward)(int64_t n, int64_t in, int64_t out, const float* x, const float* weights, const float* bias,
                        Activation act, float* y, float* scratch);
  void (*dense_backward_data)(int64_t n, int64_t in, int64_t out, const float* dy, const float* weights, float* dx,
                              float* scratch);
  void (*dense_backward_weights)(int64_t n, int64_t in, int64_t out, const float* x, const float* dy, float* dweights,
                                 float* dbias, float* scratch);

  // argmax[N, oh, ow, C]: place in the window (row · window_w + column) of the first greatest value; NaN wins.
  // Padding counts as −∞. Windows are at most 65,535 pixels large.
  void (*max_pool2d_forward)(const Pool2dShape&, const float* x, float* y, uint16_t* argmax);
  void (*max_pool2d_backward)(const Pool2dShape&, const float* dy, const uint16_t* argmax, float* dx);
  void (*avg_pool2d_forward)(const Pool2dShape&, const float* x, float* y);
  void (*avg_pool2d_backward)(const Pool2dShape&, const float* dy, float* dx);
  // [N, H, W, C] → [N, C]
  void (*global_avg_pool_forward)(int64_t n, int64_t hw, int64_t c, const float* x, float* y);
  void (*global_avg_pool_backward)(int64_t n, int64_t hw, int64_t c, const float* dy, float* dx);

  // Elementwise; backward reads the forward's *output*, and may run in place (dx == dy, y == x).
  void (*activation_forward)(Activation, int64_t count, const float* x, float* y);
  void (*activation_backward)(Activation, int64_t count, const float* y, const float* dy, float* dx);

  // y = x > 0 ? x : slope · x; backward reads the output, whose sign is that of the input while slope > 0.
  void (*leaky_relu_forward)(int64_t count, float slope, const float* x, float* y);
  void (*leaky_relu_backward)(int64_t count, float slope, const float* y, const float* dy, float* dx);
  // y = x · clip(x / 6 + 1/2, 0, 1); backward reads the *input*: two of them may give the same output.
  void (*hard_swish_forward)(int64_t count, const float* x, float* y);
  void (*hard_swish_backward)(int64_t count, const float* x, const float* dy, float* dx);
  // y = clip(x / 6 + 1/2, 0, 1); backward reads the output.
  void (*hard_sigmoid_forward)(int64_t count, const float* x, float* y);
  void (*hard_sigmoid_backward)(int64_t count, const float* y, const float* dy, float* dx);
  // y = least where x is below it, greatest where it is above, otherwise x; backward reads the input.
  void (*clip_forward)(int64_t count, float least, float greatest, const float* x, float* y);
  void (*clip_backward)(int64_t count, float least, float greatest, const float* x, const float* dy, float* dx);

  // Batch norm while training: y = (x − mean) · rstd · scale + shift with the mean and 1 / √(variance + epsilon) of this
  // batch, which backward reads. Running statistics (may be null): r += momentum · (batch − r), with the variance over
  // rows − 1 (over 1 where there is one row). scratch serves all four.
  size_t (*batch_norm_scratch)(const BatchNormShape&);
  void (*batch_norm_forward)(const BatchNormShape&, const float* x, const float* scale, const float* shift,
                             float* running_mean, float* running_variance, float* y, float* mean, float* rstd,
                             float* scratch);
  // dscale += …, dshift += …; dx may be null, and may be dy
  void (*batch_norm_backward)(const BatchNormShape&, const float* x, const float* scale, const float* mean,
                              const float* rstd, const float* dy, float* dx, float* dscale, float* dshift,
                              float* scratch);
  // The same with statistics that stay as they are.
  void (*batch_norm_frozen_forward)(const BatchNormShape&, const float* x, const float* scale, const float* shift,
                                    const float* mean, const float* variance, float* y, float* scratch);
  void (*batch_norm_frozen_backward)(const BatchNormShape&, const float* x, const float* scale, const float* mean,
                                     const float* variance, const float* dy, float* dx, float* dscale, float* dshift,
                                     float* scratch);

  // y = x / (bias + alpha / size · Σ x²)^beta
  void (*lrn_forward)(const LrnShape&, const float* x, float* y);
  void (*lrn_backward)(const LrnShape&, const float* x, const float* dy, float* dx);

  // y = x / (1 − rate) where the seed's mask keeps the number, otherwise 0; applied to dy it gives dx. May run in place.
  void (*dropout)(int64_t count, float rate, uint64_t seed, const float* x, float* y);

  // y = a + b, number by number; y may be a or b.
  void (*add)(int64_t count, const float* a, const float* b, float* y);
  // y = a · b, number by number; y may be a or b. Its gradients are products too: da = dy · b, db = dy · a.
  void (*mul)(int64_t count, const float* a, const float* b, float* y);
  // y[N, HW, C] = x · scale[N, C], as squeeze-and-excitation does; dx is the same of dy.
  void (*scale_channels)(int64_t n, int64_t hw, int64_t c, const float* x, const float* scale, float* y);
  void (*scale_channels_backward_scale)(int64_t n, int64_t hw, int64_t c, const float* x, const float* dy,
                                        float* dscale);
  // x in a frame of one value, [N, H + top + bottom, W + left + right, C]; backward cuts the frame off again.
  void (*pad2d_forward)(const Pad2dShape&, const float* x, float* y);
  void (*pad2d_backward)(const Pad2dShape&, const float* dy, float* dx);
  // `rows` runs of `columns` numbers, `from_stride` and `to_stride` apart: channels into and out of a wider picture.
  void (*copy_columns)(int64_t rows, int64_t columns, const float* from, int64_t from_stride, float* to,
                       int64_t to_stride);

  // Mean loss over the batch; dlogits is the gradient of that mean (may be null). Returns the loss.
  // labels: class indices [N].
  float (*softmax_cross_entropy)(int64_t n, int64_t classes, const float* logits, const int32_t* labels,
                                 float* dlogits);
  // The same with a share `smoothing` of every target spread evenly over the classes (Szegedy et al., 2016), and a weight
  // for each class (may be null): the mean is over the weights of the labels, as in PyTorch.
  float (*softmax_cross_entropy_smoothed)(int64_t n, int64_t classes, const float* logits, const int32_t* labels,
                                          float smoothing, const float* class_weights, float* dlogits);
  // The same with targets[N, classes], shares of the classes that sum to 1 in each row; the mean is over the rows, whatever
  // the weights are, as in PyTorch.
  float (*softmax_cross_entropy_soft)(int64_t n, int64_t classes, const float* logits, const float* targets,
                                      const float* class_weights, float* dlogits);
  // Row by row; backward reads the output.
  void (*softmax_forward)(int64_t n, int64_t classes, const float* x, float* y);
  void (*softmax_backward)(int64_t n, int64_t classes, const float* y, const float* dy, float* dx);
  // targets in [0, 1], same shape as logits; mean over all elements.
  float (*bce_with_logits)(int64_t count, const float* logits, const float* targets, float* dlogits);
  float (*mse)(int64_t count, const float* outputs, const float* targets, float* doutputs);

  // uint8 [N, H, W, C] → float: value / 255 · scale[c] + shift[c]
  void (*normalise)(int64_t pixels, int64_t c, const uint8_t* x, const float* scale, const float* shift, float* y);

  // Optimisers over one flat range. `scale` multiplies every gradient first.
  void (*sgd_step)(int64_t count, float* parameters, const float* gradients, float* momentum_buffer, float scale,
                   float learning_rate, float momentum, bool nesterov, float weight_decay, bool first_step);
  // Adam (decoupled = false: decay is added to the gradient) and AdamW (decoupled = true); step counts from 1.
  void (*adam_step)(int64_t count, float* parameters, const float* gradients, float* m, float* v, float scale,
                    float learning_rate, float beta1, float beta2, float epsilon, float weight_decay, bool decoupled,
                    int64_t step);
};

// The textbook: double accumulation, one loop per index, no tricks. The oracle of every other table.
const Kernels& ref_kernels();

// The table for this CPU, chosen once. TESSERA_ISA=ref|sse2|avx2|avx512|neon overrides; TESSERA_CONV=direct keeps to direct
// convolution. A self-test that fails falls back to the next table, at last to `ref`, and says so on stderr.
const Kernels& active_kernels();

}  // namespace tessera
