#include "network/plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "network/deferred.h"
#include "network/error.h"

namespace tessera {
namespace {

std::string shown(const Value& value) {
  if (value.flat) return std::to_string(value.size());
  return std::to_string(value.c) + " × " + std::to_string(value.h) + " × " + std::to_string(value.w);
}

// How far a window reaches into padding must leave a place for it.
void check_window(const Layer& layer, const Value& input, int64_t height, int64_t width, int64_t padded_height,
                  int64_t padded_width) {
  if (input.flat) refuse_layer(layer.id, "it got " + shown(input) + " numbers in a row, but expects a picture");
  if (height > padded_height || width > padded_width) {
    refuse_layer(layer.id, "its window of " + std::to_string(height) + " × " + std::to_string(width) +
                               " is larger than the " + std::to_string(padded_height) + " × " +
                               std::to_string(padded_width) + " that it gets");
  }
}

// Products of extents must stay far from overflow, and from what any memory holds.
void check_size(const std::string& layer, std::initializer_list<int64_t> extents, const char* what) {
  double product = 1;
  for (const int64_t extent : extents) product *= static_cast<double>(extent);
  if (product > double{1ll << 31}) refuse_layer(layer, std::string("it has over 2³¹ ") + what);
}

void check_positive(const Layer& layer, std::initializer_list<int64_t> numbers) {
  if (std::any_of(numbers.begin(), numbers.end(), [](int64_t number) { return number < 1; })) {
    refuse_layer(layer.id, "filters, windows, strides, dilations, groups and units must be at least 1");
  }
}

// By value: whether one of these hangs on it.
std::vector<bool> needed_for(const Plan& plan, const std::vector<size_t>& values) {
  std::vector<bool> needed(plan.values.size());
  for (const size_t value : values) needed[value] = true;
  for (size_t node = plan.nodes.size(); node-- > 0;) {
    if (!needed[node + 1]) continue;
    for (const size_t value : plan.reads[node]) needed[value] = true;
  }
  return needed;
}

class Compiler {
 public:
  Compiler(const Graph& graph, const CompileOptions& options) : graph_(graph), options_(options) {
    if (graph.channels < 1 || graph.height < 1 || graph.width < 1) {
      refuse_layer("input", "channels, height and width must be at least 1");
    }
    check_size("input", {graph.channels, graph.height, graph.width}, "numbers a picture");
    plan_.values.push_back({graph.channels, graph.height, graph.width});
    plan_.carries.push_back(options.gradients == Gradients::of_everything);
    sources_["input"] = {0, plan_.values.front()};
  }

  Plan run() {
    check_names();
    for (at_ = 0; at_ < graph_.layers.size(); ++at_) {
      const Layer& layer = graph_.layers[at_];
      if (sources_.contains(layer.id)) continue;  // an activation that has become part of another node
      std::visit([&](const auto& op) { add(layer, op); }, layer.op);
    }
    const Layer& last = graph_.layers.back();
    if (plan_.nodes.empty()) refuse_layer(last.id, "a network needs more than a flatten");
    add_head(last.id, 1);
    for (const AuxiliaryHead& head : graph_.auxiliary) add_head(head.layer, head.weight);
    plan_.sources = std::move(sources_);
    plan_.parameters.join_deferred();
    const std::vector<size_t> logits{plan_.heads[0].value};
    if (!needed_for(plan_, logits)[0]) refuse_layer(last.id, "its logits do not depend on the picture");
    if (!options_.training) keep_only(plan_, logits);
    return std::move(plan_);
  }

 private:
  void add_head(const std::string& id, float weight) {
    const Source& source = sources_.at(id);
    for (const std::vector<size_t>& reads : plan_.reads) {
      const bool is_read = std::find(reads.begin(), reads.end(), source.value) != reads.end();
      if (is_read) refuse_layer(id, "a loss is taken of what it gives, so no other layer may read it");
    }
    for (const Plan::Head& other : plan_.heads) {
      if (other.value == source.value) refuse_layer(id, "two losses are taken of what it gives");
    }
    if (!plan_.heads.empty() && source.shape.size() != plan_.values[plan_.heads[0].value].size()) {
      refuse_layer(id, "it gives " + shown(source.shape) + " numbers, but a head gives as many as there are logits");
    }
    if (!(weight > 0)) refuse_layer(id, "the weight of its loss must be above 0");
    // It may be seen as one row of numbers.
    plan_.values[source.value] = source.shape;
    plan_.heads.push_back({source.value, weight});
  }

