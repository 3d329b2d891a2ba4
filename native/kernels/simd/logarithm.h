// ln x by lane for x > 0: x = 2ⁿ · m with m near 1, and ln m = 2 artanh((m − 1) / (m + 1)), five terms of its series. NaN
// surfaces.
#pragma once
#include "kernels/simd/vec.h"

namespace tessera::TESSERA_SIMD {

inline Vec logarithm(Vec x) {
  const IntVec bits = as_ints(x);
  // A multiple of 2²³ with eight digits: exact as a float.
  const Vec exponent = to_floats(bits & broadcast_int(0x7f800000)) * broadcast(1.0f / 8388608) - broadcast(127);
  const Vec mantissa = as_floats((bits & broadcast_int(0x007fffff)) + broadcast_int(0x3f800000));
  const Mask large = mantissa > broadcast(1.41421356f);
  const Vec n = select(large, exponent + broadcast(1), exponent);
  const Vec m = select(large, mantissa * broadcast(0.5f), mantissa);
  const Vec s = (m - broadcast(1)) / (m + broadcast(1)), square = s * s;
  constexpr float terms[] = {2.0f / 7, 2.0f / 5, 2.0f / 3, 2.0f};
  Vec series = broadcast(2.0f / 9);
  for (const float term : terms) series = fma(series, square, broadcast(term));
  return select(is_nan(x), x, fma(n, broadcast(0.693147181f), s * series));
}

}  // namespace tessera::TESSERA_SIMD
