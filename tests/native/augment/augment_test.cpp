// Each change against PyTorch's values (make_golden.py), what is drawn against its bounds, and batches against themselves.
#include "augment/augmentation.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "augment/batch.h"
#include "augment/draws.h"
#include "augment/golden.h"
#include "check.h"

using namespace tessera;
using test::check;

namespace {

using Bytes = std::vector<uint8_t>;
const PictureSize small{golden::height, golden::width, 3};

Bytes changed(const Change& change, const PictureSize& size, const Bytes& from) {
  Bytes to(from.size());
  ChangeScratch scratch;
  apply(change, size, from.data(), to.data(), scratch);
  return to;
}

// float32 may round a value that lies between two bytes to the other side.
void same(const std::string& what, const Bytes& ours, const Bytes& theirs, int tolerance = 1) {
  int worst = 0, off = 0;
  for (size_t i = 0; i < theirs.size(); ++i) {
    const int difference = std::abs(int{ours[i]} - int{theirs[i]});
    worst = std::max(worst, difference);
    off += difference != 0;
  }
  const auto few = static_cast<int>(theirs.size() / 50);
  check(ours.size() == theirs.size() && worst <= tolerance && off <= (tolerance == 0 ? 0 : few),
        what + ": off by up to " + std::to_string(worst) + " in " + std::to_string(off) + " values");
}

Mapping mapping(const std::vector<double>& of) { return {of[0], of[1], of[2], of[3], of[4], of[5]}; }

void test_golden() {
  const Bytes& from = golden::colour;
  same("as it is", changed({}, small, from), from, 0);
  same("sampled", changed({.mapping = mapping(golden::affine)}, small, from), golden::sampled);
  same("sampled far outside", changed({.mapping = mapping(golden::outward)}, small, from), golden::sampled_far);
  same("flipped, then moved", changed({.mapping = {.xx = -1, .x0 = static_cast<double>(small.width - 3)}}, small, from),
       golden::shifted_flipped, 0);
  same("brightness", changed({.brightness = 1.337}, small, from), golden::brighter);
  same("contrast", changed({.contrast = 0.6}, small, from), golden::contrasted);
  same("saturation", changed({.saturation = 1.5}, small, from), golden::saturated);
  same("hue", changed({.hue = 0.2}, small, from), golden::hue_turned);
  same("hue, back", changed({.hue = -0.35}, small, from), golden::hue_back);
  same("all colours", changed({.brightness = 0.8, .contrast = 1.4, .saturation = 0.5, .hue = 0.1}, small, from),
       golden::all_colours);
  same("blur", changed({.sigma = 0.9}, small, from), golden::blurred);
  Bytes mixed(from.size());
  mix({.partner = 1, .cuts = false, .share = 0.337, .pasted = {}}, small, from.data(), golden::other.data(), mixed.data());
  same("mixed", mixed, golden::mixed);
}

// By hand: 2 × 3 pixels of one channel.
void test_by_hand() {
  const PictureSize size{2, 3, 1};
  const Bytes from{1, 2, 3, 4, 5, 6};
  same("left and right", changed({.mapping = {.xx = -1, .x0 = 2}}, size, from), {3, 2, 1, 6, 5, 4}, 0);
  same("above and below", changed({.mapping = {.yy = -1, .y0 = 1}}, size, from), {4, 5, 6, 1, 2, 3}, 0);
  same("to the right", changed({.mapping = {.x0 = -1}}, size, from), {1, 1, 2, 4, 4, 5}, 0);
  same("far to the left", changed({.mapping = {.x0 = 5}}, size, from), {1, 1, 2, 4, 4, 5}, 0);
  same("up", changed({.mapping = {.y0 = 1}}, size, from), {4, 5, 6, 4, 5, 6}, 0);
  same("between two", changed({.mapping = {.x0 = 0.5}}, size, from), {2, 3, 3, 5, 6, 6}, 0);
  same("erased", changed({.erased = {0, 1, 2, 1}}, size, from), {1, 128, 3, 4, 128, 6}, 0);
  same("contrast of grey", changed({.contrast = 0}, size, from), {4, 4, 4, 4, 4, 4}, 0);
  same("no colour to turn", changed({.saturation = 0, .hue = 0.3}, size, from), from, 0);
  Bytes cut(6);
  const Bytes other{11, 12, 13, 14, 15, 16};
  mix({.partner = 1, .cuts = true, .share = 0.5, .pasted = {1, 0, 1, 2}}, size, from.data(), other.data(), cut.data());
  same("cut", cut, {1, 2, 3, 14, 15, 6}, 0);
}

// What the affine part draws is what PyTorch inverts: at its greatest strength only the sign is left to chance.
void test_affine_of_draws() {
  for (uint64_t key = 0; key < 2000; ++key) {
    const Augmentation how{.rotate = 40, .scale = 0.3, .shear = 20};
    const Mapping it = draw_change(how, small, key).mapping;
    // The inverse's determinant is 1 / scale², and the middle stays where it is.
    const double determinant = it.xx * it.yy - it.xy * it.yx, scale = 1 / std::sqrt(determinant);
    check(scale > 0.7 - 1e-9 && scale < 1.3 + 1e-9, "scale within bounds");
    const double x = (small.width - 1) / 2.0, y = (small.height - 1) / 2.0;
    check(std::abs(it.xx * x + it.xy * y + it.x0 - x) < 1e-9 && std::abs(it.yx * x + it.yy * y + it.y0 - y) < 1e-9,
          "the middle stays");
    const double angle = std::atan2(-it.yx, it.yy) * 180 / 3.14159265358979;
    check(std::abs(angle) < 40 + 1e-9, "turned within bounds");
  }
}

void test_draws() {
  const Augmentation how{.flip = 0.5, .crop = 0.25, .brightness = 0.4, .contrast = 0.3, .saturation = 0.2, .hue = 0.1,
                         .blur = 2, .erase = 0.5};
  int flipped = 0, erased = 0;
  constexpr int count = 4000;
  const PictureSize size{32, 32, 3};
  for (uint64_t key = 0; key < count; ++key) {
    const Change it = draw_change(how, size, picture_key(7, 3, static_cast<int64_t>(key), 0));
    flipped += it.mapping.xx < 0;
    erased += it.erased.height > 0;
    check(it.mapping.is_shift(), "flips and crops are on whole pixels");
    const double x = it.mapping.xx < 0 ? it.mapping.x0 - 31 : it.mapping.x0;
    check(std::abs(x) <= 8 && std::abs(it.mapping.y0) <= 8, "moved by no more than the crop");
    check(std::abs(it.brightness - 1) <= 0.4 && std::abs(it.contrast - 1) <= 0.3 && std::abs(it.saturation - 1) <= 0.2 &&
              std::abs(it.hue) <= 0.1 && it.sigma >= 0 && it.sigma <= 2, "colours and blur within bounds");
    const auto& [top, left, height, width] = it.erased;
    check(top >= 0 && left >= 0 && top + height <= 32 && left + width <= 32, "what is erased lies inside");
  }
  check(std::abs(flipped - count / 2) < 4 * std::sqrt(count / 4.0), "half are flipped");
  check(std::abs(erased - count / 2) < 4 * std::sqrt(count / 4.0), "half are erased");

  for (uint64_t key = 0; key < 2000; ++key) {
    const Mapping it = draw_change({.resized_crop = 0.9}, size, key).mapping;
    check(it.xx > 0 && it.xx <= 1 && it.yy > 0 && it.yy <= 1 && it.xx * it.yy > 0.09, "a window of at least a tenth");
    const double ratio = it.xx / it.yy;
    check(ratio > 0.6 && ratio < 1.67, "of about 3 : 4 to 4 : 3");  // rounded to pixels
    check(it.x0 >= -0.5 && it.x0 + it.xx * 31 <= 31.5 && it.y0 >= -0.5 && it.y0 + it.yy * 31 <= 31.5, "lies inside");
  }
}

// One strength more changes nothing of the others.
void test_streams() {
  for (uint64_t key = 0; key < 200; ++key) {
    const Change one = draw_change({.flip = 0.5, .brightness = 0.5}, small, key);
    const Change more = draw_change({.flip = 0.5, .brightness = 0.5, .hue = 0.2, .blur = 1, .erase = 1}, small, key);
    check(one.mapping.xx == more.mapping.xx && one.brightness == more.brightness, "streams of their own");
  }
}

void test_beta() {
  for (const double a : {0.2, 1.0, 2.5}) {
    Draws draws(11);
    double sum = 0, squares = 0;
    constexpr int count = 40'000;
    for (int i = 0; i < count; ++i) {
      const double share = draws.beta(a);
      check(share >= 0 && share <= 1, "Beta lies between 0 and 1");
      sum += share;
      squares += share * share;
    }
    const double mean = sum / count, variance = squares / count - mean * mean, expected = 1 / (4 * (2 * a + 1));
    check(std::abs(mean - 0.5) < 0.01, "mean of Beta(" + std::to_string(a) + ")");
    check(std::abs(variance / expected - 1) < 0.03, "variance of Beta(" + std::to_string(a) + ")");
  }
}

void test_batches() {
  const PictureSize size{8, 6, 3};
  constexpr int64_t count = 37, classes = 5;
  Bytes given(static_cast<size_t>(count * size.values()));
  for (uint8_t& value : given) value = static_cast<uint8_t>(test::pick(0, 255));
  for (const bool mixes : {false, true}) {
    const Augmentation how{.flip = 0.5, .rotate = 20, .brightness = 0.3, .mixup = mixes ? 0.4 : 0, .cutmix = mixes ? 1.0 : 0};
    Bytes first;
    std::vector<float> first_targets;
    for (int threads = 1; threads <= 4; ++threads) {
      AugmentedBatch batch(how, size, classes, count);
      std::vector<const uint8_t*> pictures;
      std::vector<uint64_t> keys;
      std::vector<int32_t> labels;
      for (int64_t i = 0; i < count; ++i) {
        pictures.push_back(given.data() + i * size.values());
        keys.push_back(picture_key(1, 0, i, 0));
        labels.push_back(static_cast<int32_t>(i % classes));
      }
      batch.begin(pictures, keys, labels);
      std::vector<std::thread> team;
      for (int t = 0; t < threads; ++t) {
        team.emplace_back([&] {
          ChangeScratch scratch;
          while (!batch.done()) batch.work(scratch);
        });
      }
      for (std::thread& thread : team) thread.join();
      const Bytes made(batch.pictures(), batch.pictures() + given.size());
      if (threads == 1) first = made;
      check(made == first, "the same for any number of threads");
      check((batch.targets() != nullptr) == mixes, "targets where pictures are mixed");
      if (!mixes) continue;
      const std::vector<float> targets(batch.targets(), batch.targets() + count * classes);
      if (threads == 1) first_targets = targets;
      check(targets == first_targets, "the same targets for any number of threads");
      for (int64_t i = 0; i < count; ++i) {
        double sum = 0;
        for (int64_t c = 0; c < classes; ++c) {
          const float share = targets[static_cast<size_t>(i * classes + c)];
          check(share >= 0 && share <= 1, "a share lies between 0 and 1");
          sum += share;
        }
        check(std::abs(sum - 1) < 1e-6, "shares sum to 1");
      }
    }
  }
}

}  // namespace

int main() {
  test_golden();
  test_by_hand();
  test_affine_of_draws();
  test_draws();
  test_streams();
  test_beta();
  test_batches();
  return test::finish();
}
