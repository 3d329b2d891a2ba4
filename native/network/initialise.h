// Seeded first weights.
#pragma once
#include <cstdint>

namespace tessera {

enum class Initialisation { he, glorot };

// xoshiro256** (Blackman and Vigna, 2018), seeded by SplitMix64: the same numbers on every platform.
class Random {
 public:
  explicit Random(uint64_t seed);
  uint64_t next();
  double uniform();  // [0, 1)
  double normal();   // mean 0, variance 1 (Box and Muller, 1958)

 private:
  uint64_t state_[4];
};

// he: N(0, 2 / fan_in) (He et al., 2015); glorot: U(±√(6 / (fan_in + fan_out))) (Glorot and Bengio, 2010).
void initialise(Initialisation kind, int64_t fan_in, int64_t fan_out, Random& random, int64_t count, float* weights);

}  // namespace tessera
