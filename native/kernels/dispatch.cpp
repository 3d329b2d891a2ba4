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

std::string_view setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

const Kernels& choose() {
  const std::string_view wanted = setting("TESSERA_ISA"), convolution = setting("TESSERA_CONV");
  if (wanted == "ref") return ref_kernels();
  if (wanted != "" && wanted != "avx2") return fall_back("TESSERA_ISA must be ref or avx2");
  if (convolution != "" && convolution != "direct") return fall_back("TESSERA_CONV can only be direct");
#if defined(TESSERA_HAVE_AVX2)
  if (cpu_has_avx2()) {
    const Kernels& kernels = convolution == "direct" ? avx2_direct_kernels() : avx2_kernels();
    const char* failed = self_test(kernels);
    return failed == nullptr ? kernels : fall_back(failed);
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
