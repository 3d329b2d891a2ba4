#include "network/node.h"

#include <algorithm>

namespace tessera {

void through_activation(Activation activation, int64_t count, const BackwardPass& pass) {
  if (activation == Activation::none) return;
  pass.kernels.activation_backward(activation, count, pass.y, pass.dy, pass.dy);
}

namespace {

float* bias_gradient(const Weights& weights, float* gradients) {
  return weights.bias == Weights::no_bias ? nullptr : gradients + weights.bias;
}

class Conv2dNode final : public Node {
 public:
  Conv2dNode(const Conv2dShape& shape, Activation activation, Weights weights)
      : conv_{shape, activation, weights}, backward_activation_(activation) {}

  void forward(const ForwardPass& p) const override {
    const Conv2dShape shape = conv_.of(p.n);
    const float* bias = p.blocks.bias(conv_.weights);
    if (p.prepared == nullptr) {
      p.kernels.conv2d_forward(shape, p.x(), p.blocks.weight(conv_.weights), bias, conv_.activation, p.y, p.scratch);
    } else {
      p.kernels.conv2d_forward_prepared(shape, p.x(), p.prepared, bias, conv_.activation, p.y, p.scratch);
    }
  }

  void backward(const BackwardPass& p) const override {
    const Conv2dShape shape = conv_.of(p.n);
    through_activation(backward_activation_, p.n * shape.out_h() * shape.out_w() * shape.k, p);
    if (p.gradients != nullptr) {
      p.kernels.conv2d_backward_weights(shape, p.x(), p.dy, p.gradients + conv_.weights.weight,
                                        bias_gradient(conv_.weights, p.gradients), p.scratch);
    }
    if (p.dx() != nullptr) {
      p.kernels.conv2d_backward_data(shape, p.dy, p.blocks.weight(conv_.weights), p.dx(), p.scratch);
    }
  }

  size_t forward_scratch(const Kernels& kernels, int64_t n) const override {
    return kernels.conv2d_forward_scratch(conv_.of(n));
  }
  size_t prepared_floats(const Kernels& kernels) const override { return kernels.conv2d_prepared(conv_.of(1)); }
  void prepare(const Kernels& kernels, const Blocks& blocks, float* to) const override {
    kernels.conv2d_prepare(conv_.of(1), blocks.weight(conv_.weights), to);
  }
  size_t backward_scratch(const Kernels& kernels, int64_t n) const override {
    return std::max(kernels.conv2d_backward_data_scratch(conv_.of(n)), kernels.conv2d_backward_weights_scratch(conv_.of(n)));
  }
  const Convolution* convolution() const override { return &conv_; }
  bool backward_reads_input() const override { return conv_.weights.block == Block::parameters; }
  bool backward_reads_output() const override { return backward_activation_ != Activation::none; }
  bool hand_over_relu() override {
    if (backward_activation_ != Activation::relu) return false;
    backward_activation_ = Activation::none;
    return true;
  }
  bool fold_batch_norm(Weights weights, Activation activation) override {
    if (conv_.activation != Activation::none) return false;
    conv_.weights = weights;
    conv_.activation = backward_activation_ = activation;
    return true;
  }

 private:
  Convolution conv_;
  Activation backward_activation_;
};

class DenseNode final : public Node {
 public:
  DenseNode(int64_t in, int64_t out, Activation activation, Weights weights)
      : in_(in), out_(out), activation_(activation), weights_(weights) {}

  void forward(const ForwardPass& p) const override {
    p.kernels.dense_forward(p.n, in_, out_, p.x(), p.blocks.weight(weights_), p.blocks.bias(weights_),
                            activation_, p.y, p.scratch);
  }

  void backward(const BackwardPass& p) const override {
    through_activation(activation_, p.n * out_, p);
    if (p.gradients != nullptr && weights_.block != Block::deferred) {
      p.kernels.dense_backward_weights(p.n, in_, out_, p.x(), p.dy, p.gradients + weights_.weight,
                                       bias_gradient(weights_, p.gradients), p.scratch);
    }
    if (p.dx() != nullptr) {
      p.kernels.dense_backward_data(p.n, in_, out_, p.dy, p.blocks.weight(weights_), p.dx(), p.scratch);
    }
  }

