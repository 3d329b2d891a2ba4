// Small networks for the tests of this room, and batches that they can learn.
#pragma once
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "network/network.h"

namespace tessera::test {

inline Conv2dLayer conv(int64_t filters, Pair kernel = {3, 3}, std::array<int64_t, 4> padding = {1, 1, 1, 1}) {
  return {filters, kernel, {1, 1}, padding, {1, 1}, 1, true};
}

inline Pool2dLayer pool(Pool2dLayer::Kind kind = Pool2dLayer::Kind::max) { return {kind, {2, 2}, {2, 2}, {0, 0}}; }

using Op = decltype(Layer::op);

// Layers "1", "2", …, each behind the one before.
inline Graph chain(std::vector<Op> ops, int64_t channels = 1, int64_t size = 12) {
  Graph graph{channels, size, size, {}};
  std::string before = "input";
  for (const Op& op : ops) {
    graph.layers.push_back({std::to_string(graph.layers.size() + 1), {before}, op});
    before = graph.layers.back().id;
  }
  return graph;
}

inline const ActivationLayer relu{Activation::relu};

inline Graph small_cnn() {
  return chain({conv(8), relu, pool(), conv(16), relu, pool(), FlattenLayer{}, DenseLayer{20, true}, relu,
                DenseLayer{4, true}});
}

// Every kind of layer, and activations that follow something other than a layer with weights.
inline Graph everything() {
  return chain({conv(6, {5, 3}, {2, 1, 2, 1}), ActivationLayer{Activation::tanh}, pool(Pool2dLayer::Kind::average), relu,
                Conv2dLayer{9, {2, 2}, {2, 1}, {0, 1, 1, 0}, {1, 2}, 3, false},
                ActivationLayer{Activation::sigmoid}, pool(), GlobalAvgPoolLayer{}, FlattenLayer{},
                DenseLayer{7, false}, ActivationLayer{Activation::tanh}, DenseLayer{4, true}},
               3);
}

// A residual block and an inception block, with values that are read two and three times.
inline Graph branches(float dropout = 0) {
  Graph graph{2, 10, 10, {}};
  const auto add = [&](const char* id, std::vector<std::string> inputs, Op op) {
    graph.layers.push_back({id, std::move(inputs), std::move(op)});
  };
  const BatchNorm2dLayer norm{1e-3f, 0.1f};
  add("stem", {"input"}, conv(8));
  add("stem-norm", {"stem"}, norm);
  add("stem-relu", {"stem-norm"}, relu);
  add("a", {"stem-relu"}, conv(8));
  add("a-norm", {"a"}, norm);
  add("a-relu6", {"a-norm"}, ActivationLayer{Activation::relu6});
  add("b", {"a-relu6"}, conv(8));
  add("b-norm", {"b"}, norm);
  add("twice", {"b-norm", "stem-relu", "stem-relu"}, AddLayer{});
  add("twice-relu", {"twice"}, relu);
  add("one", {"twice-relu"}, conv(3, {1, 1}, {0, 0, 0, 0}));
  add("one-relu", {"one"}, relu);
  add("three", {"twice-relu"}, conv(5));
  add("three-leaky", {"three"}, LeakyReluLayer{0.1f});
  add("pooled", {"twice-relu"}, Pool2dLayer{Pool2dLayer::Kind::max, {3, 3}, {1, 1}, {1, 1}});
  add("picture", {"input"}, conv(4));
  add("swish", {"picture"}, HardSwishLayer{});
  add("all", {"one-relu", "three-leaky", "pooled", "swish"}, ConcatLayer{});
  add("lrn", {"all"}, LrnLayer{5, 0.1f, 0.75f, 1});
  add("average", {"lrn"}, GlobalAvgPoolLayer{});
  add("flat", {"average"}, FlattenLayer{});
  add("drop", {"flat"}, DropoutLayer{dropout});
  add("logits", {"drop"}, DenseLayer{4, true});
  return graph;
}

inline NetworkOptions options(int64_t max_batch = 8, int64_t channels = 1) {
  NetworkOptions result;
  result.seed = 3;
  result.threads = 2;
  result.max_batch = max_batch;
  result.mean = std::vector<float>(static_cast<size_t>(channels), 0.5f);
  result.std = result.mean;
  return result;
}

struct Batch {
  std::vector<uint8_t> pictures;
  std::vector<int32_t> labels;

  Pictures seen() const { return {.bytes = pictures.data(), .labels = labels.data()}; }
};

// A class is a bright quarter of the picture's rows.
inline Batch batch_of(const Graph& graph, int64_t n) {
  Batch batch;
  for (int64_t picture = 0; picture < n; ++picture) {
    batch.labels.push_back(static_cast<int32_t>(picture % 4));
    for (int64_t row = 0; row < graph.height; ++row) {
      const int64_t bright = row * 4 / graph.height == picture % 4 ? 150 : 0;
      for (int64_t i = 0; i < graph.width * graph.channels; ++i) {
        batch.pictures.push_back(static_cast<uint8_t>(pick(0, 80) + bright));
      }
    }
  }
  return batch;
}

inline const OptimizerStep sgd{.kind = OptimizerStep::Kind::sgd, .learning_rate = 0.02f, .momentum = 0.9f};

inline StepResult step(Network& network, const Batch& batch, const OptimizerStep& how = sgd) {
  return network.train_step(static_cast<int64_t>(batch.labels.size()), batch.seen(), how);
}

inline StepResult evaluate(Network& network, const Batch& batch) {
  return network.evaluate(static_cast<int64_t>(batch.labels.size()), batch.seen(), nullptr);
}

inline std::vector<float> all_parameters(const Network& network) {
  std::vector<float> all;
  for (const Parameter& parameter : network.parameters().list()) {
    std::vector<float> values(static_cast<size_t>(parameter.count()));
    network.read_parameter(parameter, values.data());
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

}  // namespace tessera::test
