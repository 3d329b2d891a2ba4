// Pictures, as they come, into the values that a first layer reads.
#pragma once
#include <cstdint>
#include <vector>

#include "kernels/kernels.h"
#include "network/data_set.h"
#include "network/node.h"

namespace tessera {

class Loader {
 public:
  // `mean` and `std`: one for each of the picture's channels. Throws `shapeMismatch`.
  Loader(const Kernels& kernels, const Value& picture, const std::vector<float>& mean, const std::vector<float>& std);

  // Pictures first … first + n − 1 of those, normalised where they are bytes.
  void load(int64_t n, const Pictures& pictures, float* to, int64_t first = 0) const;

 private:
  const Kernels& kernels_;
  Value picture_;
  std::vector<float> scale_, shift_;
};

}  // namespace tessera
