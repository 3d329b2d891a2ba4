// What was drawn, done to the pixels.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "augment/augmentation.h"
#include "augment/colour.h"

namespace tessera {
namespace {

constexpr uint8_t grey = 128;
// Less blur than this changes no byte by more than one.
constexpr double least_sigma = 0.1;

// A place beyond an edge, in the mirror: … 1 0 | 0 1 2 … n−1 | n−1 n−2 …
int64_t mirrored(int64_t at, int64_t count) {
  const int64_t period = 2 * count;
  at %= period;
  if (at < 0) at += period;
  return at < count ? at : period - 1 - at;
}

double mirrored(double at, double count) {
  const double period = 2 * count;
  at = std::fmod(at + 0.5, period);
  if (at < 0) at += period;
  if (at > count) at = period - at;
  return std::clamp(at - 0.5, 0.0, count - 1);
}

uint8_t to_byte(float value) { return static_cast<uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f)); }

// Pixels on pixels: rows are copied where they are not flipped and lie inside.
void shift(const Mapping& by, const PictureSize& size, const uint8_t* from, uint8_t* to) {
  const int64_t row_bytes = size.width * size.channels;
  const auto x0 = static_cast<int64_t>(by.x0), y0 = static_cast<int64_t>(by.y0);
  for (int64_t y = 0; y < size.height; ++y) {
    const uint8_t* row = from + mirrored(by.yy > 0 ? y0 + y : y0 - y, size.height) * row_bytes;
    uint8_t* out = to + y * row_bytes;
    // Columns first … last − 1 lie inside.
    int64_t first = 0, last = 0;
    if (by.xx > 0) {
      first = std::clamp<int64_t>(-x0, 0, size.width);
      last = std::clamp<int64_t>(size.width - x0, first, size.width);
      std::memcpy(out + first * size.channels, row + (first + x0) * size.channels,
                  static_cast<size_t>((last - first) * size.channels));
    } else {
      first = std::clamp<int64_t>(x0 - size.width + 1, 0, size.width);
      last = std::clamp<int64_t>(x0 + 1, first, size.width);
      if (size.channels == 3) {
        const uint8_t* at = row + (x0 - first) * 3;
        for (uint8_t* pixel = out + first * 3; pixel < out + last * 3; pixel += 3, at -= 3) {
          pixel[0] = at[0];
          pixel[1] = at[1];
          pixel[2] = at[2];
        }
      } else {
        for (int64_t x = first; x < last; ++x) {
          std::copy_n(row + (x0 - x) * size.channels, size.channels, out + x * size.channels);
        }
      }
    }
    const auto beyond = [&](int64_t begin, int64_t end) {
      for (int64_t x = begin; x < end; ++x) {
        const int64_t at = mirrored(by.xx > 0 ? x0 + x : x0 - x, size.width);
        std::copy_n(row + at * size.channels, size.channels, out + x * size.channels);
      }
    };
    beyond(0, first);
    beyond(last, size.width);
  }
}

// Between pixels, bilinear.
void sample(const Mapping& by, const PictureSize& size, const uint8_t* from, float* to) {
  const auto width = static_cast<double>(size.width), height = static_cast<double>(size.height);
  const int64_t channels = size.channels, row = size.width * channels;
  for (int64_t y = 0; y < size.height; ++y) {
    for (int64_t x = 0; x < size.width; ++x, to += channels) {
      const double sx = mirrored(by.xx * static_cast<double>(x) + by.xy * static_cast<double>(y) + by.x0, width);
      const double sy = mirrored(by.yx * static_cast<double>(x) + by.yy * static_cast<double>(y) + by.y0, height);
      const auto left = static_cast<int64_t>(sx), top = static_cast<int64_t>(sy);
      const int64_t right = std::min(left + 1, size.width - 1), bottom = std::min(top + 1, size.height - 1);
      const auto fx = static_cast<float>(sx - static_cast<double>(left)), fy = static_cast<float>(sy - static_cast<double>(top));
      const uint8_t *upper = from + top * row, *lower = from + bottom * row;
      for (int64_t c = 0; c < channels; ++c) {
        const float a = upper[left * channels + c], b = upper[right * channels + c];
        const float d = lower[left * channels + c], e = lower[right * channels + c];
        const float above = a + fx * (b - a), below = d + fx * (e - d);
        to[c] = above + fy * (below - above);
      }
    }
  }
}

