// The one place where work is spread over threads.
#pragma once
#include <cstdint>

namespace tessera {

// Threads that parallel_for uses when called from this thread; 1 … 256. Default: the machine's cores.
void set_threads(int threads);
int threads();

// Calls body(begin, end) on disjoint ranges that cover 0 … count. The split may depend on the thread count, so a
// body's result for an index must not depend on the range that it came in.
template <class Body>
void parallel_for(int64_t count, int64_t grain, Body&& body);

}  // namespace tessera

#include "parallel_impl.h"
