// Winograd against the textbook: its transforms round, so results are near and not equal.
#include <algorithm>
#include <cstring>

#include "check.h"
#include "kernels/kernels.h"
#include "kernels/parallel.h"
#include "kernels/tables.h"

using namespace tessera;
using namespace tessera::test;

namespace {

// The instruction set that is tested at the time, with Winograd wherever it can be.
InstructionSet set{};
const Kernels& winograd() { return set.kernels(Convolutions::winograd); }

constexpr int thread_counts[] = {1, 2, 3, 7};

int64_t one_of(std::initializer_list<int64_t> values) {
  return values.begin()[pick(0, static_cast<int64_t>(values.size()) - 1)];
}

Conv2dShape random_layer() {
  for (;;) {
    const auto channels = [] { return one_of({1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 23, 24, 31, 32, 33, 47, 48, 49, 63, 64}); };
    const auto size = [] { return one_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 27, 28}); };
    Conv2dShape s{.n = pick(1, 3), .h = size(), .w = size(), .c = channels(), .k = channels(), .kh = 3, .kw = 3};
    if (pick(0, 2) == 0) s.kh = s.kw = 5;
    s.pad_top = pick(0, 4), s.pad_left = pick(0, 4), s.pad_bottom = pick(0, 4), s.pad_right = pick(0, 4);
    if (s.h + s.pad_top + s.pad_bottom >= s.kh && s.w + s.pad_left + s.pad_right >= s.kw) return s;
  }
}

std::string name_of(const Conv2dShape& s) {
  char text[120];
  std::snprintf(text, sizeof text, "n%d %dx%d c%d k%d %dx%d pad %d,%d,%d,%d, %d threads", int(s.n), int(s.h),
                int(s.w), int(s.c), int(s.k), int(s.kh), int(s.kw), int(s.pad_top), int(s.pad_left), int(s.pad_bottom), int(s.pad_right), threads());
  return text;
}

// ‖a − b‖ ≤ l2 · ‖b‖, and no element further off than 1e-4 of the greatest.
bool close(const std::vector<float>& a, const std::vector<float>& b, double l2) {
  double difference = 0, size = 0, furthest = 0, greatest = 0;
  for (size_t i = 0; i < b.size(); ++i) {
    if (!std::isfinite(a[i])) return false;
    const double off = std::abs(static_cast<double>(a[i]) - b[i]);
    difference += off * off;
    size += static_cast<double>(b[i]) * b[i];
    furthest = std::max(furthest, off);
    greatest = std::max(greatest, std::abs(static_cast<double>(b[i])));
  }
  return a.size() == b.size() && greatest > 0 && std::sqrt(difference) <= l2 * std::sqrt(size) &&
         furthest <= 1e-4 * greatest;
}

struct Layer {
  Conv2dShape s;
  std::vector<float> x, w, dy, bias;

  explicit Layer(const Conv2dShape& shape)
      : s(shape),
        x(normal_numbers(s.n * s.h * s.w * s.c)),
        w(normal_numbers(s.k * s.kh * s.kw * s.c)),
        dy(normal_numbers(s.n * s.out_h() * s.out_w() * s.k)),
        bias(normal_numbers(s.k)) {
    // Outputs of about 1, as in networks: they reach into the bend of a tanh and past a ReLU6.
    for (float& weight : w) weight *= 2 / std::sqrt(static_cast<float>(s.kh * s.kw * s.c));
  }
};

// Results of the three passes; buffers are full of NaN before each, between guards that are looked at after it.
struct Results {
  std::vector<float> y, dx, dw, db;

  Results(const Layer& layer, const float* bias, Activation act, const std::vector<float>& dw_before,
          const std::vector<float>& db_before)
      : dw(dw_before), db(db_before) {
    const Conv2dShape& s = layer.s;
    const auto guarded = [&](size_t scratch_floats, size_t out_floats, auto run) {
      Guarded scratch(static_cast<int64_t>(scratch_floats)), out(static_cast<int64_t>(out_floats));
      run(out.data(), scratch.data());
      check(scratch.guards_intact() && out.guards_intact(), "guards " + name_of(s));
      return out.values();
    };
    y = guarded(winograd().conv2d_forward_scratch(s), layer.dy.size(), [&](float* out, float* scratch) {
      winograd().conv2d_forward(s, layer.x.data(), layer.w.data(), bias, act, out, scratch);
    });
    Guarded prepared(static_cast<int64_t>(winograd().conv2d_prepared(s)));
    winograd().conv2d_prepare(s, layer.w.data(), prepared.data());
    const auto again = guarded(winograd().conv2d_forward_scratch(s), layer.dy.size(), [&](float* out, float* scratch) {
      winograd().conv2d_forward_prepared(s, layer.x.data(), prepared.data(), bias, act, out, scratch);
    });
    check(std::memcmp(again.data(), y.data(), y.size() * sizeof(float)) == 0 && prepared.guards_intact(),
          "prepared weights " + name_of(s));
    dx = guarded(winograd().conv2d_backward_data_scratch(s), layer.x.size(), [&](float* out, float* scratch) {
      winograd().conv2d_backward_data(s, layer.dy.data(), layer.w.data(), out, scratch);
    });
    // Gradients of parameters are added to what is there.
    dw = guarded(winograd().conv2d_backward_weights_scratch(s), dw.size(), [&](float* out, float* scratch) {
      std::copy(dw_before.begin(), dw_before.end(), out);
      winograd().conv2d_backward_weights(s, layer.x.data(), layer.dy.data(), out, db.data(), scratch);
    });
  }
};

