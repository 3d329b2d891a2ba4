#include "bench/bandwidth.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "kernels/parallel.h"

namespace tessera {

double measured_bandwidth() {
  constexpr size_t bytes = size_t{64} << 20;  // of each thread
  constexpr int copies = 4;
  const auto count = static_cast<size_t>(threads());
  std::vector<std::vector<char>> from(count, std::vector<char>(bytes, 1)), to(count, std::vector<char>(bytes));
  double best = 0;
  for (int trial = 0; trial < 3; ++trial) {
    const auto begun = std::chrono::steady_clock::now();
    std::vector<std::thread> team;
    for (size_t i = 0; i < count; ++i) {
      team.emplace_back([&, i] {
        for (int copy = 0; copy < copies; ++copy) {
          std::memcpy(to[i].data(), from[i].data(), bytes);
          std::swap(to[i], from[i]);
        }
      });
    }
    for (auto& member : team) member.join();
    const double time = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    best = std::max(best, 2.0 * copies * static_cast<double>(bytes * count) / time);
  }
  return best;
}

}  // namespace tessera
