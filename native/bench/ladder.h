// How one layer gets faster, step by step.
#pragma once

namespace tessera {

// A 3×3 convolution of 64 channels at 56×56 on one thread: as the textbook has it, as im2col and a matrix product,
// directly, and by Winograd; each one's share of the FMA peak, as a table on stdout.
void print_ladder();

}  // namespace tessera
