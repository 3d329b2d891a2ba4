// Activations and sums of the fast table against the textbook: the same bits, or few units in the last place for those
// that need an exponential; infinities, both zeros and NaN among them; in place too.
#include <cstring>
#include <functional>
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

constexpr float infinity = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();

// Of all sizes and both signs, and the numbers at which something changes.
std::vector<float> numbers(int64_t count) {
  std::vector<float> values = normal_numbers(count);
  const float special[] = {0.0f, -0.0f, 3, -3, 6, -6, 1e-4f, -1e-4f, 100, -100, infinity, -infinity, nan};
  for (size_t i = 0; i < values.size(); ++i) {
    if (i % 3 == 1) values[i] *= 20;
    if (i % 3 == 2) values[i] *= 1e-3f;
    if (i % 5 == 4) values[i] = special[static_cast<size_t>(pick(0, 12))];
  }
  return values;
}

// Units in the last place between two numbers; none between two NaN.
double apart(float a, float b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b) ? 0 : 1e9;
  if (a == b) return 0;
  return std::abs(static_cast<double>(a) - b) / std::max(1e-30, std::abs(static_cast<double>(b)) * 1.1920929e-7);
}

using Map = std::function<void(const Kernels&, int64_t, const float* a, const float* b, float* y)>;

void check_map(const std::string& name, double most_apart, bool first_is_output, const Map& map) {
  const Kernels& fast = fast_kernels();
  for (const int64_t count : {1, 7, 8, 9, 15, 16, 63, 1000, 40'000}) {
    auto a = numbers(count);
    const auto b = numbers(count);
    // What an activation can have given.
    if (first_is_output) {
      for (float& value : a) value = std::clamp(value, -1.0f, 7.0f);
    }
    std::vector<float> expected(static_cast<size_t>(count));
    Guarded got(count);
    map(ref_kernels(), count, a.data(), b.data(), expected.data());
    map(fast, count, a.data(), b.data(), got.data());
    const auto values = got.values();
    double worst = 0;
    for (size_t i = 0; i < values.size(); ++i) worst = std::max(worst, apart(values[i], expected[i]));
    check(worst <= most_apart, name + " of " + std::to_string(count) + ": " + std::to_string(worst) + " ulp");
    check(got.guards_intact(), name + ", guards");
    auto in_place = b;
    map(fast, count, a.data(), in_place.data(), in_place.data());
    check(std::memcmp(in_place.data(), values.data(), values.size() * sizeof(float)) == 0, name + " in place");
  }
}

struct Named {
  const char* name;
  Activation activation;
  double forward, backward;  // how far from the textbook they may be
};

void check_set() {
  set_threads(2);
  for (const Named& act : {Named{"none", Activation::none, 0, 0}, Named{"relu", Activation::relu, 0, 0},
                           Named{"relu6", Activation::relu6, 0, 0}, Named{"sigmoid", Activation::sigmoid, 4, 4},
                           Named{"tanh", Activation::tanh, 4, 1e4}}) {
    check_map(act.name, act.forward, false, [&](const Kernels& kernels, int64_t count, const float*, const float* x,
                                                float* y) { kernels.activation_forward(act.activation, count, x, y); });
    check_map(std::string(act.name) + " backward", act.backward, true,
              [&](const Kernels& kernels, int64_t count, const float* y, const float* dy, float* dx) {
                kernels.activation_backward(act.activation, count, y, dy, dx);
              });
  }
  check_map("leaky relu", 0, false, [](const Kernels& kernels, int64_t count, const float*, const float* x, float* y) {
    kernels.leaky_relu_forward(count, 0.01f, x, y);
  });
  check_map("leaky relu backward", 0, true,
            [](const Kernels& kernels, int64_t count, const float* y, const float* dy, float* dx) {
              kernels.leaky_relu_backward(count, 0.01f, y, dy, dx);
            });
  check_map("hard swish", 0, false, [](const Kernels& kernels, int64_t count, const float*, const float* x, float* y) {
    kernels.hard_swish_forward(count, x, y);
  });
  check_map("hard swish backward", 0, true,
            [](const Kernels& kernels, int64_t count, const float* x, const float* dy, float* dx) {
              kernels.hard_swish_backward(count, x, dy, dx);
            });
  check_map("add", 0, false, [](const Kernels& kernels, int64_t count, const float* a, const float* b, float* y) {
    kernels.add(count, a, b, y);
  });
  check_map("mul", 0, false, [](const Kernels& kernels, int64_t count, const float* a, const float* b, float* y) {
    kernels.mul(count, a, b, y);
  });
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
