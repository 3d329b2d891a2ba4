// A network as data, as app/contract/model.ts describes it. Pairs are height, width.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "kernels/kernels.h"

namespace tessera {

using Pair = std::array<int64_t, 2>;

struct Conv2dLayer {
  int64_t filters;
  Pair kernel, stride;
  std::array<int64_t, 4> padding;  // top, left, bottom, right
  Pair dilation;
  int64_t groups;
  bool bias;
};

struct Pool2dLayer {
  enum class Kind { max, average } kind;
  Pair window, stride, padding;
  bool ceil_mode = false, count_include_pad = true;
};

struct GlobalAvgPoolLayer {};

struct ActivationLayer {
  Activation activation;
};

struct FlattenLayer {};

struct DenseLayer {
  int64_t units;
  bool bias;
};

// Normalises every channel by the batch's mean and variance while training, otherwise by running ones.
// Frozen: by running ones always, which stay as they are.
struct BatchNorm2dLayer {
  float epsilon, momentum;
  bool frozen = false;
};

struct LeakyReluLayer {
  float slope;
};

struct HardSwishLayer {};

struct HardSigmoidLayer {};

// Over one row of numbers.
struct SoftmaxLayer {};

// A frame of zeros around the picture.
struct Pad2dLayer {
  std::array<int64_t, 4> padding;  // top, left, bottom, right
};

struct DropoutLayer {
  float rate;
};

struct LrnLayer {
  int64_t size;
  float alpha, beta, bias;
};

// Number by number, of two inputs or more.
struct AddLayer {};

// Two inputs of one shape, number by number; or the second gives one number for each channel of the first.
struct MulLayer {};

// Channels side by side, of two inputs or more.
struct ConcatLayer {};

struct Layer {
  std::string id;
  std::vector<std::string> inputs;  // the layers whose outputs it reads, or "input"
  std::variant<Conv2dLayer, Pool2dLayer, GlobalAvgPoolLayer, ActivationLayer, FlattenLayer, DenseLayer,
               BatchNorm2dLayer, LeakyReluLayer, HardSwishLayer, HardSigmoidLayer, SoftmaxLayer, Pad2dLayer, DropoutLayer,
               LrnLayer, AddLayer, MulLayer, ConcatLayer>
      op;
};

// A head that only training has: its loss, times `weight`, is added to that of the logits.
struct AuxiliaryHead {
  std::string layer;
  float weight;
};

struct Graph {
  int64_t channels, height, width;
  std::vector<Layer> layers;  // in the order in which they run; the last one gives the logits
  std::vector<AuxiliaryHead> auxiliary = {};
};

}  // namespace tessera
