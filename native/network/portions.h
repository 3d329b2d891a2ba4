// A prediction takes a large batch through the network in portions, so that what one layer writes is still in the cache when
// the next one reads it. A picture's bits do not depend on its neighbours, so nothing else shows.
#pragma once
#include <cstdint>

#include "network/plan.h"

namespace tessera {

// Pictures a portion, 1 … max_batch, that all threads take through together.
int64_t portion_of(const Plan& plan, const Kernels& kernels, int64_t max_batch);

// Whether a picture alone is work enough for a thread: then each takes pictures of its own through the whole network, no
// layer waits for another thread, and none reads what another core wrote.
bool suits_a_thread(const Plan& plan, const Kernels& kernels);

}  // namespace tessera
