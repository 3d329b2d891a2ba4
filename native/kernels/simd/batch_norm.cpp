// Batch norm, two vectors of channels at a time. Sums go over chunks of rows whose number depends on the shape alone, each in
// float32, and are joined in order and in double: the bits are the same for any number of threads. Within a chunk, which
// stays in the cache, the variance is taken around the chunk's own mean (Chan et al., 1979), so that nothing cancels.
#include <cmath>

#include "kernels/simd/simd.h"
#include "kernels/simd/tile.h"
#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::TESSERA_SIMD {
namespace {

int64_t chunk_rows(const BatchNormShape& s) { return greater(16, smaller(256, 8192 / s.c)); }
int64_t chunks(const BatchNormShape& s) { return ceil_div(s.rows, chunk_rows(s)); }

// Two sums for each channel of each chunk: [chunk][2][C].
struct Partials {
  float* data;
  int64_t c;
  float* first(int64_t chunk) const { return data + chunk * 2 * c; }
  float* second(int64_t chunk) const { return first(chunk) + c; }
};

template <class Body>
void over_chunks(const BatchNormShape& s, Body body) {
  parallel_for(chunks(s), 1, [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; ++chunk) {
      const int64_t row = chunk * chunk_rows(s), last = smaller(s.rows, row + chunk_rows(s));
      for (int64_t c = 0; c < s.c; c += tile_columns) body(chunk, row, last, c, ColumnMask(s.c - c));
    }
  });
}

// The channels of one row.
struct Pair {
  Vec a, b;
};

Pair pair(const ColumnMask& mask, const float* from) {
  Pair two;
  mask.load(from, two.a, two.b);
  return two;
}

// Σ dy and Σ dy · (x − mean) of every channel; the second times rstd is Σ dy · x̂.
void gradient_sums(const BatchNormShape& s, const float* x, const float* mean, const float* dy, Partials partials) {
  over_chunks(s, [&](int64_t chunk, int64_t row, int64_t last, int64_t c, const ColumnMask& mask) {
    Pair sum{zeros(), zeros()}, product = sum;
    const Pair middle = pair(mask, mean + c);
    for (; row < last; ++row) {
      const Pair g = pair(mask, dy + row * s.c + c), v = pair(mask, x + row * s.c + c);
      sum = {sum.a + g.a, sum.b + g.b};
      product = {fma(g.a, v.a - middle.a, product.a),
                 fma(g.b, v.b - middle.b, product.b)};
    }
    mask.store(partials.first(chunk) + c, sum.a, sum.b);
    mask.store(partials.second(chunk) + c, product.a, product.b);
  });
}

// to = u · by_u + (x − mean) · by_x + rest, factors by channel; u may be null, and `to` may be u.
void combine(const BatchNormShape& s, const float* u, const float* by_u, const float* x, const float* mean,
             const float* by_x, const float* rest, float* to) {
  over_chunks(s, [&](int64_t, int64_t row, int64_t last, int64_t c, const ColumnMask& mask) {
    const Pair middle = pair(mask, mean + c), f = pair(mask, by_x + c), h = pair(mask, rest + c);
    const Pair g = u == nullptr ? Pair{zeros(), zeros()} : pair(mask, by_u + c);
    for (; row < last; ++row) {
      const int64_t at = row * s.c + c;
      const Pair v = pair(mask, x + at);
      Pair result{fma(v.a - middle.a, f.a, h.a),
                  fma(v.b - middle.b, f.b, h.b)};
      if (u != nullptr) {
        const Pair w = pair(mask, u + at);
        result = {fma(w.a, g.a, result.a), fma(w.b, g.b, result.b)};
      }
      mask.store(to + at, result.a, result.b);
    }
  });
}

}  // namespace

// The partials, and three factors for each channel.
size_t batch_norm_scratch(const BatchNormShape& s) { return static_cast<size_t>((2 * chunks(s) + 3) * s.c); }

