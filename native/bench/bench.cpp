// How fast the kernels are: direct-convolution flops ÷ time ÷ the FMA peak that this run measured.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "bench/peak.h"
#include "kernels/kernels.h"
#include "kernels/parallel.h"

using namespace tessera;

namespace {

struct Layer {
  const char* name;
  Conv2dShape shape;
};

Conv2dShape same(int64_t n, int64_t size, int64_t c, int64_t k, int64_t kernel = 3) {
  const int64_t pad = kernel / 2;
  return {.n = n, .h = size, .w = size, .c = c, .k = k, .kh = kernel, .kw = kernel, .pad_top = pad, .pad_left = pad,
          .pad_bottom = pad, .pad_right = pad};
}

// The median of nine runs, in seconds, after two to warm up.
template <class Body>
double seconds(Body body) {
  std::vector<double> times;
  for (int run = 0; run < 11; ++run) {
    const auto begun = std::chrono::steady_clock::now();
    body();
    if (run >= 2) times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  }
  std::nth_element(times.begin(), times.begin() + 4, times.end());
  return times[4];
}

void measure(const Layer& layer, double peak) {
  const Conv2dShape& s = layer.shape;
  const Kernels& kernels = active_kernels();
  const int64_t nx = s.n * s.h * s.w * s.c, ny = s.n * s.out_h() * s.out_w() * s.k, nw = s.k * s.kh * s.kw * s.c;
  std::vector<float> x(nx, 0.5f), w(nw, 0.25f), y(ny), dy(ny, 0.125f), dx(nx), dw(nw), db(s.k);
  const size_t floats = std::max({kernels.conv2d_forward_scratch(s), kernels.conv2d_backward_data_scratch(s),
                                  kernels.conv2d_backward_weights_scratch(s)});
  std::vector<float> scratch(floats);
  const double flops = 2.0 * static_cast<double>(ny) * static_cast<double>(nw / s.k);
  const auto share = [&](double time) { return 100 * flops / time / peak; };
  const double forward = share(seconds(
      [&] { kernels.conv2d_forward(s, x.data(), w.data(), db.data(), Activation::relu, y.data(), scratch.data()); }));
  const double data = share(
      seconds([&] { kernels.conv2d_backward_data(s, dy.data(), w.data(), dx.data(), scratch.data()); }));
  const double weights = share(seconds([&] {
    kernels.conv2d_backward_weights(s, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
  }));
  std::printf("| %-22s | %7.2f | %3.0f %% | %3.0f %% | %3.0f %% |\n", layer.name, flops / 1e9, forward, data, weights);
}

}  // namespace

int main() {
  const double peak = measured_peak();
  std::printf("%s, %d threads, FMA peak %.0f GF/s\n\n", active_kernels().isa, threads(), peak / 1e9);
  std::printf("| layer                  | GFLOP   | forward | data | weights |\n|---|---|---|---|---|\n");
  for (const Layer& layer : {
           Layer{"small CNN 1→32@28", same(64, 28, 1, 32)},
           Layer{"small CNN 32→64@14", same(64, 14, 32, 64)},
           Layer{"CIFAR 32→32@32", same(32, 32, 32, 32)},
           Layer{"CIFAR 64→64@16", same(64, 16, 64, 64)},
           Layer{"ResNet 64→64@56", same(8, 56, 64, 64)},
           Layer{"ResNet 128→128@28", same(8, 28, 128, 128)},
           Layer{"ResNet 256→256@14", same(8, 14, 256, 256)},
           Layer{"ResNet 512→512@7", same(8, 7, 512, 512)},
           Layer{"VGG 3→64@224", same(1, 224, 3, 64)},
           Layer{"GoogLeNet 5×5 32→96@28", same(8, 28, 32, 96, 5)},
           Layer{"1×1 64→256@56", same(4, 56, 64, 256, 1)},
       }) {
    measure(layer, peak);
  }
}
