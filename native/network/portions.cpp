#include "network/portions.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace tessera {
namespace {

// Every portion reads all weights, and every picture writes and reads its values: where the two are as much, larger portions
// have little left to save, and smaller ones read the weights too often. Small pictures share the cost of starting threads.
int64_t pictures_wanted(const Plan& plan, const Kernels& kernels) {
  constexpr size_t least_floats = 1 << 20;
  size_t weights = 0, values = 0;
  for (const auto& node : plan.nodes) weights += node->prepared_floats(kernels);
  for (const Parameter& parameter : plan.parameters.list()) weights += static_cast<size_t>(parameter.count());
  for (const Value& value : plan.values) values += static_cast<size_t>(value.size());
  return static_cast<int64_t>(std::max(weights, least_floats) / std::max<size_t>(values, 1));
}

}  // namespace

int64_t portion_of(const Plan& plan, const Kernels& kernels, int64_t max_batch) {
  return std::clamp(std::max<int64_t>(pictures_wanted(plan, kernels), threads()), int64_t{1}, max_batch);
}

bool suits_a_thread(const Plan& plan, const Kernels& kernels) { return pictures_wanted(plan, kernels) <= 1; }

}  // namespace tessera
