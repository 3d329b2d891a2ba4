// Gradients that are nowhere kept: the same bits as with kept ones, less memory, and what is refused then.
#include "network/deferred.h"

#include "check.h"
#include "network/error.h"
#include "network/network.h"

using namespace tessera;
using namespace tessera::test;

namespace {

// Two large layers read one value; one of them takes several blocks, the other has no bias. The last one is small.
Graph graph() {
  Graph graph{1, 12, 12, {}, {}};
  const auto add = [&](const char* id, std::vector<std::string> inputs, decltype(Layer::op) op) {
    graph.layers.push_back({id, std::move(inputs), std::move(op)});
  };
  add("conv", {"input"}, Conv2dLayer{8, {3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1, true});
  add("norm", {"conv"}, BatchNorm2dLayer{1e-3f, 0.1f});
  add("pool", {"norm"}, Pool2dLayer{Pool2dLayer::Kind::max, {2, 2}, {2, 2}, {0, 0}});
  add("flat", {"pool"}, FlattenLayer{});
  add("wide", {"flat"}, DenseLayer{3701, true});
  add("wide-relu", {"wide"}, ActivationLayer{Activation::relu});
  add("drop", {"wide-relu"}, DropoutLayer{0.3f});
  add("narrow", {"drop"}, DenseLayer{61, false});
  add("beside", {"flat"}, DenseLayer{61, true});
  add("sum", {"narrow", "beside"}, AddLayer{});
  add("tanh", {"sum"}, ActivationLayer{Activation::tanh});
  add("logits", {"tanh"}, DenseLayer{4, true});
  return graph;
}

NetworkOptions options(bool keeps_gradients, int threads = 2) {
  NetworkOptions result;
  result.seed = 3;
  result.threads = threads;
  result.max_batch = 7;
  result.mean = result.std = {0.5f};
  result.keeps_gradients = keeps_gradients;
  return result;
}

struct Batch {
  std::vector<uint8_t> pictures;
  std::vector<int32_t> labels;

  Batch() {
    for (int i = 0; i < 7 * 12 * 12; ++i) pictures.push_back(static_cast<uint8_t>(pick(0, 255)));
    for (int i = 0; i < 7; ++i) labels.push_back(i % 4);
  }
  Pictures seen() const { return {.bytes = pictures.data(), .labels = labels.data()}; }
};

// Parameters, what the optimiser keeps, and the average where there is one.
std::vector<float> everything(Network& network) {
  std::vector<float> all;
  const auto take = [&](auto read) {
    for (const Parameter& parameter : network.parameters().list()) {
      std::vector<float> values(static_cast<size_t>(parameter.count()));
      read(parameter, values.data());
      all.insert(all.end(), values.begin(), values.end());
    }
  };
  take([&](const Parameter& parameter, float* to) { network.read_parameter(parameter, to); });
  for (const OptimizerState::Block& block : network.optimizer().blocks()) {
    if (!network.optimizer().started()) break;
    take([&](const Parameter& parameter, float* to) {
      if (parameter.trainable()) network.parameters().read(parameter, block.data, to);
    });
  }
  network.swap_average();
  take([&](const Parameter& parameter, float* to) { network.read_parameter(parameter, to); });
  network.swap_average();
  return all;
}

std::vector<float> trained(const OptimizerStep& how, const Batch& batch, const NetworkOptions& options) {
  Network network(graph(), options);
  std::vector<float> losses;
  for (const int64_t n : {7, 7, 3, 1, 7}) losses.push_back(network.train_step(n, batch.seen(), how).loss);
  std::vector<float> all = everything(network);
  all.insert(all.end(), losses.begin(), losses.end());
  return all;
}

void check_same_bits(const char* name, const OptimizerStep& how, std::vector<std::string> frozen = {}) {
  const Batch batch;
  NetworkOptions kept = options(true);
  kept.frozen = frozen;
  const std::vector<float> expected = trained(how, batch, kept);
  for (const int threads : {1, 2, 3}) {
    NetworkOptions deferred = options(false, threads);
    deferred.frozen = frozen;
    check(same(expected, trained(how, batch, deferred)), std::string(name) + " by " + std::to_string(threads) + " threads");
  }
}

void check_memory() {
  Network kept(graph(), options(true)), deferred(graph(), options(false));
  size_t large = 0;
  for (const Parameter& parameter : kept.parameters().list()) {
    if (parameter.count() >= least_deferred) large += static_cast<size_t>(parameter.count()) * sizeof(float);
  }
  const size_t gradients_saved = kept.total_bytes() - kept.arena_bytes() - (deferred.total_bytes() - deferred.arena_bytes());
  check(gradients_saved >= large, "gradients of large layers take no memory");
  const Network prediction(graph(), [] {
    NetworkOptions result = options(false);
    result.training = false;
    return result;
  }());
  check(prediction.classes() == 4, "a network that only predicts takes the option too");
}

template <class Body>
void check_refusal(const std::string& part, Body body) {
  try {
    body();
    check(false, "nothing was thrown where " + part + " was expected");
  } catch (const Error& error) {
    std::string details;
    for (const auto& [name, value] : error.details) details += name + " " + value + "; ";
    check(error.code == "shapeMismatch" && details.find(part) != std::string::npos, details);
  }
}

void check_refusals() {
  const Batch batch;
  Network network(graph(), options(false));
  const std::vector<float> before = everything(network);
  OptimizerStep how{.kind = OptimizerStep::Kind::sgd, .learning_rate = 0.02f};
  how.clip_norm = 1;
  check_refusal("clipNorm needs all gradients at once", [&] { network.train_step(7, batch.seen(), how); });
  check(same(before, everything(network)) && !network.optimizer().started(), "a refused step changes nothing");
  std::vector<float> values(static_cast<size_t>(network.parameters().list()[0].count()));
  check_refusal("keepsGradients", [&] { network.read_gradient(network.parameters().list()[0], values.data()); });
}

// What looks at a network reads its parameters where they lie.
void check_looking() {
  const Batch batch;
  const auto look = [&](bool keeps_gradients) {
    Network network(graph(), options(keeps_gradients));
    network.train_step(7, batch.seen(), {.kind = OptimizerStep::Kind::sgd, .learning_rate = 0.02f});
    std::vector<float> all(28);
    network.forward(7, batch.seen(), all.data());
    const Captured captured = network.capture(7, batch.seen(), {{"wide", "sum"}, true, CaptureRequest::Of::loss});
    for (const Seen& seen : captured.layers) {
      all.insert(all.end(), seen.output.begin(), seen.output.end());
      all.insert(all.end(), seen.gradient.begin(), seen.gradient.end());
    }
    for (const Seen& seen : network.features(7, batch.seen(), {"wide", "beside"})) {
      all.insert(all.end(), seen.output.begin(), seen.output.end());
    }
    return all;
  };
  check(same(look(true), look(false)), "logits, captures and features");
}

}  // namespace

int main() {
  using Kind = OptimizerStep::Kind;
  check_same_bits("sgd", {.kind = Kind::sgd, .learning_rate = 0.02f});
  OptimizerStep momentum{.kind = Kind::sgd, .learning_rate = 0.02f, .weight_decay = 0.01f, .momentum = 0.9f, .nesterov = true};
  check_same_bits("momentum and decay", momentum);
  momentum.decay_weights_only = true;
  momentum.average_decay = 0.9f;
  check_same_bits("decay of weights only, and an average", momentum);
  check_same_bits("a frozen large layer", momentum, {"wide"});
  check_same_bits("adam", {.kind = Kind::adam, .learning_rate = 1e-3f, .weight_decay = 0.01f});
  OptimizerStep rates{.kind = Kind::adamw, .learning_rate = 1e-3f, .weight_decay = 0.01f};
  rates.rates = {{"wide.weight", 0.5f}, {"beside.weight", 0.0f}, {"beside.bias", 2.0f}, {"conv.weight", 0.1f}};
  check_same_bits("adamw with rates", rates);
  check_memory();
  check_refusals();
  check_looking();
  return finish();
}
