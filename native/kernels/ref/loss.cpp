// Losses with their gradients. The sums run in one thread and in order: they are short, and must not depend on the
// thread count.
#include <algorithm>
#include <cmath>

#include "kernels/ref/ref.h"

namespace tessera::ref {

// loss = mean over n of log Σ_j exp(logits[n, j]) − logits[n, label]; dlogits = (softmax − onehot) / N
float softmax_cross_entropy(int64_t n, int64_t classes, const float* logits, const int32_t* labels, float* dlogits) {
  double loss = 0;
  for (int64_t row = 0; row < n; ++row) {
    const float* z = logits + row * classes;
    const double greatest = *std::max_element(z, z + classes);
    double sum = 0;
    for (int64_t j = 0; j < classes; ++j) sum += std::exp(z[j] - greatest);
    loss += std::log(sum) + greatest - z[labels[row]];
    if (dlogits == nullptr) continue;
    for (int64_t j = 0; j < classes; ++j) {
      const double share = std::exp(z[j] - greatest) / sum;
      dlogits[row * classes + j] = static_cast<float>((share - (j == labels[row] ? 1 : 0)) / static_cast<double>(n));
    }
  }
  return static_cast<float>(loss / static_cast<double>(n));
}

// With t the smoothed target, t[j] = (1 − s)·[j = label] + s / classes, and w the weights: Σ_n Σ_j w[j] · t[j] · −log p[j],
// divided by Σ_n w[label]. Its gradient is p[k] · Σ_j w[j] · t[j] − w[k] · t[k], divided by the same.
float softmax_cross_entropy_smoothed(int64_t n, int64_t classes, const float* logits, const int32_t* labels,
                                     float smoothing, const float* class_weights, float* dlogits) {
  const auto weight = [=](int64_t j) { return class_weights == nullptr ? 1.0 : static_cast<double>(class_weights[j]); };
  const double spread = static_cast<double>(smoothing) / static_cast<double>(classes);
  double loss = 0, weights = 0;
  for (int64_t row = 0; row < n; ++row) weights += weight(labels[row]);
  for (int64_t row = 0; row < n; ++row) {
    const float* z = logits + row * classes;
    const double greatest = *std::max_element(z, z + classes);
    double sum = 0, mass = 0;
    for (int64_t j = 0; j < classes; ++j) sum += std::exp(z[j] - greatest);
    const auto target = [&](int64_t j) { return weight(j) * (spread + (j == labels[row] ? 1.0 - smoothing : 0.0)); };
    for (int64_t j = 0; j < classes; ++j) {
      mass += target(j);
      loss += target(j) * (std::log(sum) + greatest - z[j]);
    }
    if (dlogits == nullptr) continue;
    for (int64_t j = 0; j < classes; ++j) {
      dlogits[row * classes + j] = static_cast<float>((std::exp(z[j] - greatest) / sum * mass - target(j)) / weights);
    }
  }
  return static_cast<float>(loss / weights);
}

// Σ_n Σ_j w[j] · t[n, j] · −log p[j], divided by N; its gradient is p[k] · Σ_j w[j] · t[j] − w[k] · t[k], divided by N.
float softmax_cross_entropy_soft(int64_t n, int64_t classes, const float* logits, const float* targets,
                                 const float* class_weights, float* dlogits) {
  double loss = 0;
  for (int64_t row = 0; row < n; ++row) {
    const float *z = logits + row * classes, *t = targets + row * classes;
    const auto target = [&](int64_t j) {
      return class_weights == nullptr ? static_cast<double>(t[j]) : static_cast<double>(class_weights[j]) * t[j];
    };
    const double greatest = *std::max_element(z, z + classes);
    double sum = 0, mass = 0;
    for (int64_t j = 0; j < classes; ++j) sum += std::exp(z[j] - greatest);
    for (int64_t j = 0; j < classes; ++j) {
      mass += target(j);
      loss += target(j) * (std::log(sum) + greatest - z[j]);
    }
    if (dlogits == nullptr) continue;
    for (int64_t j = 0; j < classes; ++j) {
      const double difference = std::exp(z[j] - greatest) / sum * mass - target(j);
      dlogits[row * classes + j] = static_cast<float>(difference / static_cast<double>(n));
    }
  }
  return static_cast<float>(loss / static_cast<double>(n));
}

void softmax_forward(int64_t n, int64_t classes, const float* x, float* y) {
  for (int64_t row = 0; row < n; ++row) {
    const float* z = x + row * classes;
    const double greatest = *std::max_element(z, z + classes);
    double sum = 0;
    for (int64_t j = 0; j < classes; ++j) sum += std::exp(z[j] - greatest);
    for (int64_t j = 0; j < classes; ++j) y[row * classes + j] = static_cast<float>(std::exp(z[j] - greatest) / sum);
  }
}

// dx = y · (dy − Σ y · dy)
void softmax_backward(int64_t n, int64_t classes, const float* y, const float* dy, float* dx) {
  for (int64_t row = 0; row < n; ++row) {
    const int64_t first = row * classes;
    double sum = 0;
    for (int64_t j = 0; j < classes; ++j) sum += static_cast<double>(y[first + j]) * dy[first + j];
    for (int64_t j = 0; j < classes; ++j) dx[first + j] = static_cast<float>(y[first + j] * (dy[first + j] - sum));
  }
}

// Element: max(z, 0) − z·t + log(1 + exp(−|z|)), which never overflows; gradient (sigmoid(z) − t) / count
float bce_with_logits(int64_t count, const float* logits, const float* targets, float* dlogits) {
  double loss = 0;
  for (int64_t i = 0; i < count; ++i) {
    const double z = logits[i], t = targets[i];
    loss += (z > 0 ? z : 0) - z * t + std::log1p(std::exp(-std::abs(z)));
    if (dlogits != nullptr) {
      dlogits[i] = static_cast<float>((1 / (1 + std::exp(-z)) - t) / static_cast<double>(count));
    }
  }
  return static_cast<float>(loss / static_cast<double>(count));
}

float mse(int64_t count, const float* outputs, const float* targets, float* doutputs) {
  double loss = 0;
  for (int64_t i = 0; i < count; ++i) {
    const double difference = static_cast<double>(outputs[i]) - targets[i];
    loss += difference * difference;
    if (doutputs != nullptr) doutputs[i] = static_cast<float>(2 * difference / static_cast<double>(count));
  }
  return static_cast<float>(loss / static_cast<double>(count));
}

void normalise(int64_t pixels, int64_t c, const uint8_t* x, const float* scale, const float* shift, float* y) {
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    for (int64_t channel = 0; channel < c; ++channel) {
      y[pixel * c + channel] = static_cast<float>(x[pixel * c + channel]) / 255.0f * scale[channel] + shift[channel];
    }
  }
}

}  // namespace tessera::ref
