// vec.h in NEON of 64-bit Arm: 32 registers of 4 floats, so that a Vec takes two.
#pragma once
#include <arm_neon.h>

#include <cstdint>

namespace tessera::neon {

constexpr int64_t vector_floats = 8;
constexpr int tile_rows = 6;

struct Vec {
  float32x4_t a, b;
};
struct IntVec {
  int32x4_t a, b;
};
struct Mask {
  uint32x4_t a, b;  // all bits of a lane, or none
};

inline Vec zeros() { return {vdupq_n_f32(0), vdupq_n_f32(0)}; }
inline Vec broadcast(float value) {
  const float32x4_t four = vdupq_n_f32(value);
  return {four, four};
}
inline Vec load(const float* from) { return {vld1q_f32(from), vld1q_f32(from + 4)}; }
inline void store(float* to, Vec x) {
  vst1q_f32(to, x.a);
  vst1q_f32(to + 4, x.b);
}

inline Vec operator+(Vec x, Vec y) { return {vaddq_f32(x.a, y.a), vaddq_f32(x.b, y.b)}; }
inline Vec operator-(Vec x, Vec y) { return {vsubq_f32(x.a, y.a), vsubq_f32(x.b, y.b)}; }
inline Vec operator*(Vec x, Vec y) { return {vmulq_f32(x.a, y.a), vmulq_f32(x.b, y.b)}; }
inline Vec operator/(Vec x, Vec y) { return {vdivq_f32(x.a, y.a), vdivq_f32(x.b, y.b)}; }
inline Vec square_root(Vec x) { return {vsqrtq_f32(x.a), vsqrtq_f32(x.b)}; }
inline Vec fma(Vec x, Vec y, Vec z) { return {vfmaq_f32(z.a, x.a, y.a), vfmaq_f32(z.b, x.b, y.b)}; }
inline Vec fnma(Vec x, Vec y, Vec z) { return {vfmsq_f32(z.a, x.a, y.a), vfmsq_f32(z.b, x.b, y.b)}; }

inline Mask operator<(Vec x, Vec y) { return {vcltq_f32(x.a, y.a), vcltq_f32(x.b, y.b)}; }
inline Mask operator>(Vec x, Vec y) { return y < x; }
inline Mask operator==(Vec x, Vec y) { return {vceqq_f32(x.a, y.a), vceqq_f32(x.b, y.b)}; }
inline Mask always() { return {vdupq_n_u32(~0u), vdupq_n_u32(~0u)}; }
inline Mask is_nan(Vec x) { return {vmvnq_u32(vceqq_f32(x.a, x.a)), vmvnq_u32(vceqq_f32(x.b, x.b))}; }
inline Mask operator&(Mask x, Mask y) { return {vandq_u32(x.a, y.a), vandq_u32(x.b, y.b)}; }
inline Mask operator|(Mask x, Mask y) { return {vorrq_u32(x.a, y.a), vorrq_u32(x.b, y.b)}; }
inline Mask without(Mask x, Mask y) { return {vbicq_u32(x.a, y.a), vbicq_u32(x.b, y.b)}; }
inline Vec select(Mask m, Vec yes, Vec no) { return {vbslq_f32(m.a, yes.a, no.a), vbslq_f32(m.b, yes.b, no.b)}; }
inline IntVec select(Mask m, IntVec yes, IntVec no) {
  return {vbslq_s32(m.a, yes.a, no.a), vbslq_s32(m.b, yes.b, no.b)};
}
// Not vmaxq and vminq, which have an opinion of their own on the two zeros.
inline Vec at_least(Vec x, Vec bound) { return select(x < bound, bound, x); }
inline Vec at_most(Vec x, Vec bound) { return select(x > bound, bound, x); }

inline IntVec as_ints(Vec x) { return {vreinterpretq_s32_f32(x.a), vreinterpretq_s32_f32(x.b)}; }
inline Vec as_floats(IntVec x) { return {vreinterpretq_f32_s32(x.a), vreinterpretq_f32_s32(x.b)}; }
inline IntVec as_ints(Mask m) { return {vreinterpretq_s32_u32(m.a), vreinterpretq_s32_u32(m.b)}; }
inline Vec absolute(Vec x) { return {vabsq_f32(x.a), vabsq_f32(x.b)}; }
inline float sum(Vec x) {
  const float32x4_t four = vaddq_f32(x.a, x.b);
  const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
  return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
}

inline IntVec broadcast_int(int32_t value) { return {vdupq_n_s32(value), vdupq_n_s32(value)}; }
inline IntVec operator+(IntVec x, IntVec y) { return {vaddq_s32(x.a, y.a), vaddq_s32(x.b, y.b)}; }
inline IntVec operator-(IntVec x, IntVec y) { return {vsubq_s32(x.a, y.a), vsubq_s32(x.b, y.b)}; }
inline IntVec operator&(IntVec x, IntVec y) { return {vandq_s32(x.a, y.a), vandq_s32(x.b, y.b)}; }
inline Mask operator==(IntVec x, IntVec y) { return {vceqq_s32(x.a, y.a), vceqq_s32(x.b, y.b)}; }
template <int Bits>
inline IntVec shift_left(IntVec x) {
  return {vshlq_n_s32(x.a, Bits), vshlq_n_s32(x.b, Bits)};
}
inline Vec only(Mask m, Vec x) { return as_floats(as_ints(m) & as_ints(x)); }
inline IntVec nearest(Vec x) { return {vcvtnq_s32_f32(x.a), vcvtnq_s32_f32(x.b)}; }
inline Vec to_floats(IntVec x) { return {vcvtq_f32_s32(x.a), vcvtq_f32_s32(x.b)}; }

inline IntVec widen_u16(uint16x8_t eight) {
  return {vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(eight))), vreinterpretq_s32_u32(vmovl_u16(vget_high_u16(eight)))};
}
inline IntVec load_u8(const uint8_t* from) { return widen_u16(vmovl_u8(vld1_u8(from))); }
inline IntVec load_u16(const uint16_t* from) { return widen_u16(vld1q_u16(from)); }
inline void store_u16(uint16_t* to, IntVec x) {
  vst1q_u16(to, vcombine_u16(vqmovun_s32(x.a), vqmovun_s32(x.b)));
}

