// A table with one broken entry is found out at the start, and the next one takes its place. Every table of this processor is
// sound first; then one entry at a time is broken as a wrong instruction would: a wrong number, a NaN, or nothing written.
#include "kernels/self_test.h"

#include <cstring>
#include <iterator>

#include "check.h"
#include "kernels/tables.h"

using namespace tessera;
using namespace tessera::test;

namespace {

bool always() { return true; }
bool never() { return false; }

const Kernels& sound() { return active_kernels(); }

Kernels broken;  // what the first set of `sets` gives
const Kernels& broken_table(Convolutions) { return broken; }
const Kernels& sound_table(Convolutions) { return active_kernels(); }

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

struct Fault {
  const char* what;
  const char* found;  // part of the reason
  void (*inject)(Kernels&);
};

const Fault faults[] = {
    {"a product with one number that is half as large again", "matrix product",
     [](Kernels& k) {
       k.gemm = [](bool ta, bool tb, int64_t m, int64_t n, int64_t depth, float alpha, const float* a, int64_t lda, const float* b,
                   int64_t ldb, float beta, float* c, int64_t ldc, float* scratch) {
         sound().gemm(ta, tb, m, n, depth, alpha, a, lda, b, ldb, beta, c, ldc, scratch);
         c[(m - 1) * ldc + n - 1] *= 1.5f;
       };
     }},
    {"a product with a NaN", "matrix product",
     [](Kernels& k) {
       k.gemm = [](bool ta, bool tb, int64_t m, int64_t n, int64_t depth, float alpha, const float* a, int64_t lda, const float* b,
                   int64_t ldb, float beta, float* c, int64_t ldc, float* scratch) {
         sound().gemm(ta, tb, m, n, depth, alpha, a, lda, b, ldb, beta, c, ldc, scratch);
         c[0] = nan;
       };
     }},
    {"a convolution that writes nothing", "convolution of few channels",
     [](Kernels& k) {
       k.conv2d_forward = [](const Conv2dShape&, const float*, const float*, const float*, Activation, float*, float*) {};
     }},
    {"a convolution that is wrong where channels are many", "convolution of many channels",
     [](Kernels& k) {
       k.conv2d_forward = [](const Conv2dShape& s, const float* x, const float* w, const float* bias, Activation act, float* y,
                             float* scratch) {
         sound().conv2d_forward(s, x, w, bias, act, y, scratch);
         if (s.c > 16) y[0] += 1;
       };
     }},
    {"a data gradient that is wrong under a stride", "strided convolution",
     [](Kernels& k) {
       k.conv2d_backward_data = [](const Conv2dShape& s, const float* dy, const float* w, float* dx, float* scratch) {
         sound().conv2d_backward_data(s, dy, w, dx, scratch);
         if (s.stride_h > 1) dx[0] += 1;
       };
     }},
    {"a weight gradient that forgets the bias", "convolution of few channels",
     [](Kernels& k) {
       k.conv2d_backward_weights = [](const Conv2dShape& s, const float* x, const float* dy, float* dw, float*, float* scratch) {
         sound().conv2d_backward_weights(s, x, dy, dw, nullptr, scratch);
       };
     }},
};

void check_fault(const Fault& fault) {
  broken = sound();
  fault.inject(broken);
  const char* failed = self_test(broken);
  check(failed != nullptr && std::strstr(failed, fault.found) != nullptr,
        std::string(fault.what) + ": " + (failed == nullptr ? "not found" : failed));
  const InstructionSet sets[] = {{"elsewhere", never, broken_table}, {"broken", always, broken_table}, {"next", always, sound_table}};
  std::string reason;
  const Kernels& chosen = first_that_works({std::begin(sets), std::end(sets)}, "", Convolutions::by_shape, reason);
  check(&chosen == &active_kernels(), std::string("the next table is taken after ") + fault.what);
  check(reason == std::string("broken: ") + (failed == nullptr ? "" : failed), "and it is said why: " + reason);
  std::string alone;
  check(&first_that_works({sets, sets + 2}, "", Convolutions::by_shape, alone) == &ref_kernels(), "at last it is the reference");
  check(&first_that_works({std::begin(sets), std::end(sets)}, "broken", Convolutions::by_shape, alone) == &ref_kernels(),
        "a set that was asked for and fails is not replaced by another that is fast");
}

}  // namespace

int main() {
  check(self_test(ref_kernels()) == nullptr, "the reference passes");
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.runs_here()) continue;
    for (const Convolutions choice : {Convolutions::by_shape, Convolutions::direct, Convolutions::winograd}) {
      const char* failed = self_test(set.kernels(choice));
      check(failed == nullptr, std::string(set.name) + ": " + (failed == nullptr ? "" : failed));
    }
  }
  for (const Fault& fault : faults) check_fault(fault);
  return finish();
}
