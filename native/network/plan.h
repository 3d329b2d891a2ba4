// From a graph to nodes: shapes are inferred and checked, parameters are laid out, activations join the layer before
// them.
#pragma once
#include <memory>
#include <vector>

#include "network/graph.h"
#include "network/node.h"
#include "network/parameters.h"

namespace tessera {

// Value 0 is the picture. Node i reads values that are there before it, and writes value i + 1.
struct Plan {
  // A value that a loss is taken of.
  struct Head {
    size_t value;
    float weight;
  };

  std::vector<Value> values;
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<std::vector<size_t>> reads;  // by node: the values in the order of its inputs
  std::vector<Head> heads;          // the first gives the logits
  std::vector<bool> training_only;  // by node: those that lead to the other heads alone
  Parameters parameters;
};

// Throws `graphInvalid` with the layer and the reason.
Plan compile(const Graph& graph);

}  // namespace tessera
