// Between the outer world's layouts (PyTorch's: pictures [N, C, H, W], weights [K, C/groups, kh, kw]) and the
// kernels' (pictures [N, H, W, C], weights [K, kh, kw, C/groups]). Both are the same turn of the two last axes'
// block against the channels.
#pragma once
#include <cstdint>

namespace tessera {

// from[outer][c][hw] → to[outer][hw][c]
void channels_last(int64_t outer, int64_t c, int64_t hw, const float* from, float* to);

// from[outer][hw][c] → to[outer][c][hw]
void channels_first(int64_t outer, int64_t c, int64_t hw, const float* from, float* to);

}  // namespace tessera
