// Batch normalisation (Ioffe and Szegedy, 2015): channel by channel, x̂ = (x − mean) · rstd, y = scale · x̂ + shift.
#include <cmath>

#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::ref {
namespace {

struct Sums {
  double dy = 0, dy_x = 0;  // Σ dy, Σ dy · x̂
};

Sums sums_of(const BatchNormShape& s, int64_t c, double mean, double rstd, const float* x, const float* dy) {
  Sums sums;
  for (int64_t row = 0; row < s.rows; ++row) {
    const int64_t at = row * s.c + c;
    sums.dy += dy[at];
    sums.dy_x += dy[at] * (x[at] - mean) * rstd;
  }
  return sums;
}

}  // namespace

size_t batch_norm_scratch(const BatchNormShape&) { return 0; }

void batch_norm_forward(const BatchNormShape& s, const float* x, const float* scale, const float* shift,
                        float* running_mean, float* running_variance, float* y, float* mean, float* rstd, float*) {
  const auto rows = static_cast<double>(s.rows);
  parallel_for(s.c, 1, [=](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      double sum = 0, squares = 0;
      for (int64_t row = 0; row < s.rows; ++row) sum += x[row * s.c + c];
      const double middle = sum / rows;
      for (int64_t row = 0; row < s.rows; ++row) {
        const double apart = x[row * s.c + c] - middle;
        squares += apart * apart;
      }
      const double scaled = 1 / std::sqrt(squares / rows + s.epsilon);
      for (int64_t row = 0; row < s.rows; ++row) {
        y[row * s.c + c] = static_cast<float>((x[row * s.c + c] - middle) * scaled * scale[c] + shift[c]);
      }
      mean[c] = static_cast<float>(middle);
      rstd[c] = static_cast<float>(scaled);
      if (running_mean == nullptr) continue;
      const double variance = squares / (s.rows > 1 ? rows - 1 : 1);
      running_mean[c] += static_cast<float>(s.momentum * (middle - running_mean[c]));
      running_variance[c] += static_cast<float>(s.momentum * (variance - running_variance[c]));
    }
  });
}

// dx = scale · rstd · (dy − mean of dy − x̂ · mean of dy · x̂): mean and rstd depend on every x of the channel.
void batch_norm_backward(const BatchNormShape& s, const float* x, const float* scale, const float* mean,
                         const float* rstd, const float* dy, float* dx, float* dscale, float* dshift, float*) {
  parallel_for(s.c, 1, [=](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      const Sums sums = sums_of(s, c, mean[c], rstd[c], x, dy);
      dscale[c] += static_cast<float>(sums.dy_x);
      dshift[c] += static_cast<float>(sums.dy);
      if (dx == nullptr) continue;
      const auto rows = static_cast<double>(s.rows);
      for (int64_t row = 0; row < s.rows; ++row) {
        const int64_t at = row * s.c + c;
        const double x_hat = (static_cast<double>(x[at]) - mean[c]) * rstd[c];
        dx[at] = static_cast<float>(static_cast<double>(scale[c]) * rstd[c] *
                                    (dy[at] - sums.dy / rows - x_hat * sums.dy_x / rows));
      }
    }
  });
}

void batch_norm_frozen_forward(const BatchNormShape& s, const float* x, const float* scale, const float* shift,
                               const float* mean, const float* variance, float* y, float*) {
  parallel_for(s.c, 1, [=](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      const double factor = scale[c] / std::sqrt(static_cast<double>(variance[c]) + s.epsilon);
      for (int64_t row = 0; row < s.rows; ++row) {
        y[row * s.c + c] = static_cast<float>((static_cast<double>(x[row * s.c + c]) - mean[c]) * factor + shift[c]);
      }
    }
  });
}

void batch_norm_frozen_backward(const BatchNormShape& s, const float* x, const float* scale, const float* mean,
                                const float* variance, const float* dy, float* dx, float* dscale, float* dshift,
                                float*) {
  parallel_for(s.c, 1, [=](int64_t begin, int64_t end) {
    for (int64_t c = begin; c < end; ++c) {
      const double rstd = 1 / std::sqrt(static_cast<double>(variance[c]) + s.epsilon);
      const Sums sums = sums_of(s, c, mean[c], rstd, x, dy);
      dscale[c] += static_cast<float>(sums.dy_x);
      dshift[c] += static_cast<float>(sums.dy);
      if (dx == nullptr) continue;
      for (int64_t row = 0; row < s.rows; ++row) {
        dx[row * s.c + c] = static_cast<float>(dy[row * s.c + c] * rstd * scale[c]);
      }
    }
  });
}

}  // namespace tessera::ref
