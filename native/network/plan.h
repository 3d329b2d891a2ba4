// From a graph to nodes: shapes are inferred and checked, parameters are laid out, activations join the layer before
// them.
#pragma once
#include <memory>
#include <vector>

#include "network/graph.h"
#include "network/node.h"
#include "network/parameters.h"

namespace tessera {

// A chain: node i reads value i and writes value i + 1; value 0 is the picture.
struct Plan {
  std::vector<Value> values;
  std::vector<std::unique_ptr<Node>> nodes;
  Parameters parameters;
};

// Throws `graphInvalid` with the layer and the reason.
Plan compile(const Graph& graph);

}  // namespace tessera
