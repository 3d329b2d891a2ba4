// U = G w Gᵀ for every filter and channel, packed for the register tile.
#include "kernels/simd/vec.h"
#include "kernels/simd/winograd_tiles.h"
#include "kernels/parallel.h"

namespace tessera::TESSERA_SIMD {
namespace {

// The taps of a vector of channels by a vector of filters; vectors run over the filters.
template <class Form>
struct Taps {
  static constexpr int64_t taps = Form::taps * Form::taps;
  Vec at[taps][vector_floats];

  // weights[filter · filter_step + tap · tap_step + channel], of the layer itself
  void load(const float* from, int64_t filter_step, int64_t tap_step, int64_t filters, const Lanes& channels) {
    for (int64_t tap = 0; tap < taps; ++tap) {
      TESSERA_UNROLL
      for (int64_t k = 0; k < vector_floats; ++k) {
        at[tap][k] = k < filters ? channels.load(from + k * filter_step + tap * tap_step) : zeros();
      }
      transpose(at[tap]);
    }
  }
  // For the data gradient filters are the layer's channels, which lie side by side, and the last tap comes first.
  void load_turned(const float* from, int64_t channel_step, int64_t tap_step, int64_t channels, const Lanes& filters) {
    for (int64_t tap = 0; tap < taps; ++tap) {
      for (int64_t c = 0; c < channels; ++c) {
        at[tap][c] = filters.load(from + c * channel_step + (taps - 1 - tap) * tap_step);
      }
    }
  }
};

// load(taps, first channel, channels, first filter, filters)
template <class Form, class Load>
void transform(const WinogradFilters& sizes, float* u, Load load) {
  const int64_t channel_blocks = ceil_div(sizes.c, vector_floats);
  parallel_for(channel_blocks * sizes.panels(), 4, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t panel = task / channel_blocks, first_c = task % channel_blocks * vector_floats;
      const int64_t channels = smaller(vector_floats, sizes.c - first_c);
      // Both halves of a panel's row, a cache line, are written together.
      Taps<Form> halves[2];
      for (int64_t half = 0; half < 2; ++half) {
        const int64_t first_k = panel * tile_columns + half * vector_floats;
        load(halves[half], first_c, channels, first_k, greater(0, smaller(vector_floats, sizes.k - first_k)));
      }
      for (int64_t c = 0; c < channels; ++c) {
        for (int64_t half = 0; half < 2; ++half) {
          float* to = u + (panel * sizes.c + first_c + c) * tile_columns + half * vector_floats;
          winograd::transform_square<typename Form::Filter>(
              [&](int i, int j) { return halves[half].at[Form::taps * i + j][c]; },
              [&](int i, int j, Vec value) { store(to + (6 * i + j) * sizes.point_step(), value); });
        }
      }
    }
  });
}

}  // namespace

void winograd_filters(const WinogradFilters& sizes, int64_t window, const float* weights, float* u) {
  with_winograd_form(window, [&]<class Form>() {
    constexpr int64_t taps = Form::taps * Form::taps;
    transform<Form>(sizes, u, [&](Taps<Form>& w, int64_t c, int64_t channels, int64_t k, int64_t filters) {
      w.load(weights + k * taps * sizes.c + c, taps * sizes.c, sizes.c, filters, Lanes(channels));
    });
  });
}

void winograd_filters_turned(const WinogradFilters& sizes, int64_t window, const float* weights, float* u) {
  with_winograd_form(window, [&]<class Form>() {
    constexpr int64_t taps = Form::taps * Form::taps;
    transform<Form>(sizes, u, [&](Taps<Form>& w, int64_t c, int64_t channels, int64_t k, int64_t filters) {
      w.load_turned(weights + c * taps * sizes.k + k, taps * sizes.k, sizes.k, channels, Lanes(filters));
    });
  });
}

}  // namespace tessera::TESSERA_SIMD
