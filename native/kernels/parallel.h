// The one place where work is spread over threads.
#pragma once
#include <atomic>
#include <cstdint>

namespace tessera {

// Threads that parallel_for uses when called from this thread, 1 … 256; within a parallel_for 1. Default: default_threads().
void set_threads(int threads);
int threads();

// Physical cores of the machine, less one for the screen where there are four or more.
int default_threads();

// While it lives, parallel_for called from this thread leaves out what it has not begun as soon as `flag` is set, so that
// even a long kernel ends within milliseconds. The flag is seen in its bodies too. Its results are worthless then: who sets one asks `cancelled()` after each
// kernel. Null switches it off for a while, for work that must be whole.
class Cancellation {
 public:
  explicit Cancellation(const std::atomic<bool>* flag);
  ~Cancellation();
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

 private:
  const std::atomic<bool>* before_;
};

// Whether the flag of this thread is set.
bool cancelled();

namespace detail {
using RangeBody = void (*)(void* context, int64_t begin, int64_t end, int slot);
void parallel_ranges(int64_t count, int64_t grain, void* context, RangeBody body);
void lead_team(void* context, void (*body)(void* context));
}  // namespace detail

// Runs body() while threads() − 1 others stand by for the parallel_for in it, which then begin within a microsecond. Not
// needed, but a training step has a hundred small regions. Hands on what the body throws.
template <class Body>
void with_team(Body body) {
  detail::lead_team(&body, [](void* context) { (*static_cast<Body*>(context))(); });
}

// Calls body(begin, end) on disjoint ranges that cover 0 … count, each at least `grain` long where possible. How the
// ranges are cut depends on the thread count, so a body's result for an index must not depend on its range. Nested
// calls run on the calling thread. Inside, denormals count as zero (restored on return).
template <class Body>
void parallel_for(int64_t count, int64_t grain, Body body) {
  detail::parallel_ranges(count, grain, &body, [](void* context, int64_t begin, int64_t end, int) {
    (*static_cast<Body*>(context))(begin, end);
  });
}

// The same with body(begin, end, slot): ranges that run at the same time have different slots, 0 … threads() − 1, so
// that each may use its own part of a scratch buffer.
template <class Body>
void parallel_for_slots(int64_t count, int64_t grain, Body body) {
  detail::parallel_ranges(count, grain, &body, [](void* context, int64_t begin, int64_t end, int slot) {
    (*static_cast<Body*>(context))(begin, end, slot);
  });
}

}  // namespace tessera