  void check_names() {
    if (graph_.layers.empty()) refuse_layer("input", "a network needs at least one layer");
    std::set<std::string> names{"input"};
    for (size_t at = 0; at < graph_.layers.size(); ++at) {
      const Layer& layer = graph_.layers[at];
      const bool joins = std::holds_alternative<AddLayer>(layer.op) || std::holds_alternative<ConcatLayer>(layer.op);
      const bool multiplies = std::holds_alternative<MulLayer>(layer.op);
      const size_t count = layer.inputs.size();
      if (joins && count < 2) refuse_layer(layer.id, "it needs at least two inputs");
      if (multiplies && count != 2) refuse_layer(layer.id, "it needs exactly two inputs");
      if (!joins && !multiplies && count != 1) refuse_layer(layer.id, "it needs exactly one input");
      for (const std::string& input : layer.inputs) {
        if (!names.contains(input)) refuse_layer(layer.id, "it reads " + input + ", which does not come before it");
        readers_[input].push_back(at);
      }
      if (!names.insert(layer.id).second) refuse_layer(layer.id, "another layer has the same name");
    }
    for (const Layer& layer : graph_.layers) {
      const bool is_last = &layer == &graph_.layers.back();
      const bool is_head = std::any_of(graph_.auxiliary.begin(), graph_.auxiliary.end(),
                                       [&](const AuxiliaryHead& head) { return head.layer == layer.id; });
      if (!is_last && !is_head && !readers_.contains(layer.id)) refuse_layer(layer.id, "no layer reads what it gives");
    }
    for (const AuxiliaryHead& head : graph_.auxiliary) {
      if (head.layer == "input" || !names.contains(head.layer)) {
        refuse_layer(head.layer, "a loss is to be taken of it, but there is no such layer");
      }
    }
    if (!readers_.contains("input")) refuse_layer("input", "no layer reads the picture");
    for (const std::vector<std::string>* asked : {&options_.frozen, &options_.observed}) {
      for (const std::string& name : *asked) {
        if (!names.contains(name)) refuse_layer(name, "there is no such layer");
      }
    }
  }

  static bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  bool observed(const std::string& layer) const { return contains(options_.observed, layer); }
  bool frozen(const std::string& layer) const { return contains(options_.frozen, layer); }
  // Its numbers stay as they are during a pass.
  bool still(const std::string& layer) const { return !options_.training || frozen(layer); }
  Block block_of(const std::string& layer) const { return frozen(layer) ? Block::frozen : Block::parameters; }

  const Source& source(const Layer& layer, size_t input = 0) const { return sources_.at(layer.inputs[input]); }

