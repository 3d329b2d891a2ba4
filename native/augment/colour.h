// Brightness, contrast, saturation and hue.
#pragma once
#include "augment/augmentation.h"

namespace tessera {

bool changes_colour(const Change& change);
// values: [H, W, C] from 0 to 255, in place.
void change_colour(const Change& change, const PictureSize& size, float* values);

}  // namespace tessera
