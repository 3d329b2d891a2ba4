#include "addon/arguments.h"

#include <cmath>
#include <map>

#include "network/error.h"

namespace tessera::addon {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& wanted) {
  refuse_shape(what, "it must be " + wanted);
}

int64_t to_whole(const Napi::Value& value, const std::string& what) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  // Extents beyond this overflow products of them long before memory could hold what they stand for.
  constexpr double greatest = 1 << 30;
  if (!(std::floor(number) == number && std::abs(number) <= greatest)) refuse(what, "a whole number up to 2³⁰");
  return static_cast<int64_t>(number);
}

template <class T>
const T* elements(const Napi::Value& value, napi_typedarray_type type, int64_t expected, const char* what,
                  const char* kind) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) refuse(what, kind);
  const auto array = value.As<Napi::TypedArrayOf<T>>();
  if (static_cast<int64_t>(array.ElementLength()) != expected) {
    refuse_shape(what, "it has " + std::to_string(array.ElementLength()) + " values, but " +
                           std::to_string(expected) + " are expected");
  }
  return array.Data();
}

template <class T>
T one_of(const std::map<std::string, T>& known, const std::string& name, const char* what) {
  const auto found = known.find(name);
  if (found == known.end()) refuse_shape(what, name + " is not known");
  return found->second;
}

std::vector<float> float_list(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  if (!value.IsArray()) refuse(key, "an array of numbers");
  const auto array = value.As<Napi::Array>();
  std::vector<float> list;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value element = array[i];
    if (!element.IsNumber()) refuse(key, "an array of numbers");
    list.push_back(element.As<Napi::Number>().FloatValue());
  }
  return list;
}

// A number that may be left out.
float number_or(const Napi::Object& from, const char* key, float otherwise) {
  return from.Get(key).IsUndefined() ? otherwise : static_cast<float>(number(from, key));
}

bool flag_or(const Napi::Object& from, const char* key, bool otherwise) {
  return from.Get(key).IsUndefined() ? otherwise : flag(from, key);
}

float real(const Napi::Object& from, const char* key) { return static_cast<float>(number(from, key)); }

Layer layer(const Napi::Object& from) {
  const std::string op = text(from, "op");
  Layer result{text(from, "id"), {}, FlattenLayer{}};
  if (op == "add" || op == "mul" || op == "concat") {
    result.inputs = texts(from, "inputs");
  } else {
    result.inputs = {text(from, "input")};
  }
  if (op == "conv2d") {
    result.op = Conv2dLayer{whole_number(from, "filters"),
                            whole_numbers<2>(from, "kernel"),
                            whole_numbers<2>(from, "stride"),
                            whole_numbers<4>(from, "padding"),
                            whole_numbers<2>(from, "dilation"),
                            whole_number(from, "groups"),
                            flag(from, "bias")};
  } else if (op == "maxPool2d" || op == "avgPool2d") {
    result.op = Pool2dLayer{op == "maxPool2d" ? Pool2dLayer::Kind::max : Pool2dLayer::Kind::average,
                            whole_numbers<2>(from, "window"),
                            whole_numbers<2>(from, "stride"),
                            whole_numbers<2>(from, "padding"),
                            flag_or(from, "ceilMode", false),
                            flag_or(from, "countIncludePad", true)};
  } else if (op == "globalAvgPool") {
    result.op = GlobalAvgPoolLayer{};
  } else if (op == "dense") {
    result.op = DenseLayer{whole_number(from, "units"), flag(from, "bias")};
  } else if (op == "relu" || op == "relu6" || op == "sigmoid" || op == "tanh") {
    result.op = ActivationLayer{activation(op)};
  } else if (op == "leakyRelu") {
    result.op = LeakyReluLayer{real(from, "slope")};
  } else if (op == "hardSwish") {
    result.op = HardSwishLayer{};
  } else if (op == "hardSigmoid") {
    result.op = HardSigmoidLayer{};
  } else if (op == "softmax") {
    result.op = SoftmaxLayer{};
  } else if (op == "pad2d") {
    result.op = Pad2dLayer{whole_numbers<4>(from, "padding")};
  } else if (op == "batchNorm2d") {
    result.op = BatchNorm2dLayer{real(from, "epsilon"), real(from, "momentum"), flag_or(from, "frozen", false)};
  } else if (op == "dropout") {
    result.op = DropoutLayer{real(from, "rate")};
  } else if (op == "lrn") {
    result.op = LrnLayer{whole_number(from, "size"), real(from, "alpha"), real(from, "beta"), real(from, "bias")};
  } else if (op == "add") {
    result.op = AddLayer{};
  } else if (op == "mul") {
    result.op = MulLayer{};
  } else if (op == "concat") {
    result.op = ConcatLayer{};
  } else if (op != "flatten") {
    refuse_layer(result.id, "there is no operator called " + op);
  }
  return result;
}

}  // namespace

