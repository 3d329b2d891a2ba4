// A second plan of a network, in which layers that are to be looked at stand by themselves.
#pragma once
#include "network/network.h"

namespace tessera {

// Kept from one call to the next, since people look at the same layers again and again.
struct Network::Observer {
  CompileOptions how;
  bool whole;
  Runner runner;
  Memory arena;

  size_t bytes() const { return arena.bytes() + runner.folded_bytes(); }
};

}  // namespace tessera
