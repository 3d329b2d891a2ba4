// Convolutions that a prediction takes through together, some rows of a picture at a time: a depthwise one with the 1×1 that
// widens before it, the 1×1 that narrows behind it, or both, as inverted bottlenecks have them (Sandler et al., 2018). The wide
// values between them, which are larger than everything else of such a network, then never leave a core's cache, and threads
// meet once instead of three times. Every number is that of the single layers, to the bit.
#pragma once
#include "network/plan.h"

namespace tessera {

// Puts such layers of a plan without gradients together where it pays for the threads that are set. What lies between them has
// no place in `sources` any more.
void join_in_bands(Plan& plan);

}  // namespace tessera
