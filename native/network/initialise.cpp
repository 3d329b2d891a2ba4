#include "network/initialise.h"

#include <cmath>
#include <numbers>

namespace tessera {
namespace {

uint64_t rotated(uint64_t value, int by) { return (value << by) | (value >> (64 - by)); }

}  // namespace

Random::Random(uint64_t seed) {
  for (uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    word = mixed ^ (mixed >> 31);
  }
}

uint64_t Random::next() {
  const uint64_t result = rotated(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotated(state_[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

void initialise(Initialisation kind, int64_t fan_in, int64_t fan_out, Random& random, int64_t count, float* weights) {
  const double deviation = std::sqrt(2.0 / static_cast<double>(fan_in));
  const double limit = std::sqrt(6.0 / static_cast<double>(fan_in + fan_out));
  for (int64_t i = 0; i < count; ++i) {
    const double value =
        kind == Initialisation::he ? deviation * random.normal() : limit * (2 * random.uniform() - 1);
    weights[i] = static_cast<float>(value);
  }
}

}  // namespace tessera
