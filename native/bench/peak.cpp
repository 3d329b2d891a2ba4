#include "bench/peak.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "kernels/parallel.h"

#if defined(TESSERA_HAVE_AVX2)
#include <immintrin.h>
#endif

namespace tessera {
namespace {

constexpr int64_t rounds = 20'000'000;

#if defined(TESSERA_HAVE_AVX2) && !defined(_MSC_VER)
constexpr double flops_a_round = 12 * 8 * 2;

// Twelve independent accumulators hide the latency of two FMA units.
__attribute__((target("avx2,fma"))) float spin() {
  __m256 sum[12];
#pragma GCC unroll 12
  for (int j = 0; j < 12; ++j) sum[j] = _mm256_setzero_ps();
  const __m256 a = _mm256_set1_ps(1e-8f), b = _mm256_set1_ps(0.5f);
  for (int64_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
    for (int j = 0; j < 12; ++j) sum[j] = _mm256_fmadd_ps(a, b, sum[j]);
    // Keeps the compiler from summing up the loop.
    asm volatile("" : "+x"(sum[0]), "+x"(sum[1]), "+x"(sum[2]), "+x"(sum[3]), "+x"(sum[4]), "+x"(sum[5]), "+x"(sum[6]),
                 "+x"(sum[7]), "+x"(sum[8]), "+x"(sum[9]), "+x"(sum[10]), "+x"(sum[11]));
  }
  float total = 0;
// Every loop over the accumulators is unrolled, or they would live on the stack.
#pragma GCC unroll 12
  for (int j = 0; j < 12; ++j) total += _mm256_cvtss_f32(sum[j]);
  return total;
}
#else
constexpr double flops_a_round = 8 * 2;

float spin() {
  volatile float seed = 1e-8f;
  float sum[8] = {};
  const float a = seed;
  for (int64_t i = 0; i < rounds; ++i) {
    for (float& value : sum) value = a * 0.5f + value * 0.999f;
  }
  float total = 0;
  for (const float value : sum) total += value;
  return total;
}
#endif

}  // namespace

double measured_peak() {
  double best = 0;
  for (int trial = 0; trial < 3; ++trial) {
    std::vector<float> results(static_cast<size_t>(threads()));
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::thread> team;
    for (float& result : results) team.emplace_back([&result] { result = spin(); });
    for (auto& member : team) member.join();
    const double time = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    best = std::max(best, flops_a_round * static_cast<double>(rounds) * threads() / time);
  }
  return best;
}

}  // namespace tessera
