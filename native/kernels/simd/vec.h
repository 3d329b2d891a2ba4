// The vectors that the kernels of this room are written in. Every file here is compiled once for each instruction set,
// with that set's flags and in a namespace of its own:
//   namespace tessera::TESSERA_SIMD { … }
//
// A Vec holds `vector_floats` float32 (8 everywhere but under AVX-512, where it is 16): count in vector_floats, never in
// eights. The header of an instruction set (vec_avx2.h, …) gives, and guarantees:
//
//   vector_floats, tile_rows             lanes; rows of the register tile that this set's registers hold (tile.h)
//   Vec, IntVec, Mask                    floats; int32; truths, one a lane. Passed by value, all arithmetic by lane
//   zeros(), broadcast(f), load(p), store(p, v)       no alignment asked for
//   a + b, a - b, a * b, a / b, square_root(a)
//                                        one rounding each, though the compiler may join a product and a sum to an fma
//   fma(a, b, c) = a · b + c, fnma(a, b, c) = c − a · b
//                                        rounded once, but twice under SSE2, which has no such instruction: results of
//                                        different sets differ by that, of one set they never do
//   at_least(x, bound) = x < bound ? bound : x, at_most(x, bound) = x > bound ? bound : x
//                                        so a NaN of x surfaces; never bound a number by what may be NaN
//   a < b, a > b, a == b                 false where either is NaN
//   is_nan(a), always(); m & n, m | n, without(m, n) = m and not n
//   select(m, yes, no)                   of Vec or of IntVec
//   only(m, a)                           a where m, otherwise +0 (also where a is NaN)
//   absolute(a), as_ints(a), as_floats(i) bits as they are
//   sum(a)                               of all lanes, always in the same order: halves onto halves
//   broadcast_int(i), i + j, i - j, i & j, i == j, shift_left<n>(i)
//   nearest(a)                           int32 by round-to-nearest-even; a must lie within its range
//   to_floats(i)                         exact below 2²⁴
//   load_u8(p), load_u16(p) → IntVec; store_u16(p, i) of 0 ≤ i ≤ 65,535
//   Lanes(count)                         the first `count` lanes (≤ 0: none, ≥ vector_floats: all). lanes.load reads the
//                                        others as zero and does not touch their memory; lanes.store does not write
//                                        them. lanes.all tells that none is missing
//   transpose(Vec[vector_floats])        rows become columns
//
// Nothing of the standard library that is inline may be used in this room: the linker might keep the copy that was
// compiled with these flags for the whole program. memset, memcpy and <cmath>'s C functions are not inline.
#pragma once
#include <cstdint>

#if defined(TESSERA_SIMD_AVX512)
#define TESSERA_SIMD avx512
#include "kernels/simd/vec_avx512.h"
#elif defined(TESSERA_SIMD_AVX2)
#define TESSERA_SIMD avx2
#include "kernels/simd/vec_avx2.h"
#elif defined(TESSERA_SIMD_SSE2)
#define TESSERA_SIMD sse2
#include "kernels/simd/vec_sse2.h"
#elif defined(TESSERA_SIMD_NEON)
#define TESSERA_SIMD neon
#include "kernels/simd/vec_neon.h"
#else
#error "kernels/simd is compiled once per instruction set; native/CMakeLists.txt says which"
#endif