  void add(const Layer& layer, const Conv2dLayer& op) {
    const Value x = source(layer).shape;
    const auto [top, left, bottom, right] = op.padding;
    check_positive(layer, {op.filters, op.kernel[0], op.kernel[1], op.stride[0], op.stride[1], op.dilation[0],
                           op.dilation[1], op.groups});
    if (std::min({top, left, bottom, right}) < 0) refuse_layer(layer.id, "padding cannot be negative");
    check_window(layer, x, op.dilation[0] * (op.kernel[0] - 1) + 1, op.dilation[1] * (op.kernel[1] - 1) + 1,
                 x.h + top + bottom, x.w + left + right);
    if (x.c % op.groups != 0 || op.filters % op.groups != 0) {
      refuse_layer(layer.id, std::to_string(x.c) + " channels and " + std::to_string(op.filters) +
                                 " filters cannot be divided into " + std::to_string(op.groups) + " groups");
    }
    const Conv2dShape shape{.n = 0, .h = x.h, .w = x.w, .c = x.c, .k = op.filters, .kh = op.kernel[0],
                            .kw = op.kernel[1], .stride_h = op.stride[0], .stride_w = op.stride[1], .pad_top = top,
                            .pad_left = left, .pad_bottom = bottom, .pad_right = right,
                            .dilation_h = op.dilation[0], .dilation_w = op.dilation[1], .groups = op.groups};
    check_size(layer.id, {op.filters, shape.out_h(), shape.out_w()}, "numbers a picture");
    check_size(layer.id, {op.filters, x.c / op.groups, op.kernel[0], op.kernel[1]}, "weights");
    const int64_t taps = op.kernel[0] * op.kernel[1], group_c = x.c / op.groups;
    const Weights weights = add_weights(layer.id, op.bias, block_of(layer.id),
                                        {.name = "", .shape = {op.filters, group_c, op.kernel[0], op.kernel[1]},
                                         .outer = op.filters, .c = group_c, .hw = taps, .fan_in = group_c * taps,
                                         .fan_out = op.filters / op.groups * taps});
    const Activation activation = take_activation(layer);
    if (activation == Activation::none) convolutions_[layer.id] = {weights, op.filters, group_c * taps};
    push(layer, conv2d_node(shape, activation, weights), {op.filters, shape.out_h(), shape.out_w()});
  }

  void add(const Layer& layer, const DenseLayer& op) {
    const Value x = source(layer).shape;
    check_positive(layer, {op.units});
    if (!x.flat) {
      refuse_layer(layer.id, "it got " + shown(x) + ", but expects one row of numbers; put a flatten before it");
    }
    check_size(layer.id, {op.units, x.size()}, "weights");
    const bool defers = options_.defers && !frozen(layer.id) && op.units * x.size() >= least_deferred;
    const Weights weights =
        add_weights(layer.id, op.bias, defers ? Block::deferred : block_of(layer.id),
                    {.name = "", .shape = {op.units, x.size()}, .outer = op.units, .c = x.c, .hw = x.hw(),
                     .fan_in = x.size(), .fan_out = op.units});
    if (defers && options_.gradients == Gradients::of_parameters) {
      plan_.deferred.push_back({plan_.nodes.size(), x.size(), op.units, weights});
    }
    push(layer, dense_node(x.size(), op.units, take_activation(layer), weights), {op.units, 1, 1, true});
  }

  void add(const Layer& layer, const Pool2dLayer& op) {
    const Value x = source(layer).shape;
    check_positive(layer, {op.window[0], op.window[1], op.stride[0], op.stride[1]});
    for (size_t axis = 0; axis < 2; ++axis) {
      // A wider border would let a window lie on padding alone, which has no greatest pixel and no mean.
      if (op.padding[axis] < 0 || 2 * op.padding[axis] > op.window[axis]) {
        refuse_layer(layer.id, "padding must be between 0 and half of the window");
      }
    }
    check_window(layer, x, op.window[0], op.window[1], x.h + 2 * op.padding[0], x.w + 2 * op.padding[1]);
    const bool max = op.kind == Pool2dLayer::Kind::max;
    if (max && op.window[0] * op.window[1] > UINT16_MAX) refuse_layer(layer.id, "its window has over 65,535 pixels");
    const Pool2dShape shape{.n = 0, .h = x.h, .w = x.w, .c = x.c, .window_h = op.window[0], .window_w = op.window[1],
                            .stride_h = op.stride[0], .stride_w = op.stride[1], .pad_top = op.padding[0],
                            .pad_left = op.padding[1], .pad_bottom = op.padding[0], .pad_right = op.padding[1],
                            .count_include_pad = op.count_include_pad, .ceil_mode = op.ceil_mode};
    const size_t from = source(layer).value;
    const bool relu_before = max && from > 0 && is_alone(layer) && plan_.nodes[from - 1]->hand_over_relu();
    push(layer, max ? max_pool2d_node(shape, relu_before) : avg_pool2d_node(shape), {x.c, shape.out_h(), shape.out_w()});
  }

  void add(const Layer& layer, const GlobalAvgPoolLayer&) {
    const Value x = source(layer).shape;
    check_window(layer, x, 1, 1, x.h, x.w);
    push(layer, global_avg_pool_node(x), {x.c, 1, 1});
  }

