// A prediction takes a large batch through the network in portions, so that what one layer writes is still in the cache when
// the next one reads it. A picture's bits do not depend on its neighbours, so nothing else shows.
#pragma once
#include <cstdint>

#include "network/plan.h"

namespace tessera {

// Pictures a portion, 1 … max_batch, for the threads that are set.
int64_t portion_of(const Plan& plan, const Kernels& kernels, int64_t max_batch);

}  // namespace tessera
