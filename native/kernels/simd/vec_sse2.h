// vec.h in SSE2, which every x86-64 processor has: 16 registers of 4 floats, so that a Vec takes two. There are no
// fused multiply-adds, no masked loads and no blends.
#pragma once
#include <emmintrin.h>

#include <cstdint>

namespace tessera::sse2 {

constexpr int64_t vector_floats = 8;
constexpr int tile_rows = 3;

struct Vec {
  __m128 a, b;
};
struct IntVec {
  __m128i a, b;
};
struct Mask {
  __m128 a, b;  // all bits of a lane, or none
};

inline Vec zeros() { return {_mm_setzero_ps(), _mm_setzero_ps()}; }
inline Vec broadcast(float value) {
  const __m128 four = _mm_set1_ps(value);
  return {four, four};
}
inline Vec load(const float* from) { return {_mm_loadu_ps(from), _mm_loadu_ps(from + 4)}; }
inline void store(float* to, Vec x) {
  _mm_storeu_ps(to, x.a);
  _mm_storeu_ps(to + 4, x.b);
}

inline Vec operator+(Vec x, Vec y) { return {_mm_add_ps(x.a, y.a), _mm_add_ps(x.b, y.b)}; }
inline Vec operator-(Vec x, Vec y) { return {_mm_sub_ps(x.a, y.a), _mm_sub_ps(x.b, y.b)}; }
inline Vec operator*(Vec x, Vec y) { return {_mm_mul_ps(x.a, y.a), _mm_mul_ps(x.b, y.b)}; }
inline Vec operator/(Vec x, Vec y) { return {_mm_div_ps(x.a, y.a), _mm_div_ps(x.b, y.b)}; }
inline Vec square_root(Vec x) { return {_mm_sqrt_ps(x.a), _mm_sqrt_ps(x.b)}; }
inline Vec fma(Vec x, Vec y, Vec z) { return x * y + z; }
inline Vec fnma(Vec x, Vec y, Vec z) { return z - x * y; }
// max_ps and min_ps give their second operand where one is NaN.
inline Vec at_least(Vec x, Vec bound) { return {_mm_max_ps(bound.a, x.a), _mm_max_ps(bound.b, x.b)}; }
inline Vec at_most(Vec x, Vec bound) { return {_mm_min_ps(bound.a, x.a), _mm_min_ps(bound.b, x.b)}; }

inline Mask operator<(Vec x, Vec y) { return {_mm_cmplt_ps(x.a, y.a), _mm_cmplt_ps(x.b, y.b)}; }
inline Mask operator>(Vec x, Vec y) { return y < x; }
inline Mask operator==(Vec x, Vec y) { return {_mm_cmpeq_ps(x.a, y.a), _mm_cmpeq_ps(x.b, y.b)}; }
inline Mask always() {
  const __m128 four = _mm_castsi128_ps(_mm_set1_epi32(-1));
  return {four, four};
}
inline Mask is_nan(Vec x) { return {_mm_cmpunord_ps(x.a, x.a), _mm_cmpunord_ps(x.b, x.b)}; }
inline Mask operator&(Mask x, Mask y) { return {_mm_and_ps(x.a, y.a), _mm_and_ps(x.b, y.b)}; }
inline Mask operator|(Mask x, Mask y) { return {_mm_or_ps(x.a, y.a), _mm_or_ps(x.b, y.b)}; }
inline Mask without(Mask x, Mask y) { return {_mm_andnot_ps(y.a, x.a), _mm_andnot_ps(y.b, x.b)}; }
inline Vec only(Mask m, Vec x) { return {_mm_and_ps(m.a, x.a), _mm_and_ps(m.b, x.b)}; }

inline IntVec as_ints(Vec x) { return {_mm_castps_si128(x.a), _mm_castps_si128(x.b)}; }
inline Vec as_floats(IntVec x) { return {_mm_castsi128_ps(x.a), _mm_castsi128_ps(x.b)}; }
inline Vec select(Mask m, Vec yes, Vec no) {
  return {_mm_or_ps(_mm_and_ps(m.a, yes.a), _mm_andnot_ps(m.a, no.a)),
          _mm_or_ps(_mm_and_ps(m.b, yes.b), _mm_andnot_ps(m.b, no.b))};
}
inline IntVec select(Mask m, IntVec yes, IntVec no) { return as_ints(select(m, as_floats(yes), as_floats(no))); }
inline Vec absolute(Vec x) {
  const __m128 sign = _mm_set1_ps(-0.0f);
  return {_mm_andnot_ps(sign, x.a), _mm_andnot_ps(sign, x.b)};
}
inline float sum(Vec x) {
  const __m128 four = _mm_add_ps(x.a, x.b), two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

inline IntVec broadcast_int(int32_t value) {
  const __m128i four = _mm_set1_epi32(value);
  return {four, four};
}
inline IntVec operator+(IntVec x, IntVec y) { return {_mm_add_epi32(x.a, y.a), _mm_add_epi32(x.b, y.b)}; }
inline IntVec operator-(IntVec x, IntVec y) { return {_mm_sub_epi32(x.a, y.a), _mm_sub_epi32(x.b, y.b)}; }
inline IntVec operator&(IntVec x, IntVec y) { return {_mm_and_si128(x.a, y.a), _mm_and_si128(x.b, y.b)}; }
inline Mask operator==(IntVec x, IntVec y) {
  return {_mm_castsi128_ps(_mm_cmpeq_epi32(x.a, y.a)), _mm_castsi128_ps(_mm_cmpeq_epi32(x.b, y.b))};
}
template <int Bits>
inline IntVec shift_left(IntVec x) {
  return {_mm_slli_epi32(x.a, Bits), _mm_slli_epi32(x.b, Bits)};
}
inline IntVec nearest(Vec x) { return {_mm_cvtps_epi32(x.a), _mm_cvtps_epi32(x.b)}; }
inline Vec to_floats(IntVec x) { return {_mm_cvtepi32_ps(x.a), _mm_cvtepi32_ps(x.b)}; }

inline IntVec widen_u16(__m128i eight) {
  const __m128i zero = _mm_setzero_si128();
  return {_mm_unpacklo_epi16(eight, zero), _mm_unpackhi_epi16(eight, zero)};
}
inline IntVec load_u8(const uint8_t* from) {
  const __m128i eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  return widen_u16(_mm_unpacklo_epi8(eight, _mm_setzero_si128()));
}
inline IntVec load_u16(const uint16_t* from) {
  return widen_u16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}
inline void store_u16(uint16_t* to, IntVec x) {
  // There is a signed packing alone: the numbers are moved into its range and back.
  const __m128i half = _mm_set1_epi32(0x8000);
  const __m128i packed = _mm_packs_epi32(_mm_sub_epi32(x.a, half), _mm_sub_epi32(x.b, half));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_xor_si128(packed, _mm_set1_epi16(-0x8000)));
}

struct Lanes {
  int64_t count;
  bool all;

