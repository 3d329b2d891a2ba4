// Random numbers of one picture: SplitMix64 (Steele et al., 2014), the same on every platform.
#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>

namespace tessera {

class Draws {
 public:
  explicit Draws(uint64_t key) : state_(key) {}

  uint64_t next() {
    uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }
  // [0, 1)
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  // −limit … limit
  double around(double limit) { return between(-limit, limit); }
  // 0 … count − 1
  int64_t below(int64_t count) { return static_cast<int64_t>(uniform() * static_cast<double>(count)); }

  // Beta(a, a), from two Gamma variables.
  double beta(double a) {
    const double x = gamma(a), y = gamma(a);
    return x + y > 0 ? x / (x + y) : 0.5;
  }

 private:
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

  // Marsaglia and Tsang (2000); below 1 by the power of another uniform number.
  double gamma(double a) {
    if (a < 1) {
      const double grown = gamma(a + 1);
      return grown * std::pow(1 - uniform(), 1 / a);
    }
    const double d = a - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
      const double z = normal(), v = std::pow(1 + c * z, 3);
      if (v > 0 && std::log(1 - uniform()) < z * z / 2 + d - d * v + d * std::log(v)) return d * v;
    }
  }

  uint64_t state_;
};

}  // namespace tessera
