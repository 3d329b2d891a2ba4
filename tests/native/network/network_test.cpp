// Networks without Node: memory, learning, gradients, equal bits, running statistics.
#include "network/network.h"

#include <algorithm>

#include "check.h"
#include "kernels/parallel.h"
#include "network/memory_plan.h"
#include "network/nets.h"

using namespace tessera;
using namespace tessera::test;

namespace {

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
  // A few steps, where they are slow, show only that it goes down.
  constexpr int all = 150;
  const int steps = std::max(20, some_of(all));
  for (int i = 0; i < steps; ++i) step(network, batch, how);
  const float after = evaluate(network, batch).loss;
  check(after < (steps < all ? 1 : 0.6f) * before, std::string(name) + " learns: " + std::to_string(before) + " → " + std::to_string(after));
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
  check_same_bits(small_cnn());
  check_same_bits(everything());
  check_running_statistics();
  check_dropout_hangs_on_the_step();
  check_optimizer_begins_anew();
  return finish();
}
