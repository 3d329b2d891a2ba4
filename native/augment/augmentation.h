// How pictures are changed anew each time that they are learned: uint8 [H, W, C] to uint8 [H, W, C], so that what a screen
// shows is what a network gets. Everything hangs on a picture's key alone, never on threads or on the order of work.
#pragma once
#include <cstdint>
#include <vector>

namespace tessera {

// Strengths as app/contract/augmentation.ts explains them; 0: nothing is done.
struct Augmentation {
  double flip = 0, flip_vertical = 0;  // probabilities
  double crop = 0, resized_crop = 0;   // shares of the side, of the area
  double rotate = 0, scale = 0, shear = 0;  // degrees, share, degrees
  double brightness = 0, contrast = 0, saturation = 0, hue = 0;
  double blur = 0;   // pixels
  double erase = 0;  // probability
  double mixup = 0, cutmix = 0;  // of the Beta distribution

  bool mixes() const { return mixup > 0 || cutmix > 0; }
};

struct PictureSize {
  int64_t height, width, channels;
  int64_t values() const { return height * width * channels; }
};

// Pixels of a picture: rows from `top` on, columns from `left` on; may be empty.
struct Rectangle {
  int64_t top = 0, left = 0, height = 0, width = 0;
};

// Where the pixel that is shown at (x, y) is taken from, both in pixels from the upper left pixel's centre:
// (xx·x + xy·y + x0, yx·x + yy·y + y0). Beyond its edges a picture goes on as its mirror image.
struct Mapping {
  double xx = 1, xy = 0, x0 = 0, yx = 0, yy = 1, y0 = 0;
  // Pixels on pixels without turning: nothing has to be interpolated.
  bool is_shift() const;
};

// What happens to one picture, in this order.
struct Change {
  Mapping mapping = {};
  double brightness = 1, contrast = 1, saturation = 1;  // factors
  double hue = 0;                                       // of a whole turn
  double sigma = 0;                                     // of the blur, pixels
  Rectangle erased = {};
};

// How a picture is mixed with another one: `share` of it stays.
struct Mixing {
  int64_t partner;   // its place in the batch; the picture's own: it stays as it is
  bool cuts;         // a rectangle of the partner's instead of a blend
  double share;
  Rectangle pasted;
};

// Of a picture's draw: `draw` tells apart how often it came in the epoch.
uint64_t picture_key(uint64_t seed, int64_t epoch, int64_t picture, int64_t draw);

Change draw_change(const Augmentation& how, const PictureSize& size, uint64_t key);
Mixing draw_mixing(const Augmentation& how, const PictureSize& size, uint64_t key, int64_t place, int64_t count);

// Memory for `apply`, used again from picture to picture.
struct ChangeScratch {
  std::vector<float> values, blurred;
};

// from and to: uint8 [H, W, C], not the same.
void apply(const Change& change, const PictureSize& size, const uint8_t* from, uint8_t* to, ChangeScratch& scratch);
void mix(const Mixing& mixing, const PictureSize& size, const uint8_t* picture, const uint8_t* partner, uint8_t* to);

}  // namespace tessera
