// The numbers of a network that a file keeps. The trainable ones are one flat block, with one of gradients beside it, so
// that an optimiser step is one loop; running statistics ("buffers") are another, which no optimiser sees. Inside, weights are as the kernels take them; outside, as PyTorch keeps them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "network/arena.h"
#include "network/initialise.h"

namespace tessera {

struct Parameter {
  std::string name;            // `<layer>.weight`, `.bias`, `.running_mean` or `.running_var`
  std::vector<int64_t> shape;  // as in PyTorch: [K, C/groups, kh, kw], [out, in], [K]
  // Outside [outer][c][hw], inside [outer][hw][c]; c = hw = 1 where both are the same.
  int64_t outer, c, hw;
  int64_t fan_in, fan_out;  // of weights that are drawn; 0 for those that begin at `start`
  float start = 0;
  bool trainable = true;   // otherwise a buffer
  size_t offset = 0;        // floats from the start of its block; a multiple of 16

  int64_t count() const { return outer * c * hw; }
};

class Parameters {
 public:
  // Gives the new parameter's offset.
  size_t add(Parameter parameter);

  // The floats of each block, padding included: padding stays zero under every optimiser.
  size_t floats() const { return floats_; }
  size_t buffer_floats() const { return buffer_floats_; }
  const std::vector<Parameter>& list() const { return list_; }

  // Draws in the outer layout's order, so that the same seed gives the same network whatever the inner one is.
  void initialise_all(Initialisation kind, uint64_t seed, float* block, float* buffers) const;

  // `outside` is as PyTorch keeps it; `block` is the parameter's own, or one of an optimiser's state.
  void read(const Parameter& parameter, const float* block, float* outside) const;
  void write(const Parameter& parameter, const float* outside, float* block) const;

 private:
  std::vector<Parameter> list_;
  size_t floats_ = 0, buffer_floats_ = 0;
};

}  // namespace tessera
