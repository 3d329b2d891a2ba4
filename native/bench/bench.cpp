// How fast the kernels are: direct-convolution flops ÷ time ÷ the FMA peak that this run measured. Above 100 % is what
// an algorithm saves. Each pass is timed by the algorithm that its table takes and by direct convolution, in turn.
//
// tessera_bench [part of a layer's name | --ladder]
// tessera_bench --machine [threads]: peak and bandwidth alone, as a line of JSON
// tessera_bench --shapes [threads]: convolutions from stdin, a line of 16 numbers each in the order of Conv2dShape; for each
//   a line of JSON with the median seconds and the algorithm of every pass
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "bench/bandwidth.h"
#include "bench/ladder.h"
#include "bench/peak.h"
#include "kernels/kernels.h"
#include "kernels/parallel.h"
#include "kernels/tables.h"

using namespace tessera;

namespace {

struct Layer {
  const char* name;
  Conv2dShape shape;
};

Conv2dShape same(int64_t n, int64_t size, int64_t c, int64_t k, int64_t kernel = 3, int64_t stride = 1) {
  const int64_t pad = kernel / 2;
  return {.n = n, .h = size, .w = size, .c = c, .k = k, .kh = kernel, .kw = kernel, .stride_h = stride,
          .stride_w = stride, .pad_top = pad, .pad_left = pad, .pad_bottom = pad, .pad_right = pad};
}

Conv2dShape depthwise(int64_t n, int64_t size, int64_t c, int64_t kernel = 3, int64_t stride = 1) {
  Conv2dShape shape = same(n, size, c, c, kernel, stride);
  shape.groups = c;
  return shape;
}

const Kernels& direct_kernels() {
  for (const InstructionSet& set : instruction_sets()) {
    if (std::string(set.name) == active_kernels().isa) return set.kernels(Convolutions::direct);
  }
  return active_kernels();
}

template <class Body>
double seconds(Body body) {
  const auto begun = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

double median(std::vector<double> times) {
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

// One cell of the table: "212 % winograd, direct 80 %". The two are run in turn, nine times after two to warm up.
template <class Run>
std::string cell(const Conv2dShape& shape, ConvPass pass, double flops, double peak, Run run) {
  const Kernels& chosen = active_kernels();
  const std::string algorithm = chosen.conv2d_algorithm(shape, pass);
  const bool compare = algorithm != direct_kernels().conv2d_algorithm(shape, pass);
  std::vector<double> times, direct_times;
  for (int round = -2; round < 9; ++round) {
    const double time = seconds([&] { run(chosen); });
    const double direct_time = compare ? seconds([&] { run(direct_kernels()); }) : time;
    if (round < 0) continue;
    times.push_back(time);
    direct_times.push_back(direct_time);
  }
  char text[80];
  const auto share = [&](const std::vector<double>& of) { return 100 * flops / median(of) / peak; };
  if (compare) {
    std::snprintf(text, sizeof text, "%3.0f %% %s, direct %3.0f %%", share(times), algorithm.c_str(),
                  share(direct_times));
  } else {
    std::snprintf(text, sizeof text, "%3.0f %% %s", share(times), algorithm.c_str());
  }
  return text;
}

// A line of JSON for one convolution: every pass three times after one to warm up.
void time_passes(const Conv2dShape& s) {
  const Kernels& kernels = active_kernels();
  const int64_t nx = s.n * s.h * s.w * s.c, ny = s.n * s.out_h() * s.out_w() * s.k, nw = s.k * s.kh * s.kw * s.c / s.groups;
  std::vector<float> x(nx, 0.5f), w(nw, 0.25f), y(ny), dy(ny, 0.125f), dx(nx), dw(nw), db(s.k);
  std::vector<float> scratch(std::max({kernels.conv2d_forward_scratch(s), kernels.conv2d_backward_data_scratch(s),
                                       kernels.conv2d_backward_weights_scratch(s)}));
  const auto timed = [](auto run) {
    std::vector<double> times;
    for (int round = -1; round < 3; ++round) {
      const double time = seconds(run);
      if (round >= 0) times.push_back(time);
    }
    return median(times);
  };
  const double forward = timed([&] {
    kernels.conv2d_forward(s, x.data(), w.data(), db.data(), Activation::relu, y.data(), scratch.data());
  });
  const double data =
      timed([&] { kernels.conv2d_backward_data(s, dy.data(), w.data(), dx.data(), scratch.data()); });
  const double weights = timed([&] {
    kernels.conv2d_backward_weights(s, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
  });
  const auto algorithm = [&](ConvPass pass) { return std::string(kernels.conv2d_algorithm(s, pass)); };
  std::printf("{\"seconds\":[%g,%g,%g],\"algorithms\":[\"%s\",\"%s\",\"%s\"]}\n", forward, data, weights,
              algorithm(ConvPass::forward).c_str(), algorithm(ConvPass::backward_data).c_str(),
              algorithm(ConvPass::backward_weights).c_str());
  std::fflush(stdout);
}

void time_shapes() {
  Conv2dShape s{};
  while (std::cin >> s.n >> s.h >> s.w >> s.c >> s.k >> s.kh >> s.kw >> s.stride_h >> s.stride_w >> s.pad_top >>
         s.pad_left >> s.pad_bottom >> s.pad_right >> s.dilation_h >> s.dilation_w >> s.groups) {
    time_passes(s);
  }
}

void measure(const Layer& layer, double peak) {
  const Conv2dShape& s = layer.shape;
  const int64_t nx = s.n * s.h * s.w * s.c, ny = s.n * s.out_h() * s.out_w() * s.k, nw = s.k * s.kh * s.kw * s.c / s.groups;
  std::vector<float> x(nx, 0.5f), w(nw, 0.25f), y(ny), dy(ny, 0.125f), dx(nx), dw(nw), db(s.k);
  size_t floats = 0;
  for (const Kernels* kernels : {&active_kernels(), &direct_kernels()}) {
    floats = std::max({floats, kernels->conv2d_forward_scratch(s), kernels->conv2d_backward_data_scratch(s),
                       kernels->conv2d_backward_weights_scratch(s)});
  }
  std::vector<float> scratch(floats);
  const double flops = 2.0 * static_cast<double>(ny) * static_cast<double>(nw / s.k);
  const auto forward = cell(s, ConvPass::forward, flops, peak, [&](const Kernels& kernels) {
    kernels.conv2d_forward(s, x.data(), w.data(), db.data(), Activation::relu, y.data(), scratch.data());
  });
  const auto data = cell(s, ConvPass::backward_data, flops, peak, [&](const Kernels& kernels) {
    kernels.conv2d_backward_data(s, dy.data(), w.data(), dx.data(), scratch.data());
  });
  const auto weights = cell(s, ConvPass::backward_weights, flops, peak, [&](const Kernels& kernels) {
    kernels.conv2d_backward_weights(s, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
  });
  std::printf("| %-22s | %5.2f | %-28s | %-28s | %-28s |\n", layer.name, flops / 1e9, forward.c_str(), data.c_str(),
              weights.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  const char* wanted = count > 1 ? arguments[1] : "";
  if (std::strcmp(wanted, "--machine") == 0) {
    if (count > 2) set_threads(std::atoi(arguments[2]));
    std::printf("{\"peak\":%.0f,\"bandwidth\":%.0f}\n", measured_peak(), measured_bandwidth());
    return 0;
  }
  if (std::strcmp(wanted, "--ladder") == 0) {
    print_ladder();
    return 0;
  }
  if (std::strcmp(wanted, "--shapes") == 0) {
    if (count > 2) set_threads(std::atoi(arguments[2]));
    time_shapes();
    return 0;
  }
  const double peak = measured_peak();
  std::printf("%s, %d threads, FMA peak %.0f GF/s\n\n", active_kernels().isa, threads(), peak / 1e9);
  std::printf("| layer                  | GFLOP | forward | data | weights |\n|---|---|---|---|---|\n");
  for (const Layer& layer : {
           Layer{"LeNet 5×5 1→6@28", same(64, 28, 1, 6, 5)},
           Layer{"LeNet 5×5 6→16@14", same(64, 14, 6, 16, 5)},
           Layer{"small CNN 1→32@28", same(64, 28, 1, 32)},
           Layer{"small CNN 32→64@14", same(64, 14, 32, 64)},
           Layer{"CIFAR 16→16@32", same(64, 32, 16, 16)},
           Layer{"CIFAR 32→32@32", same(32, 32, 32, 32)},
           Layer{"CIFAR 64→64@16", same(64, 16, 64, 64)},
           Layer{"CIFAR 64→64@8", same(64, 8, 64, 64)},
           Layer{"ResNet 64→64@56", same(8, 56, 64, 64)},
           Layer{"ResNet 128→128@28", same(8, 28, 128, 128)},
           Layer{"ResNet 256→256@14", same(8, 14, 256, 256)},
           Layer{"ResNet 512→512@7", same(8, 7, 512, 512)},
           Layer{"ResNet 128→256@28 /2", same(8, 28, 128, 256, 3, 2)},
           Layer{"VGG 3→64@224", same(1, 224, 3, 64)},
           Layer{"VGG 64→64@224", same(1, 224, 64, 64)},
           Layer{"VGG 256→256@56", same(1, 56, 256, 256)},
           Layer{"VGG 512→512@28", same(1, 28, 512, 512)},
           Layer{"AlexNet 11×11 3→64 /4", same(8, 224, 3, 64, 11, 4)},
           Layer{"AlexNet 5×5 64→192@27", same(8, 27, 64, 192, 5)},
           Layer{"AlexNet 192→384@13", same(8, 13, 192, 384)},
           Layer{"ResNet 7×7 3→64 /2", same(4, 224, 3, 64, 7, 2)},
           Layer{"GoogLeNet 5×5 32→96@28", same(8, 28, 32, 96, 5)},
           Layer{"depthwise 96@56", depthwise(8, 56, 96)},
           Layer{"depthwise 144@56 /2", depthwise(8, 56, 144, 3, 2)},
           Layer{"depthwise 5×5 240@28", depthwise(8, 28, 240, 5)},
           Layer{"1×1 64→256@56", same(4, 56, 64, 256, 1)},
           Layer{"1×1 1024→256@14", same(8, 14, 1024, 256, 1)},
           Layer{"1×1 256→512@28 /2", same(8, 28, 256, 512, 1, 2)},
       }) {
    if (std::strstr(layer.name, wanted) != nullptr) measure(layer, peak);
  }
}
