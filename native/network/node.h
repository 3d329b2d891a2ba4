// A node computes one value of a network from others, and carries gradients back. Nodes hold shapes and no state: the
// network hands them their buffers, which are planned before the first step.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/kernels.h"

namespace tessera {

// What lies at one point of the network: [N, H, W, C]. A flattened value keeps the extents that it was flattened
// from: memory stays as it is, and only the order in which the outer world counts differs.
struct Value {
  int64_t c, h, w;
  bool flat = false;

  int64_t hw() const { return h * w; }
  int64_t size() const { return c * h * w; }  // of one picture
};

// Where a number of the network lies: among those that the optimiser moves, those that stay as they are, the running
// statistics, those that the optimiser moves without a gradient that is kept (deferred.h), or the weights into which a
// batch norm has been folded.
enum class Block { parameters, frozen, statistics, deferred, folded };

// Where a node's weights lie in their block; `no_bias` where it has none.
struct Weights {
  static constexpr size_t no_bias = SIZE_MAX;
  size_t weight = 0, bias = no_bias;
  Block block = Block::parameters;
};

struct Blocks {
  const float* parameters;
  const float* frozen;
  float* statistics;  // null in a pass that must not move them
  const float* deferred;
  const float* folded;

  const float* of(Block block) const {
    switch (block) {
      case Block::parameters:
        return parameters;
      case Block::frozen:
        return frozen;
      case Block::statistics:
        return statistics;
      case Block::deferred:
        return deferred;
      case Block::folded:
        return folded;
    }
    return nullptr;
  }
  const float* weight(const Weights& weights) const { return of(weights.block) + weights.weight; }
  const float* bias(const Weights& weights) const {
    return weights.bias == Weights::no_bias ? nullptr : of(weights.block) + weights.bias;
  }
};

struct ForwardPass {
  const Kernels& kernels;
  int64_t n;
  const float* const* inputs;  // the values that the node reads
  float* y;
  const Blocks& blocks;
  const float* running;  // running statistics, to be read
  const float* prepared;  // its weights, as `prepare` has made them; null where nobody has asked it to
  void* kept;            // what the node remembers for its backward pass
  float* scratch;
  uint64_t seed;  // of this step and node; the same in the backward pass

  const float* x() const { return inputs[0]; }
};

struct BackwardPass {
  const Kernels& kernels;
  int64_t n;
  const float* const* inputs;
  const float* y;
  float* dy;                      // may be overwritten
  float* const* input_gradients;  // to be overwritten; null where nobody asks for one
  const Blocks& blocks;
  const float* running;
  float* gradients;  // of the parameters, accumulated into; null where nobody asks for them
  const void* kept;
  float* scratch;
  uint64_t seed;

  const float* x() const { return inputs[0]; }
  float* dx() const { return input_gradients[0]; }
};

struct Convolution {
  Conv2dShape shape;  // `n` is set by each pass
  Activation activation;
  Weights weights;

  Conv2dShape of(int64_t n) const {
    Conv2dShape result = shape;
    result.n = n;
    return result;
  }
};

class Node {
 public:
  virtual ~Node() = default;
  virtual void forward(const ForwardPass&) const = 0;
  virtual void backward(const BackwardPass&) const = 0;

  virtual size_t forward_scratch(const Kernels&, int64_t) const { return 0; }   // floats for n pictures
  virtual size_t backward_scratch(const Kernels&, int64_t) const { return 0; }  // floats for n pictures
  // What the forward pass makes of weights before it reads them, for weights that stay: made once.
  virtual size_t prepared_floats(const Kernels&) const { return 0; }
  virtual void prepare(const Kernels&, const Blocks&, float*) const {}
  virtual size_t kept_bytes(int64_t) const { return 0; }                        // for n pictures
  virtual bool backward_reads_input() const { return false; }
  virtual bool backward_reads_output() const { return false; }

  // Of a node that is nothing else, for who puts several together (bands.h).
  virtual const Convolution* convolution() const { return nullptr; }

  // Leaves the backward pass of its ReLU to the node behind it; false where there is none to leave.
  virtual bool hand_over_relu() { return false; }

  // Takes over a batch norm that stays as it is, and the activation behind it: `weights` have it folded in. False where
  // the node cannot.
  virtual bool fold_batch_norm(Weights, Activation) { return false; }
};

// `n` of the shapes is set by each pass. An activation that alone reads a convolution, dense layer,
// batch norm or sum is part of the node.
std::unique_ptr<Node> conv2d_node(const Conv2dShape& shape, Activation activation, Weights weights);
std::unique_ptr<Node> dense_node(int64_t in, int64_t out, Activation activation, Weights weights);
// `relu_before`: the gradient is taken back through the ReLU in front of the pool as well.
std::unique_ptr<Node> max_pool2d_node(const Pool2dShape& shape, bool relu_before);
std::unique_ptr<Node> avg_pool2d_node(const Pool2dShape& shape);
std::unique_ptr<Node> global_avg_pool_node(const Value& input);
std::unique_ptr<Node> activation_node(Activation activation, const Value& input);

// Where a batch norm's numbers lie: scale and shift in `block`, running ones among the statistics.
struct BatchNormWeights {
  size_t scale, shift, mean, variance;
  Block block = Block::parameters;
};
// `still`: by its running statistics, which stay as they are.
std::unique_ptr<Node> batch_norm_node(const Value& input, float epsilon, float momentum, bool still, Activation activation,
                                      BatchNormWeights weights);
std::unique_ptr<Node> leaky_relu_node(float slope, const Value& input);
std::unique_ptr<Node> hard_swish_node(const Value& input);
std::unique_ptr<Node> hard_sigmoid_node(const Value& input);
std::unique_ptr<Node> softmax_node(const Value& input);
std::unique_ptr<Node> pad2d_node(const Pad2dShape& shape);
std::unique_ptr<Node> dropout_node(float rate, const Value& input);
std::unique_ptr<Node> lrn_node(const LrnShape& shape, const Value& input);
std::unique_ptr<Node> add_node(size_t inputs, const Value& input, Activation activation);
std::unique_ptr<Node> mul_node(const Value& input);
std::unique_ptr<Node> scale_channels_node(const Value& input);
std::unique_ptr<Node> concat_node(std::vector<Value> inputs);

// dy · act′, in place; what the activation gave is read from y.
void through_activation(Activation activation, int64_t count, const BackwardPass& pass);

}  // namespace tessera
