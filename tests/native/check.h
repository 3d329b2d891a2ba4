// A few checks for the C++ tests: count what ran, say what failed and go on.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace tessera::test {

inline int checks = 0;
inline int failures = 0;

inline void check(bool holds, const std::string& what) {
  ++checks;
  if (holds) return;
  ++failures;
  std::printf("FAILED: %s\n", what.c_str());
}

// Results of a kernel, to be counted: the fast and the slow one may agree for being empty both. Single ones may well be, of
// strides wider than windows or a ReLU's far side, but not most of what a program looks at.
inline int64_t results_seen = 0, zeros_seen = 0;

inline void count_zeros(const std::vector<float>& values) {
  results_seen += static_cast<int64_t>(values.size());
  zeros_seen += std::count(values.begin(), values.end(), 0.0f);
}

// Prints the count; give its value back from main.
inline int finish() {
  if (results_seen > 0) {
    check(2 * zeros_seen <= results_seen, std::to_string(zeros_seen) + " of " + std::to_string(results_seen) + " results are zeros");
  }
  std::printf("%d checks, %d failed\n", checks, failures);
  return failures == 0 && checks > 0 ? 0 : 1;
}

inline std::mt19937 random_source{20261124};

inline int64_t pick(int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(random_source); }

// How many of so many random cases run: TESSERA_CASES percent, and at least one, for where all is many times slower
// (ThreadSanitizer, an emulator).
inline int some_of(int cases) {
  static const int percent = [] {
    const char* wanted = std::getenv("TESSERA_CASES");
    return wanted == nullptr ? 100 : std::atoi(wanted);
  }();
  return std::max(1, cases * percent / 100);
}

// Small whole numbers: their sums of products are exact in float32, so fast and slow must agree to the bit.
inline std::vector<float> whole_numbers(int64_t count) {
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(pick(-4, 4));
  return values;
}

inline std::vector<float> normal_numbers(int64_t count) {
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = normal(random_source);
  return values;
}

// A buffer full of NaN between two guard bands, so that what is not written, and what is written beside it, shows.
class Guarded {
 public:
  explicit Guarded(int64_t count) : values_(static_cast<size_t>(count) + 2 * band, nan()) {}
  float* data() { return values_.data() + band; }
  std::vector<float> values() const { return {values_.begin() + band, values_.end() - band}; }
  bool guards_intact() const {
    for (size_t i = 0; i < band; ++i) {
      if (!std::isnan(values_[i]) || !std::isnan(values_[values_.size() - 1 - i])) return false;
    }
    return true;
  }

 private:
  static constexpr size_t band = 32;
  static float nan() { return std::numeric_limits<float>::quiet_NaN(); }
  std::vector<float> values_;
};

inline bool same(const std::vector<float>& a, const std::vector<float>& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] == b[i])) return false;
  }
  return a.size() == b.size();
}

// Within rounding: ‖a − b‖ ≤ 1e-6 ‖b‖. NaN is near nothing.
inline bool near(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, size = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference += (static_cast<double>(a[i]) - b[i]) * (static_cast<double>(a[i]) - b[i]);
    size += static_cast<double>(b[i]) * b[i];
  }
  return a.size() == b.size() && std::sqrt(difference) <= 1e-6 * std::sqrt(size) + 1e-20;
}

}  // namespace tessera::test
