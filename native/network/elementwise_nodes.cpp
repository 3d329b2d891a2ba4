// Nodes that work on each number or channel for itself: normalisation, dropout, padding, softmax, and activations with
// numbers of their own.
#include <algorithm>

#include "network/node.h"

namespace tessera {
namespace {

class BatchNormNode final : public Node {
 public:
  BatchNormNode(const Value& input, float epsilon, float momentum, bool still, Activation activation,
                BatchNormWeights weights)
      : input_(input), epsilon_(epsilon), momentum_(momentum), still_(still), activation_(activation),
        backward_activation_(activation), weights_(weights) {}

  void forward(const ForwardPass& p) const override {
    const float *scale = p.blocks.of(weights_.block) + weights_.scale, *shift = p.blocks.of(weights_.block) + weights_.shift;
    if (still_) {
      p.kernels.batch_norm_frozen_forward(of(p.n), p.x(), scale, shift, p.running + weights_.mean,
                                          p.running + weights_.variance, p.y, p.scratch);
    } else {
      float* moved = p.blocks.statistics;
      float* kept = static_cast<float*>(p.kept);
      p.kernels.batch_norm_forward(of(p.n), p.x(), scale, shift, moved == nullptr ? nullptr : moved + weights_.mean,
                                   moved == nullptr ? nullptr : moved + weights_.variance, p.y, kept, kept + input_.c,
                                   p.scratch);
    }
    if (activation_ != Activation::none) p.kernels.activation_forward(activation_, p.n * input_.size(), p.y, p.y);
  }
  void backward(const BackwardPass& p) const override {
    through_activation(backward_activation_, p.n * input_.size(), p);
    const float* scale = p.blocks.of(weights_.block) + weights_.scale;
    // The kernels sum these two in any case: where nobody asks for them, behind their scratch.
    float* unasked = p.scratch + p.kernels.batch_norm_scratch(of(p.n));
    float* dscale = p.gradients == nullptr ? unasked : p.gradients + weights_.scale;
    float* dshift = p.gradients == nullptr ? unasked + input_.c : p.gradients + weights_.shift;
    if (p.gradients == nullptr) std::fill_n(unasked, 2 * input_.c, 0.0f);
    if (still_) {
      p.kernels.batch_norm_frozen_backward(of(p.n), p.x(), scale, p.running + weights_.mean,
                                           p.running + weights_.variance, p.dy, p.dx(), dscale, dshift, p.scratch);
    } else {
      const float* kept = static_cast<const float*>(p.kept);
      p.kernels.batch_norm_backward(of(p.n), p.x(), scale, kept, kept + input_.c, p.dy, p.dx(), dscale, dshift,
                                    p.scratch);
    }
  }

  size_t forward_scratch(const Kernels& kernels, int64_t n) const override { return kernels.batch_norm_scratch(of(n)); }
  size_t backward_scratch(const Kernels& kernels, int64_t n) const override {
    return forward_scratch(kernels, n) + static_cast<size_t>(2 * input_.c);
  }
  size_t kept_bytes(int64_t) const override { return static_cast<size_t>(2 * input_.c) * sizeof(float); }
  bool backward_reads_input() const override { return true; }
  bool backward_reads_output() const override { return backward_activation_ != Activation::none; }
  bool hand_over_relu() override {
    if (backward_activation_ != Activation::relu) return false;
    backward_activation_ = Activation::none;
    return true;
  }

 private:
  BatchNormShape of(int64_t n) const { return {n * input_.hw(), input_.c, epsilon_, momentum_}; }

  Value input_;
  float epsilon_, momentum_;
  bool still_;
  Activation activation_, backward_activation_;
  BatchNormWeights weights_;
};

class LeakyReluNode final : public Node {
 public:
  LeakyReluNode(float slope, const Value& input) : slope_(slope), size_(input.size()) {}

  void forward(const ForwardPass& p) const override { p.kernels.leaky_relu_forward(p.n * size_, slope_, p.x(), p.y); }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.leaky_relu_backward(p.n * size_, slope_, p.y, p.dy, p.dx());
  }
  bool backward_reads_output() const override { return true; }

