// Loops over flat arrays, written plainly: with the flags of its instruction set the compiler makes vectors of them.
#include <cmath>

#include "kernels/simd/simd.h"
#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::TESSERA_SIMD {
namespace {
constexpr int64_t grain = 16 * 1024;
}

void normalise(int64_t pixels, int64_t c, const uint8_t* x, const float* scale, const float* shift, float* y) {
  parallel_for(pixels, grain, [=](int64_t begin, int64_t end) {
    if (c == 1) {
      const float factor = scale[0], offset = shift[0];
      for (int64_t i = begin; i < end; ++i) y[i] = static_cast<float>(x[i]) / 255.0f * factor + offset;
    } else {
      ref::normalise(end - begin, c, x + begin * c, scale, shift, y + begin * c);
    }
  });
}

void sgd_step(int64_t count, float* parameters, const float* gradients, float* momentum_buffer, float scale,
              float learning_rate, float momentum, bool nesterov, float weight_decay, bool first_step) {
  // Momentum, the usual case, as a loop without branches; the others are the textbook's.
  if (momentum == 0 || nesterov) {
    ref::sgd_step(count, parameters, gradients, momentum_buffer, scale, learning_rate, momentum, nesterov,
                  weight_decay, first_step);
    return;
  }
  const float kept = first_step ? 0 : momentum;
  parallel_for(count, grain, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float g = gradients[i] * scale + weight_decay * parameters[i];
      momentum_buffer[i] = kept * momentum_buffer[i] + g;
      parameters[i] -= learning_rate * momentum_buffer[i];
    }
  });
}

void adam_step(int64_t count, float* parameters, const float* gradients, float* m, float* v, float scale,
               float learning_rate, float beta1, float beta2, float epsilon, float weight_decay, bool decoupled,
               int64_t step) {
  const double t = static_cast<double>(step);
  const float rate = static_cast<float>(learning_rate / (1 - pow(static_cast<double>(beta1), t)));
  const float correction = static_cast<float>(sqrt(1 - pow(static_cast<double>(beta2), t)));
  const float shrink = decoupled ? 1 - learning_rate * weight_decay : 1;
  const float added = decoupled ? 0 : weight_decay;
  parallel_for(count, grain, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float g = gradients[i] * scale + added * parameters[i];
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      parameters[i] = shrink * parameters[i] - rate * m[i] / (sqrtf(v[i]) / correction + epsilon);
    }
  });
}

}  // namespace tessera::TESSERA_SIMD
