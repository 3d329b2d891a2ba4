// Networks without Node: shapes, memory, learning, equal bits, refusals.
#include "network/network.h"
#include "network/portions.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "check.h"
#include "kernels/parallel.h"
#include "network/error.h"
#include "network/memory_plan.h"

using namespace tessera;
using namespace tessera::test;

namespace {

Conv2dLayer conv(int64_t filters, Pair kernel = {3, 3}, std::array<int64_t, 4> padding = {1, 1, 1, 1}) {
  return {filters, kernel, {1, 1}, padding, {1, 1}, 1, true};
}

Pool2dLayer pool(Pool2dLayer::Kind kind = Pool2dLayer::Kind::max) { return {kind, {2, 2}, {2, 2}, {0, 0}}; }

using Op = decltype(Layer::op);

// Layers "1", "2", …, each behind the one before.
Graph chain(std::vector<Op> ops, int64_t channels = 1, int64_t size = 12) {
  Graph graph{channels, size, size, {}};
  std::string before = "input";
  for (const Op& op : ops) {
    graph.layers.push_back({std::to_string(graph.layers.size() + 1), {before}, op});
    before = graph.layers.back().id;
  }
  return graph;
}

const ActivationLayer relu{Activation::relu};

Graph small_cnn() {
  return chain({conv(8), relu, pool(), conv(16), relu, pool(), FlattenLayer{}, DenseLayer{20, true}, relu,
                DenseLayer{4, true}});
}

// Every kind of layer, and activations that follow something other than a layer with weights.
Graph everything() {
  return chain({conv(6, {5, 3}, {2, 1, 2, 1}), ActivationLayer{Activation::tanh}, pool(Pool2dLayer::Kind::average), relu,
                Conv2dLayer{9, {2, 2}, {2, 1}, {0, 1, 1, 0}, {1, 2}, 3, false},
                ActivationLayer{Activation::sigmoid}, pool(), GlobalAvgPoolLayer{}, FlattenLayer{},
                DenseLayer{7, false}, ActivationLayer{Activation::tanh}, DenseLayer{4, true}},
               3);
}

// A residual block and an inception block, with values that are read two and three times.
Graph branches(float dropout = 0) {
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

NetworkOptions options(int64_t max_batch = 8, int64_t channels = 1) {
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
Batch batch_of(const Graph& graph, int64_t n) {
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

const OptimizerStep sgd{.kind = OptimizerStep::Kind::sgd, .learning_rate = 0.02f, .momentum = 0.9f};

StepResult step(Network& network, const Batch& batch, const OptimizerStep& how = sgd) {
  return network.train_step(static_cast<int64_t>(batch.labels.size()), batch.seen(), how);
}

StepResult evaluate(Network& network, const Batch& batch) {
  return network.evaluate(static_cast<int64_t>(batch.labels.size()), batch.seen(), nullptr);
}

std::vector<float> all_parameters(const Network& network) {
  std::vector<float> all;
  for (const Parameter& parameter : network.parameters().list()) {
    std::vector<float> values(static_cast<size_t>(parameter.count()));
    network.read_parameter(parameter, values.data());
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

void check_memory() {
  set_threads(2);
  const Plan plan = compile(small_cnn()), predicting = compile(small_cnn(), {false, Gradients::none});
  const Kernels& kernels = active_kernels();
  const auto bytes = [&](int64_t n, bool training) {
    return plan_memory(training ? plan : predicting, kernels, n).bytes;
  };
  size_t apart = 0;  // every value and gradient in a place of its own
  for (const Value& value : plan.values) apart += 2 * 64 * static_cast<size_t>(value.size()) * sizeof(float);
  check(bytes(64, true) < apart, "buffers are reused");
  check(static_cast<double>(bytes(64, false)) < 0.8 * static_cast<double>(bytes(64, true)), "prediction keeps no values for later");
  check(bytes(128, true) < 2.1 * static_cast<double>(bytes(64, true)), "memory grows as the batch does");

  Network network(small_cnn(), options(64));
  check(network.arena_bytes() == bytes(64, true), "the arena is as planned");
  const Batch batch = batch_of(small_cnn(), 64);
  step(network, batch);
  check(network.arena_bytes() == bytes(64, true), "and stays so");

  // Behind a batch norm, a max pool takes its ReLU's mask from its own, smaller output; ReLU6 keeps the greater one.
  const auto stem = [&](Activation activation) {
    const Plan planned = compile(chain({conv(8), BatchNorm2dLayer{1e-3f, 0.1f}, ActivationLayer{activation}, pool(),
                                        conv(16), pool(), FlattenLayer{}, DenseLayer{4, true}}));
    return planned.nodes[1]->backward_reads_output();
  };
  check(!stem(Activation::relu) && stem(Activation::relu6), "a batch norm in front of a max pool keeps no output");

  // Small CNN: conv and ReLU, pool, conv and ReLU, pool, dense and ReLU, dense.
  check(plan.nodes.size() == 6 && plan.values.size() == 7, "activations join the layer before them");
  const size_t weights = 8 * 9 + 8 + 16 * 8 * 9 + 16 + 20 * 144 + 20 + 4 * 20 + 4;
  check(all_parameters(network).size() == weights, "the number of parameters");
}

void check_learning(const char* name, const Graph& graph, const OptimizerStep& how, Loss loss) {
  NetworkOptions with = options(16, graph.channels);
  with.loss = loss;
  Network network(graph, with);
  const Batch batch = batch_of(graph, 16);
  const float before = evaluate(network, batch).loss;
  for (int i = 0; i < 150; ++i) step(network, batch, how);
  const float after = evaluate(network, batch).loss;
  check(after < 0.6f * before, std::string(name) + " learns: " + std::to_string(before) + " → " + std::to_string(after));
}

// The loss along a random direction of all parameters, against the gradients of the step.
void check_gradients(const char* name, const Graph& graph, Loss loss, float h = 1e-3f) {
  NetworkOptions with = options(6, graph.channels);
  with.loss = loss;
  Network network(graph, with);
  const Batch batch = batch_of(graph, 6);
  OptimizerStep still = sgd;
  still.learning_rate = 0;
  step(network, batch, still);
  double slope = 0;
  std::vector<std::vector<float>> at, direction;
  for (const Parameter& parameter : network.parameters().list()) {
    if (!parameter.trainable()) continue;
    std::vector<float> gradient(static_cast<size_t>(parameter.count())), values(gradient.size());
    network.read_gradient(parameter, gradient.data());
    network.read_parameter(parameter, values.data());
    at.push_back(values);
    direction.push_back(normal_numbers(parameter.count()));
    for (size_t i = 0; i < gradient.size(); ++i) slope += static_cast<double>(gradient[i]) * direction.back()[i];
  }
  // Batch norm and dropout differ between training and prediction, so the loss is that of a step that moves nothing; the
  // optimiser's count is what dropout's masks hang on.
  const auto loss_at = [&](float h) {
    size_t tensor = 0;
    for (const Parameter& parameter : network.parameters().list()) {
      if (!parameter.trainable()) continue;
      auto values = at[tensor];
      for (size_t i = 0; i < values.size(); ++i) values[i] += h * direction[tensor][i];
      network.write_parameter(parameter, values.data());
      ++tensor;
    }
    network.optimizer().forget();
    return static_cast<double>(step(network, batch, still).loss);
  };
  const double numeric = (8 * (loss_at(h) - loss_at(-h)) - (loss_at(2 * h) - loss_at(-2 * h))) / (12 * h);
  check(std::abs(numeric - slope) <= 0.02 * std::max(0.1, std::abs(slope)),
        std::string(name) + ": slope " + std::to_string(slope) + ", not " + std::to_string(numeric));
}

void check_same_bits(const Graph& graph) {
  std::vector<float> first;
  const Batch whole = batch_of(graph, 8), rest = batch_of(graph, 3);
  for (const int threads : {1, 1, 2, 3, 7}) {
    NetworkOptions with = options(8, graph.channels);
    with.threads = threads;
    Network network(graph, with);
    for (int i = 0; i < 4; ++i) {
      step(network, whole);
      step(network, rest);
    }
    const auto now = all_parameters(network);
    if (first.empty()) first = now;
    check(same(first, now), "the bits for " + std::to_string(threads) + " threads");
  }
}

// A picture's logits do not depend on its neighbours, nor on what the arena held before.
void check_independence(const Graph& graph) {
  Network network(graph, options(8, graph.channels));
  const Batch batch = batch_of(graph, 8);
  const int64_t picture = graph.channels * graph.height * graph.width;
  std::vector<float> together(8 * 4), alone(4);
  step(network, batch, {.kind = OptimizerStep::Kind::sgd, .learning_rate = 0});
  network.forward(8, batch.seen(), together.data());
  for (int64_t i = 0; i < 8; ++i) {
    network.forward(1, {.bytes = batch.pictures.data() + i * picture}, alone.data());
    check(std::equal(alone.begin(), alone.end(), together.begin() + i * 4), "a picture by itself");
  }
}

// Outside a flattened value counts channels slowest, whatever the kernels' layout is.
void check_flatten_order() {
  const Graph graph = chain({FlattenLayer{}, DenseLayer{2 * 3 * 3, false}}, 2, 3);
  Network network(graph, options(1, 2));
  const Parameter& weight = network.parameters().list()[0];
  std::vector<float> identity(18 * 18), x(18), y(18);
  for (int i = 0; i < 18; ++i) identity[i * 18 + i] = 1, x[i] = static_cast<float>(i);
  network.write_parameter(weight, identity.data());
  network.forward(1, {.numbers = x.data()}, y.data());
  check(same(x, y), "a dense layer reads [C, H, W] as PyTorch flattens it");

  // A network may also end in a flattened picture.
  Network open(chain({conv(2, {1, 1}, {0, 0, 0, 0}), FlattenLayer{}}, 2, 3), options(1, 2));
  const std::vector<float> straight{1, 0, 0, 1}, none{0, 0};
  open.write_parameter(open.parameters().list()[0], straight.data());
  open.write_parameter(open.parameters().list()[1], none.data());
  open.forward(1, {.numbers = x.data()}, y.data());
  check(same(x, y), "and the logits come in that order");
  const uint8_t pictures[18] = {0, 0, 0, 0, 0, 0, 0, 255};  // [H, W, C]: channel 1 of pixel 3
  const int32_t label = 9 + 3;
  check(open.evaluate(1, {.bytes = pictures, .labels = &label}, nullptr).correct == 1, "and labels are counted so");
}

void check_written_is_read() {
  Network network(everything(), options(2, 3));
  for (const Parameter& parameter : network.parameters().list()) {
    const auto values = normal_numbers(parameter.count());
    std::vector<float> read(values.size());
    network.write_parameter(parameter, values.data());
    network.read_parameter(parameter, read.data());
    check(same(values, read), parameter.name + " comes back as it was written");
  }
}

// A network for prediction alone prepares its weights; it must see when they are written anew.
void check_prepared_weights(const Graph& graph) {
  NetworkOptions predicting = options(4, graph.channels);
  predicting.training = false;
  Network network(graph, options(4, graph.channels)), prepared(graph, predicting);
  const Batch batch = batch_of(graph, 4);
  for (int round = 0; round < 2; ++round) {
    std::vector<float> logits(static_cast<size_t>(4 * network.classes())), again(logits.size());
    network.forward(4, batch.seen(), logits.data());
    prepared.forward(4, batch.seen(), again.data());
    check(same(logits, again), "prepared weights give the same bits");
    for (const Parameter& parameter : network.parameters().list()) {
      if (parameter.block == Block::statistics) continue;
      const auto values = normal_numbers(parameter.count());
      network.write_parameter(parameter, values.data());
      prepared.write_parameter(parameter, values.data());
    }
  }
}

void check_portions(const Graph& graph, int threads, int64_t portion) {
  NetworkOptions both = options(9, graph.channels);
  both.threads = threads;
  NetworkOptions predicting = both;
  predicting.training = false;
  Network whole(graph, both), portions(graph, predicting);
  const Batch batch = batch_of(graph, 9);
  const std::string in = " pictures in portions of " + std::to_string(portion) + " on " + std::to_string(threads) + " threads";
  for (const int64_t n : {int64_t{9}, portion, std::min<int64_t>(9, portion + 1), int64_t{1}}) {
    std::vector<float> logits(static_cast<size_t>(n * 4)), again(logits.size());
    const StepResult expected = whole.evaluate(n, batch.seen(), logits.data());
    const StepResult result = portions.evaluate(n, batch.seen(), again.data());
    check(same(logits, again) && result.loss == expected.loss && result.correct == expected.correct,
          "evaluation of " + std::to_string(n) + in);
    portions.forward(n, batch.seen(), again.data());
    check(same(logits, again), "logits of " + std::to_string(n) + in);
  }
}

// A network for prediction alone takes pictures that are large beside its weights through in portions, or each on a thread of
// its own; nothing may show of that.
void check_portions(int64_t side, bool alone) {
  const Graph graph = chain({conv(32), relu, pool(), conv(32), relu, GlobalAvgPoolLayer{}, FlattenLayer{}, DenseLayer{4, true}},
                            3, side);
  const Plan plan = compile(graph, {.training = false, .gradients = Gradients::none});
  check(suits_a_thread(plan, active_kernels()) == alone, "which way pictures of " + std::to_string(side) + " go");
  for (const int threads : {1, 2, 3, 7}) {
    set_threads(threads);
    check_portions(graph, threads, portion_of(plan, active_kernels(), 9));
  }
}

// A prediction that is cancelled, wherever its pictures are, ends early; the next one is whole.
void check_cancelled_prediction() {
  const Graph graph = chain({conv(32), relu, pool(), conv(32), relu, GlobalAvgPoolLayer{}, FlattenLayer{}, DenseLayer{4, true}},
                            3, 160);
  NetworkOptions predicting = options(9, graph.channels);
  predicting.threads = 2;
  predicting.training = false;
  Network network(graph, predicting);
  const Batch batch = batch_of(graph, 9);
  std::vector<float> logits(9 * 4), again(logits.size());
  network.forward(9, batch.seen(), logits.data());
  const std::atomic<bool> flag{true};
  bool thrown = false;
  try {
    const Cancellation cancellation(&flag);
    network.forward(9, batch.seen(), again.data());
  } catch (const Error& error) {
    thrown = error.code == "cancelled";
  }
  check(thrown, "a cancelled prediction throws cancelled");
  network.forward(9, batch.seen(), again.data());
  check(same(logits, again), "and the next one is as it was");
}

template <class Body>
void check_refusal(const std::string& code, const std::string& part, Body body) {
  try {
    body();
    check(false, "nothing was thrown where " + part + " was expected");
  } catch (const Error& error) {
    std::string details;
    for (const auto& [name, value] : error.details) details += name + " " + value + "; ";
    check(error.code == code && details.find(part) != std::string::npos, code + " " + part + ", but " + details);
  }
}

void check_refusals() {
  const auto graph_refusal = [](const char* part, const Graph& graph) {
    check_refusal("graphInvalid", part, [&] { compile(graph); });
  };
  graph_refusal("layer input", chain({}));
  graph_refusal("window of 13 × 13", chain({conv(2, {13, 13}, {0, 0, 0, 0})}));
  graph_refusal("put a flatten before it", chain({DenseLayer{2, true}}));
  graph_refusal("expects a picture", chain({FlattenLayer{}, pool()}));
  graph_refusal("3 groups", chain({Conv2dLayer{2, {1, 1}, {1, 1}, {0, 0, 0, 0}, {1, 1}, 3, true}}));
  graph_refusal("half of the window", chain({Pool2dLayer{Pool2dLayer::Kind::max, {2, 2}, {2, 2}, {2, 2}}}));
  graph_refusal("65,535", chain({Pool2dLayer{Pool2dLayer::Kind::max, {256, 256}, {1, 1}, {0, 0}}}, 1, 256));
  graph_refusal("2³¹ weights", chain({FlattenLayer{}, DenseLayer{1 << 30, true}}));
  graph_refusal("2³¹ numbers", chain({conv(1 << 29)}));
  graph_refusal("layer 2", chain({conv(2), DenseLayer{2, true}}));
  const auto joined = [](Op first, Op second, Op join) {
    Graph graph = chain({std::move(first)});
    graph.layers.push_back({"other", {"input"}, std::move(second)});
    graph.layers.push_back({"join", {"1", "other"}, std::move(join)});
    return graph;
  };
  graph_refusal("1 gives 3 × 12 × 12 and other gives 2 × 12 × 12", joined(conv(3), conv(2), AddLayer{}));
  graph_refusal("other gives 2 × 6 × 6; only pictures of one size", 
                joined(conv(2), Conv2dLayer{2, {2, 2}, {2, 2}, {0, 0, 0, 0}, {1, 1}, 1, true}, ConcatLayer{}));
  graph_refusal("expects a picture", joined(FlattenLayer{}, conv(2), ConcatLayer{}));
  graph_refusal("at least two inputs", chain({conv(2), AddLayer{}}));
  graph_refusal("expects a picture", chain({FlattenLayer{}, BatchNorm2dLayer{1e-5f, 0.1f}}));
  graph_refusal("rate must be", chain({conv(2), DropoutLayer{1}}));
  graph_refusal("must be odd", chain({conv(2), LrnLayer{4, 1, 1, 1}}));
  graph_refusal("slope must be", chain({conv(2), LeakyReluLayer{0}}));
  graph_refusal("epsilon must be", chain({conv(2), BatchNorm2dLayer{0, 0.1f}}));
  Graph unread = chain({conv(2), conv(2)});
  unread.layers[1].inputs = {"input"};
  graph_refusal("no layer reads what it gives", unread);
  unread.layers[1].inputs = {"later"};
  graph_refusal("reads later, which does not come before it", unread);

  check_refusal("shapeMismatch", "maxBatch", [] { Network(small_cnn(), options(0)); });
  check_refusal("shapeMismatch", "mean and one std", [] { Network(small_cnn(), options(1, 2)); });
  Network network(small_cnn(), options(2));
  const Batch batch = batch_of(small_cnn(), 3);
  check_refusal("shapeMismatch", "3 pictures", [&] { step(network, batch); });
  const int32_t wrong[2] = {0, 4};
  check_refusal("shapeMismatch", "label 4", [&] { network.evaluate(2, {.bytes = batch.pictures.data(), .labels = wrong}, nullptr); });
  NetworkOptions predicting = options(2);
  predicting.training = false;
  Network fixed(small_cnn(), predicting);
  check_refusal("shapeMismatch", "without training", [&] { step(fixed, batch_of(small_cnn(), 2)); });
}

std::vector<float> statistics(const Network& network) {
  std::vector<float> all;
  for (const Parameter& parameter : network.parameters().list()) {
    if (parameter.trainable()) continue;
    std::vector<float> values(static_cast<size_t>(parameter.count()));
    network.read_parameter(parameter, values.data());
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

// They move with training alone, and no optimiser touches them.
void check_running_statistics() {
  Network network(branches(), options(8, 2));
  const Batch batch = batch_of(branches(), 8);
  const auto first = statistics(network);
  check(first.size() == 3 * 2 * 8 && first[0] == 0 && first[8] == 1, "running statistics begin at 0 and 1");
  evaluate(network, batch);
  check(same(statistics(network), first), "and prediction leaves them alone");
  OptimizerStep decay{.kind = OptimizerStep::Kind::adamw, .learning_rate = 0, .weight_decay = 0.5f};
  step(network, batch, decay);
  const auto once = statistics(network);
  check(!same(once, first), "training moves them");
  // The same batch and weights again: r₂ − b = (1 − momentum)(r₁ − b), whatever b is.
  step(network, batch, decay);
  const auto twice = statistics(network);
  for (size_t i = 0; i < once.size(); ++i) {
    const float expected = once[i] + 0.9f * (once[i] - first[i]);
    check(std::abs(twice[i] - expected) <= 1e-4f * (1 + std::abs(expected)), "by a tenth of the way");
  }
}

void check_dropout_hangs_on_the_step() {
  const Batch batch = batch_of(branches(), 8);
  const OptimizerStep still{.kind = OptimizerStep::Kind::sgd, .learning_rate = 0};
  Network network(branches(0.5f), options(8, 2));
  const float first = step(network, batch, still).loss, second = step(network, batch, still).loss;
  check(first != second, "every step drops others");
  network.optimizer().begin(OptimizerStep::Kind::sgd, 1, network.parameters().floats());
  check(step(network, batch, still).loss == second, "a step that is done again drops the same");
}

void check_optimizer_begins_anew() {
  Network network(small_cnn(), options());
  const Batch batch = batch_of(small_cnn(), 8);
  for (int i = 0; i < 3; ++i) step(network, batch);
  check(network.optimizer().step() == 3 && network.optimizer().blocks().size() == 1, "SGD keeps momentum");
  step(network, batch, {.kind = OptimizerStep::Kind::adam, .learning_rate = 1e-3f});
  check(network.optimizer().step() == 1 && network.optimizer().blocks().size() == 2, "another kind begins anew");
}

}  // namespace

int main() {
  check_memory();
  check_learning("small CNN by SGD", small_cnn(), sgd, Loss::softmax_cross_entropy);
  check_learning("small CNN by Adam", small_cnn(), {.kind = OptimizerStep::Kind::adam, .learning_rate = 2e-3f},
                 Loss::softmax_cross_entropy);
  check_learning("every layer by AdamW", everything(), {.kind = OptimizerStep::Kind::adamw, .learning_rate = 1e-2f},
                 Loss::softmax_cross_entropy);
  check_learning("binary cross-entropy", small_cnn(), sgd, Loss::binary_cross_entropy);
  check_learning("mean squared error", small_cnn(), sgd, Loss::mse);
  for (const Loss loss : {Loss::softmax_cross_entropy, Loss::binary_cross_entropy, Loss::mse}) {
    check_gradients("every layer", everything(), loss);
  }
  // Steps so short that hardly any ReLU turns.
  check_gradients("branches", branches(), Loss::softmax_cross_entropy, 1e-4f);
  check_gradients("branches and dropout", branches(0.3f), Loss::softmax_cross_entropy, 1e-4f);
  check_learning("branches by SGD", branches(0.2f), sgd, Loss::softmax_cross_entropy);
  check_same_bits(branches(0.3f));
  check_independence(branches(0.3f));
  check_running_statistics();
  check_dropout_hangs_on_the_step();
  check_same_bits(small_cnn());
  check_same_bits(everything());
  check_independence(small_cnn());
  check_independence(everything());
  check_flatten_order();
  check_written_is_read();
  check_prepared_weights(everything());
  check_prepared_weights(branches());
  check_portions(80, false);
  check_portions(200, true);
  check_cancelled_prediction();
  check_refusals();
  check_optimizer_begins_anew();
  return finish();
}