void check_against_textbook(const Conv2dShape& s) {
  const Kernels& ref = ref_kernels();
  const Layer layer(s);
  constexpr Activation activations[] = {Activation::none, Activation::relu, Activation::relu6, Activation::tanh};
  const Activation act = activations[pick(0, 3)];
  const float* bias = pick(0, 2) == 0 ? nullptr : layer.bias.data();
  std::vector<float> y(layer.dy.size()), dx(layer.x.size());
  auto dw = normal_numbers(static_cast<int64_t>(layer.w.size())), db = normal_numbers(s.k);
  const Results fast(layer, bias, act, dw, db);
  ref.conv2d_forward(s, layer.x.data(), layer.w.data(), bias, act, y.data(), nullptr);
  ref.conv2d_backward_data(s, layer.dy.data(), layer.w.data(), dx.data(), nullptr);
  ref.conv2d_backward_weights(s, layer.x.data(), layer.dy.data(), dw.data(), db.data(), nullptr);
  const auto nothing = [](const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float value) { return value == 0; });
  };
  for (const auto* values : {&y, &dx, &dw}) count_zeros(*values);
  // A ReLU over a few pixels, or a picture that lies wholly in the cropped border, may leave zeros alone.
  check(close(fast.y, y, 1e-5) || (nothing(y) && same(fast.y, y)), "forward " + name_of(s));
  check(close(fast.dx, dx, 1e-5) || (nothing(dx) && same(fast.dx, dx)), "data " + name_of(s));
  check(close(fast.dw, dw, 2e-5), "weights " + name_of(s));
  check(close(fast.db, db, 2e-5), "bias " + name_of(s));
}

