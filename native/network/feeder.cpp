#include "network/feeder.h"

#include <algorithm>
#include <chrono>

#include "kernels/parallel.h"

namespace tessera {

Feeder::Feeder(const DataSet& set, const PictureSize& size, int64_t classes, const std::vector<int32_t>& rows, int64_t batch,
               const Augmented& augmented)
    : set_(set), size_(size), rows_(rows), batch_(batch),
      steps_((static_cast<int64_t>(rows.size()) + batch - 1) / batch), augmented_(augmented),
      batches_{AugmentedBatch(augmented.how, size, classes, batch), AugmentedBatch(augmented.how, size, classes, batch)},
      scratch_(static_cast<size_t>(threads())), thread_([this] { run(); }) {}

Feeder::~Feeder() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Feeder::begin(int64_t step) {
  const int64_t from = step * batch_, to = std::min(from + batch_, static_cast<int64_t>(rows_.size()));
  std::vector<const uint8_t*> pictures;
  std::vector<uint64_t> keys;
  std::vector<int32_t> labels;
  for (int64_t i = from; i < to; ++i) {
    const auto at = static_cast<size_t>(i);
    const int32_t row = rows_[at];
    pictures.push_back(set_.as_bytes() + row * set_.size());
    keys.push_back(picture_key(augmented_.seed, augmented_.epoch, augmented_.pictures[at], augmented_.draws[at]));
    labels.push_back(set_.labels()[static_cast<size_t>(row)]);
  }
  batch_of(step).begin(std::move(pictures), std::move(keys), std::move(labels));
}

void Feeder::run() {
  ChangeScratch scratch;
  for (int64_t step = 0; step < steps_; ++step) {
    {
      // The batch before the last one that was asked for is not looked at any more.
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopped_ || step <= asked_; });
      if (stopped_) return;
    }
    begin(step);
    {
      const std::lock_guard lock(mutex_);
      begun_ = step + 1;
    }
    changed_.notify_all();
    AugmentedBatch& batch = batch_of(step);
    for (;;) {
      batch.work(scratch);
      // Under the lock, so that whoever looked just before is waiting by now.
      std::unique_lock lock(mutex_);
      changed_.notify_all();
      if (batch.done()) break;
      if (stopped_) return;
      // Others change the last pictures, and then there may be some to be mixed.
      changed_.wait_for(lock, std::chrono::microseconds(50));
    }
  }
}

void Feeder::help(AugmentedBatch& batch) {
  parallel_for_slots(static_cast<int64_t>(scratch_.size()), 1, [&](int64_t, int64_t, int slot) {
    batch.work(scratch_[static_cast<size_t>(slot)]);
  });
}

Pictures Feeder::next() {
  const auto began = std::chrono::steady_clock::now();
  const int64_t step = asked_;
  AugmentedBatch& batch = batch_of(step);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return begun_ > step; });
  }
  while (!batch.done()) {
    help(batch);
    std::unique_lock lock(mutex_);
    if (!batch.done()) changed_.wait_for(lock, std::chrono::microseconds(50));
  }
  {
    const std::lock_guard lock(mutex_);
    ++asked_;
  }
  changed_.notify_all();
  waited_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return {.bytes = batch.pictures(), .labels = batch.targets() == nullptr ? batch.labels().data() : nullptr,
          .targets = batch.targets()};
}

}  // namespace tessera
