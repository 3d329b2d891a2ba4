// Eight channels at a time, fewer at the end of a pixel.
#pragma once
#include <immintrin.h>

#include <cstdint>

namespace tessera::avx2 {

constexpr int64_t vector_floats = 8;

// Which of a vector's eight floats exist. What does not is read as zero and not written.
struct Lanes {
  __m256i mask;
  bool all;

  explicit Lanes(int64_t count) : all(count >= vector_floats) {
    const int64_t there = all ? vector_floats : count;
    mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(there)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }
  __m256 load(const float* from) const { return all ? _mm256_loadu_ps(from) : _mm256_maskload_ps(from, mask); }
  void store(float* to, __m256 value) const {
    if (all) {
      _mm256_storeu_ps(to, value);
    } else {
      _mm256_maskstore_ps(to, mask, value);
    }
  }
};

}  // namespace tessera::avx2
