#include "network/plan.h"

#include <algorithm>
#include <set>
#include <string>

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

class Compiler {
 public:
  explicit Compiler(const Graph& graph) : graph_(graph) {
    if (graph.channels < 1 || graph.height < 1 || graph.width < 1) {
      refuse_layer("input", "channels, height and width must be at least 1");
    }
    check_size("input", {graph.channels, graph.height, graph.width}, "numbers a picture");
    plan_.values.push_back({graph.channels, graph.height, graph.width});
  }

  Plan run() {
    check_chain();
    for (at_ = 0; at_ < graph_.layers.size(); ++at_) {
      const Layer& layer = graph_.layers[at_];
      std::visit([&](const auto& op) { add(layer, op); }, layer.op);
    }
    if (plan_.nodes.empty()) refuse_layer(graph_.layers.back().id, "a network needs more than a flatten");
    return std::move(plan_);
  }

 private:
  // Without layers that join branches, every layer but the last is read by the next one, or leads nowhere.
  void check_chain() const {
    if (graph_.layers.empty()) refuse_layer("input", "a network needs at least one layer");
    std::set<std::string> names{"input"};
    std::string before = "input";
    for (const Layer& layer : graph_.layers) {
      if (!names.insert(layer.id).second) refuse_layer(layer.id, "another layer has the same name");
      if (layer.input != before) {
        refuse_layer(layer.id, "it reads " + layer.input + ", but the layer before it is " + before +
                                   "; branches cannot be joined, so each layer reads the one before it");
      }
      before = layer.id;
    }
  }

  void add(const Layer& layer, const Conv2dLayer& op) {
    const Value x = plan_.values.back();
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
    const Weights weights = add_weights(layer.id, op.bias,
                                        {.name = "", .shape = {op.filters, group_c, op.kernel[0], op.kernel[1]},
                                         .outer = op.filters, .c = group_c, .hw = taps, .fan_in = group_c * taps,
                                         .fan_out = op.filters / op.groups * taps});
    push(conv2d_node(shape, take_activation(), weights), {op.filters, shape.out_h(), shape.out_w()});
  }

  void add(const Layer& layer, const DenseLayer& op) {
    const Value x = plan_.values.back();
    check_positive(layer, {op.units});
    if (!x.flat) {
      refuse_layer(layer.id, "it got " + shown(x) + ", but expects one row of numbers; put a flatten before it");
    }
    check_size(layer.id, {op.units, x.size()}, "weights");
    const Weights weights =
        add_weights(layer.id, op.bias,
                    {.name = "", .shape = {op.units, x.size()}, .outer = op.units, .c = x.c, .hw = x.hw(),
                     .fan_in = x.size(), .fan_out = op.units});
    push(dense_node(x.size(), op.units, take_activation(), weights), {op.units, 1, 1, true});
  }

  void add(const Layer& layer, const Pool2dLayer& op) {
    const Value x = plan_.values.back();
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
                            .count_include_pad = true};
    const bool relu_before = max && !plan_.nodes.empty() && plan_.nodes.back()->hand_over_relu();
    push(max ? max_pool2d_node(shape, relu_before) : avg_pool2d_node(shape), {x.c, shape.out_h(), shape.out_w()});
  }

  void add(const Layer& layer, const GlobalAvgPoolLayer&) {
    const Value x = plan_.values.back();
    check_window(layer, x, 1, 1, x.h, x.w);
    push(global_avg_pool_node(x), {x.c, 1, 1});
  }

  void add(const Layer&, const ActivationLayer& op) {
    const Value x = plan_.values.back();
    push(activation_node(op.activation, x), x);
  }

  void add(const Layer&, const FlattenLayer&) { plan_.values.back().flat = true; }

  void push(std::unique_ptr<Node> node, const Value& output) {
    plan_.nodes.push_back(std::move(node));
    plan_.values.push_back(output);
  }

  // The activation that comes next becomes part of the node that is being made, and its layer is passed over.
  Activation take_activation() {
    if (at_ + 1 == graph_.layers.size()) return Activation::none;
    const auto* next = std::get_if<ActivationLayer>(&graph_.layers[at_ + 1].op);
    if (next == nullptr) return Activation::none;
    ++at_;
    return next->activation;
  }

  Weights add_weights(const std::string& layer, bool with_bias, Parameter weight) {
    weight.name = layer + ".weight";
    const int64_t outputs = weight.outer;
    Weights offsets{.weight = plan_.parameters.add(std::move(weight))};
    if (with_bias) {
      offsets.bias = plan_.parameters.add({.name = layer + ".bias", .shape = {outputs}, .outer = outputs, .c = 1,
                                           .hw = 1, .fan_in = 0, .fan_out = 0});
    }
    return offsets;
  }

  const Graph& graph_;
  Plan plan_;
  size_t at_ = 0;
};

}  // namespace

Plan compile(const Graph& graph) { return Compiler(graph).run(); }

}  // namespace tessera
