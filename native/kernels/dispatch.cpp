// Chooses the table for this process, once.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "kernels/cpu.h"
#include "kernels/kernels.h"
#include "kernels/self_test.h"
#include "kernels/tables.h"

namespace tessera {
namespace {

#if defined(TESSERA_HAVE_SSE2) || defined(TESSERA_HAVE_NEON)
// What the architecture itself prescribes.
bool always() { return true; }
#endif

constexpr InstructionSet sets[] = {
#if defined(TESSERA_HAVE_AVX2)
    {"avx2", cpu_has_avx2, avx2::table},
#endif
#if defined(TESSERA_HAVE_SSE2)
    {"sse2", always, sse2::table},
#endif
#if defined(TESSERA_HAVE_NEON)
    {"neon", always, neon::table},
#endif
    {},
};

std::string_view setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_known(std::string_view name) {
  for (const char* known : {"ref", "sse2", "avx2", "neon"}) {
    if (name == known) return true;
  }
  return false;
}

const Kernels& choose() {
  const std::string_view wanted = setting("TESSERA_ISA"), convolution = setting("TESSERA_CONV");
  if (wanted == "ref") return ref_kernels();
  std::string reason;
  const auto because = [&](const std::string& more) { reason += (reason.empty() ? "" : "; ") + more; };
  bool any = true;
  if (wanted != "" && !is_known(wanted)) {
    because("TESSERA_ISA must be ref, sse2, avx2 or neon");
    any = false;
  } else if (convolution != "" && convolution != "direct") {
    because("TESSERA_CONV can only be direct");
    any = false;
  } else if (wanted != "") {
    bool there = false;
    for (const InstructionSet& set : instruction_sets()) there = there || (set.name == wanted && set.runs_here());
    if (!there) because("this processor or build has no " + std::string(wanted));
    any = there;
  }
  const Kernels* chosen = nullptr;
  for (const InstructionSet& set : instruction_sets()) {
    if (!any || chosen != nullptr || (wanted != "" && set.name != wanted) || !set.runs_here()) continue;
    const Kernels& kernels = set.kernels(convolution == "direct" ? Convolutions::direct : Convolutions::by_shape);
    const char* failed = self_test(kernels);
    if (failed == nullptr) {
      chosen = &kernels;
    } else {
      because(std::string(set.name) + ": " + failed);
    }
  }
  if (!reason.empty()) {
    const std::string used = chosen == nullptr ? "slow reference" : chosen->isa;
    std::fprintf(stderr, "tessera: %s; the %s kernels are used\n", reason.c_str(), used.c_str());
  }
  return chosen == nullptr ? ref_kernels() : *chosen;
}

}  // namespace

InstructionSets instruction_sets() { return {sets, sets + sizeof sets / sizeof sets[0] - 1}; }

const Kernels& active_kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace tessera
