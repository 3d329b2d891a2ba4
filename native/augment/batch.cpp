#include "augment/batch.h"

#include <algorithm>
#include <utility>

namespace tessera {

AugmentedBatch::AugmentedBatch(const Augmentation& how, const PictureSize& size, int64_t classes, int64_t max_count)
    : how_(how), size_(size), classes_(classes), pictures_(static_cast<size_t>(max_count * size.values())) {
  if (!how.mixes()) return;
  mixed_pictures_.resize(pictures_.size());
  targets_.resize(static_cast<size_t>(max_count * classes));
}

void AugmentedBatch::begin(std::vector<const uint8_t*> pictures, std::vector<uint64_t> keys, std::vector<int32_t> labels) {
  from_ = std::move(pictures);
  keys_ = std::move(keys);
  labels_ = std::move(labels);
  for (std::atomic<int64_t>* counter : {&to_change_, &changed_, &to_mix_, &mixed_}) counter->store(0);
}

void AugmentedBatch::work(ChangeScratch& scratch) {
  const int64_t all = count();
  for (int64_t at = to_change_.fetch_add(1); at < all; at = to_change_.fetch_add(1)) {
    const auto place = static_cast<size_t>(at);
    apply(draw_change(how_, size_, keys_[place]), size_, from_[place], pictures_.data() + at * size_.values(), scratch);
    changed_.fetch_add(1, std::memory_order_acq_rel);
  }
  // Any two may be mixed, so all have to be changed before.
  if (!how_.mixes() || changed_.load(std::memory_order_acquire) < all) return;
  for (int64_t at = to_mix_.fetch_add(1); at < all; at = to_mix_.fetch_add(1)) mix_one(at);
}

void AugmentedBatch::mix_one(int64_t place) {
  const int64_t values = size_.values();
  const Mixing mixing = draw_mixing(how_, size_, keys_[static_cast<size_t>(place)], place, count());
  mix(mixing, size_, pictures_.data() + place * values, pictures_.data() + mixing.partner * values,
      mixed_pictures_.data() + place * values);
  float* shares = targets_.data() + place * classes_;
  std::fill_n(shares, classes_, 0.0f);
  const auto share = static_cast<float>(mixing.share);
  shares[labels_[static_cast<size_t>(place)]] += share;
  shares[labels_[static_cast<size_t>(mixing.partner)]] += 1 - share;
  mixed_.fetch_add(1, std::memory_order_acq_rel);
}

}  // namespace tessera
