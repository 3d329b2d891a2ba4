#include "network/losses.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "network/error.h"

namespace tessera {
namespace {

int64_t place_of(int64_t label, const Value& head) { return label % head.hw() * head.c + label / head.hw(); }

}  // namespace

Losses::Losses(const NetworkOptions& options, const Kernels& kernels, int64_t classes)
    : kernels_(kernels), classes_(classes), loss_(options.loss), smoothing_(options.label_smoothing),
      class_weights_(options.class_weights), placed_weights_(class_weights_.size()),
      places_(static_cast<size_t>(options.max_batch)) {
  if (!(smoothing_ >= 0 && smoothing_ < 1)) refuse_shape("Network", "labelSmoothing must be from 0 to below 1");
  if (loss_ != Loss::softmax_cross_entropy && (smoothing_ > 0 || !class_weights_.empty())) {
    refuse_shape("Network", "labelSmoothing and classWeights belong to softmaxCrossEntropy alone");
  }
  if (!class_weights_.empty() && static_cast<int64_t>(class_weights_.size()) != classes) {
    refuse_shape("Network", "there are " + std::to_string(class_weights_.size()) + " classWeights for " +
                                std::to_string(classes) + " classes");
  }
  const bool sound = std::all_of(class_weights_.begin(), class_weights_.end(),
                                 [](float weight) { return weight > 0 && weight < INFINITY; });
  if (!sound) refuse_shape("Network", "classWeights must be above 0");
}

const std::vector<int32_t>& Losses::places(int64_t n, const Pictures& pictures, const Value& head) {
  for (int64_t i = 0; i < n; ++i) {
    int64_t label;
    if (pictures.targets != nullptr) {
      const float* shares = pictures.targets + pictures.row(i) * classes_;
      label = std::max_element(shares, shares + classes_) - shares;
    } else {
      label = pictures.labels[pictures.row(i)];
    }
    places_[static_cast<size_t>(i)] = static_cast<int32_t>(place_of(label, head));
  }
  return places_;
}

void Losses::fill_targets(int64_t n, const Pictures& pictures, const Value& head, float* targets) const {
  const float spread = smoothing_ / static_cast<float>(classes_);
  for (int64_t i = 0; i < n; ++i) {
    const int64_t row = pictures.row(i);
    for (int64_t label = 0; label < classes_; ++label) {
      const float share = pictures.targets != nullptr ? pictures.targets[row * classes_ + label]
                                                      : static_cast<float>(pictures.labels[row] == label);
      targets[i * classes_ + place_of(label, head)] = share * (1 - smoothing_) + spread;
    }
  }
}

const float* Losses::class_weights_of(const Value& head) {
  if (class_weights_.empty()) return nullptr;
  for (int64_t label = 0; label < classes_; ++label) {
    placed_weights_[static_cast<size_t>(place_of(label, head))] = class_weights_[static_cast<size_t>(label)];
  }
  return placed_weights_.data();
}

float Losses::of_all(int64_t n, const Pictures& pictures, const Runner& runner) {
  float sum = 0;
  for (const Plan::Head& head : runner.plan().heads) sum += head.weight * of(head, n, pictures, runner, true);
  return sum;
}

float Losses::of(const Plan::Head& head, int64_t n, const Pictures& pictures, const Runner& runner, bool with_gradient) {
  const Value& shape = runner.plan().values[head.value];
  const float* outputs = runner.value(head.value);
  float* gradient = with_gradient ? runner.gradient(head.value) : nullptr;  // null too where all behind it is frozen
  const int64_t count = n * classes_;
  float mean;
  if (loss_ == Loss::softmax_cross_entropy && pictures.targets == nullptr) {
    const int32_t* labels = places(n, pictures, shape).data();
    const float* weights = class_weights_of(shape);
    mean = smoothing_ == 0 && weights == nullptr
               ? kernels_.softmax_cross_entropy(n, classes_, outputs, labels, gradient)
               : kernels_.softmax_cross_entropy_smoothed(n, classes_, outputs, labels, smoothing_, weights, gradient);
  } else {
    float* targets = runner.targets();
    fill_targets(n, pictures, shape, targets);
    mean = loss_ == Loss::mse                  ? kernels_.mse(count, outputs, targets, gradient)
           : loss_ == Loss::binary_cross_entropy ? kernels_.bce_with_logits(count, outputs, targets, gradient)
                                                         : kernels_.softmax_cross_entropy_soft(
                                                               n, classes_, outputs, targets, class_weights_of(shape),
                                                               gradient);
  }
  for (int64_t i = 0; gradient != nullptr && head.weight != 1 && i < count; ++i) gradient[i] *= head.weight;
  return mean;
}

int64_t Losses::correct(int64_t n, const Pictures& pictures, const Runner& runner) {
  places(n, pictures, runner.logits_shape());
  int64_t correct = 0;
  for (int64_t i = 0; i < n; ++i) {
    const float* row = runner.logits() + i * classes_;
    correct += std::max_element(row, row + classes_) - row == places_[static_cast<size_t>(i)];
  }
  return correct;
}

}  // namespace tessera
