// The numbers of a network that a file keeps. The trainable ones are one flat block, with one of gradients beside it, so
// that an optimiser step is one loop; those of frozen layers and running statistics are two others, which no optimiser
// sees and for which it keeps nothing. Deferred ones (deferred.h) end the trainable block, behind what has gradients. Inside, weights are as the kernels take them; outside, as PyTorch keeps them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "network/arena.h"
#include "network/initialise.h"
#include "network/node.h"

namespace tessera {

struct Parameter {
  std::string name;            // `<layer>.weight`, `.bias`, `.running_mean` or `.running_var`
  std::vector<int64_t> shape;  // as in PyTorch: [K, C/groups, kh, kw], [out, in], [K]
  // Outside [outer][c][hw], inside [outer][hw][c]; c = hw = 1 where both are the same.
  int64_t outer, c, hw;
  int64_t fan_in, fan_out;  // of weights that are drawn; 0 for those that begin at `start`
  float start = 0;
  Block block = Block::parameters;
  size_t offset = 0;  // floats from the start of its block; a multiple of 16

  bool trainable() const { return block == Block::parameters; }
  int64_t count() const { return outer * c * hw; }
};

class Parameters {
 public:
  // Gives the new parameter's offset.
  size_t add(Parameter parameter);

  // Puts the deferred parameters behind the other trainable ones. Call once, after the last has been added.
  void join_deferred();
  // The trainable floats up to the deferred ones: those whose gradients are kept.
  size_t gradient_floats() const { return gradient_floats_; }

  // The floats of each block, padding included: padding stays zero under every optimiser.
  size_t floats(Block block = Block::parameters) const { return floats_[static_cast<size_t>(block)]; }
  const std::vector<Parameter>& list() const { return list_; }

  // Draws in the outer layout's order, so that the same seed gives the same network whatever the inner one is.
  // `block_of` gives the memory of a block.
  template <class BlockOf>
  void initialise_all(Initialisation kind, uint64_t seed, BlockOf block_of) const {
    Random random(seed);
    for (const Parameter& parameter : list_) initialise_one(parameter, kind, random, block_of(parameter.block));
  }

  // `outside` is as PyTorch keeps it; `block` is the parameter's own, or one of an optimiser's state.
  void read(const Parameter& parameter, const float* block, float* outside) const;
  void write(const Parameter& parameter, const float* outside, float* block) const;

 private:
  void initialise_one(const Parameter& parameter, Initialisation kind, Random& random, float* block) const;

  std::vector<Parameter> list_;
  std::array<size_t, 4> floats_{};  // parameters, frozen, statistics, deferred
  size_t gradient_floats_ = 0;
};

}  // namespace tessera
