// What is drawn for a picture. Each thing takes its numbers from a stream of its own, so that switching one on or off
// changes no other.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "augment/augmentation.h"
#include "augment/draws.h"

namespace tessera {
namespace {

enum class Stream : uint64_t { flip = 1, crop, resized_crop, affine, colour, blur, erase, mixing };

Draws stream(uint64_t key, Stream of) { return Draws(Draws(key ^ (static_cast<uint64_t>(of) * 0xd1342543de82ef95)).next()); }

// First `inner`, then `outer`: what is shown at a point is looked up by `outer`, and where that leads by `inner`.
Mapping through(const Mapping& outer, const Mapping& inner) {
  return {.xx = inner.xx * outer.xx + inner.xy * outer.yx,
          .xy = inner.xx * outer.xy + inner.xy * outer.yy,
          .x0 = inner.xx * outer.x0 + inner.xy * outer.y0 + inner.x0,
          .yx = inner.yx * outer.xx + inner.yy * outer.yx,
          .yy = inner.yx * outer.xy + inner.yy * outer.yy,
          .y0 = inner.yx * outer.x0 + inner.yy * outer.y0 + inner.y0};
}

Mapping flip(const Augmentation& how, const PictureSize& size, Draws draws) {
  Mapping mapping;
  if (draws.uniform() < how.flip) {
    mapping.xx = -1;
    mapping.x0 = static_cast<double>(size.width - 1);
  }
  if (draws.uniform() < how.flip_vertical) {
    mapping.yy = -1;
    mapping.y0 = static_cast<double>(size.height - 1);
  }
  return mapping;
}

// By whole pixels, as a picture that was padded and then cut out.
Mapping crop(const Augmentation& how, const PictureSize& size, Draws draws) {
  const auto most = [&](int64_t side) { return static_cast<int64_t>(std::lround(how.crop * static_cast<double>(side))); };
  const auto shift = [&](int64_t side) { return static_cast<double>(draws.below(2 * most(side) + 1) - most(side)); };
  Mapping mapping;
  mapping.x0 = shift(size.width);
  mapping.y0 = shift(size.height);
  return mapping;
}

// A window of whole pixels, stretched to the whole picture. Where ten tries do not fit, the whole picture.
Mapping resized_crop(const Augmentation& how, const PictureSize& size, Draws draws) {
  if (how.resized_crop <= 0) return {};
  const auto width = static_cast<double>(size.width), height = static_cast<double>(size.height);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double area = draws.between(1 - how.resized_crop, 1) * width * height;
    const double ratio = std::exp(draws.around(std::log(4.0 / 3)));
    const auto w = std::lround(std::sqrt(area * ratio)), h = std::lround(std::sqrt(area / ratio));
    if (w < 1 || h < 1 || w > size.width || h > size.height) continue;
    const auto left = static_cast<double>(draws.below(size.width - w + 1));
    const auto top = static_cast<double>(draws.below(size.height - h + 1));
    const double sx = static_cast<double>(w) / width, sy = static_cast<double>(h) / height;
    return {.xx = sx, .x0 = left + sx / 2 - 0.5, .yy = sy, .y0 = top + sy / 2 - 0.5};
  }
  return {};
}

// Shown is the picture, sheared, scaled and turned about its middle; looked up is the inverse.
Mapping affine(const Augmentation& how, const PictureSize& size, Draws draws) {
  const double radians = std::numbers::pi / 180;
  const double angle = draws.around(how.rotate) * radians, scale = 1 + draws.around(how.scale);
  const double shear = std::tan(draws.around(how.shear) * radians);
  if (angle == 0 && scale == 1 && shear == 0) return {};
  const double cos = std::cos(angle) / scale, sin = std::sin(angle) / scale;
  // (turn · scale · [1 shear; 0 1])⁻¹ = [1 −shear; 0 1] · turn⁻¹ / scale
  const double xx = cos + shear * sin, xy = sin - shear * cos, yx = -sin, yy = cos;
  const double x = static_cast<double>(size.width - 1) / 2, y = static_cast<double>(size.height - 1) / 2;
  return {.xx = xx, .xy = xy, .x0 = x - xx * x - xy * y, .yx = yx, .yy = yy, .y0 = y - yx * x - yy * y};
}

// Of a given share of the picture, as long and narrow as `ratio` says, somewhere within it.
Rectangle rectangle(const PictureSize& size, double share, double ratio, Draws& draws) {
  const double area = share * static_cast<double>(size.height * size.width);
  Rectangle it;
  it.height = std::clamp<int64_t>(std::lround(std::sqrt(area * ratio)), 1, size.height);
  it.width = std::clamp<int64_t>(std::lround(std::sqrt(area / ratio)), 1, size.width);
  it.top = draws.below(size.height - it.height + 1);
  it.left = draws.below(size.width - it.width + 1);
  return it;
}

// About a point anywhere; what would lie outside is cut off (Yun et al., 2019).
Rectangle cut(const PictureSize& size, double share, Draws& draws) {
  const double side = std::sqrt(1 - share);
  const auto along = [&](int64_t whole, int64_t& from, int64_t& length) {
    const auto middle = draws.below(whole), wanted = static_cast<int64_t>(side * static_cast<double>(whole));
    from = std::max<int64_t>(middle - wanted / 2, 0);
    length = std::min(middle - wanted / 2 + wanted, whole) - from;
  };
  Rectangle it;
  along(size.height, it.top, it.height);
  along(size.width, it.left, it.width);
  return it;
}

}  // namespace

