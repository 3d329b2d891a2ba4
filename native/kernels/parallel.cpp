// OpenMP where the compiler has it, otherwise a thread for each part. libgomp's idle threads spin for about a
// millisecond and then sleep (its default where OMP_WAIT_POLICY is unset); OMP_WAIT_POLICY=passive, set before the
// first parallel region, makes them sleep at once. The policy is never set to active.
#include "kernels/parallel.h"

#include <algorithm>
#include <atomic>

#include "kernels/cpu.h"

#if defined(TESSERA_OPENMP)
#include <omp.h>
#else
#include <thread>
#include <vector>
#endif
#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#elif defined(__aarch64__)
#include <cstdint>
#endif

namespace tessera {
namespace {

thread_local int chosen_threads = 0;
thread_local bool inside = false;

// Flush-to-zero and denormals-are-zero are per thread, and pool threads do not inherit them.
class NoDenormals {
 public:
#if defined(__x86_64__) || defined(_M_X64)
  NoDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | flush_to_zero | denormals_are_zero); }
  ~NoDenormals() { _mm_setcsr(saved_); }

 private:
  static constexpr unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  unsigned saved_;
#elif defined(__aarch64__) && defined(__GNUC__)
  NoDenormals() {
    __asm__ volatile("mrs %0, fpcr" : "=r"(saved_));
    __asm__ volatile("msr fpcr, %0" ::"r"(saved_ | flush_to_zero));
  }
  ~NoDenormals() { __asm__ volatile("msr fpcr, %0" ::"r"(saved_)); }

 private:
  static constexpr uint64_t flush_to_zero = uint64_t{1} << 24;
  uint64_t saved_;
#endif
  NoDenormals(const NoDenormals&) = delete;
  NoDenormals& operator=(const NoDenormals&) = delete;
};

// A region's ranges, handed out one at a time: a core that is slow or busy with something else takes fewer.
class Ranges {
 public:
  Ranges(int64_t count, int64_t parts, void* context, detail::RangeBody body)
      : count_(count), parts_(parts), context_(context), body_(body) {}

  void work(int slot) {
    const NoDenormals no_denormals;
    inside = true;
    for (int64_t part = next_.fetch_add(1); part < parts_; part = next_.fetch_add(1)) {
      body_(context_, boundary(part), boundary(part + 1), slot);
    }
    inside = false;
  }

 private:
  int64_t boundary(int64_t part) const { return count_ / parts_ * part + count_ % parts_ * part / parts_; }

  int64_t count_, parts_;
  void* context_;
  detail::RangeBody body_;
  std::atomic<int64_t> next_{0};
};

}  // namespace

int default_threads() {
  const int cores = physical_cores();
  return std::min(256, cores >= 4 ? cores - 1 : cores);
}

void set_threads(int threads) { chosen_threads = std::clamp(threads, 1, 256); }

int threads() {
  if (chosen_threads == 0) chosen_threads = default_threads();
  return chosen_threads;
}

void detail::parallel_ranges(int64_t count, int64_t grain, void* context, RangeBody body) {
  if (count <= 0) return;
  if (inside) {
    body(context, 0, count, 0);
    return;
  }
  const int64_t most_parts = std::max<int64_t>(1, count / std::max<int64_t>(1, grain));
  const int team = static_cast<int>(std::min<int64_t>(threads(), most_parts));
  constexpr int parts_a_thread = 4;
  Ranges ranges(count, team == 1 ? 1 : std::min<int64_t>(team * parts_a_thread, most_parts), context, body);
  if (team == 1) {
    ranges.work(0);
    return;
  }
#if defined(TESSERA_OPENMP)
#pragma omp parallel num_threads(team)
  ranges.work(omp_get_thread_num());
#else
  std::vector<std::thread> others;
  for (int slot = 1; slot < team; ++slot) others.emplace_back(&Ranges::work, &ranges, slot);
  ranges.work(0);
  for (auto& other : others) other.join();
#endif
}

}  // namespace tessera