  size_t forward_scratch(const Kernels& kernels, int64_t n) const override {
    return kernels.dense_scratch(n, in_, out_);
  }
  size_t backward_scratch(const Kernels& kernels, int64_t n) const override { return forward_scratch(kernels, n); }
  bool backward_reads_input() const override { return weights_.block == Block::parameters; }
  bool backward_reads_output() const override { return activation_ != Activation::none; }

 private:
  int64_t in_, out_;
  Activation activation_;
  Weights weights_;
};

Pool2dShape with_n(Pool2dShape shape, int64_t n) {
  shape.n = n;
  return shape;
}

class MaxPool2dNode final : public Node {
 public:
  MaxPool2dNode(const Pool2dShape& shape, bool relu_before) : shape_(shape), relu_before_(relu_before) {}

  void forward(const ForwardPass& p) const override {
    p.kernels.max_pool2d_forward(with_n(shape_, p.n), p.x(), p.y, static_cast<uint16_t*>(p.kept));
  }
  void backward(const BackwardPass& p) const override {
    if (p.dx() == nullptr) return;
    const Pool2dShape shape = with_n(shape_, p.n);
    // The pixel that a gradient goes to holds what the pool gave, so the mask can be laid on before it is spread: on
    // fewer numbers, and without the ReLU's output.
    if (relu_before_) {
      through_activation(Activation::relu, p.n * shape.out_h() * shape.out_w() * shape.c, p);
    }
    p.kernels.max_pool2d_backward(shape, p.dy, static_cast<const uint16_t*>(p.kept), p.dx());
  }
  size_t kept_bytes(int64_t n) const override {
    return static_cast<size_t>(n * shape_.out_h() * shape_.out_w() * shape_.c) * sizeof(uint16_t);
  }
  bool backward_reads_output() const override { return relu_before_; }

 private:
  Pool2dShape shape_;
  bool relu_before_;
};

class AvgPool2dNode final : public Node {
 public:
  explicit AvgPool2dNode(const Pool2dShape& shape) : shape_(shape) {}

  void forward(const ForwardPass& p) const override {
    p.kernels.avg_pool2d_forward(with_n(shape_, p.n), p.x(), p.y);
  }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.avg_pool2d_backward(with_n(shape_, p.n), p.dy, p.dx());
  }

 private:
  Pool2dShape shape_;
};

class GlobalAvgPoolNode final : public Node {
 public:
  explicit GlobalAvgPoolNode(const Value& input) : input_(input) {}

  void forward(const ForwardPass& p) const override {
    p.kernels.global_avg_pool_forward(p.n, input_.hw(), input_.c, p.x(), p.y);
  }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.global_avg_pool_backward(p.n, input_.hw(), input_.c, p.dy, p.dx());
  }

 private:
  Value input_;
};

class ActivationNode final : public Node {
 public:
  ActivationNode(Activation activation, const Value& input) : activation_(activation), input_(input) {}

  void forward(const ForwardPass& p) const override {
    p.kernels.activation_forward(activation_, p.n * input_.size(), p.x(), p.y);
  }
  void backward(const BackwardPass& p) const override {
    if (p.dx() != nullptr) p.kernels.activation_backward(activation_, p.n * input_.size(), p.y, p.dy, p.dx());
  }
  bool backward_reads_output() const override { return true; }

 private:
  Activation activation_;
  Value input_;
};

}  // namespace

std::unique_ptr<Node> conv2d_node(const Conv2dShape& shape, Activation activation, Weights weights) {
  return std::make_unique<Conv2dNode>(shape, activation, weights);
}

std::unique_ptr<Node> dense_node(int64_t in, int64_t out, Activation activation, Weights weights) {
  return std::make_unique<DenseNode>(in, out, activation, weights);
}

std::unique_ptr<Node> max_pool2d_node(const Pool2dShape& shape, bool relu_before) {
  return std::make_unique<MaxPool2dNode>(shape, relu_before);
}

std::unique_ptr<Node> avg_pool2d_node(const Pool2dShape& shape) { return std::make_unique<AvgPool2dNode>(shape); }

std::unique_ptr<Node> global_avg_pool_node(const Value& input) { return std::make_unique<GlobalAvgPoolNode>(input); }

std::unique_ptr<Node> activation_node(Activation activation, const Value& input) {
  return std::make_unique<ActivationNode>(activation, input);
}

}  // namespace tessera
