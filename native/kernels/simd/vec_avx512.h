// vec.h in AVX-512 (F, BW, DQ, VL): 32 registers of 16 floats, and masks in registers of their own. Taller tiles fit, but then the
// rows of A take more address registers than there are.
#pragma once
#include <immintrin.h>

#include <cstdint>

namespace tessera::avx512 {

constexpr int64_t vector_floats = 16;
constexpr int tile_rows = 8;

struct Vec {
  __m512 v;
};
struct IntVec {
  __m512i v;
};
struct Mask {
  __mmask16 m;
};

inline Vec zeros() { return {_mm512_setzero_ps()}; }
inline Vec broadcast(float value) { return {_mm512_set1_ps(value)}; }
inline Vec load(const float* from) { return {_mm512_loadu_ps(from)}; }
inline void store(float* to, Vec a) { _mm512_storeu_ps(to, a.v); }

inline Vec operator+(Vec a, Vec b) { return {_mm512_add_ps(a.v, b.v)}; }
inline Vec operator-(Vec a, Vec b) { return {_mm512_sub_ps(a.v, b.v)}; }
inline Vec operator*(Vec a, Vec b) { return {_mm512_mul_ps(a.v, b.v)}; }
inline Vec operator/(Vec a, Vec b) { return {_mm512_div_ps(a.v, b.v)}; }
// In the masked form, with every lane: the plain one's header leaves a register that GCC 12 calls uninitialised.
inline Vec square_root(Vec a) { return {_mm512_maskz_sqrt_ps(0xffff, a.v)}; }
inline Vec fma(Vec a, Vec b, Vec c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
inline Vec fnma(Vec a, Vec b, Vec c) { return {_mm512_fnmadd_ps(a.v, b.v, c.v)}; }
// max_ps and min_ps give their second operand where one is NaN.
inline Vec at_least(Vec x, Vec bound) { return {_mm512_maskz_max_ps(0xffff, bound.v, x.v)}; }
inline Vec at_most(Vec x, Vec bound) { return {_mm512_maskz_min_ps(0xffff, bound.v, x.v)}; }

inline Mask operator<(Vec a, Vec b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ)}; }
inline Mask operator>(Vec a, Vec b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_GT_OQ)}; }
inline Mask operator==(Vec a, Vec b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ)}; }
inline Mask always() { return {0xffff}; }
inline Mask is_nan(Vec a) { return {_mm512_cmp_ps_mask(a.v, a.v, _CMP_UNORD_Q)}; }
inline Mask operator&(Mask a, Mask b) { return {_kand_mask16(a.m, b.m)}; }
inline Mask operator|(Mask a, Mask b) { return {_kor_mask16(a.m, b.m)}; }
inline Mask without(Mask a, Mask b) { return {_kandn_mask16(b.m, a.m)}; }
inline Vec select(Mask m, Vec yes, Vec no) { return {_mm512_mask_blend_ps(m.m, no.v, yes.v)}; }
inline IntVec select(Mask m, IntVec yes, IntVec no) { return {_mm512_mask_blend_epi32(m.m, no.v, yes.v)}; }
inline Vec only(Mask m, Vec a) { return {_mm512_maskz_mov_ps(m.m, a.v)}; }

inline IntVec as_ints(Vec a) { return {_mm512_castps_si512(a.v)}; }
inline Vec as_floats(IntVec a) { return {_mm512_castsi512_ps(a.v)}; }
inline Vec absolute(Vec a) { return {_mm512_andnot_ps(_mm512_set1_ps(-0.0f), a.v)}; }
inline float sum(Vec a) {
  const __m256 upper = _mm512_maskz_extractf32x8_ps(0xff, a.v, 1);
  const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(a.v), upper);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

