// From a graph to nodes: shapes are inferred and checked, parameters are laid out, activations join the layer before
// them.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "network/graph.h"
#include "network/node.h"
#include "network/parameters.h"

namespace tessera {

enum class Gradients { none, of_parameters, of_everything };

struct CompileOptions {
  // False: as in prediction, where batch norms go by their running statistics and dropout does nothing.
  bool training = true;
  Gradients gradients = Gradients::of_parameters;
  // Layers whose numbers stay as they are; what lies before every other layer with numbers runs forward only.
  std::vector<std::string> frozen = {};
  // Layers whose own output and its gradient are to be read: nothing joins them.
  std::vector<std::string> observed = {};
  // The gradients of large dense layers are left to the optimiser's update (deferred.h). All plans of a network agree in it:
  // it decides where parameters lie.
  bool defers = false;

  bool operator==(const CompileOptions&) const = default;
};

// Where a layer's output lies, and how the outer world sees it; a flatten is a view of the value before it. A layer that
// became part of another node lies where that one does.
struct Source {
  size_t value;
  Value shape;
};

// A batch norm that stays as it is, and the convolution whose weights take it in.
struct Fold {
  Weights from, to;        // `to` is in `Block::folded`
  BatchNormWeights norm;
  float epsilon;
  int64_t filters, row;  // a filter's weights lie in one row
};

// A dense layer whose gradients the update makes, of what it reads and of its output's gradient, which live until then.
struct Deferred {
  size_t node;
  int64_t in, out;
  Weights weights;  // in `Block::deferred`
};

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
  std::vector<size_t> places;              // by node: its layer's place in the graph
  std::vector<bool> trains;                // by node: it has numbers that the optimiser moves
  std::vector<bool> carries;               // by value: its gradient is made
  std::vector<Head> heads;                 // the first gives the logits; the others only training has
  std::map<std::string, Source> sources;   // by layer, and "input"
  std::vector<Fold> folds;
  size_t folded_floats = 0;
  std::vector<Deferred> deferred;  // where gradients of parameters are asked for
  Parameters parameters;
};

// Throws `graphInvalid` with the layer and the reason.
Plan compile(const Graph& graph, const CompileOptions& options = {});

// Takes out what none of these values hangs on. `sources` and `heads` of what is gone are gone too.
void keep_only(Plan& plan, const std::vector<size_t>& values);

}  // namespace tessera
