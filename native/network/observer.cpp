#include "network/observer.h"

#include <algorithm>
#include <utility>

#include "kernels/parallel.h"
#include "network/error.h"
#include "network/layout.h"

namespace tessera {
namespace {

// Layers by the value in which they lie, once each.
std::vector<std::pair<size_t, std::string>> by_value(const Plan& plan, const std::vector<std::string>& layers) {
  std::vector<std::pair<size_t, std::string>> found;
  for (const std::string& layer : layers) {
    const auto source = plan.sources.find(layer);
    if (source == plan.sources.end()) refuse_layer(layer, "only training has it");
    found.emplace_back(source->second.value, layer);
  }
  return found;
}

std::vector<float> outside(int64_t n, const Value& shape, const float* inside) {
  std::vector<float> values(static_cast<size_t>(n * shape.size()));
  channels_first(n, shape.c, shape.hw(), inside, values.data());
  return values;
}

}  // namespace

// `whole`: up to the logits; otherwise no further than the observed layers.
Network::Observer& Network::observer(const CompileOptions& how, bool whole) {
  if (observer_ != nullptr && observer_->how == how && observer_->whole == whole) return *observer_;
  observer_ = nullptr;  // two at a time would be one too many
  Plan plan = compile(graph_, how);
  if (!whole) {
    std::vector<size_t> wanted;
    for (const auto& [value, layer] : by_value(plan, how.observed)) wanted.push_back(value);
    keep_only(plan, wanted);
  }
  Runner runner(std::move(plan), kernels_, options_.max_batch);
  Memory arena(runner.bytes());
  runner.use(arena);
  observer_ = std::make_unique<Observer>(Observer{how, whole, std::move(runner), std::move(arena)});
  return *observer_;
}

std::vector<Seen> Network::features(int64_t n, const Pictures& pictures, const std::vector<std::string>& layers) {
  check_batch(n, pictures, false);
  if (layers.empty()) refuse_shape("features", "no layer is named");
  Runner& runner = observer({.training = false, .gradients = Gradients::none, .frozen = options_.frozen,
                             .observed = layers, .defers = !options_.keeps_gradients}, false).runner;
  const Pass prediction = pass(n);
  runner.fold(prediction.blocks, statistics_.floats());
  loader_.load(n, pictures, runner.value(0));
  const auto places = by_value(runner.plan(), layers);
  std::vector<Seen> seen(layers.size());
  // Copied as soon as it is there: the arena is used again.
  const auto take = [&](size_t value) {
    for (size_t i = 0; i < places.size(); ++i) {
      const auto& [at, layer] = places[i];
      if (at != value) continue;
      const Value& shape = runner.plan().sources.at(layer).shape;
      seen[i] = {layer, shape, outside(n, shape, runner.value(value)), {}};
    }
  };
  take(0);
  for (size_t node = 0; node < runner.plan().nodes.size(); ++node) {
    runner.forward(node, prediction);
    take(node + 1);
  }
  check_cancelled();
  return seen;
}

Captured Network::capture(int64_t n, const Pictures& pictures, const CaptureRequest& request) {
  using Of = CaptureRequest::Of;
  check_batch(n, pictures, request.of != Of::nothing);
  const Gradients gradients = request.of == Of::nothing ? Gradients::none : Gradients::of_everything;
  Runner& runner = observer({.training = request.training, .gradients = gradients, .frozen = options_.frozen,
                             .observed = request.layers, .defers = !options_.keeps_gradients}, true).runner;
  Pass look = pass(n);
  look.blocks.statistics = nullptr;
  look.gradients = nullptr;
  runner.fold(look.blocks, statistics_.floats());
  loader_.load(n, pictures, runner.value(0));
  const auto places = by_value(runner.plan(), request.layers);
  Captured captured;
  for (const std::string& layer : request.layers) {
    captured.layers.push_back({layer, runner.plan().sources.at(layer).shape, {}, {}});
  }
  const auto take = [&](size_t value, std::vector<float> Seen::*member, const float* from) {
    for (size_t i = 0; i < places.size(); ++i) {
      Seen& seen = captured.layers[i];
      if (places[i].first == value) seen.*member = outside(n, seen.shape, from);
    }
  };
  const size_t nodes = runner.plan().nodes.size();
  take(0, &Seen::output, runner.value(0));
  for (size_t node = 0; node < nodes; ++node) {
    runner.forward(node, look);
    take(node + 1, &Seen::output, runner.value(node + 1));
  }
  captured.logits.resize(static_cast<size_t>(n * classes()));
  read_logits(n, runner, captured.logits.data());
  if (request.of != Of::nothing) {
    if (request.of == Of::loss) {
      captured.loss = losses_.of_all(n, pictures, runner);
    } else {
      for (const Plan::Head& head : runner.plan().heads) std::fill_n(runner.gradient(head.value), n * classes(), 0.0f);
      const size_t logits = runner.plan().heads[0].value;
      const std::vector<int32_t>& labels = losses_.places(n, pictures, runner.logits_shape());
      for (int64_t i = 0; i < n; ++i) runner.gradient(logits)[i * classes() + labels[static_cast<size_t>(i)]] = 1;
    }
    for (size_t node = nodes; node-- > 0;) {
      take(node + 1, &Seen::gradient, runner.gradient(node + 1));
      runner.backward(node, look);
    }
    take(0, &Seen::gradient, runner.gradient(0));
  }
  check_cancelled();
  return captured;
}

}  // namespace tessera
