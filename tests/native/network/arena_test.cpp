// The arena: buffers that live at the same time never share a byte, those that do not may.
#include <algorithm>

#include "check.h"
#include "network/arena.h"

using namespace tessera;
using namespace tessera::test;

namespace {

struct Buffer {
  int number;
  size_t bytes;
  int first, last;
};

void check_random_plan() {
  ArenaPlan plan;
  std::vector<Buffer> buffers;
  constexpr int times = 24;
  for (int64_t i = pick(1, 40); i > 0; --i) {
    const auto bytes = static_cast<size_t>(pick(0, 5000));
    const int first = static_cast<int>(pick(0, times - 1)), last = static_cast<int>(pick(first, times - 1));
    buffers.push_back({plan.add(bytes, first, last), bytes, first, last});
  }
  plan.place();
  size_t most_alive = 0, sum = 0;
  for (int time = 0; time < times; ++time) {
    size_t alive = 0;
    for (const Buffer& one : buffers) {
      if (one.first <= time && time <= one.last) alive += one.bytes;
    }
    most_alive = std::max(most_alive, alive);
  }
  for (const Buffer& one : buffers) {
    const size_t begin = plan.offset(one.number);
    sum += one.bytes + arena_alignment;
    check(begin % arena_alignment == 0 && begin + one.bytes <= plan.bytes(), "a buffer lies aligned and inside");
    for (const Buffer& other : buffers) {
      if (one.number >= other.number || one.last < other.first || other.last < one.first) continue;
      const size_t other_begin = plan.offset(other.number);
      check(begin + one.bytes <= other_begin || other_begin + other.bytes <= begin, "living buffers share bytes");
    }
  }
  check(most_alive <= plan.bytes() && plan.bytes() <= sum, "the arena is as large as what lives, at most the sum");
}

}  // namespace

int main() {
  for (int i = 0; i < 200; ++i) check_random_plan();

  ArenaPlan chain;
  const int a = chain.add(640, 0, 1), b = chain.add(640, 1, 2), c = chain.add(640, 2, 3);
  chain.place();
  check(chain.offset(a) == chain.offset(c) && chain.offset(a) != chain.offset(b), "a chain needs two buffers");
  check(chain.bytes() == 1280, "and no more");

  const Memory memory(1000);
  check(reinterpret_cast<uintptr_t>(memory.floats()) % arena_alignment == 0, "memory is aligned");
  check(std::all_of(memory.floats(), memory.floats() + 250, [](float value) { return value == 0; }), "and zero");
  return finish();
}
