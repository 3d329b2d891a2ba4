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
#if defined(TESSERA_HAVE_AVX512)
    {"avx512", cpu_has_avx512, avx512::table},
#endif
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
  for (const char* known : {"ref", "sse2", "avx2", "avx512", "neon"}) {
    if (name == known) return true;
  }
  return false;
}

bool allowed(const InstructionSet& set, std::string_view only) {
  return (only.empty() || only == set.name) && set.runs_here();
}

struct Wishes {
  std::string_view isa, convolution;  // empty: whatever is fastest

  Convolutions convolutions() const { return convolution == "direct" ? Convolutions::direct : Convolutions::by_shape; }
};

// Why they cannot be met; empty where they can.
std::string objection(const Wishes& wishes) {
  if (!wishes.isa.empty() && !is_known(wishes.isa)) return "TESSERA_ISA must be ref, sse2, avx2, avx512 or neon";
  if (!wishes.convolution.empty() && wishes.convolution != "direct") return "TESSERA_CONV can only be direct";
  for (const InstructionSet& set : instruction_sets()) {
    if (allowed(set, wishes.isa)) return "";
  }
  // Without wishes there was nothing to hope for, which is not worth a line.
  return wishes.isa.empty() ? "" : "this processor or build has no " + std::string(wishes.isa);
}

const Kernels& choose() {
  const Wishes wishes{setting("TESSERA_ISA"), setting("TESSERA_CONV")};
  if (wishes.isa == "ref") return ref_kernels();
  std::string reason = objection(wishes);
  const Kernels& chosen =
      reason.empty() ? first_that_works(instruction_sets(), wishes.isa, wishes.convolutions(), reason) : ref_kernels();
  if (!reason.empty()) {
    const bool slow = &chosen == &ref_kernels();
    std::fprintf(stderr, "tessera: %s; the %s kernels are used\n", reason.c_str(), slow ? "slow reference" : chosen.isa);
  }
  return chosen;
}

}  // namespace

InstructionSets instruction_sets() { return {sets, sets + sizeof sets / sizeof sets[0] - 1}; }

const Kernels& first_that_works(InstructionSets sets, std::string_view only, Convolutions convolutions,
                                std::string& reason) {
  for (const InstructionSet& set : sets) {
    if (!allowed(set, only)) continue;
    const Kernels& kernels = set.kernels(convolutions);
    const char* failed = self_test(kernels);
    if (failed == nullptr) return kernels;
    reason += (reason.empty() ? "" : "; ") + std::string(set.name) + ": " + failed;
  }
  return ref_kernels();
}

const Kernels& active_kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace tessera
