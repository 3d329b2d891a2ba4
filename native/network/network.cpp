#include "network/network.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>

#include "kernels/parallel.h"
#include "network/deferred.h"
#include "network/error.h"
#include "network/layout.h"
#include "network/observer.h"
#include "network/portions.h"

namespace tessera {
namespace {

CompileOptions compile_options(const NetworkOptions& options, bool training) {
  return {.training = training,
          .gradients = training ? Gradients::of_parameters : Gradients::none,
          .frozen = options.frozen,
          .defers = !options.keeps_gradients};
}

// While a network trains, its weights do not stay: every portion would prepare them anew.
int64_t portion_for(const NetworkOptions& options, const Plan& plan, const Kernels& kernels) {
  return options.training ? options.max_batch : portion_of(plan, kernels, options.max_batch);
}

Runner prediction_of(const Graph& graph, const Kernels& kernels, const NetworkOptions& options) {
  Plan plan = compile(graph, compile_options(options, false));
  const int64_t portion = portion_for(options, plan, kernels);
  return Runner(std::move(plan), kernels, options.max_batch, !options.training, portion);
}

// Sizes of scratch hang on the threads.
NetworkOptions with_threads(NetworkOptions options) {
  if (options.max_batch < 1) refuse_shape("Network", "maxBatch must be at least 1");
  if (options.threads < 0 || options.threads > 256) refuse_shape("Network", "threads must be 0 to 256");
  if (options.threads == 0) options.threads = default_threads();
  set_threads(options.threads);
  return options;
}

// Where a class' logit lies in a head's row: outside a flattened value counts channels slowest, inside fastest.
int64_t place_of(int64_t label, const Value& head) { return label % head.hw() * head.c + label / head.hw(); }

}  // namespace

Network::Network(const Graph& graph, const NetworkOptions& options)
    : options_(with_threads(options)), graph_(graph), kernels_(active_kernels()),
      prediction_(prediction_of(graph, kernels_, options_)), portion_(portion_for(options_, prediction_.plan(), kernels_)) {
  const auto channels = static_cast<size_t>(graph.channels);
  if (options.mean.size() != channels || options.std.size() != channels) {
    refuse_shape("Network", "normalisation needs one mean and one std for each channel");
  }
  for (size_t c = 0; c < channels; ++c) {
    scale_.push_back(1 / options.std[c]);
    shift_.push_back(-options.mean[c] / options.std[c]);
  }
  const auto memory_of = [&](Block block) { return Memory(parameters().floats(block) * sizeof(float)); };
  if (options.training) {
    training_.emplace(compile(graph, compile_options(options, true)), kernels_, options.max_batch);
    const std::vector<bool>& carries = training_->plan().carries;
    if (std::find(carries.begin(), carries.end(), true) == carries.end()) refuse_layer("input", "every layer is frozen, so there is nothing to train");
    gradients_ = Memory(parameters().gradient_floats() * sizeof(float));
    statistics_before_ = memory_of(Block::statistics);
  }
  arena_ = Memory(std::max(prediction_.bytes(), training_ ? training_->bytes() : 0));
  prediction_.use(arena_);
  if (training_) training_->use(arena_);
  weights_ = memory_of(Block::parameters);
  frozen_ = memory_of(Block::frozen);
  statistics_ = memory_of(Block::statistics);
  places_.resize(static_cast<size_t>(options.max_batch));
  begin_own_runners();
  if (portion_ < options.max_batch || !own_runners_.empty()) {
    logits_.resize(static_cast<size_t>(options.max_batch * classes()));
  }
  check_loss();
  parameters().initialise_all(options.initialisation, options.seed, [&](Block of) { return block(of); });
}

Network::~Network() = default;

void Network::begin_own_runners() {
  const int count = threads();
  if (options_.training || count == 1 || options_.max_batch < count || !suits_a_thread(prediction_.plan(), kernels_)) return;
  for (int i = 0; i < count; ++i) {
    Runner& runner = own_runners_.emplace_back(Runner::for_one_thread(prediction_));
    runner.use(own_arenas_.emplace_back(runner.bytes()));
  }
}

void Network::check_loss() const {
  const auto& [smoothing, weights] = std::tie(options_.label_smoothing, options_.class_weights);
  if (!(smoothing >= 0 && smoothing < 1)) refuse_shape("Network", "labelSmoothing must be from 0 to below 1");
  if (options_.loss != Loss::softmax_cross_entropy && (smoothing > 0 || !weights.empty())) {
    refuse_shape("Network", "labelSmoothing and classWeights belong to softmaxCrossEntropy alone");
  }
  if (!weights.empty() && static_cast<int64_t>(weights.size()) != classes()) {
    refuse_shape("Network", "there are " + std::to_string(weights.size()) + " classWeights for " +
                                std::to_string(classes()) + " classes");
  }
  const bool sound = std::all_of(weights.begin(), weights.end(), [](float weight) { return weight > 0 && weight < INFINITY; });
  if (!sound) refuse_shape("Network", "classWeights must be above 0");
}

size_t Network::total_bytes() const {
  size_t bytes = arena_.bytes() + weights_.bytes() + frozen_.bytes() + statistics_.bytes() +
                 statistics_before_.bytes() + gradients_.bytes() + optimizer_.bytes() + average_.bytes() + prediction_.folded_bytes();
  if (training_) bytes += training_->folded_bytes();
  for (const Memory& arena : own_arenas_) bytes += arena.bytes();
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
    load(n, pictures, runner.value(0));
    runner.forward(whole_step);
    result = {losses(n, pictures, runner), count_correct(n, pictures, runner)};
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
  load(n, pictures, runner.value(0));
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
  predict(n, pictures);
  if (to != nullptr) read_logits(n, prediction_, to);
  const Plan::Head& logits = prediction_.plan().heads[0];
  const StepResult result{loss_of(logits, n, pictures, prediction_, false), count_correct(n, pictures, prediction_)};
  check_cancelled();
  return result;
}

void Network::forward(int64_t n, const Pictures& pictures, float* to) {
  check_batch(n, pictures, false);
  predict(n, pictures);
  read_logits(n, prediction_, to);
  check_cancelled();
}

void Network::predict(int64_t n, const Pictures& pictures) {
  Pass prediction = pass(n);
  if (prediction_folded_ != changed_) prediction_.fold(prediction.blocks, statistics_.floats());
  prediction_folded_ = changed_;
  float* logits = prediction_.value(prediction_.plan().heads[0].value);
  // Fewer pictures than threads are shared out layer by layer.
  const auto lanes = static_cast<int64_t>(own_runners_.size());
  const int64_t alone = lanes == 0 ? 0 : n - n % lanes;
  const bool at_once = alone == 0 && n <= portion_;
  with_team([&] {
    if (alone > 0) predict_alone(alone, pictures);
    for (int64_t first = alone; first < n; first += portion_) {
      prediction.n = std::min(portion_, n - first);
      load(prediction.n, pictures, prediction_.value(0), first);
      prediction_.forward(prediction);
      if (!at_once) std::copy_n(logits, prediction.n * classes(), logits_.data() + first * classes());
    }
  });
  if (!at_once) std::copy_n(logits_.data(), n * classes(), logits);
}

void Network::predict_alone(int64_t n, const Pictures& pictures) {
  std::atomic<int64_t> next{0};
  const Pass one = pass(1);
  parallel_for_slots(static_cast<int64_t>(own_runners_.size()), 1, [&](int64_t, int64_t, int slot) {
    const Runner& runner = own_runners_[static_cast<size_t>(slot)];
    for (int64_t picture = next.fetch_add(1); picture < n; picture = next.fetch_add(1)) {
      load(1, pictures, runner.value(0), picture);
      if (!runner.forward_unless_cancelled(one)) return;
      std::copy_n(runner.logits(), classes(), logits_.data() + picture * classes());
    }
  });
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

void Network::load(int64_t n, const Pictures& pictures, float* to, int64_t first) const {
  const int64_t size = input().size(), pixels = input().hw(), channels = input().c;
  const auto load_some = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t from = pictures.row(first + i) * size;
      if (pictures.bytes != nullptr) {
        kernels_.normalise(pixels, channels, pictures.bytes + from, scale_.data(), shift_.data(), to + i * size);
      } else {
        channels_last(1, channels, pixels, pictures.numbers + from, to + i * size);
      }
    }
  };
  // Few pictures are shared out pixel by pixel.
  if (n < threads()) {
    load_some(0, n);
  } else {
    parallel_for(n, 1, load_some);
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

void Network::find_places(int64_t n, const Pictures& pictures, const Value& head) {
  for (int64_t i = 0; i < n; ++i) {
    int64_t label;
    if (pictures.targets != nullptr) {
      const float* shares = pictures.targets + pictures.row(i) * classes();
      label = std::max_element(shares, shares + classes()) - shares;
    } else {
      label = pictures.labels[pictures.row(i)];
    }
    places_[static_cast<size_t>(i)] = static_cast<int32_t>(place_of(label, head));
  }
}

void Network::fill_targets(int64_t n, const Pictures& pictures, const Value& head, float* targets) const {
  const float spread = options_.label_smoothing / static_cast<float>(classes());
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = pictures.row(i);
    for (int64_t label = 0; label < classes(); ++label) {
      const float share = pictures.targets != nullptr ? pictures.targets[row * classes() + label]
                                                      : static_cast<float>(pictures.labels[row] == label);
      targets[i * classes() + place_of(label, head)] = share * (1 - options_.label_smoothing) + spread;
    }
  }
}

const float* Network::class_weights_of(const Value& head) {
  if (options_.class_weights.empty()) return nullptr;
  placed_weights_.resize(options_.class_weights.size());
  for (int64_t label = 0; label < classes(); ++label) {
    placed_weights_[static_cast<size_t>(place_of(label, head))] = options_.class_weights[static_cast<size_t>(label)];
  }
  return placed_weights_.data();
}

float Network::losses(int64_t n, const Pictures& pictures, const Runner& runner) {
  float sum = 0;
  for (const Plan::Head& head : runner.plan().heads) sum += head.weight * loss_of(head, n, pictures, runner, true);
  return sum;
}

float Network::loss_of(const Plan::Head& head, int64_t n, const Pictures& pictures, const Runner& runner,
                       bool with_gradient) {
  const Value& shape = runner.plan().values[head.value];
  const float* outputs = runner.value(head.value);
  float* gradient = with_gradient ? runner.gradient(head.value) : nullptr;  // null too where all behind it is frozen
  const int64_t count = n * classes();
  const float smoothing = options_.label_smoothing;
  float mean;
  if (options_.loss == Loss::softmax_cross_entropy && pictures.targets == nullptr) {
    find_places(n, pictures, shape);
    const float* weights = class_weights_of(shape);
    mean = smoothing == 0 && weights == nullptr
               ? kernels_.softmax_cross_entropy(n, classes(), outputs, places_.data(), gradient)
               : kernels_.softmax_cross_entropy_smoothed(n, classes(), outputs, places_.data(), smoothing, weights,
                                                         gradient);
  } else {
    float* targets = runner.targets();
    fill_targets(n, pictures, shape, targets);
    mean = options_.loss == Loss::mse                  ? kernels_.mse(count, outputs, targets, gradient)
           : options_.loss == Loss::binary_cross_entropy ? kernels_.bce_with_logits(count, outputs, targets, gradient)
                                                         : kernels_.softmax_cross_entropy_soft(
                                                               n, classes(), outputs, targets, class_weights_of(shape),
                                                               gradient);
  }
  for (int64_t i = 0; gradient != nullptr && head.weight != 1 && i < count; ++i) gradient[i] *= head.weight;
  return mean;
}

int64_t Network::count_correct(int64_t n, const Pictures& pictures, const Runner& runner) {
  find_places(n, pictures, runner.logits_shape());
  int64_t correct = 0;
  for (int64_t i = 0; i < n; ++i) {
    const float* row = runner.logits() + i * classes();
    correct += std::max_element(row, row + classes()) - row == places_[static_cast<size_t>(i)];
  }
  return correct;
}

}  // namespace tessera