// A Gaussian of three deviations to each side, first along rows and then along columns.
void blur(double sigma, const PictureSize& size, std::vector<float>& values, std::vector<float>& other) {
  const auto radius = static_cast<int64_t>(std::ceil(3 * sigma));
  std::vector<float> weights(static_cast<size_t>(radius + 1));
  double sum = 0;
  for (int64_t i = -radius; i <= radius; ++i) sum += std::exp(-static_cast<double>(i * i) / (2 * sigma * sigma));
  for (int64_t i = 0; i <= radius; ++i) {
    weights[static_cast<size_t>(i)] = static_cast<float>(std::exp(-static_cast<double>(i * i) / (2 * sigma * sigma)) / sum);
  }
  other.resize(values.size());
  const auto along = [&](int64_t lines, int64_t line_stride, int64_t count, int64_t stride, const float* from, float* to) {
    for (int64_t line = 0; line < lines; ++line) {
      const int64_t base = line / size.channels * line_stride + line % size.channels;
      for (int64_t at = 0; at < count; ++at) {
        float value = weights[0] * from[base + at * stride];
        for (int64_t i = 1; i <= radius; ++i) {
          value += weights[static_cast<size_t>(i)] *
                   (from[base + mirrored(at - i, count) * stride] + from[base + mirrored(at + i, count) * stride]);
        }
        to[base + at * stride] = value;
      }
    }
  };
  const int64_t row = size.width * size.channels;
  along(size.height * size.channels, row, size.width, size.channels, values.data(), other.data());
  along(size.width * size.channels, size.channels, size.height, row, other.data(), values.data());
}

void erase(const Rectangle& area, const PictureSize& size, uint8_t* picture) {
  for (int64_t y = area.top; y < area.top + area.height; ++y) {
    std::memset(picture + (y * size.width + area.left) * size.channels, grey, static_cast<size_t>(area.width * size.channels));
  }
}

}  // namespace

void apply(const Change& change, const PictureSize& size, const uint8_t* from, uint8_t* to, ChangeScratch& scratch) {
  const bool colours = changes_colour(change);
  const bool blurs = change.sigma >= least_sigma;
  if (!colours && !blurs && change.mapping.is_shift()) {
    shift(change.mapping, size, from, to);
  } else {
    const auto values = static_cast<size_t>(size.values());
    scratch.values.resize(values);
    if (change.mapping.is_shift()) {
      shift(change.mapping, size, from, to);
      std::copy_n(to, values, scratch.values.data());
    } else {
      sample(change.mapping, size, from, scratch.values.data());
    }
    if (colours) change_colour(change, size, scratch.values.data());
    if (blurs) blur(change.sigma, size, scratch.values, scratch.blurred);
    std::transform(scratch.values.begin(), scratch.values.end(), to, to_byte);
  }
  erase(change.erased, size, to);
}

void mix(const Mixing& mixing, const PictureSize& size, const uint8_t* picture, const uint8_t* partner, uint8_t* to) {
  const int64_t values = size.values();
  if (mixing.cuts || picture == partner) {
    std::copy_n(picture, values, to);
    const auto& [top, left, height, width] = mixing.pasted;
    for (int64_t y = top; y < top + height; ++y) {
      const int64_t at = (y * size.width + left) * size.channels;
      std::copy_n(partner + at, width * size.channels, to + at);
    }
    return;
  }
  const auto share = static_cast<float>(mixing.share);
  for (int64_t i = 0; i < values; ++i) to[i] = to_byte(share * picture[i] + (1 - share) * partner[i]);
}

}  // namespace tessera
