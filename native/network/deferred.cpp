#include "network/deferred.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace tessera {
namespace {

constexpr int64_t line = arena_alignment / sizeof(float);
constexpr int64_t block_floats = 1 << 20;

int64_t padded(int64_t floats) { return (floats + line - 1) / line * line; }

// Whole lines of rows, so that each stretch begins where vectors of the block begin.
int64_t rows_at_once(const Deferred& layer) {
  return std::min(layer.out, std::max(block_floats / layer.in / line * line, line));
}

// What lies in the scratch, one behind the other: gradients of weights and biases, dy[n, rows], the kernel's own.
struct Scratch {
  float *weights, *biases, *dy, *rest;

  Scratch(float* from, const Deferred& layer, int64_t n)
      : weights(from),
        biases(weights + padded(rows_at_once(layer) * layer.in)),
        dy(biases + padded(rows_at_once(layer))),
        rest(dy + padded(n * rows_at_once(layer))) {}
};

void update(const Deferred& layer, const Runner& runner, const Kernels& kernels, int64_t n, OptimizerState& optimizer,
            const OptimizerStep& how, float* parameters) {
  const Plan& plan = runner.plan();
  const float *x = runner.value(plan.reads[layer.node][0]), *dy = runner.gradient(layer.node + 1);
  const Scratch scratch(runner.update_scratch(), layer, n);
  const auto base = static_cast<int64_t>(plan.parameters.gradient_floats());
  const bool has_bias = layer.weights.bias != Weights::no_bias;
  const int64_t at_once = rows_at_once(layer);
  for (int64_t row = 0; row < layer.out; row += at_once) {
    const int64_t rows = std::min(at_once, layer.out - row);
    kernels.copy_columns(n, rows, dy + row, layer.out, scratch.dy, rows);
    parallel_for(scratch.dy - scratch.weights, 16 * 1024, [&](int64_t begin, int64_t end) {
      std::fill(scratch.weights + begin, scratch.weights + end, 0.0f);
    });
    kernels.dense_backward_weights(n, layer.in, rows, x, scratch.dy, scratch.weights, has_bias ? scratch.biases : nullptr,
                                   scratch.rest);
    optimizer.apply_further(kernels, how, base + static_cast<int64_t>(layer.weights.weight) + row * layer.in,
                            rows * layer.in, parameters, scratch.weights);
    if (!has_bias) continue;
    optimizer.apply_further(kernels, how, base + static_cast<int64_t>(layer.weights.bias) + row, rows, parameters,
                            scratch.biases);
  }
}

}  // namespace

size_t deferred_scratch(const std::vector<Deferred>& layers, const Kernels& kernels, int64_t n) {
  size_t most = 0;
  for (const Deferred& layer : layers) {
    const int64_t rows = rows_at_once(layer);
    const int64_t own = padded(rows * layer.in) + padded(rows) + padded(n * rows);
    most = std::max(most, static_cast<size_t>(own) + kernels.dense_scratch(n, layer.in, rows));
  }
  return most;
}

void update_deferred(const Runner& runner, const Kernels& kernels, int64_t n, OptimizerState& optimizer,
                     const OptimizerStep& how, float* parameters) {
  for (const Deferred& layer : runner.plan().deferred) update(layer, runner, kernels, n, optimizer, how, parameters);
}

}  // namespace tessera
