// Convolutions of every kind against the textbook, on every instruction set that this processor runs: whole numbers,
// so direct convolution must agree to the bit, between guards, in scratch full of NaN; and the three passes held
// against each other, by whatever algorithm the shape is given. TESSERA_SWEEP says how many shapes.
#include <algorithm>
#include <cstdlib>

#include "check.h"
#include "kernels/kernels.h"
#include "kernels/parallel.h"
#include "kernels/tables.h"

using namespace tessera;
using namespace tessera::test;

namespace {

int64_t one_of(std::initializer_list<int64_t> values) {
  return values.begin()[pick(0, static_cast<int64_t>(values.size()) - 1)];
}

int64_t multiplications(const Conv2dShape& s) {
  return s.n * s.out_h() * s.out_w() * s.k * s.kh * s.kw * (s.c / s.groups);
}

Conv2dShape random_shape() {
  const auto channels = [] { return one_of({1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64}); };
  const auto size = [] { return one_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 27, 28, 55, 56}); };
  const auto kernel = [] { return one_of({1, 2, 3, 4, 5, 6, 7, 11}); };
  for (;;) {
    Conv2dShape s{.n = pick(1, 3), .h = size(), .w = size(), .c = channels(), .k = channels(), .kh = kernel(),
                  .kw = kernel()};
    s.stride_h = pick(1, 4), s.stride_w = pick(1, 4), s.dilation_h = pick(1, 3), s.dilation_w = pick(1, 3);
    s.pad_top = pick(0, s.kh), s.pad_left = pick(0, s.kw), s.pad_bottom = pick(0, s.kh), s.pad_right = pick(0, s.kw);
    // Every second is as most layers are.
    if (pick(0, 1) == 0) s.stride_h = s.stride_w = s.dilation_h = s.dilation_w = 1;
    const int64_t kind = pick(0, 5);
    if (kind == 0 && s.c % 2 == 0 && s.k % 2 == 0) s.groups = 2;
    if (kind == 1) s.groups = s.c, s.k = s.c * pick(1, 2);
    const bool fits = s.h + s.pad_top + s.pad_bottom > s.dilation_h * (s.kh - 1) &&
                      s.w + s.pad_left + s.pad_right > s.dilation_w * (s.kw - 1);
    // The textbook is slow.
    if (fits && multiplications(s) < 20'000'000) return s;
  }
}

std::string name_of(const Kernels& kernels, const Conv2dShape& s) {
  char text[220];
  std::snprintf(text, sizeof text,
                "%s n%d %dx%d c%d k%d kernel %dx%d stride %d,%d pad %d,%d,%d,%d dilation %d,%d groups %d, %d threads",
                kernels.isa, int(s.n), int(s.h), int(s.w), int(s.c), int(s.k), int(s.kh), int(s.kw), int(s.stride_h),
                int(s.stride_w), int(s.pad_top), int(s.pad_left), int(s.pad_bottom), int(s.pad_right),
                int(s.dilation_h), int(s.dilation_w), int(s.groups), threads());
  return text;
}

struct Layer {
  std::vector<float> x, w, dy;

  explicit Layer(const Conv2dShape& s)
      : x(whole_numbers(s.n * s.h * s.w * s.c)),
        w(whole_numbers(s.k * s.kh * s.kw * (s.c / s.groups))),
        dy(whole_numbers(s.n * s.out_h() * s.out_w() * s.k)) {}
};

struct Results {
  std::vector<float> y, dx, dw, db;
  bool guards = true;

  Results(const Kernels& kernels, const Conv2dShape& s, const Layer& layer)
      : dw(layer.w.size()), db(static_cast<size_t>(s.k)) {
    Guarded out(static_cast<int64_t>(layer.dy.size())), in(static_cast<int64_t>(layer.x.size()));
    Guarded forward(static_cast<int64_t>(kernels.conv2d_forward_scratch(s)));
    Guarded data(static_cast<int64_t>(kernels.conv2d_backward_data_scratch(s)));
    Guarded weights(static_cast<int64_t>(kernels.conv2d_backward_weights_scratch(s)));
    kernels.conv2d_forward(s, layer.x.data(), layer.w.data(), nullptr, Activation::none, out.data(), forward.data());
    kernels.conv2d_backward_data(s, layer.dy.data(), layer.w.data(), in.data(), data.data());
    kernels.conv2d_backward_weights(s, layer.x.data(), layer.dy.data(), dw.data(), db.data(), weights.data());
    for (const Guarded* buffer : {&out, &in, &forward, &data, &weights}) guards = guards && buffer->guards_intact();
    y = out.values();
    dx = in.values();
  }
};

double inner_product(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

void check_shape(const InstructionSet& set, const Conv2dShape& s, const Layer& layer, const Results& expected) {
  const Kernels &direct = set.kernels(Convolutions::direct), &by_shape = set.kernels(Convolutions::by_shape);
  const Results exact(direct, s, layer), chosen(by_shape, s, layer);
  const std::string name = name_of(direct, s);
  check(same(exact.y, expected.y), "forward " + name);
  check(same(exact.dx, expected.dx), "data " + name);
  check(same(exact.dw, expected.dw) && same(exact.db, expected.db), "weights " + name);
  check(exact.guards && chosen.guards, "guards " + name);
  // ⟨conv(x), g⟩ = ⟨x, dX(g)⟩ = ⟨w, dW(g)⟩
  const double size = std::sqrt(inner_product(chosen.y, chosen.y) * inner_product(layer.dy, layer.dy)) + 1;
  const double forward = inner_product(chosen.y, layer.dy);
  check(std::abs(forward - inner_product(layer.x, chosen.dx)) <= 1e-5 * size, "adjoint of the data " + name);
  check(std::abs(forward - inner_product(layer.w, chosen.dw)) <= 1e-5 * size, "adjoint of the weights " + name);
}

}  // namespace

int main() {
  const char* wanted = std::getenv("TESSERA_SWEEP");
  const int cases = wanted == nullptr ? some_of(100) : std::atoi(wanted);
  constexpr int thread_counts[] = {1, 2, 3, 7, 64};
  for (int i = 0; i < cases; ++i) {
    const Conv2dShape s = random_shape();
    const Layer layer(s);
    set_threads(2);
    const Results expected(ref_kernels(), s, layer);
    for (const auto* values : {&expected.y, &expected.dx, &expected.dw}) count_zeros(*values);
    set_threads(thread_counts[i % 5]);
    for (const InstructionSet& set : instruction_sets()) {
      if (set.runs_here()) check_shape(set, s, layer, expected);
    }
  }
  std::printf("%d shapes\n", cases);
  return finish();
}
