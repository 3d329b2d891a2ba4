// The trainable numbers of a network: one flat block of parameters and one of gradients, so that an optimiser step is
// one loop. Inside, weights are as the kernels take them; outside, as PyTorch keeps them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "network/arena.h"
#include "network/initialise.h"

namespace tessera {

struct Parameter {
  std::string name;            // `<layer>.weight` or `<layer>.bias`
  std::vector<int64_t> shape;  // as in PyTorch: [K, C/groups, kh, kw], [out, in], [K]
  // Outside [outer][c][hw], inside [outer][hw][c]; c = hw = 1 where both are the same.
  int64_t outer, c, hw;
  int64_t fan_in, fan_out;  // of weights; 0 for a bias, which begins at zero
  size_t offset = 0;        // floats from the start of the block; a multiple of 16

  int64_t count() const { return outer * c * hw; }
};

class Parameters {
 public:
  // Gives the new parameter's offset.
  size_t add(Parameter parameter);

  // The floats of one block, padding included: padding stays zero under every optimiser.
  size_t floats() const { return floats_; }
  const std::vector<Parameter>& list() const { return list_; }

  // Draws in the outer layout's order, so that the same seed gives the same network whatever the inner one is.
  void initialise_all(Initialisation kind, uint64_t seed, float* block) const;

  // `outside` is as PyTorch keeps it; `block` is a block of parameters or of an optimiser's state.
  void read(const Parameter& parameter, const float* block, float* outside) const;
  void write(const Parameter& parameter, const float* outside, float* block) const;

 private:
  std::vector<Parameter> list_;
  size_t floats_ = 0;
};

}  // namespace tessera
