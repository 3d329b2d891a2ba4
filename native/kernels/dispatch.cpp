// Chooses the table for this process, once.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "kernels/cpu.h"
#include "kernels/kernels.h"
#include "kernels/self_test.h"

namespace tessera {
namespace {

const Kernels& fall_back(const char* reason) {
  std::fprintf(stderr, "tessera: %s; the slow reference kernels are used\n", reason);
  return ref_kernels();
}

const Kernels& choose() {
  const char* wanted_isa = std::getenv("TESSERA_ISA");
  const std::string_view wanted = wanted_isa == nullptr ? "" : wanted_isa;
  if (wanted == "ref") return ref_kernels();
  if (wanted != "" && wanted != "avx2") return fall_back("TESSERA_ISA must be ref or avx2");
#if defined(TESSERA_HAVE_AVX2)
  if (cpu_has_avx2()) {
    const char* failed = self_test(avx2_kernels());
    return failed == nullptr ? avx2_kernels() : fall_back(failed);
  }
#endif
  // Without AVX2 the reference is what this build has, which is worth a line only where more was asked for.
  return wanted == "avx2" ? fall_back("this processor or build has no AVX2") : ref_kernels();
}

}  // namespace

const Kernels& active_kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace tessera
