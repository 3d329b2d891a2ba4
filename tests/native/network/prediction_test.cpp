// Predictions: a picture's logits are its own, however many go through at a time and wherever; layouts; weights written anew.
#include <algorithm>
#include <atomic>

#include "check.h"
#include "kernels/parallel.h"
#include "network/bands.h"
#include "network/error.h"
#include "network/nets.h"
#include "network/portions.h"

using namespace tessera;
using namespace tessera::test;

namespace {

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
  const int counts[] = {2, 7, 1, 3};
  for (int i = 0; i < std::max(2, some_of(4)); ++i) {
    set_threads(counts[i]);
    check_portions(graph, counts[i], portion_of(plan, active_kernels(), 9));
  }
}

// Inverted bottlenecks of odd sizes: wide ones whose 1×1 is joined before the depthwise convolution too, small ones, one with a
// depthwise convolution alone, and one whose widened value is read twice.
Graph bottlenecks() {
  Graph graph{3, 98, 96, {}};
  const auto add = [&](const std::string& id, std::vector<std::string> inputs, Op op) {
    graph.layers.push_back({id, std::move(inputs), std::move(op)});
  };
  const BatchNorm2dLayer norm{1e-3f, 0.1f};
  const ActivationLayer relu6{Activation::relu6};
  const auto pointwise = [](int64_t filters) { return Conv2dLayer{filters, {1, 1}, {1, 1}, {0, 0, 0, 0}, {1, 1}, 1, false}; };
  const auto depthwise = [](int64_t channels, int64_t kernel, int64_t stride, std::array<int64_t, 4> padding, int64_t dilation = 1) {
    return Conv2dLayer{channels, {kernel, kernel}, {stride, stride}, padding, {dilation, dilation}, channels, true};
  };
  add("stem", {"input"}, conv(9));
  add("stem-relu", {"stem"}, relu6);
  add("a-wide", {"stem-relu"}, pointwise(84));
  add("a-wide-norm", {"a-wide"}, norm);
  add("a-wide-relu", {"a-wide-norm"}, relu6);
  add("a-depthwise", {"a-wide-relu"}, depthwise(84, 3, 1, {1, 1, 1, 1}));
  add("a-relu", {"a-depthwise"}, relu6);
  add("a-narrow", {"a-relu"}, pointwise(9));
  add("a", {"a-narrow", "stem-relu"}, AddLayer{});
  add("b-wide", {"a"}, pointwise(85));
  add("b-depthwise", {"b-wide"}, depthwise(85, 5, 2, {1, 1, 2, 2}));
  add("b-relu", {"b-depthwise"}, ActivationLayer{Activation::tanh});
  add("b", {"b-relu"}, pointwise(17));
  add("c-wide", {"b"}, pointwise(33));
  add("c-relu", {"c-wide"}, relu);
  add("c-depthwise", {"c-relu"}, depthwise(33, 3, 1, {2, 2, 2, 2}, 2));
  add("c", {"c-depthwise"}, pointwise(17));
  add("d", {"c"}, depthwise(17, 3, 2, {1, 0, 0, 1}));
  add("e-wide", {"d"}, pointwise(24));
  add("e-depthwise", {"e-wide"}, depthwise(24, 5, 1, {2, 2, 2, 2}));
  add("e", {"e-depthwise", "e-wide"}, AddLayer{});
  add("average", {"e"}, GlobalAvgPoolLayer{});
  add("flat", {"average"}, FlattenLayer{});
  add("logits", {"flat"}, DenseLayer{4, true});
  return graph;
}

void check_bands() {
  const Graph graph = bottlenecks();
  set_threads(2);
  Plan plan = compile(graph, {.training = false, .gradients = Gradients::none});
  const size_t nodes = plan.nodes.size();
  join_in_bands(plan);
  check(nodes - plan.nodes.size() == 2 + 2 + 1 + 1, "what is joined, of " + std::to_string(nodes) + " nodes: " + std::to_string(plan.nodes.size()));
  const Batch batch = batch_of(graph, 3);
  NetworkOptions both = options(3, graph.channels);
  Network apart(graph, both);  // one that also trains joins nothing
  // Running statistics as training has left them, so that folding them in changes numbers.
  for (int i = 0; i < 3; ++i) step(apart, batch);
  for (const int threads : {1, 2, 3, 7}) {
    NetworkOptions predicting = both;
    predicting.training = false;
    predicting.threads = threads;
    Network joined(graph, predicting);
    for (const Parameter& parameter : apart.parameters().list()) {
      std::vector<float> values(static_cast<size_t>(parameter.count()));
      apart.read_parameter(parameter, values.data());
      joined.write_parameter(parameter, values.data());
    }
    for (const int64_t n : {1, 3, 2}) {
      std::vector<float> logits(static_cast<size_t>(n * 4)), again(logits.size());
      apart.forward(n, batch.seen(), logits.data());
      joined.forward(n, batch.seen(), again.data());
      check(same(logits, again) && std::isfinite(logits[0]),
            std::to_string(n) + " pictures in bands on " + std::to_string(threads) + " threads");
    }
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

}  // namespace

int main() {
  check_independence(branches(0.3f));
  check_independence(small_cnn());
  check_independence(everything());
  check_flatten_order();
  check_written_is_read();
  check_prepared_weights(everything());
  check_prepared_weights(branches());
  check_portions(80, false);
  check_portions(200, true);
  check_bands();
  check_cancelled_prediction();
  return finish();
}
