// The update rules as PyTorch writes them (torch.optim.SGD, Adam, AdamW).
#include <cmath>

#include "kernels/parallel.h"
#include "kernels/ref/ref.h"

namespace tessera::ref {

// g += decay·p; b ← momentum·b + g (b = g at the first step); g = nesterov ? g + momentum·b : b; p −= rate·g
void sgd_step(int64_t count, float* parameters, const float* gradients, float* momentum_buffer, float scale,
              float learning_rate, float momentum, bool nesterov, float weight_decay, bool first_step) {
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      float g = gradients[i] * scale + weight_decay * parameters[i];
      if (momentum != 0) {
        momentum_buffer[i] = first_step ? g : momentum * momentum_buffer[i] + g;
        g = nesterov ? g + momentum * momentum_buffer[i] : momentum_buffer[i];
      }
      parameters[i] -= learning_rate * g;
    }
  });
}

// m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; p −= rate · m̂ / (√v̂ + ε), with m̂ = m/(1−β₁ᵗ) and v̂ = v/(1−β₂ᵗ)
void adam_step(int64_t count, float* parameters, const float* gradients, float* m, float* v, float scale,
               float learning_rate, float beta1, float beta2, float epsilon, float weight_decay, bool decoupled,
               int64_t step) {
  const double t = static_cast<double>(step);
  const float rate = static_cast<float>(learning_rate / (1 - std::pow(static_cast<double>(beta1), t)));
  const float correction = static_cast<float>(std::sqrt(1 - std::pow(static_cast<double>(beta2), t)));
  parallel_for(count, 4096, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      float g = gradients[i] * scale;
      if (decoupled) {
        parameters[i] -= learning_rate * weight_decay * parameters[i];
      } else {
        g += weight_decay * parameters[i];
      }
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      parameters[i] -= rate * m[i] / (std::sqrt(v[i]) / correction + epsilon);
    }
  });
}

}  // namespace tessera::ref
