#include "network/layout.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace tessera {
namespace {

constexpr int64_t grain = 4096;  // floats

template <int64_t Rows>
void interleave(int64_t columns, const float* from, float* to, int64_t begin, int64_t end) {
  for (int64_t column = begin; column < end; ++column) {
    for (int64_t row = 0; row < Rows; ++row) to[column * Rows + row] = from[row * columns + column];
  }
}

// from[outer][rows][columns] → to[outer][columns][rows]
void transpose(int64_t outer, int64_t rows, int64_t columns, const float* from, float* to) {
  const int64_t size = rows * columns;
  if (rows == 1 || columns == 1) {
    parallel_for(outer * size, grain, [=](int64_t begin, int64_t end) { std::copy(from + begin, from + end, to + begin); });
    return;
  }
  parallel_for(outer * columns, std::max<int64_t>(1, grain / rows), [=](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end;) {
      const int64_t first = at % columns, last = std::min(columns, first + end - at);
      const float* source = from + at / columns * size;
      float* target = to + at / columns * size;
      if (rows == 3) {  // a colour picture
        interleave<3>(columns, source, target, first, last);
      } else {
        for (int64_t column = first; column < last; ++column) {
          for (int64_t row = 0; row < rows; ++row) target[column * rows + row] = source[row * columns + column];
        }
      }
      at += last - first;
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
