#include "bench/ladder.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "bench/peak.h"
#include "kernels/kernels.h"
#include "kernels/parallel.h"
#include "kernels/tables.h"

namespace tessera {
namespace {

const Conv2dShape layer{.n = 1, .h = 56, .w = 56, .c = 64, .k = 64, .kh = 3, .kw = 3, .pad_top = 1, .pad_left = 1,
                        .pad_bottom = 1, .pad_right = 1};

// columns[pixel][kh · kw · C]: what lies under the window of every pixel.
void im2col(const Conv2dShape& s, const float* x, float* columns) {
  for (int64_t row = 0; row < s.out_h(); ++row) {
    for (int64_t column = 0; column < s.out_w(); ++column) {
      for (int64_t i = 0; i < s.kh; ++i) {
        for (int64_t j = 0; j < s.kw; ++j, columns += s.c) {
          const int64_t y = row - s.pad_top + i, z = column - s.pad_left + j;
          const bool inside = y >= 0 && y < s.h && z >= 0 && z < s.w;
          const size_t bytes = static_cast<size_t>(s.c) * sizeof(float);
          if (inside) {
            std::memcpy(columns, x + (y * s.w + z) * s.c, bytes);
          } else {
            std::memset(columns, 0, bytes);
          }
        }
      }
    }
  }
}

template <class Body>
void print_step(const char* name, double flops, double peak, Body body) {
  std::vector<double> times;
  for (int round = -1; round < 7; ++round) {
    const auto begun = std::chrono::steady_clock::now();
    body();
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begun;
    if (round >= 0) times.push_back(time.count());
  }
  std::sort(times.begin(), times.end());
  const double time = times[times.size() / 2];
  std::printf("| %-28s | %8.2f | %5.1f %% |\n", name, time * 1e3, 100 * flops / time / peak);
  std::fflush(stdout);
}

const Kernels& kernels_with(Convolutions choice) {
  for (const InstructionSet& set : instruction_sets()) {
    if (std::string(set.name) == active_kernels().isa) return set.kernels(choice);
  }
  return active_kernels();
}

}  // namespace

void print_ladder() {
  set_threads(1);
  const Conv2dShape& s = layer;
  const int64_t pixels = s.out_h() * s.out_w(), taps = s.kh * s.kw * s.c;
  const std::vector<float> x(static_cast<size_t>(pixels * s.c), 0.5f), w(static_cast<size_t>(s.k * taps), 0.25f);
  std::vector<float> y(static_cast<size_t>(pixels * s.k)), columns(static_cast<size_t>(pixels * taps));
  const double flops = 2.0 * static_cast<double>(pixels * s.k * taps), peak = measured_peak();
  std::printf("%s, one thread, FMA peak %.0f GF/s\n\n", active_kernels().isa, peak / 1e9);
  std::printf("| 3×3, 64→64@56                | ms       | of peak |\n|---|---|---|\n");
  const auto convolve = [&](const char* name, const Kernels& kernels) {
    std::vector<float> scratch(kernels.conv2d_forward_scratch(s));
    print_step(name, flops, peak, [&] {
      kernels.conv2d_forward(s, x.data(), w.data(), nullptr, Activation::none, y.data(), scratch.data());
    });
  };
  convolve("the textbook, in double", ref_kernels());
  const Kernels& fast = active_kernels();
  std::vector<float> scratch(fast.gemm_scratch(pixels, s.k, taps));
  print_step("im2col and GEMM", flops, peak, [&] {
    im2col(s, x.data(), columns.data());
    fast.gemm(false, true, pixels, s.k, taps, 1, columns.data(), taps, w.data(), taps, 0, y.data(), s.k, scratch.data());
  });
  convolve("direct", kernels_with(Convolutions::direct));
  convolve("Winograd", kernels_with(Convolutions::winograd));
}

}  // namespace tessera
