#include "network/network.h"

#include <algorithm>
#include <string>

#include "kernels/parallel.h"
#include "network/error.h"
#include "network/layout.h"

namespace tessera {

Network::Network(const Graph& graph, const NetworkOptions& options)
    : options_(options), kernels_(active_kernels()), plan_(compile(graph)) {
  const auto channels = static_cast<size_t>(graph.channels);
  if (options.max_batch < 1) refuse_shape("Network", "maxBatch must be at least 1");
  if (options.threads < 0 || options.threads > 256) refuse_shape("Network", "threads must be 0 to 256");
  if (options.mean.size() != channels || options.std.size() != channels) {
    refuse_shape("Network", "normalisation needs one mean and one std for each channel");
  }
  if (options_.threads == 0) options_.threads = default_threads();
  set_threads(options_.threads);
  for (size_t c = 0; c < channels; ++c) {
    scale_.push_back(1 / options.std[c]);
    shift_.push_back(-options.mean[c] / options.std[c]);
  }
  memory_ = plan_memory(plan_, kernels_, options.max_batch, options.training);
  arena_ = Memory(memory_.bytes);
  const size_t bytes = plan_.parameters.floats() * sizeof(float);
  weights_ = Memory(bytes);
  buffers_ = Memory(plan_.parameters.buffer_floats() * sizeof(float));
  if (options.training) gradients_ = Memory(bytes);
  plan_.parameters.initialise_all(options.initialisation, options.seed, weights_.floats(),
                                  buffers_.floats());
}

StepResult Network::train_step(int64_t n, const uint8_t* pictures, const int32_t* labels,
                               const OptimizerStep& optimizer) {
  if (!options_.training) refuse_shape("trainStep", "this network was compiled without training");
  check_batch(n, labels);
  set_threads(options_.threads);
  StepResult result{0, 0};
  with_team([&] {
    load(n, pictures);
    run_forward(n, true);
    for (const Plan::Head& head : plan_.heads) {
      const std::vector<int32_t> places = places_of(head, n, labels);
      result.loss += head.weight * loss(head, n, places, true);
      if (&head == &plan_.heads[0]) result.correct = count_correct(n, places);
    }
    run_backward(n);
    optimizer_.apply(kernels_, optimizer, plan_.parameters.floats(), weights_.floats(), gradients_.floats());
  });
  return result;
}

StepResult Network::evaluate(int64_t n, const uint8_t* pictures, const int32_t* labels, float* to) {
  check_batch(n, labels);
  predict(n, pictures);
  const std::vector<int32_t> places = places_of(plan_.heads[0], n, labels);
  if (to != nullptr) read_logits(n, to);
  return {loss(plan_.heads[0], n, places, false), count_correct(n, places)};
}

void Network::forward(int64_t n, const uint8_t* pictures, float* to) {
  check_batch(n, nullptr);
  predict(n, pictures);
  read_logits(n, to);
}

void Network::forward(int64_t n, const float* x, float* to) {
  check_batch(n, nullptr);
  set_threads(options_.threads);
  channels_last(n, input().c, input().hw(), x, value(0));
  with_team([&] { run_forward(n, false); });
  read_logits(n, to);
}

void Network::read_parameter(const Parameter& parameter, float* data) const {
  plan_.parameters.read(parameter, block_of(parameter), data);
}

void Network::write_parameter(const Parameter& parameter, const float* data) {
  plan_.parameters.write(parameter, data, block_of(parameter));
}

void Network::read_gradient(const Parameter& parameter, float* data) const {
  if (!options_.training) refuse_shape("readGradients", "this network was compiled without training");
  plan_.parameters.read(parameter, gradients_.floats(), data);
}

void Network::check_batch(int64_t n, const int32_t* labels) const {
  if (n < 1 || n > options_.max_batch) {
    refuse_shape("batch", "it has " + std::to_string(n) + " pictures, but this network takes 1 to " +
                              std::to_string(options_.max_batch));
  }
  for (int64_t i = 0; labels != nullptr && i < n; ++i) {
    if (labels[i] < 0 || labels[i] >= classes()) {
      refuse_shape("labels", "label " + std::to_string(labels[i]) + " of picture " + std::to_string(i) +
                                 " is not one of the " + std::to_string(classes()) + " classes");
    }
  }
}

void Network::predict(int64_t n, const uint8_t* pictures) {
  set_threads(options_.threads);
  with_team([&] {
    load(n, pictures);
    run_forward(n, false);
  });
}

void Network::load(int64_t n, const uint8_t* pictures) {
  kernels_.normalise(n * input().hw(), input().c, pictures, scale_.data(), shift_.data(), value(0));
}

float* Network::block_of(const Parameter& parameter) const {
  return parameter.trainable ? weights_.floats() : buffers_.floats();
}

std::vector<const float*> Network::inputs_of(size_t node) const {
  std::vector<const float*> inputs;
  for (const size_t at : plan_.reads[node]) inputs.push_back(value(at));
  return inputs;
}

// Of the step that is being made: the optimiser counts those that are done, and a checkpoint keeps its count.
uint64_t Network::seed_of(size_t node) const {
  Random random(options_.seed ^ (static_cast<uint64_t>(optimizer_.step()) * 0xd1342543de82ef95u));
  return random.next() ^ (static_cast<uint64_t>(node) * 0xd6e8feb86659fd93u);
}

void Network::run_forward(int64_t n, bool training) {
  for (size_t i = 0; i < plan_.nodes.size(); ++i) {
    if (!training && plan_.training_only[i]) continue;
    const std::vector<const float*> inputs = inputs_of(i);
    plan_.nodes[i]->forward({.kernels = kernels_, .n = n, .inputs = inputs.data(), .y = value(i + 1),
                             .parameters = weights_.floats(), .buffers = buffers_.floats(),
                             .kept = arena_.at<void>(memory_.kept[i]),
                             .scratch = arena_.at(memory_.forward_scratch[i]), .training = training,
                             .seed = seed_of(i)});
  }
}

void Network::run_backward(int64_t n) {
  std::fill_n(gradients_.floats(), plan_.parameters.floats(), 0.0f);
  for (size_t i = plan_.nodes.size(); i-- > 0;) {
    const std::vector<const float*> inputs = inputs_of(i);
    const std::vector<size_t>&reads = plan_.reads[i], &shares = memory_.shares[i];
    std::vector<float*> input_gradients;
    for (size_t input = 0; input < reads.size(); ++input) {
      const bool direct = shares[input] == MemoryPlan::direct;
      float* to = arena_.at(direct ? memory_.gradients[reads[input]] : shares[input]);
      input_gradients.push_back(reads[input] == 0 ? nullptr : to);
    }
    plan_.nodes[i]->backward({.kernels = kernels_, .n = n, .inputs = inputs.data(), .y = value(i + 1),
                              .dy = arena_.at(memory_.gradients[i + 1]), .input_gradients = input_gradients.data(),
                              .parameters = weights_.floats(), .gradients = gradients_.floats(),
                              .kept = arena_.at<void>(memory_.kept[i]),
                              .scratch = arena_.at(memory_.backward_scratch[i]), .seed = seed_of(i)});
    for (size_t input = 0; input < reads.size(); ++input) {
      if (shares[input] == MemoryPlan::direct) continue;
      float* whole = arena_.at(memory_.gradients[reads[input]]);
      kernels_.add(n * plan_.values[reads[input]].size(), whole, input_gradients[input], whole);
    }
  }
}

void Network::read_logits(int64_t n, float* to) const {
  channels_first(n, output().c, output().hw(), logits(), to);
}

std::vector<int32_t> Network::places_of(const Plan::Head& head, int64_t n, const int32_t* labels) const {
  const Value& shape = plan_.values[head.value];
  std::vector<int32_t> places;
  for (int64_t i = 0; i < n; ++i) {
    places.push_back(static_cast<int32_t>(labels[i] % shape.hw() * shape.c + labels[i] / shape.hw()));
  }
  return places;
}

float Network::loss(const Plan::Head& head, int64_t n, const std::vector<int32_t>& places, bool with_gradient) const {
  const float* outputs = value(head.value);
  float* gradient = with_gradient ? arena_.at(memory_.gradients[head.value]) : nullptr;
  const int64_t count = n * classes();
  float mean;
  if (options_.loss == Loss::softmax_cross_entropy) {
    mean = kernels_.softmax_cross_entropy(n, classes(), outputs, places.data(), gradient);
  } else {
    float* targets = arena_.at(memory_.targets);
    std::fill_n(targets, count, 0.0f);
    for (int64_t i = 0; i < n; ++i) targets[i * classes() + places[static_cast<size_t>(i)]] = 1;
    mean = (options_.loss == Loss::mse ? kernels_.mse : kernels_.bce_with_logits)(count, outputs, targets, gradient);
  }
  for (int64_t i = 0; with_gradient && head.weight != 1 && i < count; ++i) gradient[i] *= head.weight;
  return mean;
}

int64_t Network::count_correct(int64_t n, const std::vector<int32_t>& places) const {
  int64_t correct = 0;
  for (int64_t i = 0; i < n; ++i) {
    const float* row = logits() + i * classes();
    correct += std::max_element(row, row + classes()) - row == places[static_cast<size_t>(i)];
  }
  return correct;
}

}  // namespace tessera
