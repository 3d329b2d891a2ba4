// Local response normalisation, a pixel at a time: its channels are laid between zeros, so that a window is a few loads
// beside each other.
#include "kernels/simd/lrn.h"

#include "kernels/parallel.h"
#include "kernels/ref/ref.h"
#include "kernels/simd/exponential.h"
#include "kernels/simd/logarithm.h"
#include "kernels/simd/tile.h"

namespace tessera::TESSERA_SIMD {
namespace {

// More than any network has; beyond, the textbook serves.
constexpr int64_t most_channels = 4096, most_size = 64;

bool suits(const LrnShape& s) { return s.c <= most_channels && s.size <= most_size; }

// Numbers of a pixel's channels, with `size` zeros around them, and room for whole vectors.
struct Channels {
  float numbers[most_channels + 2 * most_size + vector_floats];
  int64_t before;

  Channels(const LrnShape& s, int64_t before_) : before(before_) {
    for (int64_t i = 0; i < s.c + s.size + vector_floats; ++i) numbers[i] = 0;
  }
  void set(int64_t c, const Lanes& lanes, Vec value) { lanes.store(numbers + before + c, value); }
  Vec window_sum(int64_t c, int64_t size) const {
    Vec total = load(numbers + c);
    for (int64_t i = 1; i < size; ++i) total = total + load(numbers + c + i);
    return total;
  }
};

// bias + alpha / size · Σ x² over the channels that a channel sees; its logarithm
struct Bases {
  const LrnShape& shape;
  Channels squares;

  explicit Bases(const LrnShape& s) : shape(s), squares(s, (s.size - 1) / 2) {}

  void set_pixel(const float* pixel) {
    for (int64_t c = 0; c < shape.c; c += vector_floats) {
      const Lanes lanes(shape.c - c);
      const Vec x = lanes.load(pixel + c);
      squares.set(c, lanes, x * x);
    }
  }
  Vec logarithm_at(int64_t c) const {
    const Vec share = broadcast(shape.alpha / static_cast<float>(shape.size));
    return logarithm(fma(share, squares.window_sum(c, shape.size), broadcast(shape.bias)));
  }
};

}  // namespace

void lrn_forward(const LrnShape& s, const float* x, float* y) {
  if (!suits(s)) return ref::lrn_forward(s, x, y);
  parallel_for(s.rows, 64, [&](int64_t begin, int64_t end) {
    Bases bases(s);
    for (int64_t row = begin; row < end; ++row) {
      const float* pixel = x + row * s.c;
      bases.set_pixel(pixel);
      for (int64_t c = 0; c < s.c; c += vector_floats) {
        const Lanes lanes(s.c - c);
        lanes.store(y + row * s.c + c, lanes.load(pixel + c) * exponential(broadcast(-s.beta) * bases.logarithm_at(c)));
      }
    }
  });
}

// As in the textbook, with b^−β and then dy · x · b^(−β−1) of every channel kept for those that it sees.
void lrn_backward(const LrnShape& s, const float* x, const float* dy, float* dx) {
  if (!suits(s)) return ref::lrn_backward(s, x, dy, dx);
  const Vec factor = broadcast(2 * s.alpha * s.beta / static_cast<float>(s.size));
  parallel_for(s.rows, 64, [&](int64_t begin, int64_t end) {
    Bases bases(s);
    Channels products(s, s.size / 2);
    for (int64_t row = begin; row < end; ++row) {
      const float *pixel = x + row * s.c, *gradient = dy + row * s.c;
      float* to = dx + row * s.c;
      bases.set_pixel(pixel);
      for (int64_t c = 0; c < s.c; c += vector_floats) {
        const Lanes lanes(s.c - c);
        const Vec log = bases.logarithm_at(c), scaled = lanes.load(gradient + c) * exponential(broadcast(-s.beta) * log);
        products.set(c, lanes, scaled * lanes.load(pixel + c) * exponential(zeros() - log));
        lanes.store(to + c, scaled);
      }
      for (int64_t c = 0; c < s.c; c += vector_floats) {
        const Lanes lanes(s.c - c);
        const Vec others = factor * lanes.load(pixel + c) * products.window_sum(c, s.size);
        lanes.store(to + c, lanes.load(to + c) - others);
      }
    }
  });
}

}  // namespace tessera::TESSERA_SIMD