  explicit Lanes(int64_t first) : count(first), all(first >= vector_floats) {}
  Vec load(const float* from) const {
    if (all) return sse2::load(from);
    if (count >= 4) return {_mm_loadu_ps(from), load_some(from + 4, count - 4)};
    return {load_some(from, count), _mm_setzero_ps()};
  }
  void store(float* to, Vec x) const {
    if (all) return sse2::store(to, x);
    if (count >= 4) {
      _mm_storeu_ps(to, x.a);
      store_some(to + 4, x.b, count - 4);
    } else {
      store_some(to, x.a, count);
    }
  }

 private:
  // Up to three.
  static __m128 load_some(const float* from, int64_t some) {
    if (some <= 0) return _mm_setzero_ps();
    if (some == 1) return _mm_load_ss(from);
    const __m128 two = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
    return some == 2 ? two : _mm_movelh_ps(two, _mm_load_ss(from + 2));
  }
  static void store_some(float* to, __m128 x, int64_t some) {
    if (some <= 0) return;
    if (some == 1) return _mm_store_ss(to, x);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_castps_si128(x));
    if (some == 3) _mm_store_ss(to + 2, _mm_movehl_ps(x, x));
  }
};

// Four rows of four.
inline void transpose_quarter(const __m128* from, __m128* to) {
  const __m128 low = _mm_unpacklo_ps(from[0], from[1]), high = _mm_unpackhi_ps(from[0], from[1]);
  const __m128 low2 = _mm_unpacklo_ps(from[2], from[3]), high2 = _mm_unpackhi_ps(from[2], from[3]);
  to[0] = _mm_movelh_ps(low, low2);
  to[1] = _mm_movehl_ps(low2, low);
  to[2] = _mm_movelh_ps(high, high2);
  to[3] = _mm_movehl_ps(high2, high);
}
inline void transpose(Vec* r) {
  __m128 quarter[4][4], turned[4][4];  // left and right above, left and right below
  for (int i = 0; i < 4; ++i) {
    quarter[0][i] = r[i].a;
    quarter[1][i] = r[i].b;
    quarter[2][i] = r[i + 4].a;
    quarter[3][i] = r[i + 4].b;
  }
  for (int q = 0; q < 4; ++q) transpose_quarter(quarter[q], turned[q]);
  for (int i = 0; i < 4; ++i) {
    r[i] = {turned[0][i], turned[2][i]};
    r[i + 4] = {turned[1][i], turned[3][i]};
  }
}

}  // namespace tessera::sse2
