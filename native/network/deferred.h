// Large dense layers whose gradients are nowhere kept. A weight's gradient is the sum over the batch of one number that the
// layer read by one of its output's gradient, and both together are tiny beside the weights: after the backward pass the
// gradients of some rows of weights are made at a time, in a scratch that fits the cache, and those rows are stepped at once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "network/optimizer.h"
#include "network/plan.h"
#include "network/runner.h"

namespace tessera {

// Weights below which a layer's gradients are kept like all others.
constexpr int64_t least_deferred = 16 * 1024;

// Floats for any of the layers and batches of at most n pictures.
size_t deferred_scratch(const std::vector<Deferred>& layers, const Kernels& kernels, int64_t n);

// The deferred part of the step that `optimizer` has just made with `how`. `runner` has run backward on n pictures. The bits
// are those of a step by kept gradients, and so are independent of the number of threads.
void update_deferred(const Runner& runner, const Kernels& kernels, int64_t n, OptimizerState& optimizer,
                     const OptimizerStep& how, float* parameters);

}  // namespace tessera