  void add(const Layer& layer, const ActivationLayer& op) {
    const Value x = source(layer).shape;
    push(layer, activation_node(op.activation, x), x);
  }

  void add(const Layer& layer, const LeakyReluLayer& op) {
    const Value x = source(layer).shape;
    if (!(op.slope > 0)) refuse_layer(layer.id, "its slope must be above 0");
    push(layer, leaky_relu_node(op.slope, x), x);
  }

  void add(const Layer& layer, const HardSwishLayer&) {
    const Value x = source(layer).shape;
    push(layer, hard_swish_node(x), x);
  }

  void add(const Layer& layer, const HardSigmoidLayer&) {
    const Value x = source(layer).shape;
    push(layer, hard_sigmoid_node(x), x);
  }

  void add(const Layer& layer, const SoftmaxLayer&) {
    const Value x = source(layer).shape;
    if (!x.flat) {
      refuse_layer(layer.id, "it got " + shown(x) + ", but expects one row of numbers; put a flatten before it");
    }
    push(layer, softmax_node(x), x);
  }

  void add(const Layer& layer, const Pad2dLayer& op) {
    const Value x = source(layer).shape;
    const auto [top, left, bottom, right] = op.padding;
    if (std::min({top, left, bottom, right}) < 0) refuse_layer(layer.id, "padding cannot be negative");
    check_window(layer, x, 1, 1, x.h, x.w);
    const Value y{x.c, x.h + top + bottom, x.w + left + right};
    check_size(layer.id, {y.c, y.h, y.w}, "numbers a picture");
    push(layer, pad2d_node({.n = 0, .h = x.h, .w = x.w, .c = x.c, .top = top, .left = left, .bottom = bottom,
                            .right = right}), y);
  }

  void add(const Layer& layer, const DropoutLayer& op) {
    const Value x = source(layer).shape;
    if (!(op.rate >= 0 && op.rate < 1)) refuse_layer(layer.id, "its rate must be from 0 to below 1");
    if (!options_.training) {
      view(layer, source(layer));
      return;
    }
    push(layer, dropout_node(op.rate, x), x);
  }

  void add(const Layer& layer, const LrnLayer& op) {
    const Value x = source(layer).shape;
    check_window(layer, x, 1, 1, x.h, x.w);
    check_positive(layer, {op.size});
    // ONNX and PyTorch shift an even window to different sides.
    if (op.size % 2 == 0) refuse_layer(layer.id, "its size must be odd");
    if (!(op.alpha >= 0 && op.bias > 0)) refuse_layer(layer.id, "alpha must be at least 0, and its bias above 0");
    push(layer, lrn_node({.rows = 0, .c = x.c, .size = op.size, .alpha = op.alpha, .beta = op.beta, .bias = op.bias}, x),
         x);
  }

  void add(const Layer& layer, const BatchNorm2dLayer& op) {
    const Value x = source(layer).shape;
    check_window(layer, x, 1, 1, x.h, x.w);
    if (!(op.epsilon > 0)) refuse_layer(layer.id, "its epsilon must be above 0");
    if (!(op.momentum >= 0 && op.momentum <= 1)) refuse_layer(layer.id, "its momentum must be from 0 to 1");
    const auto add_channels = [&](const char* name, float start, Block block) {
      return plan_.parameters.add({.name = layer.id + name, .shape = {x.c}, .outer = x.c, .c = 1, .hw = 1, .fan_in = 0,
                                   .fan_out = 0, .start = start, .block = block});
    };
    const Block block = block_of(layer.id);
    const size_t scale = add_channels(".weight", 1, block), shift = add_channels(".bias", 0, block);
    const size_t mean = add_channels(".running_mean", 0, Block::statistics);
    const size_t variance = add_channels(".running_var", 1, Block::statistics);
    const BatchNormWeights weights{scale, shift, mean, variance, block};
    if (fold(layer, weights, op.epsilon)) return;
    push(layer, batch_norm_node(x, op.epsilon, op.momentum, still(layer.id) || op.frozen, take_activation(layer), weights), x);
  }