double inner_product(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

// ⟨conv(x), g⟩ = ⟨x, dX(g)⟩ = ⟨w, dW(g)⟩, which holds the three passes against each other without a textbook.
void check_adjoints(const Conv2dShape& s) {
  const Layer layer(s);
  const Results fast(layer, nullptr, Activation::none, std::vector<float>(layer.w.size()), std::vector<float>(s.k));
  const double size = std::sqrt(inner_product(fast.y, fast.y) * inner_product(layer.dy, layer.dy));
  const double forward = inner_product(fast.y, layer.dy);
  check(std::abs(forward - inner_product(layer.x, fast.dx)) <= 1e-5 * size, "adjoint of the data " + name_of(s));
  check(std::abs(forward - inner_product(layer.w, fast.dw)) <= 1e-5 * size, "adjoint of the weights " + name_of(s));
}

void check_thread_independence(const Conv2dShape& s) {
  const Layer layer(s);
  const std::vector<float> dw(layer.w.size()), db(s.k);
  set_threads(1);
  const Results one(layer, layer.bias.data(), Activation::relu, dw, db);
  for (const int count : {2, 3, 7, 64}) {
    set_threads(count);
    const Results other(layer, layer.bias.data(), Activation::relu, dw, db);
    check(same(one.y, other.y) && same(one.dx, other.dx) && same(one.dw, other.dw) && same(one.db, other.db),
          "the same bits, " + name_of(s));
  }
}

// A picture gets the same bits alone and in a batch.
void check_batch_independence(const Conv2dShape& s) {
  const Layer layer(s);
  Conv2dShape alone = s;
  alone.n = 1;
  const auto forward = [&](const Conv2dShape& shape, const float* x) {
    std::vector<float> y(static_cast<size_t>(shape.n * s.out_h() * s.out_w() * s.k));
    Guarded scratch(static_cast<int64_t>(winograd().conv2d_forward_scratch(shape)));
    winograd().conv2d_forward(shape, x, layer.w.data(), layer.bias.data(), Activation::none, y.data(), scratch.data());
    return y;
  };
  const auto together = forward(s, layer.x.data());
  const auto last = forward(alone, layer.x.data() + (s.n - 1) * s.h * s.w * s.c);
  check(same(last, {together.end() - static_cast<std::ptrdiff_t>(last.size()), together.end()}), "alone " + name_of(s));
}

// What suffices for a batch must suffice for a smaller one: networks ask for the greatest alone.
void check_scratch(Conv2dShape s) {
  size_t before[3] = {};
  for (s.n = 1; s.n <= 40; ++s.n) {
    const size_t now[3] = {winograd().conv2d_forward_scratch(s), winograd().conv2d_backward_data_scratch(s),
                           winograd().conv2d_backward_weights_scratch(s)};
    for (int i = 0; i < 3; ++i) {
      check(now[i] >= before[i], "scratch falls where the batch grows, " + name_of(s));
      before[i] = now[i];
    }
  }
}

// The table takes Winograd where it says so, its twin never.
void check_tables(const Conv2dShape& s) {
  const Layer layer(s);
  const auto forward = [&](const Kernels& kernels) {
    std::vector<float> y(layer.dy.size());
    Guarded scratch(static_cast<int64_t>(kernels.conv2d_forward_scratch(s)));
    kernels.conv2d_forward(s, layer.x.data(), layer.w.data(), nullptr, Activation::none, y.data(), scratch.data());
    check(scratch.guards_intact(), "guards of the table " + name_of(s));
    return y;
  };
  const Results always(layer, nullptr, Activation::none, std::vector<float>(layer.w.size()),
                         std::vector<float>(s.k));
  const Kernels &by_shape = set.kernels(Convolutions::by_shape), &direct = set.kernels(Convolutions::direct);
  for (const auto pass : {ConvPass::forward, ConvPass::backward_data, ConvPass::backward_weights}) {
    const std::string name = by_shape.conv2d_algorithm(s, pass), twin = direct.conv2d_algorithm(s, pass);
    check(name == twin || name == "winograd", "the algorithm's name " + name_of(s));
    check(twin != "winograd" && winograd().conv2d_algorithm(s, pass) == std::string("winograd"), "the twins");
  }
  const bool takes_winograd = std::string(by_shape.conv2d_algorithm(s, ConvPass::forward)) == "winograd";
  check(same(forward(by_shape), takes_winograd ? always.y : forward(direct)), "the choice " + name_of(s));
}

// A NaN reaches every output that looks at it, through the ReLU as well, and no other picture.
void check_nan_surfaces() {
  const Conv2dShape s{.n = 2, .h = 9, .w = 9, .c = 17, .k = 17, .kh = 3, .kw = 3, .pad_top = 1, .pad_left = 1,
                      .pad_bottom = 1, .pad_right = 1};
  Layer layer(s);
  const auto at = [&](int64_t row, int64_t column, int64_t c) { return (row * s.w + column) * s.c + c; };
  layer.x[at(4, 5, 16)] = std::numeric_limits<float>::quiet_NaN();
  layer.dy[at(2, 3, 16)] = std::numeric_limits<float>::quiet_NaN();
  const Results r(layer, layer.bias.data(), Activation::relu, std::vector<float>(layer.w.size()),
                  std::vector<float>(s.k));
  bool surfaces = std::isnan(r.db[16]) && !std::isnan(r.db[0]), stays = true;
  for (int64_t c = 0; c < s.c; ++c) {
    for (int64_t row = -1; row <= 1; ++row) {
      for (int64_t column = -1; column <= 1; ++column) {
        surfaces = surfaces && std::isnan(r.y[at(4 + row, 5 + column, c)]);
        surfaces = surfaces && std::isnan(r.dx[at(2 + row, 3 + column, c)]);
      }
    }
  }
  for (size_t i = r.y.size() / 2; i < r.y.size(); ++i) stays = stays && !std::isnan(r.y[i]) && !std::isnan(r.dx[i]);
  for (int64_t tap = 0; tap < 9; ++tap) {
    for (int64_t k = 0; k < s.k; ++k) {
      const bool expected = k == 16;
      for (int64_t c = 0; c < s.c; ++c) {
        const bool nan = std::isnan(r.dw[(k * 9 + tap) * s.c + c]);
        surfaces = surfaces && (nan || !(expected || c == 16));
        stays = stays && (!nan || expected || c == 16);
      }
    }
  }
  check(surfaces, "NaN surfaces from Winograd");
  check(stays, "NaN stays in its picture, filter and channel");
}

void check_set() {
  for (const int count : thread_counts) {
    set_threads(count);
    for (int i = 0; i < some_of(60); ++i) check_against_textbook(random_layer());
    for (int i = 0; i < some_of(30); ++i) check_adjoints(random_layer());
    for (int i = 0; i < some_of(10); ++i) check_batch_independence(random_layer());
    for (int i = 0; i < some_of(10); ++i) check_tables(random_layer());
    for (int i = 0; i < some_of(10); ++i) check_scratch(random_layer());
  }
  for (int i = 0; i < some_of(20); ++i) check_thread_independence(random_layer());
  // Enough tiles that the weight gradient cuts them into ranges.
  const Conv2dShape many_tiles{.n = 9, .h = 40, .w = 39, .c = 17, .k = 19, .kh = 3, .kw = 3, .pad_top = 1,
                               .pad_left = 1, .pad_bottom = 1, .pad_right = 1};
  check_thread_independence(many_tiles);
  for (const int count : thread_counts) {
    set_threads(count);
    check_against_textbook(many_tiles);
    check_scratch(many_tiles);
  }
  check_nan_surfaces();
}

}  // namespace

int main() {
  for (const InstructionSet& each : instruction_sets()) {
    if (!each.runs_here()) {
      std::printf("skipped: this processor has no %s\n", each.name);
      continue;
    }
    set = each;
    std::printf("Winograd of %s against ref\n", set.name);
    check_set();
  }
  return finish();
}
