// The feeder's batches are those that one thread makes, however many help and whenever the epoch ends.
#include "network/feeder.h"

#include <algorithm>
#include <string>
#include <vector>

#include "check.h"
#include "kernels/parallel.h"

using namespace tessera;
using test::check;

namespace {

constexpr PictureSize size{6, 5, 3};
constexpr int64_t classes = 4, count = 53;

struct Expected {
  std::vector<uint8_t> pictures;
  std::vector<float> targets;
};

Expected by_hand(const DataSet& set, const std::vector<int32_t>& rows, const Augmented& how, int64_t from, int64_t n) {
  AugmentedBatch batch(how.how, size, classes, n);
  std::vector<const uint8_t*> pictures;
  std::vector<uint64_t> keys;
  std::vector<int32_t> labels;
  for (int64_t i = from; i < from + n; ++i) {
    const auto at = static_cast<size_t>(i);
    pictures.push_back(set.as_bytes() + rows[at] * size.values());
    keys.push_back(picture_key(how.seed, how.epoch, how.pictures[at], how.draws[at]));
    labels.push_back(set.labels()[static_cast<size_t>(rows[at])]);
  }
  batch.begin(pictures, keys, labels);
  ChangeScratch scratch;
  while (!batch.done()) batch.work(scratch);
  Expected expected{{batch.pictures(), batch.pictures() + n * size.values()}, {}};
  if (batch.targets() != nullptr) expected.targets.assign(batch.targets(), batch.targets() + n * classes);
  return expected;
}

void test_epoch(int threads, int64_t batch, bool mixes, int64_t stop_after) {
  set_threads(threads);
  std::vector<int32_t> labels(count), rows(count);
  for (int64_t i = 0; i < count; ++i) {
    labels[static_cast<size_t>(i)] = static_cast<int32_t>(i % classes);
    rows[static_cast<size_t>(i)] = static_cast<int32_t>(i * 7 % count);
  }
  DataSet set(DataSet::Kind::bytes, size.values(), labels);
  for (int64_t i = 0; i < count * size.values(); ++i) set.as_bytes()[i] = static_cast<uint8_t>(test::pick(0, 255));
  const Augmented how{{.flip = 0.5, .rotate = 10, .mixup = mixes ? 0.3 : 0, .cutmix = mixes ? 1.0 : 0},
                      3, 2, rows, std::vector<int32_t>(count, 0)};
  const std::string what = std::to_string(threads) + " threads, batches of " + std::to_string(batch);
  Feeder feeder(set, size, classes, rows, batch, how);
  for (int64_t from = 0, step = 0; from < count && step < stop_after; from += batch, ++step) {
    const int64_t n = std::min(batch, count - from);
    const Pictures fed = feeder.next();
    const Expected expected = by_hand(set, rows, how, from, n);
    check(std::equal(expected.pictures.begin(), expected.pictures.end(), fed.bytes), what + ": pictures");
    check((fed.targets != nullptr) == mixes && (fed.labels == nullptr) == mixes, what + ": labels or targets");
    if (mixes) check(std::equal(expected.targets.begin(), expected.targets.end(), fed.targets), what + ": targets");
    check(feeder.waited() >= 0, what + ": waited");
  }
}

}  // namespace

int main() {
  for (const int threads : {1, 2, 3}) {
    for (const int64_t batch : {1, 8, 53, 100}) {
      for (const bool mixes : {false, true}) {
        test_epoch(threads, batch, mixes, count);
        // Whoever has had enough lets go in the middle, also before the first batch.
        for (const int64_t stop : {0, 1, 2}) test_epoch(threads, batch, mixes, stop);
      }
    }
  }
  return test::finish();
}
