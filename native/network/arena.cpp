#include "network/arena.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace tessera {
namespace {

size_t aligned(size_t bytes) { return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment; }

}  // namespace

int ArenaPlan::add(size_t bytes, int first, int last) {
  buffers_.push_back({aligned(bytes), first, last});
  return static_cast<int>(buffers_.size()) - 1;
}

void ArenaPlan::place() {
  std::vector<Buffer*> largest_first;
  for (Buffer& buffer : buffers_) largest_first.push_back(&buffer);
  std::stable_sort(largest_first.begin(), largest_first.end(),
                   [](const Buffer* a, const Buffer* b) { return a->bytes > b->bytes; });
  std::vector<const Buffer*> placed;  // by offset
  for (Buffer* buffer : largest_first) {
    size_t offset = 0;
    for (const Buffer* other : placed) {
      const bool live_together = other->first <= buffer->last && buffer->first <= other->last;
      if (!live_together) continue;
      if (other->offset >= offset + buffer->bytes) break;  // the gap before it is wide enough
      offset = std::max(offset, other->offset + other->bytes);
    }
    buffer->offset = offset;
    bytes_ = std::max(bytes_, offset + buffer->bytes);
    const auto after = [](const Buffer* a, const Buffer* b) { return a->offset < b->offset; };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), buffer, after), buffer);
  }
}

Memory::Memory(size_t bytes) : bytes_(std::max<size_t>(bytes, arena_alignment)) {
  data_.reset(static_cast<std::byte*>(::operator new(bytes_, std::align_val_t{arena_alignment})));
  std::memset(data_.get(), 0, bytes_);
}

void Memory::Free::operator()(std::byte* memory) const {
  ::operator delete(memory, std::align_val_t{arena_alignment});
}

}  // namespace tessera
