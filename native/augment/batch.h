// A batch of changed pictures, made by whoever has time: several threads may work on one batch at once.
#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "augment/augmentation.h"

namespace tessera {

class AugmentedBatch {
 public:
  AugmentedBatch(const Augmentation& how, const PictureSize& size, int64_t classes, int64_t max_count);

  // Begins anew. pictures: uint8 [H, W, C] each; they and `labels` must stay until the batch is done. Nobody works on it.
  void begin(std::vector<const uint8_t*> pictures, std::vector<uint64_t> keys, std::vector<int32_t> labels);
  // Changes pictures, one after the other, until none is left to begin with. Any thread, with a scratch of its own. What
  // comes out does not depend on who did it.
  void work(ChangeScratch& scratch);
  bool done() const { return (how_.mixes() ? mixed_ : changed_).load(std::memory_order_acquire) == count(); }

  int64_t count() const { return static_cast<int64_t>(from_.size()); }
  // [count][H, W, C]
  const uint8_t* pictures() const { return how_.mixes() ? mixed_pictures_.data() : pictures_.data(); }
  const std::vector<int32_t>& labels() const { return labels_; }
  // [count][classes], the share of each class; null where pictures are not mixed.
  const float* targets() const { return how_.mixes() ? targets_.data() : nullptr; }

 private:
  void mix_one(int64_t place);

  Augmentation how_;
  PictureSize size_;
  int64_t classes_;
  std::vector<const uint8_t*> from_;
  std::vector<uint64_t> keys_;
  std::vector<int32_t> labels_;
  std::vector<uint8_t> pictures_, mixed_pictures_;
  std::vector<float> targets_;
  // Pictures that somebody has begun to change, that are changed, and the same of mixing.
  std::atomic<int64_t> to_change_{0}, changed_{0}, to_mix_{0}, mixed_{0};
};

}  // namespace tessera
