// Threads that stand by while one of them, the leader, hands out work: many small regions, one start.
//
// A region waits for nobody to come. Its leader begins at once; members join while there is work, and the leader waits
// only for those that did. A member that sleeps, or whose core another process uses, costs nothing but its help, and
// that is what sets this apart from a barrier: on a busy machine a barrier takes as long as the slowest wake-up.
//
// Members wait for the next region with their eyes open, but not for long: they spin for some microseconds, then sleep.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace tessera {

class Team {
 public:
  using Work = void (*)(void* context, int slot);

  // Leader and members together, 1 … 256.
  explicit Team(int size) : size_(size) {}
  int size() const { return size_; }

  // By the leader: work(context, 0) here, and work(context, slot) on those of the members 1 … slots − 1 that come before
  // it is done. Returns when all have left it. `work` must not throw, and must be prepared to find nothing left to do.
  void run(int slots, void* context, Work work);
  // By the leader: members return from serve.
  void dismiss();
  // By a member: joins one region after the other.
  void serve(int slot);

 private:
  uint64_t next_region(uint64_t seen);
  void leave();
  void wait_until_empty();

  const int size_;
  void* context_ = nullptr;
  Work work_ = nullptr;
  // Which region it is, for how many slots, whether it can be joined, and how many have joined: one word, so that
  // joining a region that has just ended is impossible.
  std::atomic<uint64_t> state_{0};
  std::atomic<int> sleepers_{0};
  std::atomic<bool> leader_sleeps_{false};
  std::mutex mutex_;
  std::condition_variable changed_, emptied_;
};

}  // namespace tessera
