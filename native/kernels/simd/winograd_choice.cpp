// Where Winograd pays, from runs of native/bench on one core of a Zen 4: each pass beside direct convolution, 16 to 256
// channels, outputs of 1×1 to 13×13; 5×5 windows on AlexNet's second layer.
#include "kernels/simd/winograd_tiles.h"

namespace tessera::TESSERA_SIMD {
namespace {

int64_t side_of(const Conv2dShape& s) {
  return s.kh == winograd::Form3x3::taps ? winograd::Form3x3::out : winograd::Form5x5::out;
}

}  // namespace

WinogradConv winograd_conv(const Conv2dShape& s) {
  return {.n = s.n, .h = s.h, .w = s.w, .c = s.c, .k = s.k, .out_h = s.out_h(), .out_w = s.out_w(),
          .pad_top = s.pad_top, .pad_left = s.pad_left, .side = side_of(s)};
}

WinogradConv winograd_conv_transposed(const Conv2dShape& s) {
  return {.n = s.n, .h = s.out_h(), .w = s.out_w(), .c = s.k, .k = s.c, .out_h = s.h, .out_w = s.w,
          .pad_top = s.kh - 1 - s.pad_top, .pad_left = s.kw - 1 - s.pad_left, .side = side_of(s)};
}

bool winograd_can(const Conv2dShape& s) {
  return (s.kh == 3 || s.kh == 5) && s.kw == s.kh && s.stride_h == 1 && s.stride_w == 1 && s.dilation_h == 1 && s.dilation_w == 1 &&
         s.groups == 1;
}

// The transforms cost as much a channel as some products do, so few channels do not pay for them; and a tile costs the
// same whether its sixteen pixels exist or not: an output of 5×5 fills 25 of 64, one of 6×6 36, one of 7×7 49.
bool winograd_suits(const Conv2dShape& s, ConvPass pass) {
  if (!winograd_can(s)) return false;
  const int64_t channels = smaller(s.c, s.k);
  if (channels < 16) return false;
  const WinogradConv conv = pass == ConvPass::backward_data ? winograd_conv_transposed(s) : winograd_conv(s);
  const int64_t pixels = conv.out_h * conv.out_w;
  const int64_t paid_for = conv.side * conv.side * conv.tiles_h() * conv.tiles_w();
  const double filled = static_cast<double>(pixels) / static_cast<double>(paid_for);
  // Over 2×2 tiles the transforms have four times the work for as many pixels.
  if (s.kh == winograd::Form5x5::taps) return channels >= 32 && filled >= 0.5;
  if (channels < 64) return filled >= 0.5;
  // With many channels the products are all that counts. The direct weight gradient does badly in small pictures.
  return filled >= (pass == ConvPass::backward_weights ? 0.25 : 0.38);
}

}  // namespace tessera::TESSERA_SIMD