struct Lanes {
  int64_t count;
  bool all;

  explicit Lanes(int64_t first) : count(first), all(first >= vector_floats) {}
  Vec load(const float* from) const {
    if (all) return neon::load(from);
    if (count >= 4) return {vld1q_f32(from), load_some(from + 4, count - 4)};
    return {load_some(from, count), vdupq_n_f32(0)};
  }
  void store(float* to, Vec x) const {
    if (all) return neon::store(to, x);
    if (count >= 4) {
      vst1q_f32(to, x.a);
      store_some(to + 4, x.b, count - 4);
    } else {
      store_some(to, x.a, count);
    }
  }

 private:
  // Up to three.
  static float32x4_t load_some(const float* from, int64_t some) {
    float32x4_t four = vdupq_n_f32(0);
    if (some > 0) four = vld1q_lane_f32(from, four, 0);
    if (some > 1) four = vld1q_lane_f32(from + 1, four, 1);
    if (some > 2) four = vld1q_lane_f32(from + 2, four, 2);
    return four;
  }
  static void store_some(float* to, float32x4_t x, int64_t some) {
    if (some > 0) vst1q_lane_f32(to, x, 0);
    if (some > 1) vst1q_lane_f32(to + 1, x, 1);
    if (some > 2) vst1q_lane_f32(to + 2, x, 2);
  }
};

// Four rows of four.
inline void transpose_quarter(const float32x4_t* from, float32x4_t* to) {
  const float32x4x2_t above = vtrnq_f32(from[0], from[1]), below = vtrnq_f32(from[2], from[3]);
  to[0] = vcombine_f32(vget_low_f32(above.val[0]), vget_low_f32(below.val[0]));
  to[1] = vcombine_f32(vget_low_f32(above.val[1]), vget_low_f32(below.val[1]));
  to[2] = vcombine_f32(vget_high_f32(above.val[0]), vget_high_f32(below.val[0]));
  to[3] = vcombine_f32(vget_high_f32(above.val[1]), vget_high_f32(below.val[1]));
}
inline void transpose(Vec* r) {
  float32x4_t quarter[4][4], turned[4][4];  // left and right above, left and right below
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

}  // namespace tessera::neon
