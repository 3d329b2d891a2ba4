#include "network/network.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "kernels/parallel.h"
#include "network/deferred.h"
#include "network/error.h"
#include "network/layout.h"
#include "network/observer.h"

namespace tessera {
namespace {

// Sizes of scratch hang on the threads.
NetworkOptions with_threads(NetworkOptions options) {
  if (options.max_batch < 1) refuse_shape("Network", "maxBatch must be at least 1");
  if (options.threads < 0 || options.threads > 256) refuse_shape("Network", "threads must be 0 to 256");
  if (options.threads == 0) options.threads = default_threads();
  set_threads(options.threads);
  return options;
}

}  // namespace

Network::Network(const Graph& graph, const NetworkOptions& options)
    : options_(with_threads(options)), graph_(graph), kernels_(active_kernels()),
      predictor_(graph, kernels_, options_), loader_(kernels_, input(), options.mean, options.std),
      losses_(options_, kernels_, classes()) {
  const auto memory_of = [&](Block block) { return Memory(parameters().floats(block) * sizeof(float)); };
  if (options.training) {
    training_.emplace(compile(graph, compile_options(options, true)), kernels_, options.max_batch);
    const std::vector<bool>& carries = training_->plan().carries;
    if (std::find(carries.begin(), carries.end(), true) == carries.end()) refuse_layer("input", "every layer is frozen, so there is nothing to train");
    gradients_ = Memory(parameters().gradient_floats() * sizeof(float));
    statistics_before_ = memory_of(Block::statistics);
  }
  arena_ = Memory(std::max(predictor_.bytes(), training_ ? training_->bytes() : 0));
  predictor_.use(arena_);
  if (training_) training_->use(arena_);
  weights_ = memory_of(Block::parameters);
  frozen_ = memory_of(Block::frozen);
  statistics_ = memory_of(Block::statistics);
  parameters().initialise_all(options.initialisation, options.seed, [&](Block of) { return block(of); });
}

Network::~Network() = default;

size_t Network::total_bytes() const {
  size_t bytes = arena_.bytes() + weights_.bytes() + frozen_.bytes() + statistics_.bytes() +
                 statistics_before_.bytes() + gradients_.bytes() + optimizer_.bytes() + average_.bytes() + predictor_.own_bytes();
  if (training_) bytes += training_->folded_bytes();
  if (observer_ != nullptr) bytes += observer_->bytes();
  return bytes;
}

void Network::clear_gradients() {
  constexpr int64_t grain = 64 * 1024;
  parallel_for(static_cast<int64_t>(parameters().gradient_floats()), grain, [&](int64_t begin, int64_t end) {
    std::fill(gradients_.floats() + begin, gradients_.floats() + end, 0.0f);
  });
}

StepResult Network::train_step(int64_t n, const Pictures& pictures, const OptimizerStep& optimizer) {
  if (!training_) refuse_shape("trainStep", "this network was compiled without training");
  if (averaged_) refuse_shape("trainStep", "the average stands in the place of the network's own numbers");
  if (optimizer.clip_norm > 0 && !options_.keeps_gradients) {
    refuse_shape("optimizer", "clipNorm needs all gradients at once, but this network was compiled with keepsGradients false");
  }
  check_batch(n, pictures, true);
  StepResult result{};
  with_team([&] { result = step(n, pictures, optimizer); });
  return result;
}

StepResult Network::step(int64_t n, const Pictures& pictures, const OptimizerStep& optimizer) {
  Runner& runner = *training_;
  optimizer_.prepare(optimizer, parameters());
  if (training_folded_ != written_) runner.fold(pass(n).blocks, statistics_.floats());
  training_folded_ = written_;
  // Training moves the running statistics in its forward pass, before it is certain that the step will be whole.
  const size_t moving = parameters().floats(Block::statistics);
  std::copy_n(statistics_.floats(), moving, statistics_before_.floats());
  StepResult result{};
  try {
    const Pass whole_step = pass(n);
    loader_.load(n, pictures, runner.value(0));
    runner.forward(whole_step);
    result = {losses_.of_all(n, pictures, runner), losses_.correct(n, pictures, runner)};
    if (!std::isfinite(result.loss)) {
      result.broken_layer = find_broken(n, pictures, whole_step);
      std::copy_n(statistics_before_.floats(), moving, statistics_.floats());
      return result;
    }
    clear_gradients();
    runner.backward(whole_step);
  } catch (const Error&) {
    std::copy_n(statistics_before_.floats(), moving, statistics_.floats());
    throw;
  }
  const Cancellation whole(nullptr);
  ++changed_;
  optimizer_.apply(kernels_, optimizer, static_cast<int64_t>(parameters().gradient_floats()), weights_.floats(),
                   gradients_.floats());
  update_deferred(runner, kernels_, n, optimizer_, optimizer, weights_.floats());
  result.gradient_norm = optimizer_.norm();
  if (optimizer.average_decay > 0) average_.update(optimizer.average_decay, weights_, statistics_);
  return result;
}

int64_t Network::find_broken(int64_t n, const Pictures& pictures, const Pass& whole_step) {
  const Runner& runner = *training_;
  const Plan& plan = runner.plan();
  loader_.load(n, pictures, runner.value(0));
  for (size_t node = 0; node < plan.nodes.size(); ++node) {
    runner.forward(node, whole_step);
    const float* value = runner.value(node + 1);
    const int64_t count = n * plan.values[node + 1].size();
    if (!std::all_of(value, value + count, [](float number) { return std::isfinite(number); })) {
      return static_cast<int64_t>(plan.places[node]);
    }
  }
  return static_cast<int64_t>(plan.places.back());
}

StepResult Network::evaluate(int64_t n, const Pictures& pictures, float* to) {
  check_batch(n, pictures, true);
  const Runner& runner = predictor_.runner();
  predictor_.run(pass(n), changed_, loader_, pictures);
  if (to != nullptr) read_logits(n, runner, to);
  const StepResult result{losses_.of(runner.plan().heads[0], n, pictures, runner, false), losses_.correct(n, pictures, runner)};
  check_cancelled();
  return result;
}

void Network::forward(int64_t n, const Pictures& pictures, float* to) {
  check_batch(n, pictures, false);
  predictor_.run(pass(n), changed_, loader_, pictures);
  read_logits(n, predictor_.runner(), to);
  check_cancelled();
}

void Network::read_parameter(const Parameter& parameter, float* data) const {
  parameters().read(parameter, block(parameter.block), data);
}

void Network::write_parameter(const Parameter& parameter, const float* data) {
  ++written_;
  ++changed_;
  parameters().write(parameter, data, block(parameter.block));
}

void Network::read_gradient(const Parameter& parameter, float* data) const {
  if (!training_) refuse_shape("readGradients", "this network was compiled without training");
  if (!options_.keeps_gradients) refuse_shape("readGradients", "this network was compiled with keepsGradients false");
  parameters().read(parameter, gradients_.floats(), data);
}

void Network::check_batch(int64_t n, const Pictures& pictures, bool labeled) const {
  set_threads(options_.threads);
  if (n < 1 || n > options_.max_batch) {
    refuse_shape("batch", "it has " + std::to_string(n) + " pictures, but this network takes 1 to " +
                              std::to_string(options_.max_batch));
  }
  for (int64_t i = 0; labeled && pictures.targets != nullptr && i < n * classes(); ++i) {
    const float share = pictures.targets[pictures.row(i / classes()) * classes() + i % classes()];
    if (!(share >= 0 && share <= 1)) refuse_shape("targets", "they must be from 0 to 1");
  }
  for (int64_t i = 0; labeled && pictures.targets == nullptr && i < n; ++i) {
    const int32_t label = pictures.labels[pictures.row(i)];
    if (label < 0 || label >= classes()) {
      refuse_shape("labels", "label " + std::to_string(label) + " of picture " + std::to_string(i) +
                                 " is not one of the " + std::to_string(classes()) + " classes");
    }
  }
}

float* Network::block(Block of) const {
  switch (of) {
    case Block::parameters:
      return weights_.floats();
    case Block::frozen:
      return frozen_.floats();
    case Block::statistics:
      return statistics_.floats();
    case Block::deferred:
    case Block::folded:
      break;
  }
  return nullptr;
}

Pass Network::pass(int64_t n) {
  return {.n = n,
          .blocks = {.parameters = weights_.floats(), .frozen = frozen_.floats(), .statistics = statistics_.floats(),
                     .deferred = weights_.floats() + parameters().gradient_floats(), .folded = nullptr},
          .running = statistics_.floats(),
          .gradients = gradients_.floats(),
          .seed = step_seed()};
}

// Of the step that is being made: the optimiser counts those that are done, and a checkpoint keeps its count.
uint64_t Network::step_seed() const {
  return Random(options_.seed ^ (static_cast<uint64_t>(optimizer_.step()) * 0xd1342543de82ef95u)).next();
}

void Network::read_logits(int64_t n, const Runner& runner, float* to) const {
  channels_first(n, output().c, output().hw(), runner.logits(), to);
}

void Network::swap_average() {
  if (!average_.started()) return;
  std::swap(weights_, average_.parameters());
  std::swap(statistics_, average_.statistics());
  averaged_ = !averaged_;
  ++written_;
  ++changed_;
}

}  // namespace tessera
