// A team's threads are OpenMP's where the compiler has it, otherwise they are started for it. What a team does with them
// is in team.cpp; libgomp's own waiting, which spins for some milliseconds (OMP_WAIT_POLICY is unset, and never active),
// counts between teams alone.
#include "kernels/parallel.h"

#include <algorithm>
#include <exception>

#include "kernels/cpu.h"
#include "kernels/team.h"

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
thread_local Team* team_of_this_thread = nullptr;  // that it leads
thread_local const std::atomic<bool>* cancel_flag = nullptr;

bool is_set(const std::atomic<bool>* flag) { return flag != nullptr && flag->load(std::memory_order_relaxed); }

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

// A region's parts. Each thread begins with a stretch of its own, which in the next region is the same share of the picture,
// so that it reads what it wrote; a core that is slow or busy with something else takes fewer, and others finish its stretch.
class Ranges {
 public:
  Ranges(int64_t count, int64_t parts, int slots, void* context, detail::RangeBody body)
      : count_(count), parts_(parts), stretches_(std::min<int64_t>(slots, most_stretches)), slots_(slots), context_(context),
        body_(body), cancel_(cancel_flag) {
    for (int64_t at = 0; at < stretches_; ++at) next_[at].part.store(first_part(at), std::memory_order_relaxed);
  }

  void work(int slot) {
    const NoDenormals no_denormals;
    const Cancellation as_the_caller(cancel_);
    inside = true;
    const int64_t own = slot * stretches_ / slots_;
    for (int64_t i = 0; i < stretches_; ++i) take(own + i < stretches_ ? own + i : own + i - stretches_, slot);
    inside = false;
  }

 private:
  static constexpr int64_t most_stretches = 16;
  struct alignas(64) Next {
    std::atomic<int64_t> part;
  };

  void take(int64_t stretch, int slot) {
    const int64_t end = first_part(stretch + 1);
    std::atomic<int64_t>& next = next_[stretch].part;
    for (int64_t part = next.fetch_add(1); part < end && !is_set(cancel_); part = next.fetch_add(1)) {
      body_(context_, boundary(part), boundary(part + 1), slot);
    }
  }
  int64_t first_part(int64_t stretch) const { return parts_ * stretch / stretches_; }
  int64_t boundary(int64_t part) const { return count_ / parts_ * part + count_ % parts_ * part / parts_; }

  int64_t count_, parts_, stretches_, slots_;
  void* context_;
  detail::RangeBody body_;
  const std::atomic<bool>* cancel_;
  Next next_[most_stretches];
};

}  // namespace

int default_threads() {
  const int cores = physical_cores();
  return std::min(256, cores >= 4 ? cores - 1 : cores);
}

void set_threads(int threads) { chosen_threads = std::clamp(threads, 1, 256); }

int threads() {
  if (inside) return 1;
  if (chosen_threads == 0) chosen_threads = default_threads();
  return chosen_threads;
}

void detail::lead_team(void* context, void (*body)(void* context)) {
  const int size = threads();
  if (size == 1 || inside || team_of_this_thread != nullptr) {
    body(context);
    return;
  }
  Team team(size);
  std::exception_ptr thrown;
  const auto lead = [&] {
    team_of_this_thread = &team;
    try {
      body(context);
    } catch (...) {
      thrown = std::current_exception();
    }
    team_of_this_thread = nullptr;
    team.dismiss();
  };
#if defined(TESSERA_OPENMP)
#pragma omp parallel num_threads(size)
  {
    const int slot = omp_get_thread_num();
    if (slot == 0) {
      lead();
    } else {
      team.serve(slot);
    }
  }
#else
  std::vector<std::thread> others;
  for (int slot = 1; slot < size; ++slot) others.emplace_back(&Team::serve, &team, slot);
  lead();
  for (auto& other : others) other.join();
#endif
  if (thrown) std::rethrow_exception(thrown);
}

Cancellation::Cancellation(const std::atomic<bool>* flag) : before_(cancel_flag) { cancel_flag = flag; }
Cancellation::~Cancellation() { cancel_flag = before_; }

bool cancelled() { return is_set(cancel_flag); }

void detail::parallel_ranges(int64_t count, int64_t grain, void* context, RangeBody body) {
  if (count <= 0) return;
  if (inside) {
    body(context, 0, count, 0);
    return;
  }
  const int64_t most_parts = std::max<int64_t>(1, count / std::max<int64_t>(1, grain));
  const int slots = static_cast<int>(std::min<int64_t>(threads(), most_parts));
  constexpr int parts_a_thread = 4;
  // One thread alone is best left undivided, unless somebody may want it to stop.
  const int parts = slots == 1 && cancel_flag == nullptr ? 1 : slots * parts_a_thread;
  Ranges ranges(count, std::min<int64_t>(parts, most_parts), slots, context, body);
  if (slots == 1) {
    ranges.work(0);
    return;
  }
  with_team([&] {
    Team& team = *team_of_this_thread;
    team.run(std::min(slots, team.size()), &ranges,
             [](void* of, int slot) { static_cast<Ranges*>(of)->work(slot); });
  });
}

}  // namespace tessera
