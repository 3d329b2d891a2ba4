// Pictures with their labels, held natively so that a whole epoch needs no JavaScript.
#pragma once
#include <cstdint>
#include <vector>

#include "network/arena.h"

namespace tessera {

class DataSet {
 public:
  // bytes: uint8 [H, W, C], as pictures come. numbers: float32 [C, H, W], which go into the first layer untouched.
  enum class Kind { bytes, numbers };

  // `size`: values of one picture. Labels: class indices, one for each picture.
  DataSet(Kind kind, int64_t size, std::vector<int32_t> labels)
      : kind_(kind), size_(size), labels_(std::move(labels)),
        memory_(static_cast<size_t>(count() * size) * (kind == Kind::bytes ? 1 : sizeof(float))) {}

  Kind kind() const { return kind_; }
  int64_t count() const { return static_cast<int64_t>(labels_.size()); }
  int64_t size() const { return size_; }
  size_t bytes() const { return memory_.bytes(); }
  const std::vector<int32_t>& labels() const { return labels_; }
  // To be filled before the first use.
  uint8_t* as_bytes() const { return memory_.at<uint8_t>(0); }
  float* as_numbers() const { return memory_.floats(); }

 private:
  Kind kind_;
  int64_t size_;
  std::vector<int32_t> labels_;
  Memory memory_;
};

// Pictures of one batch, wherever they lie: of `bytes` or `numbers` one is null. Picture i is the one in row rows[i], or
// in row i where there are no rows; labels likewise.
struct Pictures {
  const uint8_t* bytes = nullptr;
  const float* numbers = nullptr;
  const int32_t* labels = nullptr;  // null where nobody knows
  const int32_t* rows = nullptr;
  // Instead of labels: [rows][classes], shares of the classes that sum to 1.
  const float* targets = nullptr;

  int64_t row(int64_t i) const { return rows == nullptr ? i : rows[i]; }

  static Pictures of(const DataSet& set, const int32_t* rows) {
    const bool bytes = set.kind() == DataSet::Kind::bytes;
    return {bytes ? set.as_bytes() : nullptr, bytes ? nullptr : set.as_numbers(), set.labels().data(), rows,
            nullptr};
  }
};

}  // namespace tessera
