// parallel_for with and without a team: every index once, slots that never meet, members that sleep, work that is slow,
// exceptions; for 1, 2, 3, 7 and 64 threads. Under ThreadSanitizer this is the test of team.cpp.
#include "kernels/parallel.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "check.h"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string of(int threads, int64_t count) {
  return " of " + std::to_string(count) + " with " + std::to_string(threads) + " threads";
}

// Plain integers: two threads at one index, or a region left before all is done, is a data race or a wrong sum.
void check_region(int threads, int64_t count, int64_t grain) {
  std::vector<int> times(static_cast<size_t>(count), 0);
  std::vector<std::atomic<int>> in_slot(static_cast<size_t>(threads));
  std::atomic<bool> slots_meet = false;
  parallel_for_slots(count, grain, [&](int64_t begin, int64_t end, int slot) {
    if (in_slot[static_cast<size_t>(slot)].fetch_add(1) != 0) slots_meet = true;
    for (int64_t i = begin; i < end; ++i) ++times[static_cast<size_t>(i)];
    in_slot[static_cast<size_t>(slot)].fetch_sub(1);
  });
  bool once = true;
  for (const int n : times) once = once && n == 1;
  check(once, "every index once" + of(threads, count));
  check(!slots_meet, "slots apart" + of(threads, count));
}

void check_regions(int threads, int rounds) {
  for (int round = 0; round < rounds; ++round) check_region(threads, pick(0, 200), pick(1, 20));
}

void pause_of(std::chrono::microseconds time) { std::this_thread::sleep_for(time); }

// Between the regions members go to sleep; in them the leader does.
void check_sleepers(int threads) {
  for (int round = 0; round < 3; ++round) {
    pause_of(std::chrono::milliseconds(2));
    std::atomic<int> done = 0;
    parallel_for(threads, 1, [&](int64_t begin, int64_t end) {
      if (begin > 0) pause_of(std::chrono::milliseconds(2));
      done += static_cast<int>(end - begin);
    });
    check(done == threads, "slow work is waited for" + of(threads, threads));
  }
}

void check_nested(int threads) {
  std::atomic<int> done = 0;
  parallel_for(8, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      with_team([&] {
        parallel_for_slots(5, 1, [&](int64_t first, int64_t last, int slot) {
          if (slot == 0) done += static_cast<int>(last - first);
        });
      });
    }
  });
  check(done == 40, "nested regions run on the calling thread" + of(threads, 8));
}

// Within a body one thread is there, and whether the caller's work is cancelled is known.
void check_inside(int threads_set) {
  const std::atomic<bool> flag{false};
  const Cancellation cancellation(&flag);
  std::atomic<int> wrong = 0;
  parallel_for(100, 1, [&](int64_t, int64_t) {
    if (threads() != 1 || cancelled()) ++wrong;
  });
  check(wrong == 0 && threads() == threads_set, "one thread inside of a region" + of(threads_set, 100));
  std::atomic<bool> stop{false};
  const Cancellation cancelling(&stop);
  std::atomic<int> late = 0, known = 0;
  parallel_for(1000, 1, [&](int64_t, int64_t) {
    if (stop) ++late;
    stop = true;
    if (cancelled()) ++known;
  });
  // Only those that had begun by then.
  check(known >= 1 && late < threads_set, "a region that was cancelled ends" + of(threads_set, 1000));
}

void check_exception(int threads) {
  bool caught = false;
  try {
    with_team([&] {
      check_region(threads, 10, 1);
      throw std::runtime_error("told");
    });
  } catch (const std::runtime_error& error) {
    caught = std::string(error.what()) == "told";
  }
  check(caught, "what a team's body throws is handed on" + of(threads, 0));
  check_region(threads, 10, 1);
}

// As two trainers do: each thread has its own team.
void check_two_leaders() {
  std::atomic<int> wrong = 0;
  const auto lead = [&] {
    set_threads(3);
    with_team([&] {
      for (int round = 0; round < 200; ++round) {
        std::atomic<int64_t> sum = 0;
        parallel_for(100, 3, [&](int64_t begin, int64_t end) {
          for (int64_t i = begin; i < end; ++i) sum += i;
        });
        if (sum != 4950) ++wrong;
      }
    });
  };
  std::thread other(lead);
  lead();
  other.join();
  check(wrong == 0, "two threads lead a team each");
}

}  // namespace

int main() {
  for (const int threads : {1, 2, 3, 7, 64}) {
    set_threads(threads);
    check_regions(threads, 10);
    with_team([&] {
      check_regions(threads, 500);
      check_sleepers(threads);
      check_nested(threads);
      check_inside(threads);
      set_threads(2 * threads);  // more than the team has
      check_regions(2 * threads, 20);
      set_threads(1);
      check_regions(1, 20);
      set_threads(threads);
    });
    check_exception(threads);
  }
  check_two_leaders();
  return finish();
}
