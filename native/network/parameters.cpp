#include "network/parameters.h"

#include <algorithm>
#include <utility>

#include "network/layout.h"

namespace tessera {

size_t Parameters::add(Parameter parameter) {
  constexpr size_t step = arena_alignment / sizeof(float);
  size_t& floats = floats_[static_cast<size_t>(parameter.block)];
  const size_t offset = floats;
  parameter.offset = offset;
  floats += (static_cast<size_t>(parameter.count()) + step - 1) / step * step;
  list_.push_back(std::move(parameter));
  return offset;
}

void Parameters::join_deferred() {
  size_t& trainable = floats_[static_cast<size_t>(Block::parameters)];
  gradient_floats_ = trainable;
  for (Parameter& parameter : list_) {
    if (parameter.block != Block::deferred) continue;
    parameter.block = Block::parameters;
    parameter.offset += gradient_floats_;
  }
  trainable += std::exchange(floats_[static_cast<size_t>(Block::deferred)], 0);
}

void Parameters::initialise_one(const Parameter& parameter, Initialisation kind, Random& random, float* block) const {
  if (parameter.fan_in == 0) {
    std::fill_n(block + parameter.offset, parameter.count(), parameter.start);
    return;
  }
  std::vector<float> weights(static_cast<size_t>(parameter.count()));
  initialise(kind, parameter.fan_in, parameter.fan_out, random, parameter.count(), weights.data());
  write(parameter, weights.data(), block);
}

void Parameters::read(const Parameter& parameter, const float* block, float* outside) const {
  channels_first(parameter.outer, parameter.c, parameter.hw, block + parameter.offset, outside);
}

void Parameters::write(const Parameter& parameter, const float* outside, float* block) const {
  channels_last(parameter.outer, parameter.c, parameter.hw, outside, block + parameter.offset);
}

}  // namespace tessera
