// Nodes in which branches meet.
#include <utility>

#include "network/node.h"

namespace tessera {
namespace {

class AddNode final : public Node {
 public:
  AddNode(size_t inputs, const Value& input, Activation activation)
      : inputs_(inputs), size_(input.size()), activation_(activation) {}

  void forward(const ForwardPass& p) const override {
    const int64_t count = p.n * size_;
    p.kernels.add(count, p.inputs[0], p.inputs[1], p.y);
    for (size_t i = 2; i < inputs_; ++i) p.kernels.add(count, p.y, p.inputs[i], p.y);
    if (activation_ != Activation::none) p.kernels.activation_forward(activation_, count, p.y, p.y);
  }
  void backward(const BackwardPass& p) const override {
    through_activation(activation_, p.n * size_, p);
    for (size_t i = 0; i < inputs_; ++i) {
      float* to = p.input_gradients[i];
      if (to != nullptr) p.kernels.copy_columns(p.n, size_, p.dy, size_, to, size_);
    }
  }
  bool backward_reads_output() const override { return activation_ != Activation::none; }

 private:
  size_t inputs_;
  int64_t size_;
  Activation activation_;
};

class MulNode final : public Node {
 public:
  explicit MulNode(const Value& input) : size_(input.size()) {}

  void forward(const ForwardPass& p) const override { p.kernels.mul(p.n * size_, p.inputs[0], p.inputs[1], p.y); }
  void backward(const BackwardPass& p) const override {
    for (size_t i = 0; i < 2; ++i) {
      if (p.input_gradients[i] == nullptr) continue;
      p.kernels.mul(p.n * size_, p.dy, p.inputs[1 - i], p.input_gradients[i]);
    }
  }
  bool backward_reads_input() const override { return true; }

 private:
  int64_t size_;
};

class ScaleChannelsNode final : public Node {
 public:
  explicit ScaleChannelsNode(const Value& input) : input_(input) {}

  void forward(const ForwardPass& p) const override {
    p.kernels.scale_channels(p.n, input_.hw(), input_.c, p.inputs[0], p.inputs[1], p.y);
  }
  void backward(const BackwardPass& p) const override {
    float *dx = p.input_gradients[0], *dscale = p.input_gradients[1];
    if (dx != nullptr) p.kernels.scale_channels(p.n, input_.hw(), input_.c, p.dy, p.inputs[1], dx);
    if (dscale != nullptr) {
      p.kernels.scale_channels_backward_scale(p.n, input_.hw(), input_.c, p.inputs[0], p.dy, dscale);
    }
  }
  bool backward_reads_input() const override { return true; }

 private:
  Value input_;
};

class ConcatNode final : public Node {
 public:
  explicit ConcatNode(std::vector<Value> inputs) : inputs_(std::move(inputs)) {
    for (const Value& input : inputs_) channels_ += input.c;
  }

  void forward(const ForwardPass& p) const override {
    int64_t at = 0;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const int64_t c = inputs_[i].c;
      p.kernels.copy_columns(p.n * inputs_[i].hw(), c, p.inputs[i], c, p.y + at, channels_);
      at += c;
    }
  }
  void backward(const BackwardPass& p) const override {
    int64_t at = 0;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const int64_t c = inputs_[i].c;
      float* to = p.input_gradients[i];
      if (to != nullptr) p.kernels.copy_columns(p.n * inputs_[i].hw(), c, p.dy + at, channels_, to, c);
      at += c;
    }
  }

 private:
  std::vector<Value> inputs_;
  int64_t channels_ = 0;
};

}  // namespace

std::unique_ptr<Node> add_node(size_t inputs, const Value& input, Activation activation) {
  return std::make_unique<AddNode>(inputs, input, activation);
}

std::unique_ptr<Node> mul_node(const Value& input) { return std::make_unique<MulNode>(input); }

std::unique_ptr<Node> scale_channels_node(const Value& input) { return std::make_unique<ScaleChannelsNode>(input); }

std::unique_ptr<Node> concat_node(std::vector<Value> inputs) {
  return std::make_unique<ConcatNode>(std::move(inputs));
}

}  // namespace tessera
