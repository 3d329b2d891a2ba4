// One block of memory for everything that a pass needs, planned before the first step: buffers that never live at the
// same time share their bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tessera {

constexpr size_t arena_alignment = 64;

class ArenaPlan {
 public:
  // A buffer that is written first at time `first` and read last at time `last`; both are included. Gives its number.
  int add(size_t bytes, int first, int last);

  // Decides the offsets: the largest buffer first, each as low as those that live at the same time let it.
  void place();

  size_t offset(int buffer) const { return buffers_[static_cast<size_t>(buffer)].offset; }
  size_t bytes() const { return bytes_; }

 private:
  struct Buffer {
    size_t bytes;
    int first, last;
    size_t offset = 0;
  };
  std::vector<Buffer> buffers_;
  size_t bytes_ = 0;
};

// Aligned memory of a fixed size, zeroed at first.
class Memory {
 public:
  Memory() = default;
  explicit Memory(size_t bytes);

  template <class T = float>
  T* at(size_t offset) const {
    return reinterpret_cast<T*>(data_.get() + offset);
  }
  float* floats() const { return at<float>(0); }
  size_t bytes() const { return bytes_; }

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };
  std::unique_ptr<std::byte, Free> data_;
  size_t bytes_ = 0;
};

}  // namespace tessera