  void add(const Layer& layer, const AddLayer&) {
    const Value x = source(layer).shape;
    for (size_t i = 1; i < layer.inputs.size(); ++i) {
      const Value other = source(layer, i).shape;
      if (other.c != x.c || other.h != x.h || other.w != x.w || other.flat != x.flat) {
        refuse_layer(layer.id, layer.inputs[0] + " gives " + shown(x) + " and " + layer.inputs[i] + " gives " +
                                   shown(other) + "; only equal shapes can be added");
      }
    }
    push(layer, add_node(layer.inputs.size(), x, take_activation(layer)), x);
  }

  void add(const Layer& layer, const MulLayer&) {
    const Value x = source(layer).shape, by = source(layer, 1).shape;
    const bool same = x.c == by.c && x.h == by.h && x.w == by.w && x.flat == by.flat;
    if (!same && !(x.c == by.c && by.hw() == 1 && !x.flat && !by.flat)) {
      refuse_layer(layer.id, layer.inputs[0] + " gives " + shown(x) + " and " + layer.inputs[1] + " gives " +
                                 shown(by) + "; the second must be of one shape with the first, or give one number "
                                 "for each of its channels");
    }
    push(layer, same ? mul_node(x) : scale_channels_node(x), x);
  }

  void add(const Layer& layer, const ConcatLayer&) {
    const Value x = source(layer).shape;
    std::vector<Value> parts;
    int64_t channels = 0;
    for (size_t i = 0; i < layer.inputs.size(); ++i) {
      const Value part = source(layer, i).shape;
      check_window(layer, part, 1, 1, part.h, part.w);
      if (part.h != x.h || part.w != x.w) {
        refuse_layer(layer.id, layer.inputs[0] + " gives " + shown(x) + " and " + layer.inputs[i] + " gives " +
                                   shown(part) + "; only pictures of one size can be laid together");
      }
      channels += part.c;
      parts.push_back(part);
    }
    check_size(layer.id, {channels, x.h, x.w}, "numbers a picture");
    push(layer, concat_node(std::move(parts)), {channels, x.h, x.w});
  }

  void add(const Layer& layer, const FlattenLayer&) {
    Source seen = source(layer);
    seen.shape.flat = true;
    view(layer, seen);
  }

  void view(const Layer& layer, const Source& seen) {
    sources_[layer.id] = seen;
    views_.insert(layer.id);
  }

  // Whether the layer alone reads the node before it, and nobody wants to see what that gives.
  bool is_alone(const Layer& layer) {
    const std::string& before = layer.inputs[0];
    return readers_[before].size() == 1 && !observed(before) && !views_.contains(before);
  }

  // Where batch norm and convolution both stay as they are, one set of weights does the work of both.
  bool fold(const Layer& layer, const BatchNormWeights& norm, float epsilon) {
    const auto convolution = convolutions_.find(layer.inputs[0]);
    if (convolution == convolutions_.end() || !is_alone(layer)) return false;
    if (!still(layer.id) || !still(layer.inputs[0])) return false;
    const auto& [from, filters, row] = convolution->second;
    constexpr size_t step = arena_alignment / sizeof(float);
    const auto padded = [](int64_t floats) { return (static_cast<size_t>(floats) + step - 1) / step * step; };
    Weights to{.weight = plan_.folded_floats, .block = Block::folded};
    to.bias = to.weight + padded(filters * row);
    const Source at = source(layer);
    const Activation activation = take_activation(layer);
    if (!plan_.nodes[at.value - 1]->fold_batch_norm(to, activation)) {
      taken_.clear();
      return false;
    }
    plan_.folded_floats = to.bias + padded(filters);
    plan_.folds.push_back({from, to, norm, epsilon, filters, row});
    sources_[layer.id] = at;
    if (!taken_.empty()) sources_[std::exchange(taken_, "")] = at;
    return true;
  }