int64_t whole_number(const Napi::Object& from, const char* key) { return to_whole(from.Get(key), key); }

double number(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  if (!value.IsNumber()) refuse(key, "a number");
  return value.As<Napi::Number>().DoubleValue();
}

bool flag(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  if (!value.IsBoolean()) refuse(key, "true or false");
  return value.As<Napi::Boolean>().Value();
}

std::string text(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  if (!value.IsString()) refuse(key, "text");
  return value.As<Napi::String>().Utf8Value();
}

std::vector<std::string> texts(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  if (!value.IsArray()) refuse(key, "an array of texts");
  std::vector<std::string> list;
  for (uint32_t i = 0; i < value.As<Napi::Array>().Length(); ++i) {
    const Napi::Value element = value.As<Napi::Array>().Get(i);
    if (!element.IsString()) refuse(key, "an array of texts");
    list.push_back(element.As<Napi::String>().Utf8Value());
  }
  return list;
}

int64_t length_of(const Napi::Value& value, const char* what) {
  if (!value.IsTypedArray()) refuse(what, "a typed array");
  return static_cast<int64_t>(value.As<Napi::TypedArray>().ElementLength());
}

Napi::Object object(const Napi::Value& value, const char* what) {
  if (!value.IsObject()) refuse(what, "an object");
  return value.As<Napi::Object>();
}

template <size_t Count>
std::array<int64_t, Count> whole_numbers(const Napi::Object& from, const char* key) {
  const Napi::Value value = from.Get(key);
  if (!value.IsArray() || value.As<Napi::Array>().Length() != Count) {
    refuse(key, std::to_string(Count) + " whole numbers");
  }
  std::array<int64_t, Count> numbers;
  for (uint32_t i = 0; i < Count; ++i) numbers[i] = to_whole(value.As<Napi::Array>().Get(i), key);
  return numbers;
}
template std::array<int64_t, 2> whole_numbers<2>(const Napi::Object&, const char*);
template std::array<int64_t, 4> whole_numbers<4>(const Napi::Object&, const char*);

const float* floats(const Napi::Value& value, int64_t expected, const char* what) {
  return elements<float>(value, napi_float32_array, expected, what, "a Float32Array");
}

const float* floats_or_null(const Napi::Value& value, int64_t expected, const char* what) {
  return value.IsNull() || value.IsUndefined() ? nullptr : floats(value, expected, what);
}

const uint8_t* bytes(const Napi::Value& value, int64_t expected, const char* what) {
  return elements<uint8_t>(value, napi_uint8_array, expected, what, "a Uint8Array");
}

const int32_t* labels(const Napi::Value& value, int64_t expected, const char* what) {
  return elements<int32_t>(value, napi_int32_array, expected, what, "an Int32Array");
}

const double* doubles(const Napi::Value& value, int64_t expected, const char* what) {
  return elements<double>(value, napi_float64_array, expected, what, "a Float64Array");
}

const uint16_t* places(const Napi::Value& value, int64_t expected, const char* what) {
  return elements<uint16_t>(value, napi_uint16_array, expected, what, "a Uint16Array");
}

Graph graph(const Napi::Value& value) {
  const Napi::Object from = object(value, "graph"), input = object(from.Get("input"), "graph.input");
  Graph result{whole_number(input, "channels"), whole_number(input, "height"), whole_number(input, "width"), {}, {}};
  const Napi::Value layers = from.Get("layers");
  if (!layers.IsArray()) refuse("graph.layers", "an array");
  const auto array = layers.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) result.layers.push_back(layer(object(array.Get(i), "layer")));
  if (from.Get("auxiliary").IsUndefined()) return result;
  if (!from.Get("auxiliary").IsArray()) refuse("graph.auxiliary", "an array");
  const auto heads = from.Get("auxiliary").As<Napi::Array>();
  for (uint32_t i = 0; i < heads.Length(); ++i) {
    const Napi::Object head = object(heads.Get(i), "auxiliary head");
    result.auxiliary.push_back({text(head, "layer"), real(head, "weight")});
  }
  return result;
}

