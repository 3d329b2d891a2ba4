// The function tables of this build, one for each instruction set.
#pragma once
#include <string>
#include <string_view>

#include "kernels/kernels.h"

namespace tessera {

// What computes a table's convolutions: for each shape what is fastest for it; direct convolution, as the textbook
// defines it, whose sums are exact where float32's are; or Winograd wherever it can be, for tests.
enum class Convolutions { by_shape, direct, winograd };

struct InstructionSet {
  const char* name;
  bool (*runs_here)();  // on this processor, under this operating system
  const Kernels& (*kernels)(Convolutions);
};

// In the order in which they are tried; `ref` is not among them.
struct InstructionSets {
  const InstructionSet* first;
  const InstructionSet* last;  // not in it

  const InstructionSet* begin() const { return first; }
  const InstructionSet* end() const { return last; }
};
InstructionSets instruction_sets();

// The first of these that runs here and passes its self-test, with its convolutions by shape or all direct; `ref` where there
// is none. `only` names the one that may be taken; empty: any. What failed is added to `reason`.
const Kernels& first_that_works(InstructionSets sets, std::string_view only, Convolutions, std::string& reason);

#if defined(TESSERA_HAVE_SSE2)
namespace sse2 {
const Kernels& table(Convolutions);
}
#endif
#if defined(TESSERA_HAVE_AVX2)
namespace avx2 {
const Kernels& table(Convolutions);
}
#endif
#if defined(TESSERA_HAVE_AVX512)
namespace avx512 {
const Kernels& table(Convolutions);
}
#endif
#if defined(TESSERA_HAVE_NEON)
namespace neon {
const Kernels& table(Convolutions);
}
#endif

}  // namespace tessera