  void push(const Layer& layer, std::unique_ptr<Node> node, const Value& output) {
    std::vector<size_t>& reads = plan_.reads.emplace_back();
    for (size_t i = 0; i < layer.inputs.size(); ++i) reads.push_back(source(layer, i).value);
    const bool trains = holds_numbers(layer) && !frozen(layer.id);
    const auto carries = [&](size_t value) { return plan_.carries[value]; };
    plan_.carries.push_back(options_.gradients != Gradients::none &&
                            (trains || std::any_of(reads.begin(), reads.end(), carries)));
    plan_.trains.push_back(trains);
    plan_.places.push_back(at_);
    plan_.nodes.push_back(std::move(node));
    plan_.values.push_back(output);
    const Source given{plan_.nodes.size(), output};
    sources_[layer.id] = given;
    if (!taken_.empty()) sources_[std::exchange(taken_, "")] = given;
  }

  static bool holds_numbers(const Layer& layer) {
    return std::holds_alternative<Conv2dLayer>(layer.op) || std::holds_alternative<DenseLayer>(layer.op) ||
           std::holds_alternative<BatchNorm2dLayer>(layer.op);
  }

  // The activation that alone reads the layer becomes part of the node that is being made.
  Activation take_activation(const Layer& layer) {
    const auto readers = readers_.find(layer.id);
    if (readers == readers_.end() || readers->second.size() != 1 || observed(layer.id)) {
      return Activation::none;
    }
    const Layer& reader = graph_.layers[readers->second[0]];
    const auto* activation = std::get_if<ActivationLayer>(&reader.op);
    if (activation == nullptr) return Activation::none;
    taken_ = reader.id;
    return activation->activation;
  }

  Weights add_weights(const std::string& layer, bool with_bias, Block block, Parameter weight) {
    weight.name = layer + ".weight";
    weight.block = block;
    const int64_t outputs = weight.outer;
    Weights offsets{.weight = plan_.parameters.add(std::move(weight)), .block = block};
    if (with_bias) {
      offsets.bias = plan_.parameters.add({.name = layer + ".bias", .shape = {outputs}, .outer = outputs, .c = 1,
                                           .hw = 1, .fan_in = 0, .fan_out = 0, .block = block});
    }
    return offsets;
  }

  // A convolution without an activation, into which a batch norm might be folded.
  struct Convolution {
    Weights weights;
    int64_t filters, row;
  };

  const Graph& graph_;
  const CompileOptions& options_;
  Plan plan_;
  std::map<std::string, std::vector<size_t>> readers_;  // places of the layers that read a layer
  std::map<std::string, Source> sources_;
  std::set<std::string> views_;  // layers that compute nothing
  std::map<std::string, Convolution> convolutions_;
  std::string taken_;  // the activation that the node being made has taken
  size_t at_ = 0;
};

}  // namespace

Plan compile(const Graph& graph, const CompileOptions& options) { return Compiler(graph, options).run(); }

void keep_only(Plan& plan, const std::vector<size_t>& values) {
  std::vector<bool> needed = needed_for(plan, values);
  needed[0] = true;
  std::vector<size_t> now(plan.values.size());
  size_t kept = 0;  // nodes
  for (size_t node = 0; node < plan.nodes.size(); ++node) {
    if (!needed[node + 1]) continue;
    now[node + 1] = kept + 1;
    plan.nodes[kept].swap(plan.nodes[node]);
    plan.reads[kept].swap(plan.reads[node]);
    for (size_t& value : plan.reads[kept]) value = now[value];
    plan.places[kept] = plan.places[node];
    plan.trains[kept] = plan.trains[node];
    plan.values[kept + 1] = plan.values[node + 1];
    plan.carries[kept + 1] = plan.carries[node + 1];
    ++kept;
  }
  plan.nodes.resize(kept);
  plan.reads.resize(kept);
  plan.places.resize(kept);
  plan.trains.resize(kept);
  plan.values.resize(kept + 1);
  plan.carries.resize(kept + 1);
  std::erase_if(plan.sources, [&](const auto& entry) { return !needed[entry.second.value]; });
  for (auto& [layer, source] : plan.sources) source.value = now[source.value];
  std::erase_if(plan.heads, [&](const Plan::Head& head) { return !needed[head.value]; });
  for (Plan::Head& head : plan.heads) head.value = now[head.value];
}

}  // namespace tessera