bool Mapping::is_shift() const {
  const auto is_whole = [](double value) { return value == std::floor(value); };
  return std::abs(xx) == 1 && std::abs(yy) == 1 && xy == 0 && yx == 0 && is_whole(x0) && is_whole(y0);
}

uint64_t picture_key(uint64_t seed, int64_t epoch, int64_t picture, int64_t draw) {
  uint64_t key = seed;
  for (const int64_t part : {epoch, picture, draw}) key = Draws(key ^ static_cast<uint64_t>(part)).next();
  return key;
}

Change draw_change(const Augmentation& how, const PictureSize& size, uint64_t key) {
  Change change;
  change.mapping = through(through(affine(how, size, stream(key, Stream::affine)),
                                   through(resized_crop(how, size, stream(key, Stream::resized_crop)),
                                           crop(how, size, stream(key, Stream::crop)))),
                           flip(how, size, stream(key, Stream::flip)));
  Draws colour = stream(key, Stream::colour);
  change.brightness = 1 + colour.around(how.brightness);
  change.contrast = 1 + colour.around(how.contrast);
  change.saturation = 1 + colour.around(how.saturation);
  change.hue = colour.around(how.hue);
  change.sigma = stream(key, Stream::blur).between(0, how.blur);
  Draws erase = stream(key, Stream::erase);
  if (erase.uniform() < how.erase) {
    const double share = erase.between(0.02, 0.33), ratio = std::exp(erase.around(std::log(3.3)));
    change.erased = rectangle(size, share, ratio, erase);
  }
  return change;
}

Mixing draw_mixing(const Augmentation& how, const PictureSize& size, uint64_t key, int64_t place, int64_t count) {
  Mixing mixing{.partner = place, .cuts = false, .share = 1, .pasted = {}};
  if (!how.mixes() || count < 2) return mixing;
  Draws draws = stream(key, Stream::mixing);
  mixing.cuts = draws.uniform() < 0.5 ? how.cutmix > 0 : how.mixup <= 0;
  const int64_t other = draws.below(count - 1);
  mixing.partner = other + (other >= place);
  mixing.share = draws.beta(mixing.cuts ? how.cutmix : how.mixup);
  if (mixing.cuts) {
    mixing.pasted = cut(size, mixing.share, draws);
    const double whole = static_cast<double>(size.height * size.width);
    mixing.share = 1 - static_cast<double>(mixing.pasted.height * mixing.pasted.width) / whole;
  }
  return mixing;
}

}  // namespace tessera