NetworkOptions network_options(const Napi::Value& value) {
  const Napi::Object from = object(value, "options");
  const Napi::Object normalisation = object(from.Get("normalisation"), "normalisation");
  NetworkOptions options;
  const double seed = number(from, "seed");
  if (!(seed >= 0 && seed <= 9007199254740991.0 && std::floor(seed) == seed)) refuse("seed", "a whole number from 0 to 2⁵³ − 1");
  options.seed = static_cast<uint64_t>(seed);
  options.threads = static_cast<int>(whole_number(from, "threads"));
  options.max_batch = whole_number(from, "maxBatch");
  options.mean = float_list(normalisation, "mean");
  options.std = float_list(normalisation, "std");
  options.training = flag(from, "training");
  options.keeps_gradients = flag_or(from, "keepsGradients", true);
  if (!from.Get("frozen").IsUndefined()) options.frozen = texts(from, "frozen");
  options.loss = one_of<Loss>({{"softmaxCrossEntropy", Loss::softmax_cross_entropy},
                               {"binaryCrossEntropy", Loss::binary_cross_entropy},
                               {"mse", Loss::mse}},
                              text(from, "loss"), "loss");
  options.label_smoothing = number_or(from, "labelSmoothing", 0);
  if (!from.Get("classWeights").IsUndefined()) options.class_weights = float_list(from, "classWeights");
  options.initialisation = one_of<Initialisation>(
      {{"he", Initialisation::he}, {"glorot", Initialisation::glorot}}, text(from, "initialisation"), "initialisation");
  return options;
}

OptimizerStep optimizer_step(const Napi::Value& value) {
  const Napi::Object from = object(value, "optimizer");
  OptimizerStep step{.kind = optimizer_kind(text(from, "kind")),
                     .learning_rate = static_cast<float>(number(from, "learningRate"))};
  step.weight_decay = static_cast<float>(number(from, "weightDecay"));
  step.momentum = static_cast<float>(number(from, "momentum"));
  step.nesterov = flag(from, "nesterov");
  step.beta1 = number_or(from, "beta1", step.beta1);
  step.beta2 = number_or(from, "beta2", step.beta2);
  step.epsilon = number_or(from, "epsilon", step.epsilon);
  step.clip_norm = number_or(from, "clipNorm", 0);
  step.measures_norm = flag_or(from, "measuresNorm", false);
  step.average_decay = number_or(from, "averageDecay", 0);
  step.decay_weights_only = flag_or(from, "decayWeightsOnly", false);
  if (from.Get("rates").IsUndefined()) return step;
  const Napi::Object rates = object(from.Get("rates"), "rates");
  const Napi::Array names = rates.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).As<Napi::String>().Utf8Value();
    step.rates[name] = real(rates, name.c_str());
  }
  return step;
}

Augmentation augmentation(const Napi::Object& from) {
  const auto strength = [&](const char* key, double most) {
    const double value = from.Get(key).IsUndefined() ? 0 : number(from, key);
    if (!(value >= 0 && value <= most)) refuse(key, "from 0 to " + std::to_string(most));
    return value;
  };
  return {.flip = strength("flip", 1), .flip_vertical = strength("flipVertical", 1), .crop = strength("crop", 0.5),
          .resized_crop = strength("resizedCrop", 0.95), .rotate = strength("rotate", 180),
          .scale = strength("scale", 0.9), .shear = strength("shear", 45), .brightness = strength("brightness", 1),
          .contrast = strength("contrast", 1), .saturation = strength("saturation", 1), .hue = strength("hue", 0.5),
          .blur = strength("blur", 10), .erase = strength("erase", 1), .mixup = strength("mixup", 4),
          .cutmix = strength("cutmix", 4)};
}

Augmented augmented(const Napi::Value& value, int64_t rows) {
  const Napi::Object from = object(value, "augmentation");
  const double seed = number(from, "seed");
  if (!(seed >= 0 && seed <= 0xffffffff && std::floor(seed) == seed)) refuse("seed", "a whole number below 2³²");
  const int32_t* pictures = labels(from.Get("pictures"), rows, "pictures");
  const int32_t* draws = labels(from.Get("draws"), rows, "draws");
  return {augmentation(from), static_cast<uint64_t>(seed), whole_number(from, "epoch"), {pictures, pictures + rows}, {draws, draws + rows}};
}

OptimizerStep::Kind optimizer_kind(const std::string& name) {
  using Kind = OptimizerStep::Kind;
  return one_of<Kind>({{"sgd", Kind::sgd}, {"adam", Kind::adam}, {"adamw", Kind::adamw}}, name, "optimizer");
}

Activation activation(const std::string& name) {
  return one_of<Activation>(
      {{"relu", Activation::relu},
       {"relu6", Activation::relu6},
       {"sigmoid", Activation::sigmoid},
       {"tanh", Activation::tanh}},
      name, "activation");
}

}  // namespace tessera::addon
