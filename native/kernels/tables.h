// The function tables of this build, one for each instruction set.
#pragma once
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
