// eˣ by lane: 2ⁿ · eʳ with n the nearest whole number of x / ln 2, so that |r| ≤ ln 2 / 2, where eight terms of Taylor's
// series leave an error under float32's. NaN surfaces.
#pragma once
#include "kernels/simd/vec.h"

namespace tessera::TESSERA_SIMD {

struct PowerOfTwo {
  Vec whole;  // 2ⁿ
  Vec rest;   // eʳ − 1
};

// x counts as at least −87 and at most 88, where the result is 1.6e-38 and 1.7e38.
inline PowerOfTwo split_exponential(Vec x) {
  x = at_most(at_least(x, broadcast(-87)), broadcast(88));
  const IntVec n = nearest(x * broadcast(1.44269504f));
  const Vec count = to_floats(n);
  // ln 2 in two parts, the first so short that n times it is exact.
  const Vec r = fnma(count, broadcast(-2.12194440e-4f), fnma(count, broadcast(0.693359375f), x));
  constexpr float terms[] = {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f};
  Vec series = broadcast(1.0f / 5040);
  for (const float term : terms) series = fma(series, r, broadcast(term));
  return {as_floats(shift_left<23>(n + broadcast_int(127))), series * r};
}

inline Vec exponential(Vec x) {
  const PowerOfTwo power = split_exponential(x);
  return fma(power.whole, power.rest, power.whole);
}

// eˣ − 1, which near zero keeps its digits.
inline Vec exponential_less_one(Vec x) {
  const PowerOfTwo power = split_exponential(x);
  return fma(power.whole, power.rest, power.whole - broadcast(1));
}

}  // namespace tessera::TESSERA_SIMD