void batch_norm_forward(const BatchNormShape& s, const float* x, const float* scale, const float* shift,
                        float* running_mean, float* running_variance, float* y, float* mean, float* rstd,
                        float* scratch) {
  const Partials partials{scratch, s.c};
  float* factor = scratch + 2 * chunks(s) * s.c;
  over_chunks(s, [&](int64_t chunk, int64_t row, int64_t last, int64_t c, const ColumnMask& mask) {
    Pair sum{zeros(), zeros()}, squares = sum;
    // Counted from the first row, so that a channel far from zero loses no digits.
    const Pair start = pair(mask, x + row * s.c + c);
    for (int64_t r = row; r < last; ++r) {
      const Pair v = pair(mask, x + r * s.c + c);
      sum = {sum.a + (v.a - start.a), sum.b + (v.b - start.b)};
    }
    const Vec count = broadcast(static_cast<float>(last - row));
    const Pair middle{start.a + sum.a / count,
                      start.b + sum.b / count};
    for (int64_t r = row; r < last; ++r) {
      const Pair v = pair(mask, x + r * s.c + c);
      const Pair apart{v.a - middle.a, v.b - middle.b};
      squares = {fma(apart.a, apart.a, squares.a), fma(apart.b, apart.b, squares.b)};
    }
    mask.store(partials.first(chunk) + c, middle.a, middle.b);
    mask.store(partials.second(chunk) + c, squares.a, squares.b);
  });
  for (int64_t c = 0; c < s.c; ++c) {
    double rows = 0, middle = 0, squares = 0;
    for (int64_t chunk = 0; chunk < chunks(s); ++chunk) {
      const auto more = static_cast<double>(smaller(s.rows - chunk * chunk_rows(s), chunk_rows(s)));
      const double apart = partials.first(chunk)[c] - middle;
      squares += partials.second(chunk)[c] + apart * apart * rows * more / (rows + more);
      middle += apart * more / (rows + more);
      rows += more;
    }
    const double scaled = 1 / sqrt(squares / rows + s.epsilon);
    mean[c] = static_cast<float>(middle);
    rstd[c] = static_cast<float>(scaled);
    factor[c] = static_cast<float>(scaled * scale[c]);
    if (running_mean == nullptr) continue;
    const double variance = squares / (s.rows > 1 ? rows - 1 : 1);
    running_mean[c] += static_cast<float>(s.momentum * (middle - running_mean[c]));
    running_variance[c] += static_cast<float>(s.momentum * (variance - running_variance[c]));
  }
  combine(s, nullptr, nullptr, x, mean, factor, shift, y);
}

void batch_norm_backward(const BatchNormShape& s, const float* x, const float* scale, const float* mean,
                         const float* rstd, const float* dy, float* dx, float* dscale, float* dshift,
                         float* scratch) {
  const Partials partials{scratch, s.c};
  gradient_sums(s, x, mean, dy, partials);
  float *by_dy = scratch + 2 * chunks(s) * s.c, *by_x = by_dy + s.c, *rest = by_x + s.c;
  const auto rows = static_cast<double>(s.rows);
  for (int64_t c = 0; c < s.c; ++c) {
    double sum = 0, product = 0;
    for (int64_t chunk = 0; chunk < chunks(s); ++chunk) {
      sum += partials.first(chunk)[c];
      product += partials.second(chunk)[c];
    }
    product *= rstd[c];
    dscale[c] += static_cast<float>(product);
    dshift[c] += static_cast<float>(sum);
    const double factor = static_cast<double>(scale[c]) * rstd[c], slope = factor * rstd[c] * product / rows;
    by_dy[c] = static_cast<float>(factor);
    by_x[c] = static_cast<float>(-slope);
    rest[c] = static_cast<float>(-factor * sum / rows);
  }
  if (dx != nullptr) combine(s, dy, by_dy, x, mean, by_x, rest, dx);
}

void batch_norm_frozen_forward(const BatchNormShape& s, const float* x, const float* scale, const float* shift,
                               const float* mean, const float* variance, float* y, float* scratch) {
  for (int64_t c = 0; c < s.c; ++c) {
    scratch[c] = static_cast<float>(scale[c] / sqrt(static_cast<double>(variance[c]) + s.epsilon));
  }
  combine(s, nullptr, nullptr, x, mean, scratch, shift, y);
}

}  // namespace tessera::TESSERA_SIMD
