#include "kernels/team.h"

#include <chrono>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace tessera {
namespace {

// state_: region number << 32 | dismissed << 31 | slots << 17 | open << 16 | members inside
constexpr uint64_t inside_mask = 0xffff, open = 1u << 16, dismissed = 1u << 31;
constexpr int slots_shift = 17, region_shift = 32;

uint64_t region(uint64_t state) { return state >> region_shift; }
int slots_of(uint64_t state) { return static_cast<int>((state & ~dismissed & 0xffffffffu) >> slots_shift); }

void relax() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#elif defined(__aarch64__) && defined(__GNUC__)
  __asm__ volatile("yield");
#endif
}

// Between two regions of a training step lie a few microseconds, between two steps some tens. Whoever sleeps is woken
// before those who yield are, so nobody yields.
constexpr std::chrono::microseconds spinning{100};

// True as soon as done() is; false after a while.
template <class Done>
bool watch(Done done) {
  const auto begun = std::chrono::steady_clock::now();
  while (true) {
    for (int i = 0; i < 32; ++i) {
      if (done()) return true;
      relax();
    }
    if (std::chrono::steady_clock::now() - begun > spinning) return false;
  }
}

}  // namespace

void Team::run(int slots, void* context, Work work) {
  context_ = context;
  work_ = work;
  const uint64_t next = region(state_.load()) + 1;
  state_.store(next << region_shift | static_cast<uint64_t>(slots) << slots_shift | open);
  // Whoever is not counted here has not yet looked whether there is a new region, and will see this one.
  if (sleepers_.load() > 0) {
    { const std::lock_guard lock(mutex_); }
    changed_.notify_all();
  }
  work(context, 0);
  state_.fetch_and(~open);
  wait_until_empty();
}

void Team::dismiss() {
  state_.store((region(state_.load()) + 1) << region_shift | dismissed);
  { const std::lock_guard lock(mutex_); }
  changed_.notify_all();
}

void Team::wait_until_empty() {
  const auto empty = [&] { return (state_.load() & inside_mask) == 0; };
  if (watch(empty)) return;
  std::unique_lock lock(mutex_);
  leader_sleeps_.store(true);
  emptied_.wait(lock, empty);
  leader_sleeps_.store(false);
}

void Team::serve(int slot) {
  uint64_t seen = 0;
  while (true) {
    uint64_t state = next_region(seen);
    if ((state & dismissed) != 0) return;
    seen = region(state);
    if (slot >= slots_of(state)) continue;
    while ((state & open) != 0 && region(state) == seen) {
      if (!state_.compare_exchange_weak(state, state + 1)) continue;
      work_(context_, slot);
      leave();
      break;
    }
  }
}

// The state once a region other than the one seen is there.
uint64_t Team::next_region(uint64_t seen) {
  const auto is_new = [&] { return region(state_.load()) != seen; };
  if (!watch(is_new)) {
    std::unique_lock lock(mutex_);
    sleepers_.fetch_add(1);
    changed_.wait(lock, is_new);
    sleepers_.fetch_sub(1);
  }
  return state_.load();
}

void Team::leave() {
  const uint64_t left = state_.fetch_sub(1) - 1;
  if ((left & inside_mask) != 0 || (left & open) != 0 || !leader_sleeps_.load()) return;
  { const std::lock_guard lock(mutex_); }
  emptied_.notify_one();
}

}  // namespace tessera
