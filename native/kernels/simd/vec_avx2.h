// vec.h in AVX2 with FMA: 16 registers of 8 floats.
#pragma once
#include <immintrin.h>

#include <cstdint>

namespace tessera::avx2 {

constexpr int64_t vector_floats = 8;
constexpr int tile_rows = 6;

struct Vec {
  __m256 v;
};
struct IntVec {
  __m256i v;
};
struct Mask {
  __m256 v;  // all bits of a lane, or none
};

inline Vec zeros() { return {_mm256_setzero_ps()}; }
inline Vec broadcast(float value) { return {_mm256_set1_ps(value)}; }
inline Vec load(const float* from) { return {_mm256_loadu_ps(from)}; }
inline void store(float* to, Vec a) { _mm256_storeu_ps(to, a.v); }

inline Vec operator+(Vec a, Vec b) { return {_mm256_add_ps(a.v, b.v)}; }
inline Vec operator-(Vec a, Vec b) { return {_mm256_sub_ps(a.v, b.v)}; }
inline Vec operator*(Vec a, Vec b) { return {_mm256_mul_ps(a.v, b.v)}; }
inline Vec operator/(Vec a, Vec b) { return {_mm256_div_ps(a.v, b.v)}; }
inline Vec square_root(Vec a) { return {_mm256_sqrt_ps(a.v)}; }
inline Vec fma(Vec a, Vec b, Vec c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
inline Vec fnma(Vec a, Vec b, Vec c) { return {_mm256_fnmadd_ps(a.v, b.v, c.v)}; }
// max_ps and min_ps give their second operand where one is NaN.
inline Vec at_least(Vec x, Vec bound) { return {_mm256_max_ps(bound.v, x.v)}; }
inline Vec at_most(Vec x, Vec bound) { return {_mm256_min_ps(bound.v, x.v)}; }

inline Mask operator<(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)}; }
inline Mask operator>(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_GT_OQ)}; }
inline Mask operator==(Vec a, Vec b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)}; }
inline Mask always() { return {_mm256_castsi256_ps(_mm256_set1_epi32(-1))}; }
inline Mask is_nan(Vec a) { return {_mm256_cmp_ps(a.v, a.v, _CMP_UNORD_Q)}; }
inline Mask operator&(Mask a, Mask b) { return {_mm256_and_ps(a.v, b.v)}; }
inline Mask operator|(Mask a, Mask b) { return {_mm256_or_ps(a.v, b.v)}; }
inline Mask without(Mask a, Mask b) { return {_mm256_andnot_ps(b.v, a.v)}; }
inline Vec select(Mask m, Vec yes, Vec no) { return {_mm256_blendv_ps(no.v, yes.v, m.v)}; }
inline IntVec select(Mask m, IntVec yes, IntVec no) {
  return {_mm256_blendv_epi8(no.v, yes.v, _mm256_castps_si256(m.v))};
}
inline Vec only(Mask m, Vec a) { return {_mm256_and_ps(m.v, a.v)}; }

inline IntVec as_ints(Vec a) { return {_mm256_castps_si256(a.v)}; }
inline Vec as_floats(IntVec a) { return {_mm256_castsi256_ps(a.v)}; }
inline Vec absolute(Vec a) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v)}; }
inline float sum(Vec a) {
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

inline IntVec broadcast_int(int32_t value) { return {_mm256_set1_epi32(value)}; }
inline IntVec operator+(IntVec a, IntVec b) { return {_mm256_add_epi32(a.v, b.v)}; }
inline IntVec operator-(IntVec a, IntVec b) { return {_mm256_sub_epi32(a.v, b.v)}; }
inline IntVec operator&(IntVec a, IntVec b) { return {_mm256_and_si256(a.v, b.v)}; }
inline Mask operator==(IntVec a, IntVec b) { return {_mm256_castsi256_ps(_mm256_cmpeq_epi32(a.v, b.v))}; }
template <int Bits>
inline IntVec shift_left(IntVec a) {
  return {_mm256_slli_epi32(a.v, Bits)};
}
inline IntVec nearest(Vec a) { return {_mm256_cvtps_epi32(a.v)}; }
inline Vec to_floats(IntVec a) { return {_mm256_cvtepi32_ps(a.v)}; }

inline IntVec load_u8(const uint8_t* from) {
  return {_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)))};
}
inline IntVec load_u16(const uint16_t* from) {
  return {_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)))};
}
inline void store_u16(uint16_t* to, IntVec a) {
  const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(a.v, a.v), 0x08);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(packed));
}

struct Lanes {
  __m256i mask;
  bool all;

  explicit Lanes(int64_t count) : all(count >= vector_floats) {
    const int there = static_cast<int>(all ? vector_floats : count);
    mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(there), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  Vec load(const float* from) const { return {all ? _mm256_loadu_ps(from) : _mm256_maskload_ps(from, mask)}; }
  void store(float* to, Vec value) const {
    if (all) {
      _mm256_storeu_ps(to, value.v);
    } else {
      _mm256_maskstore_ps(to, mask, value.v);
    }
  }
};

inline void transpose(Vec* r) {
  __m256 pair[8], quad[8];
  for (int i = 0; i < 8; i += 2) {
    pair[i] = _mm256_unpacklo_ps(r[i].v, r[i + 1].v);
    pair[i + 1] = _mm256_unpackhi_ps(r[i].v, r[i + 1].v);
  }
  for (int i = 0; i < 8; i += 4) {
    quad[i] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0x44);
    quad[i + 1] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0xee);
    quad[i + 2] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0x44);
    quad[i + 3] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0xee);
  }
  for (int i = 0; i < 4; ++i) {
    r[i] = {_mm256_permute2f128_ps(quad[i], quad[i + 4], 0x20)};
    r[i + 4] = {_mm256_permute2f128_ps(quad[i], quad[i + 4], 0x31)};
  }
}

}  // namespace tessera::avx2