inline IntVec broadcast_int(int32_t value) { return {_mm512_set1_epi32(value)}; }
inline IntVec operator+(IntVec a, IntVec b) { return {_mm512_add_epi32(a.v, b.v)}; }
inline IntVec operator-(IntVec a, IntVec b) { return {_mm512_sub_epi32(a.v, b.v)}; }
inline IntVec operator&(IntVec a, IntVec b) { return {_mm512_and_si512(a.v, b.v)}; }
inline Mask operator==(IntVec a, IntVec b) { return {_mm512_cmpeq_epi32_mask(a.v, b.v)}; }
template <int Bits>
inline IntVec shift_left(IntVec a) {
  return {_mm512_maskz_slli_epi32(0xffff, a.v, Bits)};
}
inline IntVec nearest(Vec a) { return {_mm512_maskz_cvtps_epi32(0xffff, a.v)}; }
inline Vec to_floats(IntVec a) { return {_mm512_maskz_cvtepi32_ps(0xffff, a.v)}; }

inline IntVec load_u8(const uint8_t* from) {
  return {_mm512_maskz_cvtepu8_epi32(0xffff, _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)))};
}
inline IntVec load_u16(const uint16_t* from) {
  return {_mm512_maskz_cvtepu16_epi32(0xffff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)))};
}
inline void store_u16(uint16_t* to, IntVec a) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm512_maskz_cvtepi32_epi16(0xffff, a.v));
}

struct Lanes {
  __mmask16 mask;
  bool all;

  explicit Lanes(int64_t count)
      : mask(static_cast<__mmask16>(count <= 0 ? 0u : 0xffffu >> (count >= vector_floats ? 0 : vector_floats - count))),
        all(count >= vector_floats) {}
  Vec load(const float* from) const { return {all ? _mm512_loadu_ps(from) : _mm512_maskz_loadu_ps(mask, from)}; }
  void store(float* to, Vec value) const {
    if (all) {
      _mm512_storeu_ps(to, value.v);
    } else {
      _mm512_mask_storeu_ps(to, mask, value.v);
    }
  }
};

// Pairs, then fours, within quarters of a register; then quarters, then halves.
inline void transpose(Vec* r) {
  constexpr __mmask16 every = 0xffff;
  __m512 pair[16], quad[16];
  for (int i = 0; i < 16; i += 2) {
    pair[i] = _mm512_maskz_unpacklo_ps(every, r[i].v, r[i + 1].v);
    pair[i + 1] = _mm512_maskz_unpackhi_ps(every, r[i].v, r[i + 1].v);
  }
  // quad[4 g + j]: column j of every quarter, of the rows 4 g … 4 g + 3
  for (int i = 0; i < 16; i += 4) {
    quad[i] = _mm512_maskz_shuffle_ps(every, pair[i], pair[i + 2], 0x44);
    quad[i + 1] = _mm512_maskz_shuffle_ps(every, pair[i], pair[i + 2], 0xee);
    quad[i + 2] = _mm512_maskz_shuffle_ps(every, pair[i + 1], pair[i + 3], 0x44);
    quad[i + 3] = _mm512_maskz_shuffle_ps(every, pair[i + 1], pair[i + 3], 0xee);
  }
  for (int j = 0; j < 4; ++j) {
    const __m512 even = _mm512_maskz_shuffle_f32x4(every, quad[j], quad[4 + j], 0x88);
    const __m512 odd = _mm512_maskz_shuffle_f32x4(every, quad[j], quad[4 + j], 0xdd);
    const __m512 even2 = _mm512_maskz_shuffle_f32x4(every, quad[8 + j], quad[12 + j], 0x88);
    const __m512 odd2 = _mm512_maskz_shuffle_f32x4(every, quad[8 + j], quad[12 + j], 0xdd);
    r[j] = {_mm512_maskz_shuffle_f32x4(every, even, even2, 0x88)};
    r[4 + j] = {_mm512_maskz_shuffle_f32x4(every, odd, odd2, 0x88)};
    r[8 + j] = {_mm512_maskz_shuffle_f32x4(every, even, even2, 0xdd)};
    r[12 + j] = {_mm512_maskz_shuffle_f32x4(every, odd, odd2, 0xdd)};
  }
}

}  // namespace tessera::avx512
