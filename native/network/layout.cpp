#include "network/layout.h"

#include "kernels/parallel.h"

namespace tessera {
namespace {

// from[outer][rows][columns] → to[outer][columns][rows]
void transpose(int64_t outer, int64_t rows, int64_t columns, const float* from, float* to) {
  parallel_for(outer, 8, [=](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      const float* source = from + n * rows * columns;
      float* target = to + n * rows * columns;
      for (int64_t column = 0; column < columns; ++column) {
        for (int64_t row = 0; row < rows; ++row) *target++ = source[row * columns + column];
      }
    }
  });
}

}  // namespace

void channels_last(int64_t outer, int64_t c, int64_t hw, const float* from, float* to) {
  transpose(outer, c, hw, from, to);
}

void channels_first(int64_t outer, int64_t c, int64_t hw, const float* from, float* to) {
  transpose(outer, hw, c, from, to);
}

}  // namespace tessera
