#include "network/loader.h"

#include "kernels/parallel.h"
#include "network/error.h"
#include "network/layout.h"

namespace tessera {

Loader::Loader(const Kernels& kernels, const Value& picture, const std::vector<float>& mean, const std::vector<float>& std)
    : kernels_(kernels), picture_(picture) {
  const auto channels = static_cast<size_t>(picture.c);
  if (mean.size() != channels || std.size() != channels) {
    refuse_shape("Network", "normalisation needs one mean and one std for each channel");
  }
  for (size_t c = 0; c < channels; ++c) {
    scale_.push_back(1 / std[c]);
    shift_.push_back(-mean[c] / std[c]);
  }
}

void Loader::load(int64_t n, const Pictures& pictures, float* to, int64_t first) const {
  const int64_t size = picture_.size(), pixels = picture_.hw(), channels = picture_.c;
  const auto load_some = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t from = pictures.row(first + i) * size;
      if (pictures.bytes != nullptr) {
        kernels_.normalise(pixels, channels, pictures.bytes + from, scale_.data(), shift_.data(), to + i * size);
      } else {
        channels_last(1, channels, pixels, pictures.numbers + from, to + i * size);
      }
    }
  };
  // Few pictures are shared out pixel by pixel.
  if (n < threads()) {
    load_some(0, n);
  } else {
    parallel_for(n, 1, load_some);
  }
}

}  // namespace tessera