 private:
  float slope_;
  int64_t size_;
};

class HardSwishNode final : public Node {
 public:
  explicit HardSwishNode(const Value& input) : size_(input.size()) {}

  void forward(const ForwardPass& p) const override { p.kernels.hard_swish_forward(p.n * size_, p.x(), p.y); }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.hard_swish_backward(p.n * size_, p.x(), p.dy, p.dx());
  }
  bool backward_reads_input() const override { return true; }

 private:
  int64_t size_;
};

class HardSigmoidNode final : public Node {
 public:
  explicit HardSigmoidNode(const Value& input) : size_(input.size()) {}

  void forward(const ForwardPass& p) const override { p.kernels.hard_sigmoid_forward(p.n * size_, p.x(), p.y); }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.hard_sigmoid_backward(p.n * size_, p.y, p.dy, p.dx());
  }
  bool backward_reads_output() const override { return true; }

 private:
  int64_t size_;
};

// Rows may lie in another order than the outer world counts: a softmax does not care.
class SoftmaxNode final : public Node {
 public:
  explicit SoftmaxNode(const Value& input) : size_(input.size()) {}

  void forward(const ForwardPass& p) const override { p.kernels.softmax_forward(p.n, size_, p.x(), p.y); }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.softmax_backward(p.n, size_, p.y, p.dy, p.dx());
  }
  bool backward_reads_output() const override { return true; }

 private:
  int64_t size_;
};

class Pad2dNode final : public Node {
 public:
  explicit Pad2dNode(const Pad2dShape& shape) : shape_(shape) {}

  void forward(const ForwardPass& p) const override { p.kernels.pad2d_forward(of(p.n), p.x(), p.y); }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.pad2d_backward(of(p.n), p.dy, p.dx());
  }

 private:
  Pad2dShape of(int64_t n) const {
    Pad2dShape shape = shape_;
    shape.n = n;
    return shape;
  }

  Pad2dShape shape_;
};

class DropoutNode final : public Node {
 public:
  DropoutNode(float rate, const Value& input) : rate_(rate), size_(input.size()) {}

  void forward(const ForwardPass& p) const override {
    p.kernels.dropout(p.n * size_, rate_, p.seed, p.x(), p.y);
  }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.dropout(p.n * size_, rate_, p.seed, p.dy, p.dx());
  }

 private:
  float rate_;
  int64_t size_;
};

class LrnNode final : public Node {
 public:
  LrnNode(const LrnShape& shape, const Value& input) : shape_(shape), hw_(input.hw()) {}

  void forward(const ForwardPass& p) const override { p.kernels.lrn_forward(of(p.n), p.x(), p.y); }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.lrn_backward(of(p.n), p.x(), p.dy, p.dx());
  }
  bool backward_reads_input() const override { return true; }

 private:
  LrnShape of(int64_t n) const {
    LrnShape shape = shape_;
    shape.rows = n * hw_;
    return shape;
  }

  LrnShape shape_;
  int64_t hw_;
};

}  // namespace

std::unique_ptr<Node> batch_norm_node(const Value& input, float epsilon, float momentum, bool still, Activation activation,
                                      BatchNormWeights weights) {
  return std::make_unique<BatchNormNode>(input, epsilon, momentum, still, activation, weights);
}

std::unique_ptr<Node> leaky_relu_node(float slope, const Value& input) {
  return std::make_unique<LeakyReluNode>(slope, input);
}

std::unique_ptr<Node> hard_swish_node(const Value& input) { return std::make_unique<HardSwishNode>(input); }

std::unique_ptr<Node> hard_sigmoid_node(const Value& input) { return std::make_unique<HardSigmoidNode>(input); }

std::unique_ptr<Node> softmax_node(const Value& input) { return std::make_unique<SoftmaxNode>(input); }

std::unique_ptr<Node> pad2d_node(const Pad2dShape& shape) { return std::make_unique<Pad2dNode>(shape); }

std::unique_ptr<Node> dropout_node(float rate, const Value& input) {
  return std::make_unique<DropoutNode>(rate, input);
}

std::unique_ptr<Node> lrn_node(const LrnShape& shape, const Value& input) {
  return std::make_unique<LrnNode>(shape, input);
}

}  // namespace tessera
