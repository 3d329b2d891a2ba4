// The weight gradient in the Winograd domain: dU[36][K][C] = Σ_tile D[tile][K] · V[tile][C], then dw = Gᵀ dU G.
#include <cstring>

#include "kernels/simd/outer_products.h"
#include "kernels/simd/winograd_tiles.h"

namespace tessera::TESSERA_SIMD {
namespace {

using winograd::transform_square;

OuterProducts products_of(const WinogradConv& conv) {
  // The second row of A is all ones: at (1, 1) D holds the sum of a tile.
  constexpr int64_t sum_point = winograd_in + 1;
  return {winograd_points, conv.k, conv.c, conv.tiles(), false, sum_point};
}

// As long as a pixel of x or of dy.
int64_t zeros_floats(const WinogradConv& conv) { return round_up(greater(conv.c, conv.k), tile_columns); }

// V = Bᵀ x B
void transform_input(const WinogradConv& conv, const ProductBlock& block, const float* x, const WinogradTile& tile,
                     const float* zeros, float* v) {
  const Square<winograd_in> square(x + tile.picture * conv.h * conv.w * conv.c, conv.h, conv.w, conv.c,
                                   tile.row - conv.pad_top, tile.column - conv.pad_left, zeros);
  for (int64_t c = 0; c < conv.c; c += vector_floats) {
    const Lanes lanes(conv.c - c);
    float* to = v + c / tile_columns * block.v_panel_step + c % tile_columns;
    transform_square<winograd::InputLine>(
        [&](int i, int j) { return lanes.load(square.pixel[i][j] + c); },
        [&](int i, int j, Vec value) { store(to + (6 * i + j) * block.v_point_step, value); });
  }
}

// D = A dy Aᵀ
template <class Form>
void transform_gradient(const WinogradConv& conv, const ProductBlock& block, const float* dy, const WinogradTile& tile,
                        const float* zeros, float* d) {
  const Square<Form::out> square(dy + tile.picture * conv.out_h * conv.out_w * conv.k, conv.out_h, conv.out_w,
                                    conv.k, tile.row, tile.column, zeros);
  for (int64_t k = 0; k < conv.k; k += vector_floats) {
    const Lanes lanes(conv.k - k);
    transform_square<typename Form::OutputGradient>(
        [&](int i, int j) { return lanes.load(square.pixel[i][j] + k); },
        [&](int i, int j, Vec value) { store(d + k + (6 * i + j) * block.d_point_step, value); });
  }
}

// dweights[k][taps][taps][c] += Gᵀ dU G
template <class Form>
void transform_back(const OuterProducts& products, const float* ranges, float* dweights) {
  const int64_t channels = products.c;
  parallel_for(products.k * products.panels, 4, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      // Neighbours in u one after the other.
      const int64_t panel = at / products.k, k = at % products.k;
      int64_t u = panel * products.panel_step() + k * tile_columns;
      const int64_t last = smaller(channels, (panel + 1) * tile_columns);
      for (int64_t c = panel * tile_columns; c < last; c += vector_floats, u += vector_floats) {
        const Lanes lanes(last - c);
        float* to = dweights + k * Form::taps * Form::taps * channels + c;
        transform_square<typename Form::FilterGradient>(
            [&](int i, int j) { return range_sum(products, ranges, u + (6 * i + j) * products.point_step()); },
            [&](int i, int j, Vec value) {
              float* tap = to + (Form::taps * i + j) * channels;
              lanes.store(tap, lanes.load(tap) + value);
            });
      }
    }
  });
}

}  // namespace

size_t winograd_backward_weights_scratch(const Conv2dShape& s) {
  const WinogradConv conv = winograd_conv(s);
  return static_cast<size_t>(zeros_floats(conv) + products_of(conv).floats());
}

void winograd_backward_weights(const Conv2dShape& s, const float* x, const float* dy, float* dweights, float* dbias,
                               float* scratch) {
  const WinogradConv conv = winograd_conv(s);
  const OuterProducts products = products_of(conv);
  float* zeros = scratch;
  float* ranges = zeros + zeros_floats(conv);
  memset(zeros, 0, static_cast<size_t>(zeros_floats(conv)) * sizeof(float));
  with_winograd_form(s.kh, [&]<class Form>() {
    sum_outer_products(products, ranges, [&](const ProductBlock& block, int64_t t, float* v, float* d) {
      const WinogradTile tile(conv, t);
      transform_input(conv, block, x, tile, zeros, v);
      transform_gradient<Form>(conv, block, dy, tile, zeros, d);
    });
    transform_back<Form>(products, ranges, dweights);
  });
  add_bias_sums(products, ranges, dbias);
}

}  // namespace tessera::TESSERA_SIMD
