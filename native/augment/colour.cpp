#include "augment/colour.h"

#include <algorithm>
#include <cmath>

namespace tessera {
namespace {

float bounded(float value) { return std::clamp(value, 0.0f, 255.0f); }

// Luma of ITU-R BT.601; of other than three channels the first.
float grey_of(const float* pixel, int64_t channels) {
  return channels == 3 ? 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2] : pixel[0];
}

// By a share of the colour wheel; value and saturation of HSV stay.
void turn_hue(float by, float* pixel) {
  const auto [low, high] = std::minmax({pixel[0], pixel[1], pixel[2]});
  const float range = high - low;
  if (range <= 0) return;
  // In sixths of the wheel, from red.
  float hue = high == pixel[0]   ? (pixel[1] - pixel[2]) / range
              : high == pixel[1] ? (pixel[2] - pixel[0]) / range + 2
                                 : (pixel[0] - pixel[1]) / range + 4;
  hue += 6 * by;
  const float bottom = high - range;
  // Distance from each primary colour on the wheel decides how much of it there is.
  const auto channel = [&](float primary) {
    float away = std::fmod(std::abs(hue - primary), 6.0f);
    away = std::min(away, 6 - away);
    return bottom + range * std::clamp(2 - away, 0.0f, 1.0f);
  };
  pixel[0] = channel(0);
  pixel[1] = channel(2);
  pixel[2] = channel(4);
}

}  // namespace

bool changes_colour(const Change& change) {
  return change.brightness != 1 || change.contrast != 1 || change.saturation != 1 || change.hue != 0;
}

void change_colour(const Change& change, const PictureSize& size, float* values) {
  const int64_t channels = size.channels, pixels = size.height * size.width;
  const auto brightness = static_cast<float>(change.brightness), contrast = static_cast<float>(change.contrast);
  const auto saturation = static_cast<float>(change.saturation), hue = static_cast<float>(change.hue);
  if (brightness != 1) {
    for (int64_t i = 0; i < pixels * channels; ++i) values[i] = bounded(brightness * values[i]);
  }
  if (contrast != 1) {
    double sum = 0;
    for (int64_t i = 0; i < pixels; ++i) sum += grey_of(values + i * channels, channels);
    const auto mean = static_cast<float>(sum / static_cast<double>(pixels));
    for (int64_t i = 0; i < pixels * channels; ++i) values[i] = bounded(contrast * values[i] + (1 - contrast) * mean);
  }
  if (channels != 3) return;
  if (saturation != 1) {
    for (float* pixel = values; pixel < values + pixels * 3; pixel += 3) {
      const float grey = (1 - saturation) * grey_of(pixel, 3);
      for (int c = 0; c < 3; ++c) pixel[c] = bounded(saturation * pixel[c] + grey);
    }
  }
  if (hue != 0) {
    for (float* pixel = values; pixel < values + pixels * 3; pixel += 3) turn_hue(hue, pixel);
  }
}

}  // namespace tessera
