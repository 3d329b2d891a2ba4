// The batches of an epoch, changed anew, each made on a thread of its own while the step before it runs.
#pragma once
#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "augment/batch.h"
#include "network/data_set.h"

namespace tessera {

// Which pictures come, and what becomes of them.
struct Augmented {
  Augmentation how;
  uint64_t seed;
  int64_t epoch;
  // For each of the epoch's rows: which picture it is, whatever its row; and how often it came before in this epoch.
  std::vector<int32_t> pictures, draws;
};

class Feeder {
 public:
  // `rows` of a set of bytes, in their order, `batch` at a time. All must outlive the feeder.
  Feeder(const DataSet& set, const PictureSize& size, int64_t classes, const std::vector<int32_t>& rows, int64_t batch,
         const Augmented& augmented);
  ~Feeder();
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

  // The next batch; what the one before pointed to is not there any more. Where it is not done yet, the calling thread and
  // those that stand by for it help.
  Pictures next();
  // Seconds that the last `next` took until its batch was there.
  double waited() const { return waited_; }

 private:
  void run();
  void begin(int64_t step);
  AugmentedBatch& batch_of(int64_t step) { return batches_[static_cast<size_t>(step % 2)]; }
  void help(AugmentedBatch& batch);

  const DataSet& set_;
  const PictureSize size_;
  const std::vector<int32_t>& rows_;
  const int64_t batch_, steps_;
  const Augmented& augmented_;
  std::array<AugmentedBatch, 2> batches_;
  std::vector<ChangeScratch> scratch_;  // of those that help

  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t asked_ = 0;   // batches that were asked for: those before the last of them may be overwritten
  int64_t begun_ = 0;   // batches that can be worked on
  bool stopped_ = false;
  double waited_ = 0;
  std::thread thread_;
};

}  // namespace tessera
