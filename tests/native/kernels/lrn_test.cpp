// Local response normalisation of the fast table against the textbook: windows of odd and even sizes, wider than the
// channels too; NaN surfaces where it is seen.
#include <limits>

#include "check.h"
#include "kernels/kernels.h"
#include "kernels/parallel.h"
#include "kernels/tables.h"

using namespace tessera;
using namespace tessera::test;

namespace {

// The instruction set that is tested at the time.
InstructionSet set{};
const Kernels& fast_kernels() { return set.kernels(Convolutions::by_shape); }

void check_lrn(const LrnShape& s) {
  const int64_t count = s.rows * s.c;
  auto x = normal_numbers(count);
  for (float& value : x) value *= 3;
  const auto dy = normal_numbers(count);
  std::vector<float> y(static_cast<size_t>(count)), dx(static_cast<size_t>(count));
  Guarded fast_y(count), fast_dx(count);
  ref_kernels().lrn_forward(s, x.data(), y.data());
  fast_kernels().lrn_forward(s, x.data(), fast_y.data());
  ref_kernels().lrn_backward(s, x.data(), dy.data(), dx.data());
  fast_kernels().lrn_backward(s, x.data(), dy.data(), fast_dx.data());
  const std::string name = "LRN of " + std::to_string(s.c) + " channels, " + std::to_string(s.size) + " seen";
  check(near(fast_y.values(), y) && fast_y.guards_intact(), name);
  check(near(fast_dx.values(), dx) && fast_dx.guards_intact(), name + ", backward");
}

void check_nan() {
  const LrnShape s{.rows = 1, .c = 11, .size = 3, .alpha = 1e-2f, .beta = 0.75f, .bias = 1};
  std::vector<float> x(11, 1), y(11);
  x[5] = std::numeric_limits<float>::quiet_NaN();
  fast_kernels().lrn_forward(s, x.data(), y.data());
  for (size_t c = 0; c < 11; ++c) check(std::isnan(y[c]) == (c >= 4 && c <= 6), "NaN surfaces from LRN");
}

void check_set() {
  for (const int count : {1, 2, 3, 7}) {
    set_threads(count);
    for (const int64_t c : {1, 3, 7, 8, 9, 16, 64, 65, 5000}) {
      for (const int64_t size : {1, 2, 5, 9, 80}) {
        check_lrn({.rows = c > 64 ? 3 : pick(1, 200), .c = c, .size = size, .alpha = 0.1f, .beta = 0.75f, .bias = 1});
        check_lrn({.rows = 3, .c = c, .size = size, .alpha = 1e-4f, .beta = 0.5f, .bias = 2});
      }
    }
  }
  check_nan();
}

}  // namespace

int main() {
  for (const InstructionSet& each : instruction_sets()) {
    if (!each.runs_here()) {
      std::printf("skipped: this processor has no %s\n", each.name);
      continue;
    }
    set = each;
    std::printf("%s against ref\n", set.name);
    check_set();
  }
  return finish();
}
